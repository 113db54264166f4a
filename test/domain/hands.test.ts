import t from 'tap'
import { desk, elements, id, kg, oxides } from '../support/books.ts'

const METAL = elements({ Nd: '75', Pr: '25' })

/** 100 kg of metal that `acme` bought, and what the rules say to further events. */
function stocked() {
  const all = desk()
  all.facility('works', {})
  all.facility('theirs', { organization: 'buyer' })
  all.facility('leased', { organization: 'toller', operator: id('acme') })
  all.facility('let', { operator: id('toller') })
  const told = (document: Record<string, unknown>, actor?: string) =>
    all
      .record({ time: '2026-03-01T00:00:00Z', facility: id('works'), ...document }, actor)
      .findings.map(({ code, pointer }) => `${code} ${pointer}`)
  const lot = (name: string, more: object = {}) => ({
    id: id(name),
    product: { class: 'ree_metal', name },
    mass: kg('100'),
    assay: METAL,
    ...more
  })
  const buy = (output: object, more: object = {}) =>
    told({ type: 'commission', outputs: [{ entry: 'purchased', ...output }], ...more })
  const store = (output: object, more: object = {}) =>
    told({
      type: 'transform',
      stages: ['storage_transport_trade'],
      inputs: [{ batch: id('metal'), mass: kg('100') }],
      outputs: [output],
      ...more
    })
  t.same(buy(lot('metal', { number: 'LOT-1' })), [])
  return { ...all, told, lot, buy, store }
}

t.test('R1: its owner draws nothing that others hold, nor what is on its way', async (t) => {
  const { record, told, lot, store } = stocked()
  t.same(store(lot('kept', { owner: id('buyer') })), [])
  const lines = [{ batch: id('kept'), mass: kg('100') }]
  const drawn = () =>
    record(
      {
        type: 'adjust',
        time: '2026-03-02T00:00:00Z',
        facility: id('theirs'),
        batch: id('kept'),
        direction: 'decrease',
        reason: 'sampling',
        mass: kg('1')
      },
      'buyer'
    ).findings
  const code = 'BATCH_NOT_HELD'
  t.match(drawn(), [{ code, pointer: '/batch', message: /is not in your custody\.$/ }])
  t.same(told({ type: 'ship', to: id('buyer'), ownership: 'retained', lines }), [])
  t.match(drawn(), [{ code, message: /is not in your custody: it is in transit\.$/ }])
})

t.test('R1: at a facility acts whoever owns or operates it', async (t) => {
  const { lot, buy } = stocked()
  t.same(buy(lot('there'), { facility: id('theirs') }), ['FACILITY_UNKNOWN /facility'])
  t.same(buy(lot('here'), { facility: id('leased') }), [])
  t.same(buy(lot('let'), { facility: id('let') }), [], 'its owner, who lets it to somebody')
})

t.test('R1: nobody gives away what it merely holds', async (t) => {
  const { told, lot, store } = stocked()
  t.same(store(lot('kept', { owner: id('buyer') })), [])
  const ship = (to: string, ownership: string, mass: string) =>
    told({ type: 'ship', to: id(to), ownership, lines: [{ batch: id('kept'), mass: kg(mass) }] })
  t.same(ship('toller', 'transferred', '10'), ['OWNER_NOT_SENDER /lines/0/owner'])
  t.same(ship('toller', 'retained', '10'), [])
  t.same(ship('buyer', 'transferred', '10'), [], 'its owner may have it back in whatever way')
})

t.test('R7: what enters as mined was mined, at a facility that mines', async (t) => {
  const { facility, lot, buy } = stocked()
  const mined = (more: object, at = 'works') =>
    buy(lot('new', { entry: 'mined', ...more }), { facility: id(at) })
  t.same(mined({}), ['PRODUCT_ENTRY /outputs/0/entry'])
  facility('smelter', { stages: ['metal_making'] })
  const ore = { product: { class: 'ore', name: 'Ore' }, assay: oxides({ Nd2O3: '3' }) }
  t.same(mined(ore, 'smelter'), ['FACILITY_STAGE /outputs/0/entry'])
  t.same(mined(ore), [])
  const country = { entry: 'post_consumer_scrap', sourceCountry: 'UK' }
  const scrap = { ...ore, product: { class: 'sorted_scrap', name: 'Scrap' }, ...country }
  t.same(buy(lot('scrap', scrap)), ['COUNTRY_CODE /outputs/0/sourceCountry'])
})

t.test('R3: a stocktake of ore forgives what assays of ore do', async (t) => {
  const { told, lot, buy } = stocked()
  const ore = { product: { class: 'ore', name: 'Ore' }, assay: oxides({ Nd2O3: '3' }) }
  t.same(buy(lot('ore', { entry: 'mined', ...ore })), [])
  const find = (mass: string) =>
    told({
      type: 'adjust',
      batch: id('ore'),
      direction: 'increase',
      reason: 'stocktake',
      mass: kg(mass)
    })
  t.same(find('5.1'), ['ADJUST_GAIN /mass'])
  t.same(find('5'), [])
})

t.test('R1: whose a batch is said to be is registered here', async (t) => {
  const { lot, buy, store } = stocked()
  const owner = id('nobody')
  t.same(buy(lot('bought', { owner })), ['OWNER_UNKNOWN /outputs/0/owner'])
  t.ok(store(lot('kept', { owner })).includes('OWNER_UNKNOWN /outputs/0/owner'))
  t.same(store(lot('kept', { owner: id('buyer') })), [])
})

t.test('R7: clocks may differ by five minutes', async (t) => {
  const { lot, buy } = stocked()
  t.same(buy(lot('soon'), { time: '2026-11-23T12:05:00Z' }), [])
  t.same(buy(lot('later'), { time: '2026-11-23T12:05:01Z' }), ['DATE_FUTURE /time'])
})

t.test('R6: the mass of a piece may be stated without their number', async (t) => {
  const { lot, buy } = stocked()
  t.same(buy(lot('pieces', { pieceMass: kg('0.02') })), [])
})

t.test('R14: an id or a number means one batch', async (t) => {
  const { books, lot, buy, store } = stocked()
  t.same(buy(lot('metal')), ['ID_CONFLICT /outputs/0/id'])
  t.ok(store(lot('metal')).includes('ID_CONFLICT /outputs/0/id'))
  for (const make of [buy, store]) {
    t.same(make(lot('other', { number: 'LOT-1' })), ['ID_CONFLICT /outputs/0/number'])
  }
  t.equal(books.batches.get(id('other')), undefined)
})

t.test('R4: the assay of a residue is held to the same', async (t) => {
  const { store, lot } = stocked()
  const residues = [{ name: 'dross', mass: kg('1'), assay: oxides({ Nd2O3: '62', Pr6O11: '50' }) }]
  t.ok(store(lot('kept'), { residues }).includes('ASSAY_SUM /residues/0/assay/values'))
})

t.test('R3: a loss is one of an element, in a unit of mass', async (t) => {
  const { store, lot } = stocked()
  const lost = (element: string, mass: object) =>
    store(lot('kept'), { losses: [{ element, mass }] })
  t.ok(lost('Xx', kg('1')).some((told) => told.endsWith('/losses/0/element')))
  t.ok(lost('Nd', { ...kg('1'), unit: 'tons' }).includes('UNIT_UNKNOWN /losses/0/mass/unit'))
})

t.test('a stocktake takes every element with it, as much as there is of it', async (t) => {
  const { record, books } = stocked()
  const count = (direction: string, mass: string) => {
    const { booked, findings } = record({
      type: 'adjust',
      time: '2026-03-01T00:00:00Z',
      facility: id('works'),
      batch: id('metal'),
      direction,
      reason: 'stocktake',
      mass: kg(mass)
    })
    t.same(findings, [])
    return Object.fromEntries(booked[0]?.elements ?? [])
  }
  t.same(count('decrease', '10'), { Nd: -7_500_000_000n, Pr: -2_500_000_000n })
  t.same(count('increase', '1'), { Nd: 750_000_000n, Pr: 250_000_000n })
  t.equal(books.batches.get(id('metal'))?.drawnUg, 9_000_000_000n)
})

t.test('R7: a region lies in its country, and a heading covers its product', async (t) => {
  const { lot, buy } = stocked()
  const from = (region: string, share = '1') => ({
    declared: [{ element: 'Nd', step: 'mined', country: 'AU', region, share }]
  })
  t.same(buy(lot('one', from('US-CA'))), ['COUNTRY_MISMATCH /outputs/0/declared/0/region'])
  t.same(buy(lot('two', from('AU-WA'))), [])
  const baked = { declared: [{ element: 'Nd', step: 'baked', country: 'AU' }] }
  t.same(buy(lot('baked', baked)), ['DECLARED_STEP_UNKNOWN /outputs/0/declared/0/step'])
  const unheard = { declared: [{ element: 'Xx', step: 'mined', country: 'AU' }] }
  t.same(buy(lot('Xx', unheard)), ['DECLARED_STEP_UNKNOWN /outputs/0/declared/0/element'])
  const britain = { declared: [{ element: 'Nd', step: 'mined', country: 'UK' }] }
  t.same(buy(lot('UK', britain)), ['COUNTRY_CODE /outputs/0/declared/0/country'])
  t.same(buy(lot('three', { hsCode: '8505.11' })), ['HS_STAGE /outputs/0/hsCode'])
  for (const hsCode of ['2805', '2805.30', '28053010']) {
    t.same(buy(lot(hsCode, { hsCode })), [], hsCode)
  }
})
