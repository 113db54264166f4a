import type { Finding } from '../finding.ts'
import type { Reference } from '../reference.ts'

/** Who acts, when it is judged, and the tables that judge it. */
export interface FoldContext {
  readonly actor: string
  /** Server time, milliseconds since 1970 UTC. */
  readonly nowMs: number
  readonly reference: Reference
}

/** The context of one judgement: rules add what they find and go on where they can. */
export interface Review extends FoldContext {
  readonly findings: Finding[]
}
