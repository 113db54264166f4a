import t from 'tap'
import type { BatchState } from '../../src/domain/custody/books.ts'
import { parseOriginKey } from '../../src/domain/lineage/key.ts'
import { WHOLE } from '../../src/domain/lineage/share.ts'
import { formatKg, MAX_MASS_UG } from '../../src/domain/quantity/mass.ts'
import { desk, elements, id, kg, oxides } from '../support/books.ts'

const OXIDE = oxides({ Nd2O3: '73.24', Pr6O11: '26.24', La2O3: '0.02', CeO2: '0.03' })
const METAL = elements({ Nd: '73.9', Pr: '25.6', Fe: '0.3' })

const codes = (judgement: { findings: readonly { code: string }[] }) =>
  judgement.findings.map((finding) => finding.code)

const MOST = formatKg(MAX_MASS_UG)

/** Of neodymium and of praseodymium. */
const OVERDRAWN = ['CAMPAIGN_OVERDRAWN', 'CAMPAIGN_OVERDRAWN']

type Desk = ReturnType<typeof desk>

/** A works with two lots of oxide, 1,000 kg from Australia and 1,000 kg from Vietnam. */
function works(): Desk {
  const books = desk()
  books.facility('plant', {})
  books.facility('annex', {})
  for (const [lot, country] of [
    ['AU', 'AU'],
    ['VN', 'VN']
  ] as const) {
    const bought = books.record({
      type: 'commission',
      time: '2026-09-02T06:00:00Z',
      facility: id('plant'),
      outputs: [
        {
          id: id(lot),
          product: { class: 'separated_oxide', name: 'NdPr oxide' },
          entry: 'purchased',
          mass: kg('1000'),
          assay: OXIDE,
          declared: [{ element: '*', step: 'mined', country }]
        }
      ]
    })
    t.ok(bought.effect, JSON.stringify(bought.findings))
  }
  return books
}

function run(day: number, feed: string | null, out: [string, string] | null, more: object = {}) {
  return {
    type: 'transform',
    time: `2026-10-${String(day).padStart(2, '0')}T06:00:00Z`,
    facility: id('plant'),
    stages: ['metal_making'],
    campaign: 'C-1',
    inputs:
      feed === null
        ? []
        : [{ batch: id(feed.split(' ')[0] as string), mass: kg(feed.split(' ')[1] as string) }],
    outputs:
      out === null
        ? []
        : [
            {
              id: id(out[0]),
              product: { class: 'ree_metal', name: 'NdPr metal' },
              mass: kg(out[1]),
              assay: METAL
            }
          ],
    ...more
  }
}

function close(day: number, more: object = {}) {
  return {
    type: 'close_campaign',
    time: `2026-10-${String(day).padStart(2, '0')}T06:00:00Z`,
    facility: id('plant'),
    campaign: 'C-1',
    ...more
  }
}

const inventory = (mass: string) => ({ closing: { mass: kg(mass), assay: OXIDE } })

function places(books: Desk, batch: string): [string, number][] {
  const lineage = (books.books.batches.get(id(batch)) as BatchState).lineage
  return (lineage.origins.get('Nd') ?? []).map(({ key, parts }) => [
    parseOriginKey(key).place,
    parts
  ])
}

t.test('outputs draw the shares that the pool has at their moment', async (t) => {
  const books = works()
  t.ok(books.record(run(1, 'AU 1000', null)).effect, 'a campaign may take without giving')
  t.ok(books.record(run(2, null, ['M1', '400'])).effect, 'and give without taking')
  t.ok(books.record(run(3, 'VN 1000', null)).effect)
  const last = books.record(run(4, null, ['M2', '400']))
  t.same(codes(last), [])
  t.same(places(books, 'M1'), [['AU', WHOLE]], 'what was fed later is not in it')
  // Nd: 1,000 kg of oxide hold 627.93 kg; M1 took 400 x 73.9 % = 295.6 kg of the first lot.
  const pool = [...places(books, 'M2')]
  const au = pool.find(([place]) => place === 'AU')?.[1] ?? 0
  t.equal(
    pool.reduce((sum, [, parts]) => sum + parts, 0),
    WHOLE
  )
  const held = 627.93
  const expected = (held - 295.6) / (2 * held - 295.6)
  t.ok(Math.abs(au / WHOLE - expected) < 1e-4, `${au / WHOLE} for ${expected}`)
})

t.test('nothing comes out before anything was fed, a residue beside it or not', async (t) => {
  const books = works()
  t.ok(books.record(run(5, 'AU 1000', null)).effect)
  const residues = [{ name: 'slag', mass: kg('1'), assay: OXIDE }]
  for (const [out, more] of [
    [['M1', '400'], {}],
    [['M1', '400'], { residues }],
    [null, { residues }]
  ] as const) {
    const early = codes(books.record(run(4, null, out && [...out], more)))
    t.ok(early.includes('DATE_ORDER'), early.join())
  }
  t.same(codes(books.record(run(6, null, ['M1', '400'], { residues }))), [])
})

t.test('a campaign may be fed more than a batch may weigh', async (t) => {
  const books = desk()
  books.facility('plant', {})
  const product = { class: 'separated_oxide', name: 'NdPr oxide' }
  for (const [index, lot] of ['AU', 'VN'].entries()) {
    const output = { id: id(lot), product, entry: 'purchased', mass: kg(MOST), assay: OXIDE }
    const event = { time: '2026-09-02T06:00:00Z', facility: id('plant') }
    t.same(codes(books.record({ ...event, type: 'commission', outputs: [output] })), [])
    const { effect } = books.record(run(index + 1, `${lot} ${MOST}`, null))
    const masses = effect?.newBatches.map(({ state }) => state.massUg)
    t.same(masses, [MAX_MASS_UG], 'the batch that stands for what is in it')
  }
  t.same(codes(books.record(run(3, null, ['M1', '7000000000']))), [])
  t.same(codes(books.record(run(4, null, ['M2', '7000000000']))), [], 'none of it is forgotten')
})

t.test('what was lost from a pool is not in it when something else is fed', async (t) => {
  const books = works()
  const lost = ['Nd 300', 'Pr 100'].map((text) => {
    const [element, mass] = text.split(' ') as [string, string]
    return { element, mass: kg(mass) }
  })
  t.ok(books.record(run(1, 'AU 1000', null, { losses: lost })).effect)
  t.ok(books.record(run(2, 'VN 1000', null)).effect)
  t.ok(books.record(run(3, null, ['M1', '400'])).effect)
  // 1,000 kg of oxide hold 627.93 kg of neodymium; 300 kg of the first lot are lost.
  const au = places(books, 'M1').find(([place]) => place === 'AU')?.[1] ?? 0
  const expected = 327.93 / (327.93 + 627.93)
  t.ok(Math.abs(au / WHOLE - expected) < 1e-4, `${au / WHOLE} for ${expected}`)
})

t.test(
  'a campaign never gives more of an element than it holds, over its whole life',
  async (t) => {
    const books = works()
    books.record(run(1, 'AU 500', null))
    t.same(codes(books.record(run(2, null, ['M1', '600']))), OVERDRAWN)
    // 500 kg of oxide hold 313.96 kg of neodymium: 428 kg of metal hold 0.75 % more, within tolerance.
    t.ok(books.record(run(3, null, ['M2', '428'])).effect)
    t.same(
      codes(books.record(run(4, null, ['M3', '8']))),
      ['CAMPAIGN_OVERDRAWN', 'CAMPAIGN_OVERDRAWN'],
      'once'
    )
    books.record(run(5, 'AU 100', null))
    t.same(codes(books.record(run(6, null, ['M4', '95']))), OVERDRAWN, 'not again')
    t.ok(books.record(run(7, null, ['M5', '84'])).effect)
  }
)

t.test('nobody draws on a pool but the events of its campaign', async (t) => {
  const books = works()
  const fed = books.record(run(1, 'AU 1000', null))
  const pool = fed.effect?.newBatches.at(-1)?.state.id as string
  t.ok(pool)
  const theft = {
    ...run(2, null, ['X', '10']),
    campaign: undefined,
    inputs: [{ batch: pool, mass: kg('1') }]
  }
  t.same(codes(books.record(JSON.parse(JSON.stringify(theft)))), ['BATCH_UNKNOWN'])
})

t.test('one facility, one owner, one order', async (t) => {
  const books = works()
  books.record(run(5, 'AU 100', null))
  t.same(codes(books.record({ ...run(6, 'AU 1', null), facility: id('annex') })), [
    'CAMPAIGN_FACILITY'
  ])
  const late = books.record(run(4, 'AU 100', null))
  t.same(codes(late), ['CAMPAIGN_ORDER'])
  t.ok(late.effect, 'late is told, not refused')
  const early = books.record(run(3, null, ['EARLY', '5']))
  t.same(
    codes(early),
    ['CAMPAIGN_ORDER', 'DATE_ORDER'],
    'but nothing comes out before the first feed'
  )
  t.match(early.findings[1], { expected: 'at or after 2026-10-04T06:00:00.000Z', pointer: '/time' })
  t.same(
    codes(books.record(close(3, inventory('199')))),
    ['CAMPAIGN_ORDER', 'DATE_ORDER'],
    'nor is anything found at an end that lies before it'
  )
  t.same(codes(books.record(run(4, null, ['THEN', '5']))), ['CAMPAIGN_ORDER'])
  t.match(
    codes(
      books.record(
        run(6, null, ['M', '5'], {
          outputs: [{ ...run(6, null, ['M', '5']).outputs[0], assay: 'inherited' }]
        })
      )
    ),
    ['ASSAY_INHERITED']
  )
  const empty = books.record({ ...run(7, null, null), campaign: undefined })
  t.same(codes(empty), ['SCHEMA', 'SCHEMA'])
})

t.test('closing balances the whole life of the campaign', async (t) => {
  const setUp = () => {
    const books = works()
    books.record(run(1, 'AU 1000', null))
    books.record(run(2, null, ['M1', '400']))
    return books
  }
  t.same(codes(setUp().record(close(3))), ['CAMPAIGN_LOSS', 'CAMPAIGN_LOSS'], 'half is missing')
  t.same(codes(setUp().record(close(3, inventory('700')))), OVERDRAWN, 'gain')
  const books = setUp()
  const closed = books.record(close(3, { ...inventory('520'), carryTo: 'C-2' }))
  t.same(codes(closed), [])
  t.same(codes(books.record(run(4, 'AU 1', null))), ['CAMPAIGN_CLOSED', 'BATCH_OVERDRAWN'])
  t.same(codes(books.record(run(4, 'VN 1', null))), ['CAMPAIGN_CLOSED'])
  t.same(codes(books.record(close(4))), ['CAMPAIGN_CLOSED'])
  const heir = books.record(run(5, null, ['M2', '300'], { campaign: 'C-2' }))
  t.same(codes(heir), [])
  t.same(places(books, 'M2'), [['AU', WHOLE]], 'the remainder keeps its origin')
  const facts = heir.effect?.newBatches.at(-1)?.state.pool
  t.equal(facts?.totals.opening.get('Nd'), closed.effect?.newBatches[0]?.state.elements.get('Nd'))
  t.same(codes(books.record(close(6, { campaign: 'C-9' }))), ['CAMPAIGN_UNKNOWN'])
  t.same(codes(books.record(close(6, { campaign: 'C-2', carryTo: 'C-2' }))), ['CAMPAIGN_CLOSED'])
})

t.test('one campaign may take over what several others left', async (t) => {
  const books = works()
  for (const [campaign, lot] of [
    ['C-1', 'AU'],
    ['C-2', 'VN']
  ] as const) {
    t.same(codes(books.record(run(1, `${lot} 500`, null, { campaign }))), [])
    const closed = close(2, { campaign, ...inventory('500'), carryTo: 'C-3' })
    t.same(codes(books.record(closed)), [])
  }
  t.same(codes(books.record(run(3, null, ['M1', '800'], { campaign: 'C-3' }))), [])
  t.same(places(books, 'M1').sort(), [
    ['AU', WHOLE / 2],
    ['VN', WHOLE / 2]
  ])
})

t.test('what is given within the tolerance, after all that was fed, is of what was fed', (t) => {
  const books = works()
  books.record(run(1, 'AU 500', null))
  // 314 kg of neodymium went in: 318.5 kg come out, then 1.5 kg more.
  t.same(codes(books.record(run(2, null, ['most', '431']))), [])
  t.same(codes(books.record(run(3, null, ['rest', '2']))), [])
  t.strictSame(places(books, 'rest'), [['AU', WHOLE]])
  books.record(run(4, 'VN 500', null))
  t.same(codes(books.record(run(5, null, ['next', '300']))), [])
  t.strictSame(places(books, 'next'), [['VN', WHOLE]], 'nothing of it was left')
  t.end()
})

t.test('a silo is a campaign of storage: it gives out what was put in, and nothing else', (t) => {
  const books = works()
  const silo = (day: number, feed: string | null, out: [string, string, string] | null) => {
    const [batch, mass] = feed?.split(' ') ?? []
    return {
      ...run(day, null, null),
      campaign: 'Silo 1',
      stages: ['storage_transport_trade'],
      inputs: feed === null ? [] : [{ batch: id(batch ?? ''), mass: kg(mass ?? '') }],
      outputs: out
        ? [
            {
              id: id(out[0]),
              product: { class: out[1], name: out[1] },
              mass: kg(out[2]),
              assay: OXIDE
            }
          ]
        : []
    }
  }
  t.same(codes(books.record(silo(1, 'AU 300', null))), [])
  t.same(codes(books.record(silo(2, 'VN 100', null))), [])
  t.same(codes(books.record(silo(3, null, ['drum', 'separated_oxide', '40']))), [])
  t.strictSame(places(books, 'drum'), [
    ['AU', (WHOLE * 3) / 4],
    ['VN', WHOLE / 4]
  ])
  t.same(codes(books.record(silo(4, null, ['other', 'ree_carbonate', '40']))), ['PRODUCT_STAGE'])
  t.end()
})
