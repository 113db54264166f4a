import type { Database } from '../database.ts'

/** Connections of this process to the database, and what waits for one. */
export interface PoolState {
  readonly open: number
  readonly idle: number
  readonly waiting: number
}

export function poolState({ pool }: Database): PoolState {
  return { open: pool.totalCount, idle: pool.idleCount, waiting: pool.waitingCount }
}
