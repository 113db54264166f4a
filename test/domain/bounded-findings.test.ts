import t from 'tap'
import { boundedFindings, isCutShort } from '../../src/domain/bounded-findings.ts'
import { acceptable, type Finding } from '../../src/domain/finding.ts'

const finding = (code: string, more: Partial<Finding> = {}): Finding => ({
  rule: 'E9',
  code,
  severity: 'warning',
  pointer: '/a',
  message: 'Wrong.',
  remedy: 'Mend it.',
  ...more
})
const many = (count: number, code: string, more: Partial<Finding> = {}) =>
  Array.from({ length: count }, (_, n) => finding(code, { pointer: `/a/${n}`, ...more }))

t.test('a hundred of a kind are told as they are', async (t) => {
  const all = [...many(100, 'A'), ...many(100, 'B'), ...many(100, 'A', { severity: 'error' })]
  t.strictSame(boundedFindings(all), all)
  t.equal(isCutShort(all), false)
})

t.test('the rest of each kind is counted in its place, as severe as it is', async (t) => {
  const others = many(3, 'B')
  const errors = many(250, 'A', { severity: 'error', profile: 'p' })
  const bounded = boundedFindings([...many(101, 'A'), ...errors, ...others])
  t.equal(bounded.length, 101 + 101 + 3)
  t.strictSame(bounded.slice(-3), others, 'in the order in which they came')
  t.match(bounded[100], {
    code: 'FINDINGS_LEFT_OUT',
    rule: 'E9',
    severity: 'warning',
    profile: undefined,
    pointer: '',
    message: 'There are 1 more findings of A; they are left out.',
    actual: '101'
  })
  t.match(bounded[201], {
    code: 'FINDINGS_LEFT_OUT',
    severity: 'error',
    profile: 'p',
    actual: '250'
  })
  t.equal(acceptable(bounded), false)
  t.ok(isCutShort(bounded))
  t.strictSame(boundedFindings(bounded), bounded, 'twice is once')
})

t.test('a number that nobody looked up is not told as one', async (t) => {
  const [last] = boundedFindings(many(300, 'A'), { more: true }).slice(-1)
  t.match(last, {
    message: 'There are at least 200 more findings of A; they are left out.',
    actual: 'at least 300'
  })
})

t.test(
  'half of a character, where somebody else has cut, is told as one that is none',
  async (t) => {
    const [told] = boundedFindings([finding('A', { actual: `${'x'.repeat(39)}😀`.slice(0, 40) })])
    t.equal(told?.actual, `${'x'.repeat(39)}\ufffd`)
    const whole = finding('A', { actual: '😀' })
    t.equal(boundedFindings([whole])[0], whole, 'the same object')
  }
)

t.test('what a document says at length is cut, and no character in two', async (t) => {
  const long = finding('A', { actual: `${'x'.repeat(998)}😀${'y'.repeat(1_000_000)}` })
  const [{ actual = '', ...rest } = finding('none')] = boundedFindings([long])
  t.equal(actual.length, 1000)
  t.ok(actual.endsWith('…') && actual.isWellFormed())
  t.match(rest, { code: 'A', pointer: '/a', message: 'Wrong.' })
})
