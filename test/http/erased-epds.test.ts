/** What is left of a published declaration whose document had to go, and of what was built on it. */
import t from 'tap'
import { auditLog } from '../../src/registry/audit/audit-log.ts'
import { eraseEntry } from '../../src/registry/audit/erase-entry.ts'
import { kg, oxides } from '../support/books.ts'
import { programme } from '../support/epd-programme.ts'
import { epdDocument } from '../support/epds.ts'
import { testGuard } from '../support/log.ts'
import { LogClient } from '../support/log-client.ts'
import { testApp } from '../support/service.ts'

const service = await testApp(t, { guard: testGuard(t) })
const { deps } = service
const producer = await service.actor('producer')
const registrar = await programme(service)
const PERSON = 'Aleksandra Persson'

const document = epdDocument('magnet-n48h', (epd) => {
  epd['owner'] = { ...epd['owner'], name: PERSON, organization: producer.organization }
  delete epd['sites']
})
const other = epdDocument('magnet-n48h', (epd) => {
  epd['owner'] = { ...epd['owner'], organization: producer.organization }
  epd['name'] = { en: 'Another magnet' }
  delete epd['sites']
})
const { id, version } = document as { id: string; version: string }
const path = `/v1/epds/${id}`

async function submitted(epd: object) {
  const answer = await producer.request('POST', '/v1/epds', epd)
  if (answer.status !== 201) throw new Error(JSON.stringify(answer.body))
  return answer.body as { readonly position: number; readonly sha256: string }
}

t.test('an erased declaration', async (t) => {
  const { position, sha256 } = await submitted(document)
  const kept = await submitted(other)
  const last = await registrar.published({ id, version })
  await registrar.published({ id: String(other['id']), version: String(other['version']) })
  const newest = () => service.request('GET', path)
  t.match(await newest(), { status: 200, body: { ownerName: PERSON } })
  t.equal((await service.request('GET', '/v1/epds?q=persson')).body.items.length, 1)
  const byOwner = `/v1/epds?owner=${producer.organization}`
  t.equal((await service.request('GET', byOwner)).body.items.length, 2)
  const client = await LogClient.open((url) => service.request('GET', url))
  await deps.log.covers(kept.position, 2_000)
  const before = await client.checkpoint()
  const receipt = String((await service.request('GET', `/v1/epds/${other['id']}/receipt`)).body)

  const erasing = { position, reason: 'data_protection' as const }
  const logged = await eraseEntry({ db: deps.db, now: () => new Date() }, erasing)
  await t.rejects(eraseEntry({ db: deps.db, now: () => new Date() }, erasing), { code: 'CONFLICT' })

  await t.test('says so instead of what it said', async (t) => {
    const gone = { status: 410, body: { code: 'ERASED' } }
    for (const url of [
      `${path}/document`,
      `${path}/document?version=${version}`,
      `${path}/report?version=${version}`,
      `${path}/diff?from=${version}&to=${version}`
    ]) {
      t.match(await producer.request('GET', url), gone, url)
    }
    const accept = { accept: 'application/vnd.openepd+json' }
    t.match(await service.request('GET', path, undefined, accept), gone, 'no other format either')
    const record = (await newest()).body
    t.match(record, { id, version, state: 'published', sha256, size: 0, document: null })
    t.match(record, { name: { en: '(erased)' }, ownerName: '(erased)' })
    t.notMatch(JSON.stringify(record), PERSON)
    t.equal((await service.request('GET', '/v1/epds?q=persson')).body.items.length, 0)
    t.equal((await service.request('GET', byOwner)).body.items.length, 2, 'found by ids')
    const found = await producer.request('GET', `${path}/findings`)
    t.equal(found.status, 200)
    t.notMatch(JSON.stringify(found.body), PERSON)
  })

  await t.test('is nowhere in the database', async (t) => {
    const tables = ['epd_version', 'epd_state_version', 'finding', 'journal']
    for (const table of tables) {
      const rows = await deps.db.query({
        text: `select 1 from ${table} as r
          where row_to_json(r)::text ilike '%persson%'
             or encode(convert_to('${PERSON}', 'UTF8'), 'hex') <> '' and row_to_json(r)::text
                like '%' || encode(convert_to('${PERSON}', 'UTF8'), 'hex') || '%'`
      })
      t.same(rows, [], table)
    }
  })

  await t.test('leaves everything else as it was proved', async (t) => {
    await deps.log.covers(logged, 2_000)
    t.equal(await client.extended(before), null)
    t.equal(await client.audit(before), null)
    const { raw } = await service.request('GET', `/v1/epds/${other['id']}/document`)
    t.type(client.opened(receipt, raw), 'object')
    t.match((await auditLog(deps.db, client.key)).problems, [])
    const bundle = await service.request('GET', `${path}/bundle`)
    const [first] = bundle.body.entries.filter((one: { index: number }) => one.index === position)
    t.match(first, { leaf: String, statement: undefined, salt: undefined, document: undefined })
  })

  await t.test('takes no part in what comes after', async (t) => {
    const next = { ...document, version: '9.0', includes: [] }
    const editorial = await producer.request('POST', '/v1/epds', next)
    t.equal(editorial.status, 201, JSON.stringify(editorial.body))
    const again = await producer.request('POST', '/v1/epds', document)
    t.ok([200, 409].includes(again.status), 'the same bytes are known by their hash')
    const changed = await producer.request('POST', '/v1/epds', { ...document, name: { en: 'X' } })
    t.equal(changed.status, 409)
    const naming = epdDocument('magnet-n48h', (epd) => {
      epd['owner'] = { ...epd['owner'], organization: producer.organization }
      epd['includes'] = [{ epd: id, quantity: { value: '1', unit: 'KGM' } }]
      delete epd['sites']
    })
    const check = await producer.request('POST', '/v1/epds/check', naming)
    t.equal(check.status, 200, JSON.stringify(check.body))
  })

  await t.test('still covers what it covered, and nothing else', async (t) => {
    const oxide = {
      product: { class: 'separated_oxide', name: 'NdPr oxide' },
      entry: 'purchased',
      mass: kg('10'),
      assay: oxides({ Nd2O3: '73.2', Pr6O11: '26.2' }),
      epd: id
    }
    const event = {
      type: 'commission',
      time: '2026-11-01T00:00:00Z',
      facility: await service.facility(producer.organization),
      outputs: [oxide]
    }
    const { body } = await producer.request('POST', '/v1/events/check', event)
    const codes = body.findings.map(({ code }: { readonly code: string }) => code)
    t.ok(codes.includes('EPD_PRODUCT'), JSON.stringify(body))
  })

  await t.test('and a request about it goes the same way', async (t) => {
    const why = 'Asked for by Aleksandra Persson'
    const step = await registrar.deregistered({ id, version }, why)
    t.match((await newest()).body, { stateSince: { reason: why } })
    const at = Number(step.body.stateSince.position)
    await eraseEntry({ db: deps.db, now: () => new Date() }, { ...erasing, position: at })
    const { body } = await newest()
    t.match(body, { state: 'deregistered', stateSince: { position: at, reason: undefined } })
    const steps = await service.request('GET', `${path}/transitions?version=${version}`)
    t.equal(steps.status, 200)
    t.notMatch(JSON.stringify(steps.body), /Persson/)
    t.equal((await service.request('GET', `${path}/bundle`)).status, 200)
    t.match((await auditLog(deps.db, client.key)).problems, [])
    const withdrawn = await service.request('GET', '/v1/deregistrations')
    t.equal(withdrawn.status, 200)
    t.notMatch(JSON.stringify(withdrawn.body), /Persson/)
  })
  t.equal(last.status, 200)
})

t.test('an erased declaration in a format that is only read', async (t) => {
  const type = 'application/vnd.soda4lca.process+json'
  const uuid = '11111111-2222-4333-8444-555555555555'
  const dataSet = {
    processInformation: {
      dataSetInformation: { UUID: uuid, name: { baseName: [{ value: 'Nd metal', lang: 'en' }] } }
    },
    administrativeInformation: {
      publicationAndOwnership: {
        dataSetVersion: '01.00.000',
        referenceToOwnershipOfDataSet: { shortDescription: [{ value: PERSON }] }
      }
    },
    LCIAResults: {
      LCIAResult: [
        {
          referenceToLCIAMethodDataSet: { refObjectId: 'b5c611c6-def3-11e6-bf01-fe55135034f3' },
          other: { anies: [{ module: 'A1-A3', value: '1.50' }] }
        }
      ]
    }
  }
  const elsewhere =
    'state=external&href=https://example.org/1&operator=Other&registrationNumber=O-1'
  const sent = { 'content-type': type }
  const made = await producer.request('POST', `/v1/epds?${elsewhere}`, dataSet, sent)
  t.equal(made.status, 201, JSON.stringify(made.body))
  const asIs = { accept: type }
  t.match(await service.request('GET', `/v1/epds/${uuid}`, undefined, asIs), { status: 200 })
  const erasing = { position: made.body.position, reason: 'data_protection' as const }
  await eraseEntry({ db: deps.db, now: () => new Date() }, erasing)
  const gone = await service.request('GET', `/v1/epds/${uuid}`, undefined, asIs)
  t.match(gone, { status: 410, body: { code: 'ERASED' } }, 'no empty document')
})
