import { countOpenFindings, readStoredFigures } from '../storage/figures.ts'
import type { Deps } from './deps.ts'
import type { LogState } from './log/transparency-log.ts'
import { type Workload, workload } from './workload.ts'

/** Counting reads every open finding, so it is not done for each question. */
const FINDINGS_MS = 60_000

/** What an operator watches, beside requests. */
export interface Figures {
  readonly work: Workload
  readonly log: LogState
  /** By how much the clock of this process is ahead of the database's; 0 where that is harmless. */
  readonly clockAheadMs: number
  /** Null where the database did not answer. */
  readonly stored: {
    /** Accepted entries that no signed head covers yet. */
    readonly unsigned: number
    /** Seconds since the newest head was signed; null where there is none. */
    readonly signedSeconds: number | null
    /** Batches that a correction has made suspect and that wait to be evaluated again. */
    readonly suspects: number
    /** Imports that are not finished. */
    readonly imports: number
    /** False where the server that answers takes none, or could lose what it takes. */
    readonly takesWrites: boolean
    readonly findings: readonly FindingCount[]
  } | null
}

export interface FindingCount {
  readonly rule: string
  readonly severity: string
  readonly count: number
}

/** Reads the figures of one process and of its database. */
export class FigureReader {
  readonly #deps: Deps
  #findings: { readonly at: number; readonly counts: readonly FindingCount[] } | null = null

  constructor(deps: Deps) {
    this.#deps = deps
  }

  /** Never rejects on account of the database: what is wrong with it is what an operator asks. */
  async read(): Promise<Figures> {
    const stored = await this.#stored().catch(() => null)
    const { clockAheadMs } = this.#deps.db
    return { work: workload(this.#deps), log: this.#deps.log.state(), clockAheadMs, stored }
  }

  async #stored(): Promise<Figures['stored']> {
    const now = this.#deps.now().getTime()
    const { entries, signed, takesWrites, ...same } = await readStoredFigures(this.#deps.db)
    return {
      unsigned: Math.max(0, entries - (signed?.size ?? 0)),
      signedSeconds: signed && Math.max(0, (now - Date.parse(signed.at)) / 1000),
      ...same,
      takesWrites: takesWrites && this.#deps.db.unsafe.length === 0,
      findings: await this.#countFindings(now)
    }
  }

  async #countFindings(now: number): Promise<readonly FindingCount[]> {
    if (this.#findings && now - this.#findings.at < FINDINGS_MS) return this.#findings.counts
    const rows = await countOpenFindings(this.#deps.db)
    const counts = rows.map(({ count, ...row }) => ({ ...row, count: Number(count) }))
    this.#findings = { at: now, counts }
    return counts
  }
}
