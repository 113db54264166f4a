import fc from 'fast-check'
import t from 'tap'
import type { Assay } from '../../src/domain/custody/event.ts'
import { reviewAssay } from '../../src/domain/custody/rules/r04-assay.ts'
import { formatDecimal, rational } from '../../src/domain/quantity/rational.ts'
import { loadReference } from '../../src/reference.ts'
import { SEED } from '../support/seed.ts'

const reference = loadReference()
const { chemistry } = reference
t.comment(`seed ${SEED}`)
const runs = { seed: SEED, numRuns: 200 }

function assay(values: Assay['values'], more: Partial<Assay> = {}): Assay {
  return { basis: 'oxide', unit: 'P1', values, complete: false, ...more }
}

function review(stated: Assay, product: string | null = 'concentrate') {
  const facts = product === null ? null : reference.products.get(product)!
  return reviewAssay({ assay: stated, product: facts, pointer: '/outputs/0/assay' }, reference)
}

const codes = (stated: Assay, product?: string | null) =>
  review(stated, product).map((each) => each.code)

const bastnaesite = {
  La2O3: '19.8',
  CeO2: '29.652',
  Pr6O11: '2.58',
  Nd2O3: '7.2',
  Sm2O3: '0.48',
  Eu2O3: '0.06',
  Gd2O3: '0.12',
  Tb4O7: '0.018',
  Dy2O3: '0.03',
  Y2O3: '0.06'
}

const ndFeB = { Nd: '23.5', Pr: '6.5', Dy: '1', Fe: '66.5', B: '1', Co: '1.2', O: '0.1' }

t.test('accepts', async (t) => {
  const accepted: [string, Assay, string | null][] = [
    ['a partial oxide assay', assay(bastnaesite), 'concentrate'],
    ['one with its TREO', assay(bastnaesite, { treo: '60' }), 'concentrate'],
    ['TREO within 1 %', assay(bastnaesite, { treo: '59.41' }), 'concentrate'],
    ['an ore below 1 %', assay({ Nd2O3: '0.03', CeO2: '0.05' }), 'ore'],
    [
      'loss on ignition and fluorine',
      assay({ CeO2: '60', LOI: '25', F: '8', CaO: '5' }),
      'concentrate'
    ],
    [
      'traces in ppm',
      assay({ CeO2: '60' }, { trace: { unit: '59', values: { Th: '1600', U: '<30' } } }),
      'concentrate'
    ],
    [
      'parts of TREO',
      assay({ Nd2O3: '75.2', Pr6O11: '24.9' }, { basis: 'TREO', treo: '99.2' }),
      'separated_oxide'
    ],
    [
      'a null oxide that leaves the sum open',
      assay({ Nd2O3: '60', Pr6O11: null }, { basis: 'TREO', treo: '99' }),
      'separated_oxide'
    ],
    ['a null oxide below TREO', assay({ CeO2: '40', Nd2O3: null }, { treo: '60' }), 'concentrate'],
    [
      'a bound that may close the gap',
      assay({ CeO2: '59', Nd2O3: '<1' }, { treo: '60' }),
      'concentrate'
    ],
    [
      'an oxide by its elements',
      assay({ Nd: '64', Pr: '21' }, { basis: 'element' }),
      'separated_oxide'
    ],
    ['one of cerium', assay({ Ce: '87' }, { basis: 'element' }), 'mixed_oxide'],
    ['slag with metal in it', assay({ Nd: '75', Pr: '24' }, { basis: 'element' }), 'ree_slag'],
    ['a complete alloy', assay(ndFeB, { basis: 'element', complete: true }), 'alloy'],
    [
      'a complete one at 98 %',
      assay({ Nd: '98' }, { basis: 'element', complete: true }),
      'ree_metal'
    ],
    ['an assay of 102 %', assay({ Nd2O3: '99', Fe2O3: '3' }), 'separated_oxide'],
    ['a hydrate', assay({ 'Nd2(CO3)3·8H2O': '99' }, { basis: 'compound' }), 'ree_carbonate'],
    [
      'TREO beside a compound',
      assay({ 'Nd2(CO3)3·8H2O': '100' }, { basis: 'compound', treo: '54.9' }),
      'ree_carbonate'
    ],
    ['iron by its impurities', assay({ C: '0.03', Mn: '0.2' }, { basis: 'element' }), 'iron'],
    [
      'oxygen in the trace of oxides',
      assay({ CeO2: '60' }, { trace: { unit: 'P1', values: { O: '1' } } }),
      'concentrate'
    ],
    ['per mille', assay({ Nd2O3: '0.9' }, { unit: 'NX' }), 'concentrate'],
    ['a residue', assay({ Nd2O3: '0.34' }), null],
    ['what replaces oxygen', assay({ CeO2: '60', F: '8', Cl: '1', S: '2' }), 'concentrate'],
    ['two oxides of iron', assay({ FeO: '10', Fe2O3: '20', CeO2: '30' }), 'concentrate'],
    [
      'an uncertainty',
      assay({ CeO2: '60' }, { treo: '60', uncertainty: { CeO2: '0.6', treo: '1' } }),
      'concentrate'
    ]
  ]
  for (const [name, stated, product] of accepted) t.strictSame(review(stated, product), [], name)
  t.comment(`${accepted.length} assays accepted`)
})

t.test('refuses', async (t) => {
  const element: Partial<Assay> = { basis: 'element' }
  const treo: Partial<Assay> = { basis: 'TREO', treo: '60' }
  const refused: [string, Assay, string, string, string][] = [
    ['N08 112 %', assay({ CeO2: '62', La2O3: '50' }), 'concentrate', 'ASSAY_SUM', '/values'],
    [
      'traces on top',
      assay({ CeO2: '90', La2O3: '11.9' }, { trace: { unit: '59', values: { Th: '2000' } } }),
      'concentrate',
      'ASSAY_SUM',
      '/values'
    ],
    [
      'a complete one of 97 %',
      assay({ Nd: '97' }, { ...element, complete: true }),
      'ree_metal',
      'ASSAY_SUM',
      '/values'
    ],
    [
      'a complete one of 103 %',
      assay({ Nd: '80', Pr: '23' }, { ...element, complete: true }),
      'ree_metal',
      'ASSAY_SUM',
      '/values'
    ],
    [
      'N09 TREO 60, oxides 55.1',
      assay({ CeO2: '40', La2O3: '15.1' }, { treo: '60' }),
      'concentrate',
      'ASSAY_TREO_MISMATCH',
      '/treo'
    ],
    [
      'oxides above TREO',
      assay({ CeO2: '40', La2O3: null }, { treo: '30' }),
      'concentrate',
      'ASSAY_TREO_MISMATCH',
      '/treo'
    ],
    [
      'TREO of metals as elements',
      assay({ Nd: '60' }, { ...element, treo: '60' }),
      'concentrate',
      'ASSAY_TREO_MISMATCH',
      '/treo'
    ],
    [
      'parts of TREO of 95 %',
      assay({ Nd2O3: '70', Pr6O11: '25' }, treo),
      'concentrate',
      'ASSAY_TREO_MISMATCH',
      '/values'
    ],
    [
      'TREO basis without TREO',
      assay({ Nd2O3: '75' }, { basis: 'TREO' }),
      'concentrate',
      'ASSAY_TREO_MISSING',
      ''
    ],
    [
      'N10 an oxide among elements',
      assay({ Nd: '20', Pr6O11: '6' }, element),
      'concentrate',
      'ASSAY_BASIS',
      '/values/Pr6O11'
    ],
    [
      'an element among oxides',
      assay({ CeO2: '20', Nd: '6' }),
      'concentrate',
      'ASSAY_BASIS',
      '/values/Nd'
    ],
    [
      'a carbonate among oxides',
      assay({ CeO2: '20', 'Nd2(CO3)3': '6' }),
      'concentrate',
      'ASSAY_BASIS',
      '/values/Nd2(CO3)3'
    ],
    [
      'iron as a part of TREO',
      assay({ Nd2O3: '99', Fe2O3: '1' }, treo),
      'concentrate',
      'ASSAY_BASIS',
      '/values/Fe2O3'
    ],
    [
      'promethium',
      assay({ CeO2: '20', Pm2O3: '6' }),
      'concentrate',
      'ASSAY_BASIS',
      '/values/Pm2O3'
    ],
    [
      'an unknown element',
      assay({ CeO2: '20', Xx2O3: '6' }),
      'concentrate',
      'ASSAY_BASIS',
      '/values/Xx2O3'
    ],
    [
      'TREO among the values',
      assay({ CeO2: '20', TREO: '20' }),
      'concentrate',
      'ASSAY_BASIS',
      '/values/TREO'
    ],
    [
      'a slash in a key',
      assay({ CeO2: '20', 'a/b~c': '6' }),
      'concentrate',
      'ASSAY_BASIS',
      '/values/a~1b~0c'
    ],
    [
      'an oxide in the trace',
      assay({ CeO2: '20' }, { trace: { unit: '59', values: { ThO2: '6' } } }),
      'concentrate',
      'ASSAY_BASIS',
      '/trace/values/ThO2'
    ],
    ['a comma', assay({ CeO2: '20,5' }), 'concentrate', 'ASSAY_VALUE', '/values/CeO2'],
    [
      'a negative value',
      assay({ CeO2: '-1', La2O3: '20' }),
      'concentrate',
      'ASSAY_VALUE',
      '/values/CeO2'
    ],
    ['more than 100 %', assay({ CeO2: '100.1' }), 'concentrate', 'ASSAY_VALUE', '/values/CeO2'],
    [
      'more than 1000 per mille',
      assay({ CeO2: '1000.1' }, { unit: 'NX' }),
      'concentrate',
      'ASSAY_VALUE',
      '/values/CeO2'
    ],
    [
      'a bound of nothing',
      assay({ CeO2: '<0', La2O3: '20' }),
      'concentrate',
      'ASSAY_VALUE',
      '/values/CeO2'
    ],
    [
      'TREO above the whole',
      assay({ CeO2: '20' }, { treo: '100.1' }),
      'concentrate',
      'ASSAY_VALUE',
      '/treo'
    ],
    [
      'TREO below nothing',
      assay({ CeO2: '20' }, { treo: '-1' }),
      'concentrate',
      'ASSAY_VALUE',
      '/treo'
    ],
    [
      'a bound in TREO',
      assay({ CeO2: '20' }, { treo: '<20' }),
      'concentrate',
      'ASSAY_VALUE',
      '/treo'
    ],
    [
      'percent as a sign',
      assay({ CeO2: '20' }, { unit: '%' }),
      'concentrate',
      'ASSAY_UNIT',
      '/unit'
    ],
    ['kilograms', assay({ CeO2: '20' }, { unit: 'KGM' }), 'concentrate', 'ASSAY_UNIT', '/unit'],
    [
      'traces in ppm as a word',
      assay({ CeO2: '20' }, { trace: { unit: 'ppm', values: { Th: '6' } } }),
      'concentrate',
      'ASSAY_UNIT',
      '/trace/unit'
    ],
    ['an incomplete alloy', assay(ndFeB, element), 'alloy', 'ASSAY_INCOMPLETE', ''],
    ['an incomplete magnet', assay(ndFeB, element), 'magnet', 'ASSAY_INCOMPLETE', ''],
    [
      'Pr as two oxides',
      assay({ Pr6O11: '20', Pr2O3: '19' }),
      'concentrate',
      'ASSAY_DUPLICATE',
      '/values/Pr2O3'
    ],
    [
      'a formula turned round',
      assay({ NdF3: '50', F3Nd: '50' }, { basis: 'compound' }),
      'ree_fluoride',
      'ASSAY_DUPLICATE',
      '/values/F3Nd'
    ],
    [
      'a fluoride as a part of TREO',
      assay({ NdF3: '100' }, treo),
      'concentrate',
      'ASSAY_BASIS',
      '/values/NdF3'
    ],
    [
      'an oxide turned round, of no rare earth',
      assay({ CeO2: '50', Fe2O3: '10', O3Fe2: '10' }),
      'concentrate',
      'ASSAY_DUPLICATE',
      '/values/O3Fe2'
    ],
    [
      'two oxides of a rare earth as parts of TREO',
      assay({ Nd2O3: '75', Pr6O11: '12.5', Pr2O3: '12.5' }, { ...treo, treo: '99' }),
      'separated_oxide',
      'ASSAY_DUPLICATE',
      '/values/Pr2O3'
    ],
    [
      'Th in values and trace',
      assay({ CeO2: '50', ThO2: '1' }, { trace: { unit: '59', values: { Th: '8788' } } }),
      'concentrate',
      'ASSAY_DUPLICATE',
      '/trace/values/Th'
    ],
    [
      'oxygen in the values and the trace of elements',
      assay(ndFeB, { ...element, trace: { unit: '59', values: { O: '1000' } } }),
      'iron',
      'ASSAY_DUPLICATE',
      '/trace/values/O'
    ],
    [
      'an uncertainty of nothing',
      assay({ CeO2: '50' }, { uncertainty: { constructor: '1' } }),
      'concentrate',
      'ASSAY_UNCERTAINTY',
      '/uncertainty/constructor'
    ],
    [
      'an uncertainty of what is not listed, beside TREO',
      assay({ CeO2: '58' }, { treo: '58.4', uncertainty: { La2O3: '1', treo: '1' } }),
      'concentrate',
      'ASSAY_UNCERTAINTY',
      '/uncertainty/La2O3'
    ],
    [
      'a negative uncertainty',
      assay({ CeO2: '50' }, { uncertainty: { CeO2: '-1' } }),
      'concentrate',
      'ASSAY_UNCERTAINTY',
      '/uncertainty/CeO2'
    ],
    [
      'N37 TREO 0.60 as percent',
      assay({ CeO2: '0.4', La2O3: '0.2' }, { treo: '0.60' }),
      'concentrate',
      'PCT_FRACTION',
      '/treo'
    ],
    [
      'oxides as fractions',
      assay({ Nd2O3: '0.732', Pr6O11: '0.262' }),
      'separated_oxide',
      'PCT_FRACTION',
      '/values'
    ],
    [
      'figures of oxides as elements',
      assay({ Nd: '75', Pr: '24' }, element),
      'separated_oxide',
      'ASSAY_SUM',
      '/values'
    ],
    [
      'cerium, whose usual oxide is heavier than its lightest one',
      assay({ Ce: '87.2' }, element),
      'mixed_oxide',
      'ASSAY_SUM',
      '/values'
    ],
    [
      'elements as compounds',
      assay({ Nd: '75', Pr: '24' }, { basis: 'compound' }),
      'ree_fluoride',
      'ASSAY_SUM',
      '/values'
    ],
    [
      'metal as fractions',
      assay({ Nd: '0.739', Pr: '0.256' }, { ...element, complete: true }),
      'ree_metal',
      'PCT_FRACTION',
      '/values'
    ],
    [
      'iron as fractions',
      assay({ Fe: '0.995' }, { ...element, complete: true }),
      'iron',
      'PCT_FRACTION',
      '/values'
    ],
    [
      'parts of TREO as fractions',
      assay({ Nd2O3: '0.75', Pr6O11: '0.25' }, treo),
      'concentrate',
      'PCT_FRACTION',
      '/values'
    ]
  ]
  for (const [name, stated, product, code, at] of refused) {
    const findings = review(stated, product)
    const pointer = `/outputs/0/assay${at}`
    t.match(findings, [{ rule: 'R4', code, pointer, severity: 'error' }], name)
    t.equal(findings.length, 1, `${name}: nothing else`)
    t.ok(
      findings[0]?.expected && findings[0].actual && findings[0].remedy,
      `${name}: how to mend it`
    )
  }
  t.comment(`${refused.length} assays refused`)
})

t.test('protects', async (t) => {
  const bad = assay(
    { Nd: '20', Pr6O11: '20,1', CeO2: '120' },
    { unit: 'percent', uncertainty: { Dy2O3: '1' }, trace: { unit: 'ppm', values: { Th: 'x' } } }
  )
  t.strictSame(
    codes(bad, 'alloy').sort(),
    [
      'ASSAY_BASIS',
      'ASSAY_INCOMPLETE',
      'ASSAY_UNCERTAINTY',
      'ASSAY_UNIT',
      'ASSAY_UNIT',
      'ASSAY_VALUE',
      'ASSAY_VALUE'
    ],
    'reports every problem at once; values of an unknown unit are not measured against 100 %'
  )
  const zero = review(assay({ CeO2: '50', Dy2O3: '0' }))
  t.match(
    zero,
    [{ code: 'ASSAY_ZERO', severity: 'error', remedy: /<0\.05/ }],
    'nothing is never measured'
  )
  const none = [{ code: 'ASSAY_ZERO', pointer: /\/treo$/, severity: 'error' }]
  for (const treo of ['0', '0.00', '-0']) {
    t.match(review(assay({ CeO2: '<0.05' }, { treo })), none, `nor are no rare earths: ${treo}`)
  }
  const parts = review(assay({ CeO2: '100' }, { basis: 'TREO', treo: '0' }))
  t.match(parts, [{ code: 'ASSAY_ZERO', remedy: /basis oxide/ }], 'nor as the whole of its parts')
  t.same(codes(assay({ CeO2: '<0.05' })), [], 'what the remedies say is accepted')
  t.match(review(assay({ Nd: '20' }))[0]?.remedy, /Nd2O3/, 'names the oxide that was meant')
  t.match(review(assay({ CeO2: '2' }, { unit: 'wt%' }))[0]?.expected, /P1/, 'names the unit')

  const oxides = [...chemistry.rareEarths].map(
    (each) => chemistry.elements.get(each)!.reportedOxide!
  )
  const hundredths = fc.dictionary(fc.constantFrom(...oxides), fc.integer({ min: 101, max: 900 }), {
    minKeys: 2,
    maxKeys: 10
  })
  fc.assert(
    fc.property(hundredths, fc.integer({ min: -200, max: 200 }), (parts, offPermyriad) => {
      const values = Object.fromEntries(
        Object.entries(parts).map(([key, n]) => [key, formatDecimal(rational(BigInt(n), 100n), 2)])
      )
      const sum = Object.values(parts).reduce((total, n) => total + n, 0)
      const treo = rational(BigInt(sum) * BigInt(10_000 + offPermyriad), 1_000_000n)
      if (treo.n > 100n * treo.d) return true
      const text = formatDecimal(treo, 12)
      const distance = Math.abs(sum * 10_000 - sum * (10_000 + offPermyriad))
      const fits = distance * 100 <= sum * (10_000 + offPermyriad)
      return codes(assay(values, { treo: text })).includes('ASSAY_TREO_MISMATCH') === !fits
    }),
    runs
  )
})
