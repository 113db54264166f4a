/** Every operation is answered with success at least once, and what it answers is what is described. */
import { randomUUID } from 'node:crypto'
import t from 'tap'
import { campaignId } from '../../src/domain/custody/campaign.ts'
import { ilcdPackageWriter } from '../../src/formats/ilcd/archive/write-package.ts'
import { nativeEpd } from '../../src/formats/native/epd.ts'
import { readZip } from '../../src/formats/zip/read-zip.ts'
import { writeZip } from '../../src/formats/zip/write-zip.ts'
import { fixtures } from '../support/authorization-fixtures.ts'
import { elements, kg } from '../support/books.ts'
import { describedAnswers } from '../support/described-answers.ts'
import { programme } from '../support/epd-programme.ts'
import { type EpdDocument, epdDocument, epdText } from '../support/epds.ts'
import { commission, declaration, first, magnets, shipment } from '../support/first-day.ts'
import { imported, purchase, startImports } from '../support/imports.ts'
import { testGuard } from '../support/log.ts'
import { testApp } from '../support/service.ts'
import { registeredKey } from '../support/signer.ts'

const service = await testApp(t, {
  guard: testGuard(t),
  settings: { metricsToken: 'a-token-for-monitoring-0123456789' }
})
startImports(t, service)
const { watched, request, unanswered } = await describedAnswers(t, service)
const admin = watched(await service.actor('admin'))
const maker = watched(await service.actor('producer'))
const buyer = watched(await service.actor(['producer', 'buyer']))
const works = await service.facility(maker.organization)
const dock = await service.facility(buyer.organization)
const owner = { service, producer: maker }
const WAIT = { prefer: 'wait=5' }

/** The id of a new thing of the maker. */
const made = (name: string): Promise<string> => {
  const make = fixtures[name]
  if (!make) throw new Error(`there is no fixture ${name}`)
  return make(owner)
}

t.test('access and parties', async () => {
  const form = { 'content-type': 'application/x-www-form-urlencoded' }
  const grant = `grant_type=client_credentials&client_id=${maker.client}&client_secret=${maker.secret}`
  await request('POST', '/auth/token', grant, form)
  const party = { name: 'Works', country: 'FI' }
  const plant = { name: 'Plant', country: 'FI', stages: ['separation'], validFrom: '2024-01-01' }
  for (const [list, document] of [
    ['organizations', party],
    ['facilities', { ...plant, organization: maker.organization }]
  ] as const) {
    const { body } = await admin.request('POST', `/v1/${list}`, document, WAIT)
    const url = `/v1/${list}/${body.id}`
    await admin.request('GET', url)
    const { id: _id, ...again } = { ...document, name: 'Works, renamed', id: body.id }
    await admin.request('POST', `${url}/versions`, again)
    await admin.request('GET', `${url}/versions`)
    await admin.request('GET', `/v1/${list}?limit=2`)
    for (const part of ['receipt', 'bundle']) await admin.request('GET', `${url}/${part}`)
  }
  const client = { organization: maker.organization, name: 'Planning', roles: ['producer'] }
  const { body } = await admin.request('POST', '/v1/clients', client)
  await admin.request('GET', '/v1/clients/self')
  await admin.request('GET', `/v1/clients/${body.id}`)
  await admin.request('DELETE', `/v1/clients/${body.id}`)
  await admin.request('GET', `/v1/clients?organization=${maker.organization}`)
})

t.test('signatures', async () => {
  const { id } = await registeredKey(maker)
  await maker.request('GET', '/v1/keys')
  await maker.request('GET', `/v1/keys/${id}`)
  await maker.request('DELETE', `/v1/keys/${id}?reason=superseded`)
  const policy = `/v1/organizations/${maker.organization}/signing-policy`
  await maker.request('GET', policy)
  await maker.request('PUT', policy, { unsigned: 'accepted' })
})

const verifier = watched(await service.actor('verifier'))
const operator = watched(await service.actor('operator'))
const its = await programme(service, { verifier, operator })

async function published(document: EpdDocument): Promise<string> {
  await maker.request('POST', '/v1/epds', document)
  await its.published({ id: document['id'], version: document['version'] })
  return document['id']
}

t.test('declarations', async () => {
  const id = await published(epdDocument('ndpr-oxide', (epd) => (epd['version'] = '1')))
  const next = epdDocument('ndpr-oxide', (epd) => Object.assign(epd, { id, version: '2' }))
  await published(next)
  for (const part of ['', '/versions', '/findings', '/document', '/receipt', '/bundle']) {
    await maker.request('GET', `/v1/epds/${id}${part}`)
  }
  for (const part of ['transitions', 'report']) {
    await maker.request('GET', `/v1/epds/${id}/${part}?version=2`)
  }
  await maker.request('GET', `/v1/epds/${id}/diff?from=1&to=2`)
  await maker.request('GET', '/v1/epds?limit=1')
  await maker.request('POST', '/v1/epds/check', epdDocument('magnet-n48h'))
  const draft = epdDocument('magnet-n48h', (epd) => (epd['id'] = randomUUID()))
  await maker.request('POST', '/v1/epds?state=draft', draft)
  await maker.request('DELETE', `/v1/epds/${draft['id']}?version=${draft['version']}`)
  await its.deregistered({ id, version: '2' }, 'The plant was rebuilt.')
  await request('GET', '/v1/deregistrations')
  for (const format of ['application/zip', 'text/csv', 'application/vnd.openepd+json']) {
    await maker.request('GET', `/v1/epds/${id}`, undefined, { accept: format })
  }
})

t.test('packages of declarations', async () => {
  const { archive } = service.deps.reference.epd
  const { epd } = nativeEpd.parse(Buffer.from(epdText('magnet-n48h')))
  if (!epd) throw new Error('the fixture is no declaration')
  const named = { ...epd, id: randomUUID() as typeof epd.id }
  const { bytes } = await ilcdPackageWriter.write(named, service.deps.reference.epd)
  const zip = await readZip(bytes, archive)
  const files = [{ path: 'ILCD/external_docs/a.pdf', bytes: Buffer.from('%PDF-1.7\n') }]
  for (const { path } of zip.files) files.push({ path, bytes: Buffer.from(await zip.read(path)) })
  const sent = await maker.request('POST', '/v1/epds', await writeZip(files), {
    'content-type': 'application/zip'
  })
  await maker.request('GET', `/v1/epds/${sent.body.id}/files`)
  await maker.request('GET', `/v1/epds/${sent.body.id}/file?path=ILCD/external_docs/a.pdf`)
})

t.test('numbers and profiles', async () => {
  const { headers } = await operator.request('POST', '/v1/registration-numbers', { number: 'A 1' })
  await operator.request('GET', String(headers['location']))
  await operator.request('GET', '/v1/registration-numbers')
  await operator.request('DELETE', String(headers['location']))
  const { body } = await request('GET', '/v1/profiles')
  await request('GET', `/v1/profiles/${body.items[0].id}`)
})

t.test('events and batches', async () => {
  await maker.request('POST', '/v1/epds', declaration(maker.organization, works))
  await maker.request('POST', '/v1/events', commission(works), WAIT)
  await maker.request('POST', '/v1/events/check', magnets(works))
  await maker.request('POST', '/v1/events', magnets(works))
  for (const part of ['', '/document', '/receipt', '/bundle']) {
    await maker.request('GET', `/v1/events/${first.alloy}${part}`)
  }
  await maker.request('GET', `/v1/events/${await made('correction')}/reevaluation`)
  await maker.request('GET', '/v1/batches')
  for (const part of [
    ...['', '/history', '/findings', '/upstream', '/downstream', '/origins', '/custody'],
    ...['/recycled', '/footprint', '/receipt', '/bundle']
  ]) {
    await maker.request('GET', `/v1/batches/${first.magnets}${part}`)
  }
  await maker.request('GET', '/v1/reports')
  for (const [report, more] of [
    ['dfars-252.225-7052', '&deliveryDate=2027-01-15'],
    ['gaps', ''],
    ['crma-29', ''],
    ['footprint-chain', '']
  ]) {
    await maker.request('GET', `/v1/reports/${report}?batch=${first.magnets}${more}`)
  }
})

t.test('shipments', async () => {
  for (const answer of ['acceptance', 'dispute']) {
    const event = { ...shipment(works, buyer.organization), id: randomUUID() }
    const lines = [{ batch: first.magnets, mass: kg('10') }]
    await maker.request('POST', '/v1/events', { ...event, lines })
    await buyer.request('POST', `/v1/shipments/${event.id}/${answer}`, { facility: dock })
  }
  await buyer.request('GET', '/v1/shipments')
})

t.test('findings, rules and grants', async () => {
  const finding = await made('finding')
  await maker.request('GET', '/v1/findings')
  const reason = { reason: 'The deposit is of two kinds.' }
  await maker.request('POST', `/v1/findings/${finding}/resolution`, reason)
  await admin.request('GET', '/v1/rule-settings')
  await admin.request('POST', '/v1/rule-settings', { rule: 'R5', mode: 'flag' })
  const url = `/v1/batches/${first.magnets}/grants`
  const { body } = await maker.request('POST', url, {}, WAIT)
  const auditor = watched(await service.actor('auditor'))
  await auditor.request('POST', '/v1/grants/redemptions', { secret: body.secret })
  await maker.request('GET', url)
  await maker.request('GET', `${url}/${body.id}`)
  await maker.request('DELETE', `${url}/${body.id}`)
})

t.test('campaigns', async () => {
  const oxide = purchase(works, randomUUID(), {
    mass: '1000'
  }) as { outputs: { id: string }[] }
  await maker.request('POST', '/v1/events', oxide)
  await maker.request('POST', '/v1/events', {
    type: 'transform',
    time: '2026-10-02T06:00:00Z',
    facility: works,
    stages: ['metal_making'],
    campaign: 'Cell 1',
    inputs: [{ batch: oxide.outputs[0]?.id, mass: kg('120') }],
    outputs: [
      {
        product: { class: 'ree_metal', name: 'NdPr metal' },
        mass: kg('100'),
        assay: elements({ Nd: '73.9', Pr: '25.6', Fe: '0.3' })
      }
    ]
  })
  const epd = await published(
    epdDocument('ndpr-metal-gate-to-gate', (document) => {
      document['sites'] = [{ facility: works }]
    })
  )
  const url = `/v1/campaigns/${campaignId(maker.organization, 'Cell 1')}`
  await maker.request('POST', `${url}/epds`, { epd })
  await maker.request('GET', url)
  await maker.request('GET', '/v1/campaigns')
  await maker.request('DELETE', `${url}/epds/${epd}`)
})

t.test('imports', async () => {
  const { id } = await imported(maker, `${JSON.stringify(purchase(works, randomUUID()))}\n`)
  await maker.request('GET', `/v1/imports/${id}/results`)
  await maker.request('GET', '/v1/imports')
  await maker.request('DELETE', `/v1/imports/${id}`)
})

t.test('the log', async () => {
  const entry = await made('entry')
  await service.deps.log.covers(Number(entry), 5_000)
  for (const part of ['receipt', 'bundle']) {
    await maker.request('GET', `/v1/entries/${entry}/${part}`)
  }
  const { size } = service.deps.log.state()
  await request('GET', '/log/checkpoint')
  await request('GET', '/log/key')
  await request('GET', `/log/tile/0/000.p/${Math.min(size, 255)}`)
  await request('GET', `/log/proof/inclusion?index=0&size=${size}`)
  await request('GET', `/log/proof/consistency?from=1&to=${size}`)
})

t.test('the service', async () => {
  for (const url of [
    ...['/schemas', '/schemas/event.json', '/schemas/csv/ship.csv', '/schemas/xlsx/ship.xlsx'],
    ...['/openapi.json', '/'],
    ...['protected-resource', 'authorization-server'].map((name) => `/.well-known/oauth-${name}`),
    ...['jwks.json', 'api-catalog', 'security.txt'].map((name) => `/.well-known/${name}`),
    ...['/health/live', '/health/ready']
  ]) {
    await request('GET', url)
  }
  await admin.request('GET', '/metrics')
})

t.test('no operation is left out', async (t) => {
  t.strictSame(unanswered(), [])
})
