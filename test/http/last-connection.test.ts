/** Who holds a connection must not ask for a second one: as many as there are would wait for each other. */
import { randomUUID } from 'node:crypto'
import t from 'tap'
import { ilcdPackageWriter } from '../../src/formats/ilcd/archive/write-package.ts'
import { nativeEpd } from '../../src/formats/native/epd.ts'
import { readZip } from '../../src/formats/zip/read-zip.ts'
import { writeZip } from '../../src/formats/zip/write-zip.ts'
import { loadReference } from '../../src/reference.ts'
import { epdDocument } from '../support/epds.ts'
import { testApp } from '../support/service.ts'
import { registeredKey } from '../support/signer.ts'

const { epd: tables } = loadReference()

/** An archive of two declarations. */
async function archive(): Promise<Buffer> {
  const files = new Map<string, Buffer>()
  for (const id of [randomUUID(), randomUUID()]) {
    const document = Buffer.from(JSON.stringify({ ...epdDocument('magnet-n48h'), id }))
    const { epd } = nativeEpd.parse(document)
    if (!epd) throw new Error('the fixture is no declaration')
    const zip = await readZip((await ilcdPackageWriter.write(epd, tables)).bytes, tables.archive)
    for (const { path } of zip.files) files.set(path, await zip.read(path))
  }
  return writeZip([...files].map(([path, bytes]) => ({ path, bytes })))
}

t.test('protects a service that has one connection left', async (t) => {
  const { deps, actor } = await testApp(t, { pool: { poolSize: 1, connectTimeoutMs: 2_000 } })
  const producer = await actor('producer')
  const { organization } = producer
  const path = `/v1/organizations/${organization}/signing-policy`

  t.test('where several declarations come in one archive', async (t) => {
    deps.signing.policyChanged(organization)
    const zip = { 'content-type': 'application/zip' }
    const answer = await producer.request('POST', '/v1/epds', await archive(), zip)
    t.equal(answer.status, 201, JSON.stringify(answer.body))
  })

  t.test('where unsigned submissions are let in again', async (t) => {
    const signer = await registeredKey(producer)
    const { body } = await producer.request('PUT', path, { unsigned: 'refused' })
    const replaces = body.position
    const document = JSON.stringify({ unsigned: 'accepted', organization, replaces })
    deps.signing.keyChanged(signer.id)
    const headers = { 'lodestone-signature': await signer.sign(document) }
    const answer = await producer.request('PUT', path, document, headers)
    t.match(answer, { status: 200, body: { organization, unsigned: 'accepted' } })
    t.same((await producer.request('GET', path)).body, answer.body)
  })
})
