import fc from 'fast-check'
import t from 'tap'
import { agrees, amountRemedy, jsonSpelling, parseAmount } from '../../src/domain/epd/amount.ts'
import {
  addYears,
  isCalendarDay,
  latestDay,
  readStatedDate,
  statedText
} from '../../src/domain/epd/stated-date.ts'
import { compareVersions, versionKey } from '../../src/domain/epd/version.ts'
import { formatDecimal, ZERO } from '../../src/domain/quantity/rational.ts'
import { SEED } from '../support/seed.ts'

/** Printed by the property tests; SEED=n repeats a run. */

t.test('an amount keeps its digits', async (t) => {
  for (const [text, value, unit] of [
    ['12.30', '12.300000', '0.010000'],
    ['-1.5E-3', '-0.001500', '0.000100'],
    ['2E1', '20.000000', '10.000000'],
    ['0', '0.000000', '0.000000'],
    ['0.0', '0.000000', '0.100000'],
    ['.5', '0.500000', '0.100000'],
    ['-.25e1', '-2.500000', '0.100000'],
    ['+5.', '5.000000', '1.000000'],
    ['007.50', '7.500000', '0.010000']
  ] as const) {
    const amount = parseAmount(text)
    t.equal(amount && formatDecimal(amount.value, 6), value, text)
    t.equal(amount && formatDecimal(amount.unit, 6), unit, text)
  }
  for (const text of [
    '',
    '.',
    '+',
    '-.E1',
    '1,5',
    '1E',
    '+-1',
    '1e400',
    '2.59E320',
    '1.8e308',
    'NaN',
    'MND',
    '1'.repeat(61)
  ]) {
    t.equal(parseAmount(text), null, text)
  }
  for (const text of ['1.7e308', '-1.0E-320', `${'9'.repeat(50)}e250`])
    t.ok(parseAmount(text), text)
  t.match(amountRemedy('1,5'), /with a point/)
  t.match(amountRemedy('2.59E320'), /a double holds/)
})

t.test('an amount is spelled for JSON without losing a digit', async (t) => {
  const spelled = { '.50': '0.50', '+5.': '5', '-.2E-07': '-0.2E-07', '007.10': '7.10', '-0': '-0' }
  for (const [text, json] of Object.entries(spelled)) {
    t.equal(jsonSpelling(text), json)
    t.equal(Number(json), Number(text))
  }
  t.equal(jsonSpelling('1,5'), null)
})

t.test(`rounded parts agree with their rounded total (seed ${SEED})`, async () => {
  const part = fc.integer({ min: -1_000_000_000, max: 1_000_000_000 })
  fc.assert(
    fc.property(
      fc.array(part, { minLength: 2, maxLength: 5 }),
      fc.integer({ min: 1, max: 5 }),
      (parts, digits) => {
        const stated = (n: number) => {
          const text = formatDecimal({ n: BigInt(n), d: 100_000n }, digits)
          return parseAmount(text) ?? { value: ZERO, unit: ZERO }
        }
        const total = stated(parts.reduce((sum, n) => sum + n, 0))
        return agrees(total, parts.map(stated), ZERO)
      }
    ),
    { seed: SEED, numRuns: 500 }
  )
})

t.test('versions are compared number by number', async (t) => {
  const key = (text: string) => versionKey(text) ?? [0, 0, 0]
  t.equal(Math.sign(compareVersions(key('1.10'), key('1.9'))), 1)
  t.equal(compareVersions(key('01.01.001'), key('1.1.1')), 0)
  t.equal(compareVersions(key('1'), key('1.0.0')), 0)
  for (const text of ['', '1.', 'v1', '1.2.3.4', '-1', '1000000000']) {
    t.equal(versionKey(text), null, text)
  }
})

t.test('a month is its first day or its last, and says so', async (t) => {
  t.same(readStatedDate('2024-05', 'start'), { date: '2024-05-01', precision: 'month' })
  const ends = ['2024-01', '2024-02', '2023-02', '2100-02', '2024-04', '2024-12'].map((month) => {
    const stated = readStatedDate(month, 'end')
    t.equal(statedText(stated), month, 'written as it was stated')
    return stated.date
  })
  const days = ['2024-01-31', '2024-02-29', '2023-02-28', '2100-02-28', '2024-04-30', '2024-12-31']
  t.same(ends, days)
  t.equal(latestDay(readStatedDate('2024-02', 'start')), '2024-02-29')
  t.equal(latestDay(readStatedDate('2024', 'start')), '2024-12-31')
  for (const text of ['2024-13', '2024-00', '2024-5', '2024-05-', '0000-05']) {
    t.equal(isCalendarDay(readStatedDate(text, 'end').date), false, text)
  }
})

t.test('a year is its first day or its last, and says so', async (t) => {
  t.same(readStatedDate('2031', 'end'), { date: '2031-12-31', precision: 'year' })
  t.same(readStatedDate('2026', 'start'), { date: '2026-01-01', precision: 'year' })
  t.same(readStatedDate('2031-10-31', 'end'), { date: '2031-10-31', precision: 'day' })
  t.equal(isCalendarDay('2100-02-29'), false)
  t.equal(addYears('2024-02-29', 4), '2028-02-29')
  t.equal(addYears('2024-02-29', 5), '2029-02-28')
})
