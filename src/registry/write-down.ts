import { mentionsOf } from '../domain/custody/touched.ts'
import { lockCampaigns, poolBatches } from '../storage/campaign-load.ts'
import { enterBooks, listSuspects } from '../storage/corrections.ts'
import type { LoadedBooks, Touched } from '../storage/custody-load.ts'
import {
  batchesNamedIn,
  loadBooks,
  lockBatches,
  namedBatches,
  sendLocks
} from '../storage/custody-load.ts'
import type { Database, Transaction } from '../storage/database.ts'
import type { AcceptedEvent } from '../storage/write/accepted.ts'
import { holdKeys, holdKeysOrFail } from './accept-signature.ts'
import { judgeInParts } from './judge-in-parts.ts'
import { judgeRemembered } from './judge-remembered.ts'
import { loadEpds } from './load-epds.ts'
import type { RememberedBooks } from './remembered-books.ts'
import type { Stored, WritingDeps } from './store-verdicts.ts'
import { storeVerdicts } from './store-verdicts.ts'
import type { Answer, Unit } from './submission.ts'
import { needsBooksAlone } from './submission.ts'
import { touchedBy } from './touched-by.ts'
import { StrictRefusal, writeExclusive } from './write-exclusive.ts'

/** The answers of each unit; `null` for a unit whose batches were busy and that must come again. */
export type GroupAnswers = readonly (readonly Answer[] | null)[]

/** How a group is written this time. */
export interface Attempt {
  /** Waits for batches that others hold, instead of leaving their units for later. */
  readonly wait: boolean
  /** Takes the positions that it expects, and fails where others were there first. */
  readonly expecting: boolean
}

/**
 * One group of units in one transaction at READ COMMITTED: lock and load what they touch, fold,
 * take positions, write, commit (design of the bookkeeper). Nothing is answered before the commit.
 * A unit that corrects is a group of its own. `sent` is told when all that is left is for PostgreSQL
 * to write: then another group may be read and judged on another connection, where it waits for its
 * positions until this one is committed.
 */
export async function writeDown(
  deps: GroupDeps & { readonly db: Database },
  units: readonly Unit[],
  how: Attempt
): Promise<GroupAnswers> {
  const [first] = units
  if (!first || !needsBooksAlone(first)) {
    return deps.db.transaction((tx) => writeTogether(tx, units, how, deps), {
      readsFirst: true,
      byKey: true,
      writer: deps.remembered
    })
  }
  try {
    return [await deps.db.transaction((tx) => writeExclusive(tx, first, deps))]
  } catch (error) {
    if (error instanceof StrictRefusal) return [error.answers]
    throw error
  }
}

interface GroupDeps extends WritingDeps {
  readonly remembered: RememberedBooks
  readonly sent: () => void
}

async function writeTogether(
  tx: Transaction,
  units: readonly Unit[],
  { wait, expecting }: Attempt,
  deps: GroupDeps
): Promise<GroupAnswers> {
  const touched = touchedBy(units)
  const signatures = units.flatMap(({ submissions }) => submissions.map((one) => one.signature))
  const { generation } = deps.remembered
  const at = deps.now()
  const recalled = expecting ? judgeRemembered(units, touched, { ...deps, at }) : null
  if (recalled) {
    const { loaded, verdicts } = recalled
    holdKeysOrFail(tx, signatures)
    sendLocks(tx, [...loaded.batches].sort())
    const unseen = deps.remembered.unseen(loaded.batches)
    const storing = { ...deps, loaded, at, expecting, unseen }
    const stored = await storeVerdicts(tx, units, verdicts, storing)
    deps.remembered.keep({ touched, loaded, read: NONE, ...stored }, generation)
    return finish(tx, units, units, stored, deps)
  }
  const [{ loaded, ...locked }] = await Promise.all([
    lockedBooks(tx, touched, wait),
    holdKeys(tx, signatures)
  ])
  await loadEpds(tx, loaded, touched.epds, deps.reference)
  const free = units.filter((unit) => !busy(unit, loaded, locked))
  const stored = await judgeInParts(tx, free, { ...deps, loaded, at: deps.now(), expecting })
  deps.remembered.keep(
    {
      touched: free.length === units.length ? touched : touchedBy(free),
      loaded,
      read: locked.batches,
      ...stored
    },
    generation
  )
  return finish(tx, units, free, stored, deps)
}

const NONE: ReadonlySet<string> = new Set()

/** What is left once the rows are on their way: `judged` are those of the units that nobody kept waiting. */
async function finish(
  tx: Transaction,
  units: readonly Unit[],
  judged: readonly Unit[],
  stored: Stored,
  deps: GroupDeps
): Promise<GroupAnswers> {
  await listSuspects(tx, stored.accepted.flatMap(bornSuspect))
  // Before that, the next group could get ahead of this one, which would have to be judged again.
  void stored.taken.then(deps.sent)
  for (const unit of judged) await unit.alongside?.(tx, stored.answers.get(unit) ?? [])
  return units.map((unit) => stored.answers.get(unit) ?? null)
}

interface LockedBooks extends Locked {
  readonly loaded: LoadedBooks
}

interface Locked {
  readonly batches: ReadonlySet<string>
  readonly campaigns: ReadonlySet<string>
}

/**
 * Enters the books, locks the campaigns and the batches concerned and reads what the group touches.
 * Where nobody has to wait, batches are first taken to be those named by id, in one round trip;
 * numbers and shipments seldom name others. Whoever waits for locks takes all of them in one go, in
 * id order.
 */
async function lockedBooks(tx: Transaction, touched: Touched, wait: boolean): Promise<LockedBooks> {
  if (wait) {
    const [, campaigns, ids] = await Promise.all([
      enterBooks(tx),
      lockCampaigns(tx, touched.campaigns, wait),
      namedBatches(tx, touched)
    ])
    return { campaigns, ...(await lockAndLoad(tx, touched, ids, wait)) }
  }
  const byId = [...new Set(touched.batches)].sort()
  const [, campaigns, pooled, books] = await Promise.all([
    // The statement that locks batches enters too, but the pools of campaigns are read before it.
    touched.campaigns.length > 0 ? enterBooks(tx) : undefined,
    lockCampaigns(tx, touched.campaigns, wait),
    poolBatches(tx, touched),
    lockAndLoad(tx, touched, byId, wait)
  ])
  const ids = batchesNamedIn(books.loaded, touched, pooled)
  const complete = ids.length === byId.length
  return { campaigns, ...(complete ? books : await lockAndLoad(tx, touched, ids, wait)) }
}

/** The reads follow the locks, so they see what the last holder of the locks has committed. */
async function lockAndLoad(
  tx: Transaction,
  touched: Touched,
  ids: readonly string[],
  wait: boolean
): Promise<Omit<LockedBooks, 'campaigns'>> {
  const [batches, loaded] = await Promise.all([
    lockBatches(tx, ids, wait),
    loadBooks(tx, touched, ids)
  ])
  return { batches, loaded }
}

/** Outputs of suspect inputs wait for the same re-evaluation. */
function bornSuspect({ effect, event, position }: AcceptedEvent) {
  return effect.newBatches
    .filter(({ state }) => state.status === 'suspect')
    .map(({ state }) => ({ batch: state.id, cause: event.id, position }))
}

/** Another transaction holds a batch that exists, or a campaign: this unit comes again. */
function busy(unit: Unit, loaded: LoadedBooks, locked: Locked): boolean {
  const held = (id: string | undefined) =>
    id !== undefined && loaded.batches.has(id) && !locked.batches.has(id)
  return unit.submissions.some(({ event }) => {
    const mentions = mentionsOf(event, unit.organization)
    return (
      mentions.campaigns.some((id) => !locked.campaigns.has(id)) ||
      mentions.batches.some(held) ||
      mentions.numbers.some((ref) =>
        held(loaded.books.numbers.get(`${ref.organization}/${ref.number}`))
      ) ||
      mentions.shipments.some((id) =>
        loaded.books.shipments.get(id)?.lines.some((line) => held(line.batch))
      )
    )
  })
}
