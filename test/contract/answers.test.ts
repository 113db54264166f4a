import { randomUUID } from 'node:crypto'
import t from 'tap'
import { kg } from '../support/books.ts'
import { describedAnswers } from '../support/described-answers.ts'
import { commission, declaration, first, magnets, receipt, shipment } from '../support/first-day.ts'
import { testGuard } from '../support/log.ts'
import { testApp } from '../support/service.ts'

/** A first day of two companies, and what may be asked of it: every answer is what is described. */
const service = await testApp(t, { guard: testGuard(t) })
const { watched, request } = await describedAnswers(t, service)
const maker = watched(await service.actor('producer'))
const buyer = watched(await service.actor(['producer', 'buyer']))
const works = await service.facility(maker.organization)
const dock = await service.facility(buyer.organization)

const WAIT = { prefer: 'wait=5' }
const made = `/v1/batches/${first.magnets}`

t.test('what is recorded', async (t) => {
  await maker.request('POST', '/v1/epds', declaration(maker.organization, works))
  for (const event of [commission(works), magnets(works), shipment(works, buyer.organization)]) {
    await maker.request('POST', '/v1/events', event)
    await maker.request('POST', '/v1/events', event)
    await maker.request('POST', '/v1/events/check', event)
  }
  const arrived = { ...receipt(dock), id: first.epd }
  const lines = { 'content-type': 'application/x-ndjson' }
  await buyer.request('POST', '/v1/events', `${JSON.stringify(arrived)}\n`, lines)
  const refused = await buyer.request('POST', '/v1/events', '{}\n', lines)
  t.match(refused, { status: 422, body: { findings: [{ line: 1 }] } })
})

t.test('what waits for its receipt', async (t) => {
  const grant = { grantee: buyer.organization }
  const granted = await maker.request('POST', `${made}/grants`, grant, WAIT)
  t.match(granted, { status: 201, body: { receipt: /tlog-proof/ } })
  const lines = { ...WAIT, 'content-type': 'application/x-ndjson' }
  const again = `${JSON.stringify(commission(works))}\n`
  const replayed = await maker.request('POST', '/v1/events', again, lines)
  t.match(replayed, { status: 200, body: { results: [{ receipt: /tlog-proof/ }] } })
})

t.test('what is asked', async () => {
  for (const part of ['', '/history', '/findings', '/upstream', '/downstream', '/custody']) {
    await maker.request('GET', `${made}${part}`)
    await buyer.request('GET', `${made}${part}`)
  }
  for (const by of ['country', 'facility', 'step']) {
    await buyer.request('GET', `${made}/origins?by=${by}`)
  }
  for (const list of ['batches', 'shipments', 'findings', 'organizations', 'facilities', 'epds']) {
    await maker.request('GET', `/v1/${list}?limit=1`)
  }
  const delivery = `batch=${first.magnets}&deliveryDate=2027-01-15`
  for (const [report, question] of [
    ['dfars-252.225-7052', delivery],
    ['gaps', `batch=${first.magnets}`],
    ['crma-29', `batch=${first.magnets}`],
    ['footprint-chain', `batch=${first.magnets}`]
  ]) {
    await maker.request('GET', `/v1/reports/${report}?${question}`)
  }
  await maker.request('GET', `/v1/batches/${first.shipment}`)
  await maker.request('GET', '/v1/batches?limit=0')
})

t.test('what the books refuse is shown as it comes', async (t) => {
  const { components } = (await request('GET', '/openapi.json')).body
  const words = (text: unknown) => String(text).replace(/[\d.]+/g, '#')
  const onItsWay = { ...shipment(works, buyer.organization), id: randomUUID() }
  await maker.request('POST', '/v1/events', {
    ...onItsWay,
    lines: [{ batch: first.magnets, mass: kg('20') }]
  })
  for (const [name, answer] of [
    [
      'ReceiptFindings',
      await buyer.request('POST', `/v1/shipments/${onItsWay.id}/acceptance`, {
        facility: dock,
        lines: [{ batch: first.magnets, mass: kg('25') }]
      })
    ],
    [
      'EventFindings',
      await maker.request('POST', '/v1/events', { ...magnets(works), id: randomUUID() })
    ]
  ] as const) {
    const { value } = components.examples[name]
    const [shown] = value.findings
    const [found] = answer.body.findings.filter((one: { code: string }) => one.code === shown.code)
    t.match([answer.status, answer.body.detail], [value.status, value.detail], name)
    t.strictSame(Object.keys(found), Object.keys(shown), name)
    for (const member of Object.keys(shown)) {
      t.equal(words(shown[member]), words(found[member]), `${name} ${member}`)
    }
  }
})

t.test('what is refused, with all that its head tells', async (t) => {
  const auditor = watched(await service.actor('auditor'))
  await request('GET', made)
  await request('POST', '/v1/events', {})
  await request('GET', '/metrics')
  await auditor.request('GET', '/metrics')
  await auditor.request('GET', '/v1/registration-numbers')
  const refused = await auditor.request('POST', '/v1/clients', {})
  t.match(refused, { status: 403, headers: { 'www-authenticate': /scope="party:write"/ } })
  await maker.request('POST', '/v1/events', 'x', { 'content-type': 'text/csv' })
  const stored = `/v1/epds/${first.epd}/document`
  const { status } = await maker.request('GET', stored, undefined, { accept: 'application/pdf' })
  t.equal(status, 200, 'it is there in the type that it came in')
  const { paths } = (await request('GET', '/openapi.json')).body
  for (const path of ['/v1/epds/{id}/document', '/v1/epds/{id}/file']) {
    t.notOk('406' in paths[path].get.responses, path)
  }
  const coded = { 'content-encoding': 'gzip', 'content-type': 'application/json' }
  const unread = await maker.request('POST', '/v1/events', 'x', coded)
  t.match(unread, { status: 415, headers: { 'accept-encoding': 'identity' } })
  const form = { 'content-type': 'application/x-www-form-urlencoded' }
  for (const query of ['realm=x', 'a=%FF', '']) {
    const { status, body } = await request('POST', `/auth/token?${query}`, 'a=b', form)
    t.match({ status, body }, { status: 400, body: { error: 'invalid_request' } }, query)
  }
})
