import { randomUUID } from 'node:crypto'
import t from 'tap'
import { verifyBooks } from '../../../src/registry/audit/verify-books.ts'
import { reevaluateStep } from '../../../src/registry/books/reevaluate.ts'
import { kg, oxides } from '../../support/books.ts'
import { testApp } from '../../support/service.ts'

const OXIDE = oxides({ Nd2O3: '73.24', Pr6O11: '26.24', La2O3: '0.02', CeO2: '0.03' })

const service = await testApp(t, { now: () => new Date('2026-11-23T12:00:00Z') })
const maker = await service.actor('producer')
const facility = await service.facility(maker.organization)

async function record(document: object): Promise<string> {
  const id = randomUUID()
  const answer = await maker.request('POST', '/v1/events', { id, facility, ...document })
  if (answer.status !== 201) throw new Error(JSON.stringify(answer.body))
  return id
}

async function bought(massKg: string): Promise<string> {
  const oxide = randomUUID()
  const product = { class: 'separated_oxide', name: 'NdPr oxide' }
  const declared = [{ element: '*', step: 'mined', country: 'AU', share: '1', evidence: [] }]
  const made = { id: oxide, product, entry: 'purchased', mass: kg(massKg), assay: OXIDE, declared }
  await record({ type: 'commission', time: '2026-09-02T06:00:00Z', outputs: [made] })
  return oxide
}

async function packed(oxide: string, massKg: string): Promise<string> {
  const id = randomUUID()
  await record({
    type: 'transform',
    time: '2026-10-01T06:00:00Z',
    stages: ['storage_transport_trade'],
    inputs: [{ batch: oxide, mass: kg(massKg) }],
    outputs: [
      {
        id,
        product: { class: 'separated_oxide', name: 'NdPr oxide, packed' },
        mass: kg(massKg),
        assay: 'inherited'
      }
    ]
  })
  return id
}

const found = (batch: string, massKg: string) =>
  record({
    type: 'adjust',
    time: '2026-10-02T06:00:00Z',
    direction: 'increase',
    reason: 'stocktake',
    batch,
    mass: kg(massKg)
  })

const takenBack = (event: string) =>
  record({ type: 'correct', time: '2026-11-02T08:00:00Z', event, reason: 'did_not_occur' })

async function stored(batch: string) {
  const [row] = await service.deps.db.query<{
    parts: string
    gained: Record<string, string> | null
  }>({
    text: `select b.found_parts as parts, v.assay_limits::json->'gained' as gained
      from batch b join batch_version v on v.batch = b.id where b.id = $1`,
    values: [batch]
  })
  return row
}

t.test(
  'what a stocktake found is kept with what is there, until all finds are taken back',
  async (t) => {
    const oxide = await bought('1000')
    const first = await packed(oxide, '980')
    const finds = [await found(oxide, '4'), await found(oxide, '1')]
    t.equal((await stored(oxide))?.parts, '200000000001', '5 of 25, rounded up twice')
    const half = await packed(oxide, '12.5')
    t.equal((await stored(oxide))?.parts, '200000000001', 'what is used takes its part along')
    await takenBack(finds[1] ?? '')
    t.equal((await stored(oxide))?.parts, '200000000001', 'nobody knows which was used')
    await takenBack(finds[0] ?? '')
    t.equal((await stored(oxide))?.parts, '0')
    const rest = await packed(oxide, '7.5')

    t.equal((await stored(first))?.gained, null)
    t.equal((await stored(half))?.gained?.['Nd'] !== undefined, true)
    t.equal((await stored(rest))?.gained, null)
    t.same((await verifyBooks(service.deps)).differences, [])
  }
)

t.test('what was told of a find is judged again once no find is left', async (t) => {
  const oxide = await bought('100')
  const before = await packed(oxide, '90')
  const find = await found(oxide, '2')
  const output = {
    id: randomUUID() as string,
    product: { class: 'separated_oxide', name: 'NdPr oxide, separated again' },
    mass: kg('8.15'),
    assay: OXIDE
  }
  await record({
    type: 'transform',
    time: '2026-10-03T06:00:00Z',
    stages: ['separation'],
    inputs: [{ batch: oxide, mass: kg('8') }],
    outputs: [output]
  })
  const settled = async () => {
    while ((await reevaluateStep(service.deps)) > 0);
  }
  const get = async (path: string) => (await maker.request('GET', path)).body
  const standing = async () => {
    const { items } = await get(`/v1/findings?batch=${output.id}&status=open&code=MB_REPEATED_GAIN`)
    const { elements } = await get(`/v1/batches/${output.id}/origins?element=Nd`)
    const { status } = await get(`/v1/batches/${output.id}`)
    return [status, items.length, Number(elements[0].unknown) > 0]
  }
  const told = ['clear', 2, true]
  t.same(await standing(), told, 'what was found and gained is more than one tolerance')
  const corrective = randomUUID()
  const wrong = { event: find, reason: 'incorrect_data', correctiveEvent: corrective }
  const corrects = await record({ type: 'correct', time: '2026-11-02T08:00:00Z', ...wrong })
  await record({
    id: corrective,
    corrects,
    type: 'adjust',
    time: '2026-10-02T06:00:00Z',
    direction: 'increase',
    reason: 'stocktake',
    batch: oxide,
    mass: kg('1.9')
  })
  await settled()
  t.same(await standing(), told, 'but for a little')
  await takenBack(corrective)
  await settled()
  t.same(await standing(), ['clear', 0, false], 'nothing was found')
  t.equal((await stored(before))?.gained, null)
  t.same((await verifyBooks(service.deps)).differences, [])
})
