/** One result of a check. Findings review a document; exceptions stop a request. */
export interface Finding {
  /** The rule of the books (R1 to R16) or the profile rule that speaks. */
  readonly rule: string
  /** Stable, documented code such as `MB_ELEMENT_GAIN`. */
  readonly code: string
  readonly severity: Severity
  /** The profile whose rule it is; absent for rules that hold for everything. */
  readonly profile?: string
  /** RFC 6901 JSON pointer into the submitted document; of a declaration into its native form. */
  readonly pointer: string
  /** Where that is in a document of another format: XPath in XML, else an RFC 6901 pointer. */
  readonly source?: string
  /** What is wrong, in one sentence. */
  readonly message: string
  readonly expected?: string
  readonly actual?: string
  /** How to mend it, addressed to whoever submitted the document. */
  readonly remedy: string
}

/** A finding that is told again later, maybe to others: how to mend it is for whoever submitted the document. */
export interface FindingOnRecord extends Omit<Finding, 'remedy'> {
  readonly remedy?: string
}

export type Severity = 'error' | 'warning' | 'info'

/** True when nothing in the list blocks acceptance. */
export function acceptable(findings: readonly Finding[]): boolean {
  return !findings.some((finding) => finding.severity === 'error')
}
