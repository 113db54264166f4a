/** Generated from schemas/problem.json; do not edit. */
/**
 * Why a request was refused (RFC 9457). The code is stable; type is its address; nothing was stored unless the description of the route says otherwise.
 */
export interface Problem {
  type: string
  /**
   * What the code means.
   */
  title: string
  /**
   * The HTTP status.
   */
  status: number
  code: string
  /**
   * What is wrong here and how to mend it.
   */
  detail: string
  /**
   * The id of the request, urn:uuid:..., as x-request-id carries it.
   */
  instance: string
  errors?: {
    /**
     * RFC 6901 pointer into the body, or the name of a parameter or header.
     */
    pointer?: string
    message: string
    /**
     * How to mend it, where the message does not say so.
     */
    remedy?: string
    [k: string]: unknown
  }[]
  findings?: Finding[]
  /**
   * Names of the allowances that are used up, as RateLimit-Policy has them.
   */
  'violated-policies'?: string[]
  [k: string]: unknown
}
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
