import type { DatedScope, DateRange, DfarsClause, DfarsRuleSet } from './rule-set.ts'

/** Names exactly which rules gave a verdict, so that it can be computed again. */
export interface RuleVersion {
  readonly ruleSet: string
  readonly revision: string
  /** The clause as printed, e.g. `MAY 2024`. */
  readonly clause: string
  readonly scope: string
  readonly from: string | null
  readonly until: string | null
  readonly cite: string
}

/** The rules that a delivery on a date is judged by. */
export interface ApplicableRules {
  readonly clause: DfarsClause
  readonly scope: DatedScope
  readonly version: RuleVersion
}

/**
 * Finds the clause (the newest unless one is named) and its text for the delivery date. Undefined
 * when there is no such clause, or it says nothing about that date.
 */
export function applicableRules(
  rules: DfarsRuleSet,
  deliveryDate: string,
  clauseVersion?: string
): ApplicableRules | undefined {
  const clause =
    clauseVersion === undefined
      ? rules.clauses.at(-1)
      : rules.clauses.find((candidate) => candidate.id === clauseVersion)
  const scope = clause?.versions.find((candidate) => inForce(candidate, deliveryDate))
  if (!clause || !scope) return undefined
  const version = {
    ruleSet: rules.id,
    revision: rules.revision,
    clause: clause.id,
    scope: scope.id,
    from: scope.from ?? null,
    until: scope.until ?? null,
    cite: scope.cite
  }
  return { clause, scope, version }
}

/** True when the calendar date lies in the range, both ends included. */
export function inForce(range: DateRange, date: string): boolean {
  return (
    (range.from === undefined || range.from <= date) &&
    (range.until === undefined || date <= range.until)
  )
}
