/** A recall that is read in parts is written while it is read: the same bytes as drawn at the end. */
import { randomUUID } from 'node:crypto'
import t from 'tap'
import { drawn, traceGraph } from '../../src/registry/trace/trace-graph.ts'
import { kg, oxides } from '../support/books.ts'
import { testApp } from '../support/service.ts'
import { NOTHING_SHOWN, type Shown, shownMeanwhile } from '../support/shown-meanwhile.ts'

const OXIDE = oxides({ Nd2O3: '73.24', Pr6O11: '26.24', La2O3: '0.02', CeO2: '0.03' })
const product = { class: 'separated_oxide', name: 'NdPr oxide' }

const service = await testApp(t, { now: () => new Date('2026-11-23T12:00:00Z') })
const maker = await service.actor('producer')
const other = await service.actor('producer')
const facility = await service.facility(maker.organization)
const elsewhere = await service.facility(other.organization)

async function accept(document: Record<string, unknown>, by = maker, at = facility) {
  const event = { id: randomUUID(), facility: at, time: '2026-09-02T06:00:00Z', ...document }
  const answer = await by.request('POST', '/v1/events', event)
  if (answer.status !== 201) throw new Error(JSON.stringify(answer.body))
}

async function divide(inputs: readonly string[], parts: number, mass = '1'): Promise<string[]> {
  const ids = Array.from({ length: parts }, () => randomUUID())
  const outputs = ids.map((id) => ({ id, product, mass: kg(mass), assay: OXIDE }))
  const share = `${(parts * Number(mass)) / inputs.length}`
  await accept({
    type: 'transform',
    stages: ['storage_transport_trade'],
    inputs: inputs.map((batch) => ({ batch, mass: kg(share) })),
    outputs
  })
  return ids
}

const root = randomUUID()
await accept({
  type: 'commission',
  outputs: [{ id: root, product, entry: 'purchased', mass: kg('100000'), assay: OXIDE }]
})
const first = await divide([root], 30, '1000')
let leaf = ''
for (const batch of first) leaf = (await divide([batch], 40))[0] as string
// Drawn from two levels: met twice.
const second = await divide([first[0] as string], 2)
for (let n = 1; n < 6; n += 1) await divide([first[n] as string, second[0] as string], 1, '0.1')

const ask = (organization: string, shown: Shown, more: object = {}) =>
  shownMeanwhile(
    service.deps,
    organization,
    { batch: root, depth: 64, limit: 20_000, ...more },
    shown
  )

t.test('all of it in one house', async (t) => {
  const shown = { ...NOTHING_SHOWN }
  t.equal(await ask(maker.organization, shown), null)
  t.match(shown, { nodes: 1238, events: 37, again: 5, partly: 0 })
})

t.test('cut off by depth and by number', async (t) => {
  const shown = { ...NOTHING_SHOWN }
  t.equal(await ask(maker.organization, shown, { depth: 1 }), null)
  t.equal(shown.void, 0, 'what came in one answer is not written before it is void')
  for (const limit of [700, 2]) t.equal(await ask(maker.organization, shown, { limit }), null)
})

t.test('by HTTP, with the tag of its bytes', async (t) => {
  const path = `/v1/batches/${root}/downstream?limit=20000`
  const { body, headers } = await maker.request('GET', path)
  t.equal(body.nodes.length, 1238)
  const again = await maker.request('GET', path, undefined, {
    'if-none-match': String(headers['etag'])
  })
  t.equal(again.status, 304)
})

t.test('what a batch was made from is drawn at the end', async (t) => {
  const { organization } = maker
  const principal = { organization, client: 'test', roles: [], scopes: new Set<never>() }
  const question = { batch: leaf, direction: 'upstream', depth: 32, limit: 2_000 } as const
  const { raw } = await maker.request('GET', `/v1/batches/${leaf}/upstream`)
  const answer = drawn(await traceGraph(service.deps, principal, question))
  t.equal(answer.nodes.length, 3)
  t.equal(raw.toString(), JSON.stringify(answer))
})

t.test('where others made something of it, the rest is drawn at the end', async (t) => {
  const batch = leaf
  const lines = [{ batch, mass: kg('1') }]
  const shipment = randomUUID()
  const time = '2026-09-03T06:00:00Z'
  await accept({
    id: shipment,
    type: 'ship',
    time,
    to: other.organization,
    ownership: 'transferred',
    lines
  })
  await accept({ type: 'receive', time, shipment, outcome: 'accepted', lines }, other, elsewhere)
  const outputs = [{ id: randomUUID(), product, mass: kg('1'), assay: OXIDE }]
  const stages = ['storage_transport_trade']
  await accept({ type: 'transform', time, stages, inputs: lines, outputs }, other, elsewhere)
  const shown = { ...NOTHING_SHOWN }
  t.equal(await ask(maker.organization, shown), null)
  t.match(shown, { nodes: 1238, partly: 1 })
  t.equal(await ask(other.organization, shown), null)
})
