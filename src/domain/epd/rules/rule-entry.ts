import type { Severity } from '../../finding.ts'

/** A line of the table of rules. */
export interface RuleEntry {
  readonly rule: string
  readonly severity: Severity
  /** One sentence for the generated documentation. */
  readonly title: string
}
