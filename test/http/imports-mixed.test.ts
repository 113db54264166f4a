import { randomUUID } from 'node:crypto'
import t from 'tap'
import { epdDocument } from '../support/epds.ts'
import { imported, LINES, lines, purchase, results, works } from '../support/imports.ts'
import type { Actor } from '../support/service.ts'

/** More digits than a double carries. */
const LONG_NUMBER = '25.290000000000000000001'

const declaration = (producer: Actor, id: string) =>
  epdDocument('ndpr-oxide', (document) => {
    document['id'] = id
    document['owner'].organization = producer.organization
  })

const statuses = (items: readonly { status: string }[]) => items.map(({ status }) => status)

t.test('an upload of events and declarations', async (t) => {
  const { service, producer, facility } = await works(t)

  t.test('is recorded in the order of its lines, once', async (t) => {
    const [epd, batch, event] = [randomUUID(), randomUUID(), randomUUID()]
    const bought = purchase(facility, batch, { id: event })
    const body = lines(purchase(facility, randomUUID()), declaration(producer, epd), bought)
    const job = await imported(producer, body)
    t.match(job, { state: 'done', kind: 'any', progress: { items: 3, total: 3, accepted: 3 } })
    const items = await results(producer, job.id)
    t.match(items, [{ line: 1 }, { line: 2, id: epd }, { line: 3, id: event }])
    const positions = items.map(({ position }: { position: number }) => position)
    t.same(
      positions,
      [...positions].sort((a, b) => a - b),
      'positions follow the lines'
    )
    t.equal((await producer.request('GET', `/v1/epds/${epd}`)).status, 200)

    const again = await imported(producer, body)
    t.same(statuses(await results(producer, again.id)), ['replayed', 'replayed', 'replayed'])
  })

  t.test('holds declarations of every JSON format, with numbers of any length', async (t) => {
    const openEpd = `{"doctype":"openEPD","product_name":"Oxide","ext":{"n":${LONG_NUMBER}}}`
    const job = await imported(producer, lines(openEpd, purchase(facility, randomUUID())))
    const [first, second] = await results(producer, job.id)
    t.notMatch(JSON.stringify(first.findings), /BODY_INVALID|No known type/i)
    t.match(first.findings[0], { code: /^EPD_/ })
    t.equal(second.status, 'accepted')
    const alone = await imported(producer, lines(openEpd), { url: '/v1/imports?kind=epds' })
    t.same((await results(producer, alone.id))[0].findings, first.findings)
  })

  t.test('is told in one word where only the other kind is wanted', async (t) => {
    const event = purchase(facility, randomUUID())
    const epd = declaration(producer, randomUUID())
    const foreign = `{"doctype":"openEPD","n":${LONG_NUMBER}}`
    const findingsOf = async (kind: string, ...each: (object | string)[]) => {
      const job = await imported(producer, lines(...each), { url: `/v1/imports?kind=${kind}` })
      return (await results(producer, job.id)).flatMap(
        ({ status, findings }: { status: string; findings: readonly { message: string }[] }) =>
          status === 'refused' ? findings.map(({ message }) => message) : status
      )
    }
    const anEvent = 'This is an event, and a declaration is expected.'
    t.strictSame(await findingsOf('epds', event, epd, { type: 'ship' }), [
      anEvent,
      'accepted',
      anEvent
    ])
    const anEpd = 'This is a declaration, and an event is expected.'
    t.strictSame(await findingsOf('events', epd, event, foreign), [anEpd, 'accepted', anEpd])
  })

  t.test('is refused line by line, each as what it is', async (t) => {
    const { results: _, ...broken } = declaration(producer, randomUUID())
    const body = lines(broken, { type: 'alchemy' }, { facility }, '[1]', '{"type":"ship"', '7')
    const job = await imported(producer, body)
    const items = await results(producer, job.id)
    t.match(job.progress, { items: 6, refused: 6 })
    t.match(items[0].findings, [{ code: 'SCHEMA', pointer: '/results' }])
    t.match(items[1].findings, [{ code: 'SCHEMA', pointer: '/type', actual: 'alchemy' }])
    t.match(items[2].findings, [{ code: 'SCHEMA', pointer: '/type' }])
    t.match(items[4].findings, [{ code: 'BODY_INVALID' }])
  })

  t.test('may be bound to one of the two, and all or nothing is for events', async (t) => {
    const body = lines(declaration(producer, randomUUID()))
    const events = await imported(producer, body, { url: '/v1/imports?kind=events' })
    t.same(statuses(await results(producer, events.id)), ['refused'])
    const headers = { ...LINES, prefer: 'handling=strict' }
    const strict = await imported(producer, lines(purchase(facility, randomUUID())), { headers })
    t.match(strict, { state: 'done', kind: 'events', handling: 'strict' })
    const any = await producer.request('POST', '/v1/imports?kind=any', body, headers)
    t.equal(any.status, 400)
  })

  t.test('does for a client what its scopes allow', async (t) => {
    const buyer = await service.actor('buyer')
    const own = await service.facility(buyer.organization)
    const body = lines(declaration(buyer, randomUUID()), purchase(own, randomUUID()))
    const items = await results(buyer, (await imported(buyer, body)).id)
    t.same(statuses(items), ['refused', 'accepted'])
    t.match(items[0].findings, [{ code: 'FORBIDDEN', message: /epd:write/ }])
  })
})
