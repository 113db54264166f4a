import t from 'tap'
import { recycledShares } from '../../src/domain/lineage/recycled.ts'
import { formatDecimal } from '../../src/domain/quantity/rational.ts'
import { desk, elements, id, kg, oxides } from '../support/books.ts'

const ALLOY = elements({ Nd: '23', Pr: '7', Dy: '1', B: '1', Fe: '68' })
const OXIDE = oxides({ Nd2O3: '73.24', Pr6O11: '26.24' })

const enters = (name: string, product: string, mass: string, assay: object, more: object = {}) => ({
  type: 'commission',
  time: '2026-02-01T00:00:00Z',
  facility: id('works'),
  outputs: [
    {
      id: id(name),
      product: { class: product, name: product },
      entry: 'purchased',
      mass: kg(mass),
      assay,
      ...more
    }
  ]
})

const makes = (
  stages: string[],
  inputs: Record<string, string>,
  outputs: [string, string, string, object, object?][],
  more: object = {}
) => ({
  type: 'transform',
  time: '2026-03-01T00:00:00Z',
  facility: id('works'),
  stages,
  inputs: Object.entries(inputs).map(([name, mass]) => ({ batch: id(name), mass: kg(mass) })),
  outputs: outputs.map(([name, product, mass, assay, fields = {}]) => ({
    id: id(name),
    product: { class: product, name: product },
    mass: kg(mass),
    assay,
    ...fields
  })),
  ...more
})

function works() {
  const all = desk()
  all.facility('works', {})
  const judged = (document: object, actor?: string) =>
    all
      .record(document as Record<string, unknown>, actor)
      .findings.map(({ code, severity }) => `${code} ${severity}`)
  return { ...all, judged }
}

t.test('recovery (R5)', async (t) => {
  const metal = (mass: string, more: object = {}) =>
    makes(
      ['metal_making'],
      { oxide: '700' },
      [['metal', 'ree_metal', mass, elements({ Nd: '73.9', Pr: '25.6' })]],
      more
    )
  const judged = (document: object) => {
    const { judged } = works()
    t.same(judged(enters('oxide', 'separated_oxide', '700', OXIDE)), [])
    return judged(document)
  }
  const [warning, error] = ['MB_ELEMENT_LOSS warning', 'MB_ELEMENT_LOSS error']
  t.same(judged(metal('580')), [], '97.5 %')
  t.same(judged(metal('520')), [warning, warning], '87 %: unusually little')
  // 439.55 kg Nd and 152.03 kg Pr go in.

  t.same(judged(metal('548')), [], '92.1 %: just within what is usual')
  t.same(judged(metal('546')), [warning, warning], '91.8 %: just below')
  t.same(judged(metal('416.6')), [warning, warning], '70.04 %: just within what is possible')
  t.same(judged(metal('414')), [error, error], '69.6 %: just below')
  t.same(judged(metal('300')), [error, error], '50 %: more than electrolysis can lose')
  const slag = { name: 'slag', mass: kg('330') }
  t.same(judged(metal('300', { residues: [slag] })), [warning, warning], 'a residue explains it')
  const assayed = { ...slag, assay: elements({ C: '100' }) }
  t.same(judged(metal('300', { residues: [assayed] })), [error, error], 'one of carbon does not')
  const losses = ['Nd', 'Pr'].map((element) => ({ element, mass: kg('100') }))
  t.same(judged(metal('300', { losses })), ['MB_ELEMENT_GAIN error', warning, warning])
})

t.test('recovery of several stages multiplies', async (t) => {
  const { judged } = works()
  t.same(judged(enters('block', 'sintered_block', '200', ALLOY)), [])
  const stages = ['machining', 'coating', 'magnetization']
  const cut = (name: string, mass: string) =>
    makes(stages, { block: '100' }, [[name, 'magnet', mass, ALLOY]])
  t.same(judged(cut('much', '99')), Array(4).fill('MB_ELEMENT_LOSS warning'), 'no swarf at all')
  t.same(judged(cut('usual', '70')), [])
})

t.test('swarf that no role tells from the product is no riddle (R5)', async (t) => {
  const all = works()
  t.same(all.judged(enters('block', 'sintered_block', '200', ALLOY)), [])
  const cut = (more: object) =>
    makes(['machining'], { block: '100' }, [
      ['magnet', 'shaped_magnet', '70', ALLOY],
      [
        'swarf',
        'swarf',
        '28',
        elements({ Nd: '23', Pr: '7', Dy: '1', B: '1' }, { complete: false }),
        more
      ]
    ])
  const { findings } = all.record(cut({}))
  t.equal(findings.length, 4)
  for (const { code, remedy } of findings) {
    t.equal(code, 'MB_ELEMENT_LOSS')
    t.match(remedy, /swarf, scrap\) the role co_product/)
  }
  const other = works()
  t.same(other.judged(enters('block', 'sintered_block', '200', ALLOY)), [])
  t.same(other.judged(cut({ role: 'co_product' })), [])
})

t.test('grade (R4): hard bounds refuse, typical ones warn, a coating dilutes', async (t) => {
  const { judged } = works()
  const block = (boron: string, iron: string) =>
    judged(
      enters(`block ${boron}`, 'sintered_block', '1', elements({ Nd: '31', B: boron, Fe: iron }))
    )
  t.same(block('1', '68'), [])
  t.same(block('1.3', '67.7'), ['GRADE_BOUNDS warning'])
  t.same(block('1.7', '67.3'), ['GRADE_BOUNDS error'])
  const thin = elements({ Nd: '25', B: '0.8', Fe: '54.2', C: '20' })
  t.same(judged(enters('bare', 'shaped_magnet', '1', thin))[0], 'GRADE_BOUNDS error')
  t.same(judged(enters('coated', 'coated_magnet', '1', thin)), [])
  const cobalt = elements({ Sm: '34', Co: '65.5', Fe: '0.5' })
  t.same(judged(enters('smco', 'sintered_block', '1', cobalt)), [], 'samarium-cobalt by its own')
})

t.test('the deposit (R4)', async (t) => {
  const { judged } = works()
  const ore = (name: string, deposit: string) => {
    const values = { La2O3: '1.38', CeO2: '3.0', Pr6O11: '0.37', Nd2O3: '1.11' }
    return judged(enters(name, 'ore', '1', oxides(values), { entry: 'mined', deposit }))
  }
  t.same(ore('right', 'bayan_obo'), [])
  t.same(ore('wrong', 'longnan'), Array(3).fill('SIGNATURE_IMPLAUSIBLE warning'))
  t.same(ore('new', 'Demo hill'), [], 'a deposit that nobody has described')
})

t.test('activity (R12): a licence, within its days', async (t) => {
  const { judged } = works()
  const concentrate = (name: string, evidence: object[]) => ({
    ...enters(
      name,
      'concentrate',
      '1',
      oxides({ CeO2: '50' }, { trace: { unit: '59', values: { Th: '1600', U: '<30' } } })
    ),
    evidence
  })
  const licence = (days: object) => ({ kind: 'licence', level: 'documented', ...days })
  t.same(judged(concentrate('bare', [])), ['NORM_THRESHOLD error'])
  t.same(judged(concentrate('licensed', [licence({ validUntil: '2026-02-01' })])), [])
  const expired = [licence({ validUntil: '2026-01-31' })]
  t.same(judged(concentrate('expired', expired)), ['CERTIFICATE_INVALID error'])
  const early = [licence({ validFrom: '2026-02-02' })]
  t.same(judged(concentrate('early', early)), ['CERTIFICATE_INVALID error'])
  const unreal = [licence({ validUntil: '2026-02-30' })]
  t.same(judged(concentrate('unreal', unreal)), ['DATE_INVALID error'])
})

t.test('time (R10): ten years ago is a warning', async (t) => {
  const all = desk()
  all.facility('works', { validFrom: '1990-01-01' })
  const old = {
    ...enters('old', 'iron', '1', elements({ Fe: '99' })),
    time: '2006-02-01T00:00:00Z'
  }
  const { findings, effect } = all.record(old)
  t.match(findings, [{ code: 'TIME_IMPLAUSIBLE', severity: 'warning', rule: 'R10' }])
  t.ok(effect)
})

t.test('scrap (R15): own rework counts nowhere, that of others is pre-consumer', async (t) => {
  const { judged, books, facility, record } = works()
  facility('theirs', { organization: 'buyer' })
  t.same(judged(enters('flakes', 'alloy', '1000', ALLOY)), [])
  t.same(
    judged(
      makes(['alloying'], { flakes: '500' }, [
        ['cast', 'alloy', '470', ALLOY],
        ['skull', 'alloy_scrap', '20', ALLOY, { role: 'co_product' }]
      ])
    ),
    []
  )
  const share = (batch: string) => {
    const lineage = books.batches.get(id(batch))?.lineage
    const shares = lineage && recycledShares(lineage, 'Nd')
    return [shares?.parts, shares?.preConsumer && formatDecimal(shares.preConsumer, 6)]
  }
  judged(makes(['alloying'], { flakes: '90', skull: '10' }, [['own', 'alloy', '98', ALLOY]]))
  t.match(share('own'), [{ same_process: 1e11, pre_consumer: 0 }, '0.000000'])
  const ship = {
    type: 'ship',
    id: id('shipment'),
    time: '2026-04-01T00:00:00Z',
    facility: id('works'),
    to: id('buyer'),
    ownership: 'transferred',
    lines: [
      { batch: id('skull'), mass: kg('10') },
      { batch: id('flakes'), mass: kg('90') }
    ]
  }
  t.same(record(ship).findings, [])
  const { lines } = ship
  const receive = {
    type: 'receive',
    time: '2026-04-02T00:00:00Z',
    facility: id('theirs'),
    shipment: id('shipment'),
    outcome: 'accepted',
    lines
  }
  t.same(judged(receive, 'buyer'), [])
  const again = {
    ...makes(['alloying'], { flakes: '90', skull: '10' }, [['foreign', 'alloy', '98', ALLOY]]),
    time: '2026-05-01T00:00:00Z',
    facility: id('theirs')
  }
  t.same(judged(again, 'buyer'), [])
  t.match(share('foreign'), [{ same_process: 0, pre_consumer: 1e11 }, '0.100000'])
})

t.test('pieces that are counted weigh what the batch weighs', (t) => {
  const magnets = (mass: string, count: number, pieceMass: object) => {
    const books = desk()
    books.facility('plant', {})
    const output = {
      id: id('magnets'),
      product: { class: 'magnet', name: 'Segments' },
      entry: 'purchased',
      mass: kg(mass),
      assay: elements({ Nd: '23', Pr: '7', Dy: '1', B: '1', Fe: '68' }),
      count,
      pieceMass
    }
    const time = '2026-09-02T06:00:00Z'
    const told = { type: 'commission', time, facility: id('plant'), outputs: [output] }
    return books.record(told).findings.map(({ code, pointer }) => `${code} ${pointer}`)
  }
  const grams = (value: string, unit = 'GRM') => ({ value, unit, basis: 'dry' })
  t.same(magnets('10', 1000, grams('10')), [])
  t.same(magnets('10', 1000, grams('10.9')), [], 'nominal')
  t.same(magnets('10', 1000, grams('11')), [], 'a tenth more')
  t.same(magnets('10', 1000, grams('9')), [], 'a tenth less')
  t.same(magnets('10', 1000, grams('11.001')), ['PIECE_MASS /outputs/0/pieceMass'])
  t.same(magnets('10', 1000, grams('8.999')), ['PIECE_MASS /outputs/0/pieceMass'])
  t.same(magnets('10', 1000, grams('10', 'KGM')), ['PIECE_MASS /outputs/0/pieceMass'])
  t.same(magnets('10', 100, grams('10')), ['PIECE_MASS /outputs/0/pieceMass'])
  t.same(magnets('10', 1000, grams('10', 'tons')), ['UNIT_UNKNOWN /outputs/0/pieceMass/unit'])
  t.end()
})

t.test(
  'storage skips no step: neither beside another stage nor with a spoon of the product',
  (t) => {
    const told = (stages: readonly string[], metalKg: string, made: object) => {
      const books = desk()
      books.facility('works', {})
      const metal = elements({ Nd: '73.9', Pr: '25.6', Fe: '0.3' })
      const bought = (name: string, assay: object) => ({
        id: id(name),
        product: { class: name, name },
        entry: 'purchased',
        mass: kg('100'),
        assay
      })
      const outputs = [bought('separated_oxide', OXIDE), bought('ree_metal', metal)]
      const time = '2026-02-01T00:00:00Z'
      books.record({ type: 'commission', time, facility: id('works'), outputs })
      const inputs = [{ batch: id('separated_oxide'), mass: kg('10') }]
      if (metalKg !== '0') inputs.push({ batch: id('ree_metal'), mass: kg(metalKg) })
      const output = {
        id: id('made'),
        product: { class: 'ree_metal', name: 'Metal' },
        assay: metal
      }
      const judged = books.record({
        type: 'transform',
        time: '2026-03-01T00:00:00Z',
        facility: id('works'),
        stages,
        inputs,
        outputs: [{ ...output, ...made }]
      })
      const state = books.books.batches.get(id('made'))
      return [judged.findings.map(({ code }) => code), state?.stage ?? null]
    }
    const store = 'storage_transport_trade'
    const master = { product: { class: 'master_alloy', name: 'Alloy' }, mass: kg('8.3') }
    t.same(told([store, 'alloying'], '0', master), [['STEP_MISSING'], null])
    const spoon = { mass: kg('11'), assay: 'inherited' }
    t.same(told([store], '1', spoon), [['PRODUCT_STAGE'], null])
    const smelted = { mass: kg('8.2') }
    t.same(told([store, 'metal_making'], '0', smelted), [[], 'metal_making'])
    t.same(told(['metal_making', store], '0', smelted), [[], 'metal_making'])
    t.end()
  }
)
