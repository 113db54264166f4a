import { randomUUID } from 'node:crypto'
import t from 'tap'
import { epdDocument } from '../support/epds.ts'
import {
  imported,
  LINES,
  lines,
  purchase,
  results,
  SHEET,
  startImports
} from '../support/imports.ts'
import { testApp } from '../support/service.ts'
import { newSigner, registeredKey, type Signer } from '../support/signer.ts'

/** A line that carries its own signature: a flattened JWS (RFC 7515 7.2.2). */
async function signedLine(signer: Signer, document: object): Promise<string> {
  const text = JSON.stringify(document)
  const [header, , signature] = (await signer.sign(text)).split('.')
  return JSON.stringify({
    payload: Buffer.from(text).toString('base64url'),
    protected: header,
    signature
  })
}

t.test('an organization that demands signatures', async (t) => {
  const service = await testApp(t)
  startImports(t, service)
  const producer = await service.actor('producer')
  const facility = await service.facility(producer.organization)
  const signer = await registeredKey(producer)
  const path = `/v1/organizations/${producer.organization}/signing-policy`
  await producer.request('PUT', path, { unsigned: 'refused' })

  t.test('accepts lines that are signed each, as if they had come alone', async (t) => {
    const event = purchase(facility, randomUUID())
    const nameless = purchase(facility, randomUUID(), { id: null })
    const body = `${await signedLine(signer, event)}\n${await signedLine(signer, nameless)}\n`
    const job = await imported(producer, body)
    t.match(
      job,
      { state: 'done', progress: { accepted: 2 } },
      JSON.stringify(await results(producer, job.id))
    )
    const { body: stored } = await producer.request('GET', `/v1/events/${event['id']}`)
    t.match(stored, { signedBy: { key: signer.id }, document: event })
    const exact = await producer.request('GET', `/v1/events/${event['id']}/document`)
    t.equal(exact.raw.toString(), JSON.stringify(event), 'the document is the payload')
    const alone = await producer.request('POST', '/v1/events', JSON.stringify(nameless), {
      'lodestone-signature': await signer.sign(JSON.stringify(nameless))
    })
    t.equal(alone.status, 200, 'the same signed bytes are the same event, however they come')
    const epds = await imported(
      producer,
      `${await signedLine(signer, epdDocument('magnet-n48h'))}\n`,
      {
        url: '/v1/imports?kind=epds'
      }
    )
    t.match(epds.progress, { accepted: 1 })
  })

  t.test('refuses lines without a signature, or with one that does not hold', async (t) => {
    const batch = randomUUID()
    const event = purchase(facility, batch)
    const signed = JSON.parse(await signedLine(signer, event))
    const other = {
      ...signed,
      payload: Buffer.from(JSON.stringify({ ...event, note: 'x' })).toString('base64url')
    }
    const stranger = await signedLine(await newSigner(), event)
    const job = await imported(producer, lines(event, other, stranger, { ...signed, more: 1 }))
    t.match(await results(producer, job.id), [
      { line: 1, findings: [{ code: 'SIGNATURE_REQUIRED' }] },
      { line: 2, findings: [{ code: 'SIGNATURE_INVALID' }] },
      { line: 3, findings: [{ code: 'SIGNATURE_INVALID' }] },
      { line: 4, findings: [{ code: 'SIGNATURE_REQUIRED' }] }
    ])
    t.equal((await producer.request('GET', `/v1/batches/${batch}`)).status, 404)
  })

  t.test('refuses what cannot carry signatures, and a signature over the whole', async (t) => {
    for (const headers of [SHEET, { 'content-type': 'application/zip' }]) {
      const answer = await producer.request('POST', '/v1/imports', 'event,entry\n', headers)
      t.match(answer.body, { status: 403, code: 'SIGNATURE_REQUIRED', detail: /flattened JWS/ })
    }
    const whole = await producer.request('POST', '/v1/imports', '{}', {
      ...LINES,
      'lodestone-signature': await signer.sign('{}')
    })
    t.match(whole.body, { status: 422, code: 'SIGNATURE_INVALID' })
  })
})
