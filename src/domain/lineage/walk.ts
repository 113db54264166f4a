/** What an event made, or what it drew. */
export interface Edge {
  readonly event: string
  readonly batch: string
  readonly massUg: bigint
}

export type Direction = 'upstream' | 'downstream'

/** Why a walk ended before the graph did. */
export type Truncation = 'depth' | 'limit'

/** The part of the graph that a walk saw: each batch, event and edge once. */
export interface Walk {
  readonly root: string
  readonly direction: Direction
  /** Batch -> level, the root at 0; in the order in which they were found. */
  readonly depths: ReadonlyMap<string, number>
  /** Upstream: of every batch found. Downstream: of every batch but the root. */
  readonly made: readonly Edge[]
  readonly drawn: readonly Edge[]
  /** Batches behind which there is more that was not walked. */
  readonly open: ReadonlySet<string>
  readonly truncated: Truncation | null
}
