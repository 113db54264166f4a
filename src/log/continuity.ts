import type { Checkpoint } from './checkpoint.ts'
import { same } from './merkle.ts'

/** What is known when an integrator takes over. */
export interface Surroundings {
  /** What the guard holds, where it holds a checkpoint of this log; `unreadable` for anything else. */
  readonly guard: Checkpoint | 'unreadable' | null
  /** The newest head in the database. */
  readonly head: { readonly size: number; readonly root: Uint8Array } | null
  /** How many entries are committed. */
  readonly entries: number
  /** The root that the database gives at the size of the guard; null where it cannot give one. */
  readonly rootAtGuard: Uint8Array | null
}

/** Why nothing may be signed, and what the operator can do about it. */
export interface Break {
  readonly reason: string
  readonly remedy: string
}

/**
 * Whether the database continues what was signed before. `adopt`: the newest signed head never
 * reached the database, but what it covers did. `advance`: the guard is older than the database,
 * which extends it. A break means that signing would fork or shorten the history.
 */
export type Continuity = 'same' | 'adopt' | 'advance' | Break

/** Decides; see `Continuity`. */
export function judgeContinuity({ guard, head, entries, rootAtGuard }: Surroundings): Continuity {
  if (guard === 'unreadable') {
    return {
      reason: 'The guard holds no checkpoint that this log signed.',
      remedy:
        'It belongs to another registry or was edited: give this service its own guard back, or a new registry a guard directory of its own (LODESTONE_GUARD_DIR).'
    }
  }
  if (guard === null) {
    if (head === null) return 'same'
    return {
      reason: `The guard is empty, but the log was signed up to ${head.size} entries.`,
      remedy:
        'Put back the guard directory of the machine that signed last. If it is lost for good, run ' +
        '`lodestone fsck` and then `lodestone guard --adopt`.'
    }
  }
  if (BigInt(entries) < guard.size) {
    return {
      reason: `The database holds ${entries} entries, but ${guard.size} were signed: it is behind the guard.`,
      remedy:
        'A backup was restored, or commits were lost. Restore a newer backup or replay the write-ahead ' +
        'log until all signed entries are there. Receipts of the missing entries name what is missing.'
    }
  }
  if (rootAtGuard === null || !same(rootAtGuard, guard.root)) {
    return {
      reason: `The first ${guard.size} entries of the database are not those that were signed.`,
      remedy:
        'Entries were changed, or others took the place of lost ones. Run `lodestone fsck` to see ' +
        'where, and restore a backup that holds the signed entries.'
    }
  }
  if (head === null || BigInt(head.size) < guard.size) return 'adopt'
  return BigInt(head.size) === guard.size ? 'same' : 'advance'
}
