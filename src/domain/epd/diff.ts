import { compare, divide, type Rational, rational, subtract } from '../quantity/rational.ts'
import { parseAmount } from './amount.ts'
import type { Epd } from './epd.ts'
import { fieldsOf } from './fields.ts'

/** One field that two versions do not have in common. */
export interface EpdChange {
  /** RFC 6901 pointer into the model; results are named by indicator, method, module, scenario. */
  readonly field: string
  /** Null where the version does not say it. */
  readonly before: string | null
  readonly after: string | null
  /** Of a result, the change relative to the value before; null where that is none or zero. */
  readonly relative: Rational | null
}

export interface EpdDiff {
  readonly changes: readonly EpdChange[]
  /**
   * True where a declared result changed by more than 10 %, or appeared or went: then the new
   * version needs a verification of its own (EN 15804+A2 9; ISO 14025 7.2.5).
   */
  readonly substantive: boolean
}

const LIMIT = rational(1n, 10n)
const RESULT = '/results/'

/** What changed from one version of a declaration to another, field by field, in their order. */
export function diffEpds(before: Epd, after: Epd): EpdDiff {
  const old = fieldsOf(before)
  const fresh = fieldsOf(after)
  const fields = new Set([...old.keys(), ...fresh.keys()])
  const changes = [...fields].sort().flatMap((field): EpdChange[] => {
    const [was = null, is = null] = [old.get(field), fresh.get(field)]
    if (was === is) return []
    return [{ field, before: was, after: is, relative: relativeChange(field, was, is) }]
  })
  return { changes, substantive: changes.some(isSubstantive) }
}

function isSubstantive({ field, before, after, relative }: EpdChange): boolean {
  if (!field.startsWith(RESULT)) return false
  if (relative === null) return !sameNumber(before, after)
  return compare(magnitude(relative), LIMIT) > 0
}

/** `1.0` and `1` are other texts and the same result. */
function sameNumber(before: string | null, after: string | null): boolean {
  const [was, is] = [amount(before), amount(after)]
  return was !== null && is !== null && compare(was, is) === 0
}

function relativeChange(
  field: string,
  before: string | null,
  after: string | null
): Rational | null {
  if (!field.startsWith(RESULT)) return null
  const [was, is] = [amount(before), amount(after)]
  if (was === null || is === null || was.n === 0n) return null
  return divide(subtract(is, was), magnitude(was))
}

function amount(text: string | null): Rational | null {
  return text === null ? null : (parseAmount(text)?.value ?? null)
}

function magnitude({ n, d }: Rational): Rational {
  return n < 0n ? { n: -n, d } : { n, d }
}
