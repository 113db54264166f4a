import { type PoolState, poolState } from '../storage/connection/pool-state.ts'
import type { BookkeeperState } from './bookkeeper/bookkeeper.ts'
import type { Deps } from './deps.ts'

/** How much this process has to do, beyond the requests themselves. */
export interface Workload {
  readonly pool: PoolState
  readonly books: BookkeeperState
}

/** Reads counters in memory; costs nothing. */
export function workload({ db, bookkeeper }: Pick<Deps, 'db' | 'bookkeeper'>): Workload {
  return { pool: poolState(db), books: bookkeeper.state() }
}
