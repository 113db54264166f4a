import fc from 'fast-check'
import t from 'tap'
import { elementContent } from '../../src/domain/chemistry/assay.ts'
import { compoundOf, elementFraction, molarMass } from '../../src/domain/chemistry/formula.ts'
import { parseFormula } from '../../src/domain/chemistry/parse-formula.ts'
import type { Assay } from '../../src/domain/custody/event.ts'
import { dryMass } from '../../src/domain/quantity/dry-mass.ts'
import { exactMicrograms, toMicrograms } from '../../src/domain/quantity/mass.ts'
import {
  add,
  compare,
  divide,
  formatDecimal,
  multiply,
  ONE,
  parseDecimal,
  rational,
  roundHalfEven,
  ZERO
} from '../../src/domain/quantity/rational.ts'
import { loadReference } from '../../src/reference.ts'
import { SEED } from '../support/seed.ts'
import { csvRows, sharedData, unlessAbsent } from '../support/shared-data.ts'

const { chemistry, units } = loadReference()
t.comment(`seed ${SEED}`)
const runs = { seed: SEED, numRuns: 200 }

function oxideAssay(values: Assay['values'], more: Partial<Assay> = {}): Assay {
  return { basis: 'oxide', unit: 'P1', values, complete: false, ...more }
}

function contentKg(assay: Assay, kg: string): Record<string, string> {
  const { micrograms } = elementContent(assay, exactMicrograms(kg, 'KGM', units)!, chemistry, units)
  return Object.fromEntries(
    [...micrograms].map(([symbol, ug]) => [symbol, formatDecimal(rational(ug, 10n ** 9n), 6)])
  )
}

t.test('reads formulas, brackets and hydrates', async (t) => {
  const atoms = (formula: string) => {
    const map = parseFormula(formula)
    return map === null ? null : Object.fromEntries(map)
  }
  t.strictSame(atoms('Nd2O3'), { Nd: 2, O: 3 })
  t.strictSame(atoms('Nd'), { Nd: 1 })
  t.strictSame(atoms('CO'), { C: 1, O: 1 })
  t.strictSame(atoms('Co'), { Co: 1 })
  const hydrate = { Nd: 2, C: 3, O: 17, H: 16 }
  for (const dot of ['·', '.', '*', '•', '⋅']) {
    t.strictSame(atoms(`Nd2(CO3)3${dot}8H2O`), hydrate, `joined by ${dot}`)
  }
  t.strictSame(atoms('K3[Fe(CN)6]'), { K: 3, Fe: 1, C: 6, N: 6 })
  t.strictSame(atoms('2CaSO4·H2O'), { Ca: 2, S: 2, O: 9, H: 2 })
  const refused = ['', 'nd2o3', 'Nd2O3)', '(Nd2O3', 'Nd(]', '[Nd)', '()', 'Nd0', 'Nd2O3·', '·H2O']
  refused.push('Nd 2O3', 'Nd₂O₃', 'Nd1000', '3', 'Nd2O3+', '((((O))))', 'N'.repeat(81), '<Nd')
  for (const text of refused) t.equal(parseFormula(text), null, `refuses ${JSON.stringify(text)}`)
  t.equal(compoundOf('Xx2O3', chemistry), null, 'knows no element Xx')
  t.throws(() => elementFraction('LOI', 'Nd', chemistry), RangeError)
  t.throws(() => molarMass('nd', chemistry), RangeError)
  t.strictSame(elementFraction('Nd2O3', 'Pr', chemistry), ZERO)
  t.strictSame(elementFraction('Nd', 'Nd', chemistry), ONE)
})

const oxideTable = { 'domain/ree_oxide_factors.csv': sharedData('domain/ree_oxide_factors.csv') }

t.test(
  'agrees with every printed digit of the table of oxides',
  unlessAbsent(oxideTable, 17),
  async (t) => {
    const rows = csvRows(oxideTable['domain/ree_oxide_factors.csv'] ?? '')
    for (const row of rows) {
      const { symbol = '', reported_oxide: oxide = '' } = row
      const factor = elementFraction(oxide, symbol, chemistry)
      const facts = chemistry.elements.get(symbol)!
      t.strictSame(
        {
          name: facts.name,
          z: facts.z,
          reportedOxide: facts.reportedOxide,
          mass: formatDecimal(parseDecimal(facts.atomicMass)!, 6),
          oxide: formatDecimal(molarMass(oxide, chemistry), 5),
          factor: formatDecimal(factor, 6),
          inverse: formatDecimal(divide(ONE, factor), 6)
        },
        {
          name: row['name'],
          z: Number(row['z']),
          reportedOxide: oxide,
          mass: row['atomic_mass'],
          oxide: row['oxide_molar_mass'],
          factor: row['kg_element_per_kg_oxide'],
          inverse: row['kg_oxide_per_kg_element']
        },
        `${symbol} in ${oxide}`
      )
    }
    t.comment(`${rows.length} oxides agree`)
    t.equal(rows.length, 17)
  }
)

const compoundTable = { 'domain/compound_factors.csv': sharedData('domain/compound_factors.csv') }

t.test(
  'agrees with every printed digit of the table of compounds',
  unlessAbsent(compoundTable, 189),
  async (t) => {
    const rows = csvRows(compoundTable['domain/compound_factors.csv'] ?? '')
    for (const row of rows) {
      const { element = '', formula = '' } = row
      const factor = elementFraction(formula, element, chemistry)
      const oxide = chemistry.elements.get(element)?.reportedOxide
      const asOxide =
        oxide === undefined
          ? ''
          : formatDecimal(divide(factor, elementFraction(oxide, element, chemistry)), 6)
      t.strictSame(
        [formatDecimal(molarMass(formula, chemistry), 5), formatDecimal(factor, 6), asOxide],
        [
          row['molar_mass'],
          row['kg_element_per_kg_compound'],
          row['kg_reported_oxide_per_kg_compound']
        ],
        formula
      )
    }
    t.comment(`${rows.length} compounds agree`)
    t.equal(rows.length, 189)
  }
)

interface GoldenLot {
  id: string
  dry_kg: string
  assay_wt_pct: Record<string, string>
}

interface GoldenEvent {
  event: string
  inputs: GoldenLot[]
  outputs: GoldenLot[]
  element_balance: Record<string, { in_kg: string; out_kg: string }>
}

const balances = {
  'domain/golden/mass_balance.json': sharedData('domain/golden/mass_balance.json')
}

t.test('reproduces the golden mass balances to 1e-6 kg', unlessAbsent(balances, 3), async (t) => {
  const events: GoldenEvent[] = JSON.parse(
    balances['domain/golden/mass_balance.json'] ?? '{}'
  ).events
  const tolerance = rational(1n, 1_000_000n)
  let compared = 0
  for (const { event, inputs, outputs, element_balance: expected } of events) {
    const sides = { in_kg: goldenContent(inputs), out_kg: goldenContent(outputs) }
    const symbols = new Set([...sides.in_kg.keys(), ...sides.out_kg.keys()])
    t.strictSame([...symbols].sort(), Object.keys(expected).sort(), `${event}: the same elements`)
    for (const symbol of symbols) {
      for (const side of ['in_kg', 'out_kg'] as const) {
        const got = rational(sides[side].get(symbol) ?? 0n, 10n ** 9n)
        const want = parseDecimal(expected[symbol]?.[side] ?? '')!
        const off = got.n * want.d - want.n * got.d
        const distance = rational(off < 0n ? -off : off, got.d * want.d)
        t.ok(compare(distance, tolerance) <= 0, `${event} ${symbol} ${side}`)
        compared += 1
      }
    }
  }
  t.comment(`${compared} element masses of ${events.length} events agree`)
  t.equal(events.length, 3)
})

function goldenContent(lots: readonly GoldenLot[]): Map<string, bigint> {
  const sum = new Map<string, bigint>()
  for (const lot of lots) {
    const metal = Object.keys(lot.assay_wt_pct).every((key) => chemistry.elements.has(key))
    const assay = oxideAssay(lot.assay_wt_pct, { basis: metal ? 'element' : 'oxide' })
    const dryUg = toMicrograms(lot.dry_kg, 'KGM', units)!
    for (const [symbol, ug] of elementContent(assay, rational(dryUg), chemistry, units)
      .micrograms) {
      sum.set(symbol, (sum.get(symbol) ?? 0n) + ug)
    }
  }
  return sum
}

t.test('knows four bases', async (t) => {
  t.strictSame(contentKg(oxideAssay({ Nd: '73.9', Pr: '25.6' }, { basis: 'element' }), '580'), {
    Nd: '428.620000',
    Pr: '148.480000'
  })
  t.strictSame(contentKg(oxideAssay({ Nd2O3: '99.5', Fe2O3: '0.1' }), '100'), {
    Nd: '85.306921',
    Fe: '0.069943'
  })
  const ofTreo = { Nd2O3: '75', Pr6O11: '25' }
  t.strictSame(contentKg(oxideAssay(ofTreo, { basis: 'TREO', treo: '60' }), '100'), {
    Nd: '38.581019',
    Pr: '12.415562'
  })
  t.strictSame(contentKg(oxideAssay({ NdF3: '100' }, { basis: 'compound' }), '100'), {
    Nd: '71.677599',
    F: '28.322401'
  })
  t.strictSame(
    contentKg(oxideAssay(ofTreo, { basis: 'TREO' }), '100'),
    {},
    'TREO without its total'
  )
})

t.test('adds oxides of one element, and trace elements in their own unit', async (t) => {
  t.strictSame(contentKg(oxideAssay({ FeO: '10', Fe2O3: '10' }), '100'), { Fe: '14.767399' })
  const trace = { unit: '59', values: { Th: '1600', U: '<30', Sc: null } }
  const content = elementContent(
    oxideAssay({ CeO2: '30' }, { trace }),
    exactMicrograms('1', 'TNE', units)!,
    chemistry,
    units
  )
  t.equal(content.micrograms.get('Th'), toMicrograms('1.6', 'KGM', units))
  t.equal(content.upperBounds.get('U'), toMicrograms('0.03', 'KGM', units))
  t.strictSame([...content.micrograms.keys()], ['Ce', 'Th'], 'bounds and nulls are no content')
})

t.test('keeps bounds apart, and rounds them up', async (t) => {
  const { micrograms, upperBounds } = elementContent(
    oxideAssay({ Dy2O3: '<0.05', Tb4O7: null, Nd2O3: '0' }),
    rational(1001n),
    chemistry,
    units
  )
  t.strictSame([...micrograms], [])
  t.strictSame([...upperBounds], [['Dy', 1n]])
})

t.test('carries the stated uncertainty over to the elements', async (t) => {
  const relative = (assay: Assay) =>
    Object.fromEntries(
      [...elementContent(assay, rational(10n ** 12n), chemistry, units).relativeUncertainty].map(
        ([symbol, value]) => [symbol, formatDecimal(value, 6)]
      )
    )
  const nd = { Nd2O3: '50', Pr6O11: '20' }
  t.strictSame(relative(oxideAssay(nd, { uncertainty: { Nd2O3: '0.5' } })), { Nd: '0.010000' })
  t.strictSame(
    relative(oxideAssay({ FeO: '10', Fe2O3: '10' }, { uncertainty: { FeO: '0.1' } })),
    {},
    'not where a line that adds to the element states none'
  )
  t.strictSame(
    relative(oxideAssay({ FeO: '10', Fe2O3: '10' }, { uncertainty: { FeO: '0.1', Fe2O3: '0.1' } })),
    { Fe: '0.010000' }
  )
  const parts: Partial<Assay> = { basis: 'TREO', treo: '60' }
  t.strictSame(
    relative(oxideAssay({ Nd2O3: '50' }, { ...parts, uncertainty: { Nd2O3: '0.5' } })),
    {}
  )
  t.strictSame(
    relative(oxideAssay({ Nd2O3: '50' }, { ...parts, uncertainty: { Nd2O3: '0.5', treo: '0.6' } })),
    { Nd: '0.020000' }
  )
})

t.test('holds for any compound and any oxide assay', async () => {
  const symbols = [...chemistry.elements.keys()]
  const part = fc
    .tuple(fc.constantFrom(...symbols), fc.integer({ min: 1, max: 20 }))
    .map(([symbol, count]) => (count === 1 ? symbol : `${symbol}${count}`))
  fc.assert(
    fc.property(fc.array(part, { minLength: 1, maxLength: 5 }), (parts) => {
      const fractions = compoundOf(parts.join(''), chemistry)?.fractions ?? new Map()
      return compare([...fractions.values()].reduce(add, ZERO), ONE) === 0
    }),
    runs
  )
  const oxides = [...chemistry.rareEarths].map(
    (each) => chemistry.elements.get(each)!.reportedOxide!
  )
  const value = fc
    .integer({ min: 1, max: 62_500 })
    .map((n) => formatDecimal(rational(BigInt(n), 10_000n), 4))
  const assays = fc.dictionary(fc.constantFrom(...oxides), value, { minKeys: 1 })
  const mass = fc.bigInt({ min: 1n, max: 9n * 10n ** 18n })
  fc.assert(
    fc.property(assays, mass, (values, dryUg) => {
      const percent = elementContent(
        oxideAssay(values),
        rational(dryUg),
        chemistry,
        units
      ).micrograms
      const ppm = Object.fromEntries(
        Object.entries(values).map(([key, text]) => [
          key,
          formatDecimal(rational(parseDecimal(text)!.n * 10_000n, parseDecimal(text)!.d), 0)
        ])
      )
      const same = elementContent(
        oxideAssay(ppm, { unit: '59' }),
        rational(dryUg),
        chemistry,
        units
      ).micrograms
      const total = [...percent.values()].reduce((sum, ug) => sum + ug, 0n)
      return total <= dryUg && [...percent].every(([symbol, ug]) => same.get(symbol) === ug)
    }),
    runs
  )
})

t.test(
  'element masses are rounded once, from the stated mass and not from the dry one',
  async (t) => {
    // 75.499 micrograms are dry, which are 75; 102 % of those are 76.5, and of 75.499 they are 77.009.
    const stated = (percent: string) => {
      const mass = { value: '302', unit: 'MC', basis: 'wet', moisturePct: '75.0003' } as const
      const { ug, exact } = dryMass(mass, '', units)
      const { micrograms } = elementContent(
        oxideAssay({ Nd: percent }, { basis: 'element' }),
        exact,
        chemistry,
        units
      )
      return [ug, micrograms.get('Nd')]
    }
    t.strictSame(stated('102'), [75n, 77n], 'which is more than a microgram from 102 % of 75')
    fc.assert(
      fc.property(
        fc.integer({ min: 1, max: 10_000_000 }),
        fc.integer({ min: 0, max: 9_999_999 }),
        fc.integer({ min: 1, max: 10_200 }),
        (massUg, moisture, percent) => {
          const decimal = (value: number, digits: number) =>
            formatDecimal(rational(BigInt(value), 10n ** BigInt(digits)), digits)
          const moisturePct = decimal(moisture, 5)
          const mass = { value: `${massUg}`, unit: 'MC', basis: 'wet', moisturePct } as const
          const { exact } = dryMass(mass, '', units)
          const assay = oxideAssay({ Nd: decimal(percent, 2) }, { basis: 'element' })
          const { micrograms } = elementContent(assay, exact, chemistry, units)
          const dry = rational(BigInt(massUg) * (10_000_000n - BigInt(moisture)), 10_000_000n)
          const held = multiply(dry, rational(BigInt(percent), 10_000n))
          return (micrograms.get('Nd') ?? 0n) === roundHalfEven(held)
        }
      ),
      runs
    )
  }
)
