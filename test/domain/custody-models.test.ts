import t from 'tap'
import type { BatchState } from '../../src/domain/custody/books.ts'
import type { CustodyModel } from '../../src/domain/custody/event.ts'
import { desk, elements, id, kg, oxides } from '../support/books.ts'

const OXIDE = oxides({ Nd2O3: '73.24', Pr6O11: '26.24', La2O3: '0.02', CeO2: '0.03' })
const PRODUCT = { class: 'separated_oxide', name: 'NdPr oxide' }
const LADDER: readonly CustodyModel[] = [
  'identity_preserved',
  'segregated',
  'controlled_blending',
  'mass_balance',
  'book_and_claim'
]

/** Two lots of 500 kg, from Australia and from Vietnam unless told otherwise, under one model. */
function lots(model: CustodyModel, countries: readonly (string | null)[] = ['AU', 'VN']) {
  const books = desk()
  books.facility('plant', {})
  for (const [index, country] of countries.entries()) {
    const output = {
      id: id(['AU', 'VN'][index] ?? ''),
      product: PRODUCT,
      entry: 'purchased',
      mass: kg('500'),
      assay: OXIDE,
      custodyModel: model,
      declared: country === null ? [] : [{ element: '*', step: 'mined', country }]
    }
    const time = '2026-09-02T06:00:00Z'
    books.record({ type: 'commission', time, facility: id('plant'), outputs: [output] })
  }
  return books
}

const blend = (more: object, au = '500', vn = '500') => ({
  type: 'transform',
  time: '2026-10-01T06:00:00Z',
  facility: id('plant'),
  stages: ['storage_transport_trade'],
  inputs: [
    { batch: id('AU'), mass: kg(au) },
    { batch: id('VN'), mass: kg(vn) }
  ],
  outputs: [
    {
      id: id('blend'),
      product: PRODUCT,
      mass: kg(`${Number(au) + Number(vn)}`),
      assay: 'inherited',
      ...more
    }
  ]
})

const codes = (judgement: { findings: readonly { code: string }[] }) =>
  judgement.findings.map(({ code }) => code)

t.test('a custody model only weakens, on every pair of the ladder', (t) => {
  for (const [from, weaker] of LADDER.entries()) {
    for (const [to, stated] of LADDER.entries()) {
      const judged = lots(weaker, ['AU', 'AU']).record(blend({ custodyModel: stated }))
      t.same(codes(judged), to < from ? ['CUSTODY_MODEL_UPGRADE'] : [], `${weaker} to ${stated}`)
      t.equal(judged.effect === null, to < from)
    }
  }
  t.end()
})

t.test('it is the source of each rare earth that counts, not that of what is beside it', (t) => {
  const books = desk()
  books.facility('plant', {})
  const bought = (name: string, country: string) => ({
    id: id(name),
    product: PRODUCT,
    entry: 'purchased',
    mass: kg('500'),
    assay: OXIDE,
    custodyModel: 'identity_preserved',
    declared: [
      ...['Nd', 'Pr'].map((element) => ({ element, step: 'mined', country: 'AU' })),
      { element: '*', step: 'mined', country }
    ]
  })
  const time = '2026-09-02T06:00:00Z'
  const outputs = [bought('AU', 'AU'), bought('VN', 'VN')]
  t.same(codes(books.record({ type: 'commission', time, facility: id('plant'), outputs })), [])
  t.same(codes(books.record(blend({ custodyModel: 'identity_preserved' }))), [])
  t.end()
})

t.test('of lots under two models the weaker one holds for what is made of them', (t) => {
  for (const [from, model] of LADDER.entries()) {
    for (const [to, other] of LADDER.entries()) {
      const books = lots(model, ['AU'])
      const bought = {
        type: 'commission',
        time: '2026-09-02T06:00:00Z',
        facility: id('plant'),
        outputs: [
          {
            id: id('VN'),
            product: PRODUCT,
            entry: 'purchased',
            mass: kg('500'),
            assay: OXIDE,
            custodyModel: other,
            declared: [{ element: '*', step: 'mined', country: 'AU' }]
          }
        ]
      }
      t.same(codes(books.record(bought)), [])
      t.same(codes(books.record(blend({}))), [])
      const made = books.books.batches.get(id('blend'))?.custodyModel
      t.equal(made, LADDER[Math.max(from, to)], `${model} and ${other}`)
    }
  }
  t.end()
})

t.test('iron takes nothing from the identity of the one rare earth in an alloy', (t) => {
  const books = desk()
  books.facility('plant', {})
  const bought = (name: string, product: string, mass: string, assay: object, country: string) => ({
    id: id(name),
    product: { class: product, name },
    entry: 'purchased',
    mass: kg(mass),
    assay,
    custodyModel: 'identity_preserved',
    declared: [{ element: '*', step: 'mined', country }]
  })
  const event = { time: '2026-09-02T06:00:00Z', facility: id('plant') }
  books.record({
    ...event,
    type: 'commission',
    outputs: [
      bought('neodymium', 'ree_metal', '30', elements({ Nd: '100' }), 'AU'),
      bought('iron', 'iron', '66', elements({ Fe: '100' }), 'SE'),
      bought('boron', 'ferroboron', '5', elements({ B: '20', Fe: '80' }), 'TR')
    ]
  })
  const melted = books.record({
    ...event,
    type: 'transform',
    stages: ['alloying'],
    inputs: [
      { batch: id('neodymium'), mass: kg('30') },
      { batch: id('iron'), mass: kg('66') },
      { batch: id('boron'), mass: kg('5') }
    ],
    outputs: [
      {
        id: id('alloy'),
        product: { class: 'alloy', name: 'Alloy' },
        mass: kg('100'),
        assay: elements({ Nd: '29.5', Fe: '69.5', B: '1' }),
        custodyModel: 'identity_preserved'
      }
    ]
  })
  t.same(codes(melted), [])
  t.end()
})

t.test('an identity is preserved only where sources are not mixed', (t) => {
  const modelOf = (countries: readonly (string | null)[]) => {
    const books = lots('identity_preserved', countries)
    books.record(blend({}))
    return books.books.batches.get(id('blend'))?.custodyModel
  }
  t.equal(modelOf(['AU', 'AU']), 'identity_preserved', 'of one source')
  t.equal(modelOf(['AU', 'VN']), 'segregated', 'of two')
  t.equal(modelOf(['AU', null]), 'segregated', 'one of them unknown')
  t.equal(modelOf([null, null]), 'segregated', 'nobody knows whether it is one')
  const claimed = lots('identity_preserved').record(blend({ custodyModel: 'identity_preserved' }))
  t.match(claimed.findings, [
    {
      code: 'CUSTODY_MODEL_UPGRADE',
      pointer: '/outputs/0/custodyModel',
      expected: 'segregated, controlled_blending, mass_balance, book_and_claim'
    }
  ])
  t.end()
})

t.test('without any rare earth it is the source of the whole material that counts', (t) => {
  const modelOf = (countries: readonly string[]) => {
    const books = desk()
    books.facility('plant', {})
    const lot = (country: string, index: number) => ({
      id: id(['AU', 'VN'][index] ?? ''),
      product: { class: 'iron', name: 'Iron' },
      entry: 'purchased',
      mass: kg('500'),
      assay: elements({ Fe: '100' }),
      custodyModel: 'identity_preserved',
      declared: [{ element: '*', step: 'mined', country }]
    })
    const event = { time: '2026-09-02T06:00:00Z', facility: id('plant') }
    books.record({ ...event, type: 'commission', outputs: countries.map(lot) })
    const product = { class: 'iron', name: 'Iron' }
    const outputs = [{ id: id('blend'), product, mass: kg('1000'), assay: 'inherited' }]
    t.same(codes(books.record({ ...blend({}), outputs })), [])
    return books.books.batches.get(id('blend'))?.custodyModel
  }
  t.equal(modelOf(['SE', 'SE']), 'identity_preserved', 'of one source')
  t.equal(modelOf(['SE', 'BR']), 'segregated', 'of two')
  t.end()
})

t.test('iron and boron leave the identity of the rare earths as it is', (t) => {
  const books = desk()
  books.facility('plant', {})
  const custodyModel = 'identity_preserved'
  const enters = (product: string, mass: string, assay: object, country: string) => ({
    id: id(product),
    product: { class: product, name: product },
    entry: 'purchased',
    mass: kg(mass),
    assay,
    custodyModel,
    declared: [{ element: '*', step: 'mined', country }]
  })
  books.record({
    type: 'commission',
    time: '2026-09-02T06:00:00Z',
    facility: id('plant'),
    outputs: [
      enters('ree_metal', '310', elements({ Nd: '74.5', Pr: '25.2', Fe: '0.3' }), 'AU'),
      enters('iron', '640', elements({ Fe: '99.9' }), 'SE'),
      enters('ferroboron', '50', elements({ Fe: '80', B: '20' }), 'TR')
    ]
  })
  const inputs = ['ree_metal', 'iron', 'ferroboron'].map((name, index) => ({
    batch: id(name),
    mass: kg(['310', '640', '50'][index] ?? '')
  }))
  const alloy = {
    id: id('alloy'),
    product: { class: 'alloy', name: 'Flakes' },
    mass: kg('990'),
    assay: elements({ Nd: '23', Pr: '7.8', B: '1', Fe: '68.1' }),
    custodyModel
  }
  const time = '2026-10-01T06:00:00Z'
  const facility = id('plant')
  const melt = { type: 'transform', time, facility, stages: ['alloying'], inputs, outputs: [alloy] }
  t.same(codes(books.record(melt)), [])
  t.equal(books.books.batches.get(id('alloy'))?.custodyModel, custodyModel)
  t.end()
})

t.test('physical origins are the same under every model: a claim moves none of them', (t) => {
  const shares = LADDER.map((model) => {
    const books = lots(model)
    const judged = books.record(blend({}, '100', '300'))
    t.same(codes(judged), [], model)
    const state = books.books.batches.get(id('blend')) as BatchState
    const mixed = model === 'identity_preserved' ? 'segregated' : model
    t.equal(state.custodyModel, mixed, 'the model of the inputs goes on, as far as it is true')
    return [...(state.lineage.origins.get('Nd') ?? [])]
  })
  for (const each of shares) t.strictSame(each, shares[0])
  t.same(
    shares[0]?.map(({ parts }) => parts).sort((a, b) => a - b),
    [250_000_000_000, 750_000_000_000]
  )
  t.end()
})

t.test('what mass balance or book and claim do not hold cannot be claimed from them', (t) => {
  const claims = (claim: object) =>
    codes(lots('segregated').record(blend({ claimedRecycled: [claim] })))
  t.same(claims({ element: 'Nd', postConsumerPct: '0' }), [])
  t.same(claims({ element: 'Nd', postConsumerPct: '-1' }), ['SCHEMA'], 'less than nothing')
  t.same(claims({ element: 'Zz', postConsumerPct: '0' }), ['ELEMENT_UNKNOWN'])
  const parts = ['0.03', '0.02', '0.01'].map((postConsumerPct) => ({
    element: 'Nd',
    postConsumerPct
  }))
  const inParts = lots('segregated').record(blend({ claimedRecycled: parts }))
  t.match(
    inParts.findings,
    [{ pointer: '/outputs/0/claimedRecycled/2/postConsumerPct', actual: '0.06 %' }],
    'several claims about one element are one in parts'
  )
  t.same(claims({ element: 'Nd', preConsumerPct: '0.05' }), [])
  t.same(claims({ element: 'Nd', preConsumerPct: '0.06' }), ['RECYCLED_SHARE_EXCEEDS'])
  const claimedRecycled = [{ element: 'Nd', postConsumerPct: '10' }]
  const told = LADDER.map((model) => codes(lots(model).record(blend({ claimedRecycled }))))
  t.same(told, [
    ['RECYCLED_SHARE_EXCEEDS'],
    ['RECYCLED_SHARE_EXCEEDS'],
    ['RECYCLED_SHARE_EXCEEDS'],
    ['CUSTODY_OVERDRAWN'],
    ['CUSTODY_OVERDRAWN']
  ])
  t.end()
})
