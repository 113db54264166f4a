import {
  compare,
  divide,
  multiply,
  ONE,
  parseDecimal,
  type Rational,
  rational,
  subtract
} from '../quantity/rational.ts'
import type { UnitTable } from '../quantity/unit.ts'
import { parseAmount } from './amount.ts'
import { unitSpelled } from './counted-unit.ts'
import { isDecimalField } from './decimal-field.ts'
import type { Epd } from './epd.ts'
import { fieldsOf } from './fields.ts'
import type { CountedUnit, EpdTables } from './table.ts'
import { unitRatio } from './unit-ratio.ts'

/** One field that two versions do not have in common. */
export interface EpdChange {
  /** RFC 6901 pointer into the model; results are named by indicator, method, module, scenario. */
  readonly field: string
  /** Null where the version does not say it. */
  readonly before: string | null
  readonly after: string | null
  /**
   * Of a result, the change relative to the value before, both for the same amount of product; null where
   * the value before is none or zero, or where nobody can tell how the declared units compare.
   */
  readonly relative: Rational | null
  /** True where it mends words, names or links only, and changes no value. */
  readonly editorial: boolean
}

export interface EpdDiff {
  readonly changes: readonly EpdChange[]
  /** True where a change is not editorial: the new version needs a verification of its own. */
  readonly substantive: boolean
  /**
   * True where a declared result changed by more than the limit, or appeared or went: an update is
   * due then, whoever asks for it (EN 15804+A2 9; ISO 14025 7.2.5).
   */
  readonly overLimit: boolean
  /** Pointers to what changed of the bill of materials and the energy mix. */
  readonly basis: readonly string[]
  readonly calculation: NewCalculation
}

/**
 * Whether the bill of materials or the energy mix changed, which requires a new calculation, and
 * whether any figure did (Regulation (EU) 2024/1252 annex V part VI).
 */
export type NewCalculation = 'not_required' | 'made' | 'missing'

const RESULT = '/results/'

type DiffTables = Pick<EpdTables, 'rules' | 'indicators' | 'countedUnits'>

/** What tells an editorial change from another one, and how many of one unit another one is. */
export interface DiffReference {
  readonly epd: DiffTables
  readonly units: UnitTable
}

/**
 * What changed from one version of a declaration to another, field by field, in their order. Where the
 * declared unit is another one, a result that is stated in the same digits has changed, and one that grew
 * with the unit has not.
 */
export function diffEpds(before: Epd, after: Epd, reference: DiffReference): EpdDiff {
  const tables = reference.epd
  const { update } = tables.rules
  const ratio = unitRatio(before.declaredUnit, after.declaredUnit, reference)
  const isSameUnit = ratio !== null && compare(ratio, ONE) === 0
  const old = fieldsOf(before, tables)
  const fresh = fieldsOf(after, tables)
  const fields = new Set([...old.keys(), ...fresh.keys()])
  const changes = [...fields].sort().flatMap((field): EpdChange[] => {
    const change = { field, before: old.get(field) ?? null, after: fresh.get(field) ?? null }
    if (change.before === change.after && (isSameUnit || !saysHowMuch(change))) return []
    const relative = relativeChange(change, ratio)
    const editorial = isEditorial(change, ratio, tables)
    return change.before === change.after && editorial ? [] : [{ ...change, relative, editorial }]
  })
  const limit = parseDecimal(update.limit) ?? rational(0n)
  const basis = changedBasis(changes, [old, fresh], update.basis)
  return {
    changes,
    substantive: changes.some(({ editorial }) => !editorial),
    overLimit: changes.some((change) => isOver(change, limit)),
    basis,
    calculation: calculationOf(changes, basis)
  }
}

/**
 * What a calculation rests on that both versions state, and state otherwise. What only one of them
 * states has not changed for that: not every format has a place for it.
 */
function changedBasis(
  changes: readonly EpdChange[],
  [old, fresh]: readonly [ReadonlyMap<string, string>, ReadonlyMap<string, string>],
  basis: readonly string[]
): readonly string[] {
  const changed = changes.filter(({ editorial }) => !editorial).map(({ field }) => field)
  return basis.filter((pattern) =>
    [old.keys(), fresh.keys(), changed].every((fields) =>
      [...fields].some((field) => isBelow(field, pattern))
    )
  )
}

function calculationOf(changes: readonly EpdChange[], basis: readonly string[]): NewCalculation {
  if (basis.length === 0) return 'not_required'
  const recalculated = changes.some(
    ({ field, editorial }) => !editorial && field.startsWith(RESULT)
  )
  return recalculated ? 'made' : 'missing'
}

type Stated = Pick<EpdChange, 'field' | 'before' | 'after'>

/** A figure of a result, and not its unit or that there is none. */
function saysHowMuch({ field, before }: Stated): boolean {
  return field.startsWith(RESULT) && !field.endsWith('/unit') && amount(before) !== null
}

function isEditorial(
  { field, before, after }: Stated,
  ratio: Rational | null,
  tables: DiffTables
): boolean {
  if (!field.startsWith(RESULT)) {
    const isListed = tables.rules.update.editorial.some((pattern) => isBelow(field, pattern))
    return isListed || (isDecimalField(field) && sameNumber(before, after, ONE))
  }
  if (field.endsWith('/unit')) return sameUnit(before, after, tables.countedUnits)
  return sameNumber(before, after, ratio) || (declaresNothing(before) && declaresNothing(after))
}

/** A module that is not declared may be named so or left out. */
function declaresNothing(text: string | null): boolean {
  return text === null || text === 'not_declared'
}

/** `kg CO2 eq` and `kgCO2e` are other texts and the same unit. Where a result came or went its figures tell. */
function sameUnit(before: string | null, after: string | null, units: readonly CountedUnit[]) {
  if (before === null || after === null) return true
  const [was, is] = [before, after].map((text) => (text === null ? null : unitSpelled(text, units)))
  return was !== undefined && was !== null && was === is
}

function isBelow(field: string, pattern: string): boolean {
  const names = field.split('/')
  return pattern.split('/').every((name, index) => {
    const given = names[index]
    return given !== undefined && (name === '*' || name === given)
  })
}

function isOver({ field, editorial, relative }: EpdChange, limit: Rational): boolean {
  if (!field.startsWith(RESULT)) return false
  if (relative === null) return !editorial
  return compare(magnitude(relative), limit) > 0
}

/** `1.0` and `1` are other texts and the same result, as is 1 of a kilogram and 1000 of a tonne. */
function sameNumber(before: string | null, after: string | null, ratio: Rational | null): boolean {
  const [was, is] = [amount(before), amount(after)]
  if (was === null || is === null) return false
  if (was.n === 0n && is.n === 0n) return true
  return ratio !== null && compare(multiply(was, ratio), is) === 0
}

function relativeChange({ field, before, after }: Stated, ratio: Rational | null): Rational | null {
  if (!field.startsWith(RESULT)) return null
  const [was, is] = [amount(before), amount(after)]
  if (was === null || is === null || was.n === 0n || ratio === null || ratio.n <= 0n) return null
  const expected = multiply(was, ratio)
  return divide(subtract(is, expected), magnitude(expected))
}

function amount(text: string | null): Rational | null {
  return text === null ? null : (parseAmount(text)?.value ?? null)
}

function magnitude({ n, d }: Rational): Rational {
  return n < 0n ? { n: -n, d } : { n, d }
}
