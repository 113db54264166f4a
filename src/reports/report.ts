/** Every report says so: it gathers evidence, the reader decides. */
export const DISCLAIMER =
  'Evidence summary, not legal advice. It says what the registry holds as of the stated position; facts declared by the requester are not checked.'

/** What every report carries, whatever it is about. */
export interface ReportHead {
  readonly report: string
  readonly title: string
  /** The moment asked about, RFC 3339 UTC; where none was named, the data cutoff. */
  readonly asOf: string
  /** The last entry of the books that could be seen, and when it was accepted. */
  readonly position: number
  readonly dataCutoff: string
  readonly ruleVersion: object
  /** The organization that asked; what it may see shapes the report. */
  readonly requester: string
  readonly disclaimer: string
}

/** A report with the hash of all that it says, by which a reader can tell that nothing was changed since. */
export type Sealed<Report> = Report & {
  /** SHA-256, hex, of the canonical JSON (RFC 8785) of the report without this member. */
  readonly contentHash: string
}
