/** Generated from schemas/finding.json; do not edit. */
/**
 * One result of a check. An error blocks acceptance; a warning or an info is stored with what was accepted.
 */
export interface Finding {
  /**
   * The rule of the books, R1 to R16, of a profile, or schema.
   */
  rule: string
  /**
   * Stable and documented. Of a code the first hundred findings are told; FINDINGS_LEFT_OUT says in actual how many there are.
   */
  code: string
  severity: 'error' | 'warning' | 'info'
  /**
   * The profile whose rule it is, see /v1/profiles; absent for rules that hold for everything.
   */
  profile?: string
  /**
   * RFC 6901 pointer into the submitted document; of a declaration into its native form, of what its format has against it into the document.
   */
  pointer: string
  /**
   * Where that is in a declaration of another format: XPath in XML, with doc() and the path of the file in a package, else an RFC 6901 pointer.
   */
  source?: string
  /**
   * Line of the NDJSON body, from 1, where it is about one of many documents.
   */
  line?: number
  message: string
  expected?: string
  actual?: string
  /**
   * How to mend it.
   */
  remedy?: string
  [k: string]: unknown
}
