import fc from 'fast-check'
import t from 'tap'
import type { Mass } from '../../src/domain/custody/event.ts'
import { dryMass } from '../../src/domain/quantity/dry-mass.ts'
import {
  exactMicrograms,
  formatKg,
  MAX_MASS_UG,
  sumMass,
  toMicrograms
} from '../../src/domain/quantity/mass.ts'
import {
  add,
  ceiling,
  compare,
  divide,
  floor,
  formatDecimal,
  multiply,
  ONE,
  parseDecimal,
  parseDecimalUnreduced,
  type Rational,
  rational,
  roundHalfEven,
  subtract,
  ZERO
} from '../../src/domain/quantity/rational.ts'
import { suggestUnits } from '../../src/domain/quantity/unit.ts'
import { loadReference } from '../../src/reference.ts'
import { SEED } from '../support/seed.ts'

const { units } = loadReference()
t.comment(`seed ${SEED}`)
const runs = { seed: SEED, numRuns: 300 }

t.test('reads decimals exactly, and nothing else', async (t) => {
  t.strictSame(parseDecimal('12.50'), { n: 25n, d: 2n })
  t.strictSame(parseDecimal('-0.04'), { n: -1n, d: 25n })
  t.strictSame(parseDecimal('-0'), { n: 0n, d: 1n })
  t.strictSame(parseDecimal('0.0'), { n: 0n, d: 1n })
  for (const [sign, n] of [
    ['', 10n ** 40n - 1n],
    ['-', 1n - 10n ** 40n]
  ] as const) {
    t.strictSame(parseDecimal(`${sign}${'9'.repeat(40)}`), { n, d: 1n }, 'a sign is no digit')
  }
  const refused = [
    [
      '',
      ' 1',
      '1 ',
      '+1',
      '01',
      '.5',
      '5.',
      '1e3',
      '1,5',
      '0x1',
      'NaN',
      'Infinity',
      '--1',
      '1_000'
    ],
    ['9'.repeat(41), `0.${'1'.repeat(40)}`, '١', '1.2.3', '<0.05', '-', '1\n']
  ].flat()
  for (const text of refused) t.equal(parseDecimal(text), null, `refuses ${JSON.stringify(text)}`)
  t.comment(`${refused.length} texts refused`)
})

t.test('calculates as exact fractions do', async (t) => {
  const third = rational(1n, 3n)
  t.strictSame(add(third, rational(1n, 6n)), { n: 1n, d: 2n })
  t.strictSame(subtract(third, third), ZERO)
  t.strictSame(multiply(rational(-2n, 3n), rational(3n, 2n)), rational(-1n))
  t.strictSame(divide(ONE, rational(-4n, 6n)), { n: -3n, d: 2n })
  t.strictSame(rational(6n, -4n), { n: -3n, d: 2n })
  t.throws(() => divide(ONE, ZERO), RangeError)
  t.throws(() => rational(1n, 0n), RangeError)
  t.equal(compare(third, rational(33n, 100n)), 1)
  t.equal(compare(rational(-1n), ZERO), -1)
  t.equal(compare(rational(2n, 4n), rational(1n, 2n)), 0)
})

t.test('rounds ties to the even neighbor, on both sides of zero', async (t) => {
  const cases: [bigint, bigint, bigint, bigint, bigint][] = [
    // n, d, half even, floor, ceiling
    [1n, 2n, 0n, 0n, 1n],
    [3n, 2n, 2n, 1n, 2n],
    [5n, 2n, 2n, 2n, 3n],
    [-1n, 2n, 0n, -1n, 0n],
    [-3n, 2n, -2n, -2n, -1n],
    [-5n, 2n, -2n, -3n, -2n],
    [7n, 3n, 2n, 2n, 3n],
    [-7n, 3n, -2n, -3n, -2n],
    [8n, 3n, 3n, 2n, 3n],
    [4n, 1n, 4n, 4n, 4n],
    [-4n, 2n, -2n, -2n, -2n]
  ]
  for (const [n, d, even, low, high] of cases) {
    t.strictSame([roundHalfEven({ n, d }), floor({ n, d }), ceiling({ n, d })], [even, low, high])
  }
})

t.test('writes decimals with as many places as asked', async (t) => {
  t.equal(formatDecimal(rational(2n, 3n), 6), '0.666667')
  t.equal(formatDecimal(rational(-1n, 3n), 2), '-0.33')
  t.equal(formatDecimal(rational(1n, 8n), 2), '0.12')
  t.equal(formatDecimal(rational(3n, 8n), 2), '0.38')
  t.equal(formatDecimal(rational(-1n, 1000n), 2), '0.00')
  t.equal(formatDecimal(rational(99999n, 1000n), 0), '100')
  t.equal(formatDecimal(rational(5n), 3), '5.000')
})

t.test('holds for any fractions', async () => {
  const big = fc.bigInt({ min: -(10n ** 30n), max: 10n ** 30n })
  const number = fc
    .tuple(big, fc.bigInt({ min: 1n, max: 10n ** 20n }))
    .map(([n, d]) => rational(n, d))
  const same = (a: Rational, b: Rational) => a.n === b.n && a.d === b.d
  fc.assert(
    fc.property(number, number, number, (a, b, c) => {
      const distributes = same(multiply(a, add(b, c)), add(multiply(a, b), multiply(a, c)))
      const undone = same(subtract(add(a, b), b), a)
      const near = roundHalfEven(a)
      const within = compare(subtract(rational(near), a), rational(1n, 2n)) <= 0
      const between = floor(a) <= near && near <= ceiling(a)
      return distributes && undone && within && between && compare(a, b) === -compare(b, a)
    }),
    runs
  )
  const text = fc.stringMatching(/^-?(0|[1-9]\d{0,15})\.\d{1,12}$/)
  fc.assert(
    fc.property(text, (written) => {
      const value = parseDecimal(written)
      const places = written.length - written.indexOf('.') - 1
      if (value === null) return false
      const unreduced = parseDecimalUnreduced(written)
      const expected = value.n === 0n ? written.replace('-', '') : written
      return (
        unreduced !== null &&
        compare(unreduced, value) === 0 &&
        formatDecimal(value, places) === expected
      )
    }),
    runs
  )
})

t.test('converts Rec 20 units exactly', async (t) => {
  const cases: [string, string, bigint][] = [
    ['1', 'KGM', 1_000_000_000n],
    ['0.1', 'KGM', 100_000_000n],
    ['1', 'TNE', 1_000_000_000_000n],
    ['1', 'LBR', 453_592_370n],
    ['2000', 'LBR', 907_184_740_000n],
    ['1', 'STN', 907_184_740_000n],
    ['1', 'LTN', 1_016_046_908_800n],
    ['1', 'MC', 1n],
    ['10', 'APZ', 311_034_768n],
    ['-5', 'KGM', -5_000_000_000n]
  ]
  for (const [value, unit, ug] of cases) {
    t.equal(toMicrograms(value, unit, units), ug, `${value} ${unit}`)
  }
  t.equal(toMicrograms('1', 'APZ', units), 31_103_477n, 'a troy ounce is 31.1034768 g, rounded')
  t.strictSame(exactMicrograms('1', 'APZ', units), rational(311034768n, 10n))
  for (const unit of ['tons', 'kg', 'C62', 'P1', 'E4', 'KSD', 'KNS', 'toString', '']) {
    t.equal(toMicrograms('1', unit, units), null, `refuses ${unit}`)
  }
  t.equal(toMicrograms('one', 'KGM', units), null)
})

t.test('adds 300 batches of 0.1 kg to exactly 30 kg', async (t) => {
  const batch = toMicrograms('0.1', 'KGM', units)!
  const sum = sumMass(Array.from({ length: 300 }, () => batch))
  t.equal(sum, toMicrograms('30', 'KGM', units))
  t.equal(formatKg(sum), '30')
})

t.test('writes kilograms exactly, without trailing zeros', async (t) => {
  t.equal(formatKg(300_000_000n), '0.3')
  t.equal(formatKg(1n), '0.000000001')
  t.equal(formatKg(0n), '0')
  t.equal(formatKg(-1_500_000_000n), '-1.5')
  t.equal(formatKg(MAX_MASS_UG), '9000000000')
  fc.assert(
    fc.property(fc.bigInt({ min: -MAX_MASS_UG, max: MAX_MASS_UG }), (ug) => {
      return toMicrograms(formatKg(ug), 'KGM', units) === ug
    }),
    runs
  )
})

t.test('suggests what somebody may have meant', async (t) => {
  const codes = (text: string) => suggestUnits(text, 'mass', units).map((unit) => unit.code)
  t.strictSame(codes('tons'), ['TNE', 'STN', 'LTN'])
  t.strictSame(codes(' Kg '), ['KGM'])
  t.strictSame(codes('kgm'), ['KGM'])
  t.strictSame(codes('stone'), [])
  t.strictSame(codes('gross kg'), [], 'one that nobody can convert helps nobody')
  t.strictSame(codes('ppm'), [], 'nor does one of another quantity')
  t.strictSame(
    suggestUnits('%', 'fraction', units).map((unit) => unit.code),
    ['P1']
  )
})

const codesOf = (mass: Mass) => dryMass(mass, '/m', units).findings.map((each) => each.code)

t.test('accepts', async (t) => {
  const accepted: [Mass, bigint, string[]][] = [
    [{ value: '700', unit: 'KGM', basis: 'dry' }, 700_000_000_000n, []],
    [{ value: '100', unit: 'KGM', basis: 'wet', moisturePct: '3' }, 97_000_000_000n, []],
    [
      { value: '103092.784', unit: 'KGM', basis: 'wet', moisturePct: '3' },
      100_000_000_480_000n,
      []
    ],
    [{ value: '1', unit: 'MC', basis: 'wet', moisturePct: '49.9' }, 1n, []],
    [{ value: '3', unit: 'MC', basis: 'wet', moisturePct: '50' }, 2n, []],
    [{ value: '5', unit: 'MC', basis: 'wet', moisturePct: '50' }, 2n, []],
    [{ value: '5', unit: 'KGM', basis: 'dry', moisturePct: '0' }, 5_000_000_000n, []],
    [
      { value: '5', unit: 'KGM', basis: 'dry', moisturePct: '8' },
      5_000_000_000n,
      ['MOISTURE_UNUSED']
    ],
    [{ value: '0.0000000015', unit: 'KGM', basis: 'dry' }, 2n, ['MASS_PRECISION']],
    [{ value: '9000000', unit: 'TNE', basis: 'dry' }, MAX_MASS_UG, []]
  ]
  for (const [mass, ug, codes] of accepted) {
    t.equal(dryMass(mass, '/m', units).ug, ug, JSON.stringify(mass))
    t.strictSame(codesOf(mass), codes)
  }
})

t.test('refuses', async (t) => {
  const refused: [Mass, string, string][] = [
    [{ value: '5', unit: 'tons', basis: 'dry' }, 'UNIT_UNKNOWN', '/m/unit'],
    [{ value: '5', unit: 'C62', basis: 'dry' }, 'UNIT_NOT_MASS', '/m/unit'],
    [{ value: '5', unit: 'E4', basis: 'dry' }, 'UNIT_NOT_CONVERTIBLE', '/m/unit'],
    [{ value: '5', unit: 'KSD', basis: 'dry' }, 'UNIT_NOT_CONVERTIBLE', '/m/unit'],
    [{ value: '-5', unit: 'KGM', basis: 'dry' }, 'MASS_NEGATIVE', '/m/value'],
    [{ value: '5e3', unit: 'KGM', basis: 'dry' }, 'MASS_INVALID', '/m/value'],
    [{ value: '0', unit: 'KGM', basis: 'dry' }, 'MASS_ZERO', '/m'],
    [{ value: '0.0000000005', unit: 'KGM', basis: 'dry' }, 'MASS_ZERO', '/m'],
    [{ value: '9000001', unit: 'TNE', basis: 'dry' }, 'MASS_RANGE', '/m'],
    [{ value: '5', unit: 'KGM' }, 'BASIS_MISSING', '/m'],
    [{ value: '5', unit: 'KGM', basis: 'wet' }, 'MOISTURE_MISSING', '/m'],
    [
      { value: '5', unit: 'KGM', basis: 'wet', moisturePct: '100' },
      'MOISTURE_RANGE',
      '/m/moisturePct'
    ],
    [
      { value: '5', unit: 'KGM', basis: 'wet', moisturePct: '-1' },
      'MOISTURE_RANGE',
      '/m/moisturePct'
    ],
    [
      { value: '5', unit: 'KGM', basis: 'dry', moisturePct: '3%' },
      'MOISTURE_RANGE',
      '/m/moisturePct'
    ]
  ]
  for (const [mass, code, pointer] of refused) {
    const { ug, findings } = dryMass(mass, '/m', units)
    t.equal(ug, null, JSON.stringify(mass))
    t.match(findings, [{ code, pointer, severity: 'error' }])
    t.ok(findings[0]?.expected && findings[0]?.actual && findings[0]?.remedy, 'says how to mend it')
  }
  t.comment(`${refused.length} masses refused`)
})

t.test('protects', async (t) => {
  t.strictSame(
    codesOf({ value: '-5', unit: 'tons' }),
    ['UNIT_UNKNOWN', 'MASS_NEGATIVE', 'BASIS_MISSING'],
    'reports every problem at once'
  )
  const [tons] = dryMass({ value: '5', unit: 'tons', basis: 'dry' }, '/m', units).findings
  t.match(tons?.remedy, /TNE .*STN .*LTN/, 'never guesses which ton was meant')
  fc.assert(
    fc.property(
      fc.bigInt({ min: 1n, max: 10n ** 15n }),
      fc.integer({ min: 0, max: 9999 }),
      (value, moisture) => {
        const moisturePct = formatDecimal(rational(BigInt(moisture), 100n), 2)
        const wet: Mass = { value: `${value}`, unit: 'MC', basis: 'wet', moisturePct }
        const exact = rational(value * BigInt(10_000 - moisture), 10_000n)
        const { ug } = dryMass(wet, '', units)
        return (ug ?? 0n) === roundHalfEven(exact)
      }
    ),
    runs
  )
})
