import type { Queryable } from '../../storage/database.ts'
import {
  commitItems,
  type Hold,
  type ItemResult,
  type Place
} from '../../storage/imports/import-work.ts'
import type { ImportRow } from '../../storage/imports/imports.ts'
import type { Deps, Principal } from '../deps.ts'
import type { ImportNames } from './import-names.ts'
import { ImportInterrupted } from './import-refused.ts'
import type { SourceTerms } from './import-source.ts'

/** An import that a worker holds, for one turn. */
export interface ImportWork {
  readonly deps: Deps
  readonly hold: Hold
  /** As it stood when the turn began. */
  readonly job: ImportRow
  /** As whom the import acts. */
  readonly principal: Principal
  readonly terms: SourceTerms
  /** Of its events, from where the turn began. */
  readonly names: ImportNames
  /** True once the turn is over; asked between groups of items. */
  readonly enough: () => Promise<boolean>
  /**
   * True after a failure that trying again did not cure: items go one by one, and one on which the
   * service fails is refused instead of keeping the others waiting for ever.
   */
  readonly careful: boolean
  /** Told of a failure of the service that an item was refused for. */
  readonly onFailure: (error: unknown) => void
}

/** How a turn ended: `ended` at the end of the upload, `more` where something is left. */
export type TurnEnd = 'ended' | 'more'

/** Writes results and moves on; throws `ImportInterrupted`, which undoes the transaction around it. */
export async function moveOn(
  db: Queryable,
  { hold }: ImportWork,
  from: Place,
  to: Place,
  results: readonly ItemResult[]
): Promise<void> {
  if (!(await commitItems(db, { hold, from, to, results }))) throw new ImportInterrupted()
}
