import { mentionsOf } from '../../domain/custody/touched.ts'
import { lockCampaigns, poolBatches } from '../../storage/books/campaign-load.ts'
import { enterBooks } from '../../storage/books/corrections.ts'
import type { LoadedBooks, Touched } from '../../storage/books/custody-load.ts'
import {
  batchesNamedIn,
  loadBooks,
  lockBatches,
  namedBatches
} from '../../storage/books/custody-load.ts'
import type { Transaction } from '../../storage/database.ts'
import { nextTurn } from '../breath.ts'
import { holdKeys, refuseUnsigned, refuseUnsignedOrFail } from '../signing/accept-signature.ts'
import { finish, type GroupAnswers } from './finish-group.ts'
import { judgeInParts, type StoredInParts } from './judge-in-parts.ts'
import { loadEpds } from './load-epds.ts'
import { needsBooksAlone, saidIn, type Unit } from './submission.ts'
import { touchedBy } from './touched-by.ts'
import { StrictRefusal, writeExclusive } from './write-exclusive.ts'
import { type GroupDeps, writeFromMemory } from './write-from-memory.ts'

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
 * A unit that corrects is a group of its own. What the process remembers is not loaded.
 */
export async function writeDown(
  deps: GroupDeps,
  units: readonly Unit[],
  how: Attempt
): Promise<GroupAnswers> {
  const [first] = units
  if (first && needsBooksAlone(first)) return writeAlone(deps, first)
  const mayRecall = how.expecting && deps.remembered.holds
  const answers = mayRecall ? await writeFromMemory(deps, units) : null
  return answers ?? writeByReading(deps, units, how)
}

async function writeAlone(deps: GroupDeps, unit: Unit): Promise<GroupAnswers> {
  await deps.turn.before
  try {
    return [await deps.db.transaction((tx) => writeExclusive(tx, unit, deps))]
  } catch (error) {
    if (error instanceof StrictRefusal) return [error.answers]
    throw error
  }
}

/**
 * On a connection of its own, when the group before has its places. The next one is judged when this one
 * has them: any earlier it could get ahead, and this one would have to be judged again.
 */
async function writeByReading(
  deps: GroupDeps,
  units: readonly Unit[],
  how: Attempt
): Promise<GroupAnswers> {
  await deps.turn.before
  // What those before have made is read, so it has to be there.
  await Promise.all(units.map(({ follows }) => follows))
  const kept = deps.remembered.judging()
  try {
    return await deps.db.transaction((tx) => writeTogether(tx, units, how, { ...deps, kept }), {
      readsFirst: true,
      byKey: true,
      writer: deps.remembered
    })
  } finally {
    kept()
  }
}

async function writeTogether(
  tx: Transaction,
  units: readonly Unit[],
  { wait, expecting }: Attempt,
  deps: GroupDeps & { readonly kept: () => void }
): Promise<GroupAnswers> {
  const touched = touchedBy(units)
  const signatures = units.flatMap(({ submissions }) => submissions.map((one) => one.signature))
  const { generation } = deps.remembered
  const [{ loaded, ...locked }] = await Promise.all([
    lockedBooks(tx, touched, wait),
    holdKeys(tx, signatures)
  ])
  await loadEpds(tx, loaded, touched.epds)
  const free = units.filter((unit) => !busy(unit, loaded, locked))
  const stored = await judgeInParts(tx, free, { ...deps, loaded, at: deps.now(), expecting })
  if (expecting) refuseUnsignedOrFail(tx, saidIn(free))
  else await refuseUnsigned(tx, saidIn(free))
  await rememberParts(deps, stored, locked.batches, generation)
  deps.kept()
  void stored.taken.then(() => {
    deps.turn.placed()
    deps.turn.judged()
  })
  const accepted = stored.parts.flatMap((part) => part.accepted)
  return finish(tx, units, free, { accepted, answers: stored.answers })
}

/** What was judged in more than one turn is put down in as many. */
async function rememberParts(
  { remembered }: GroupDeps,
  { parts }: StoredInParts,
  read: ReadonlySet<string>,
  generation: number
): Promise<void> {
  let toldOnce = read
  for (const [index, part] of parts.entries()) {
    if (index > 0) await nextTurn()
    const touched = touchedBy(part.units)
    remembered.keep({ ...part, touched, read: toldOnce, inLine: false }, generation)
    if (part.accepted.length > 0) toldOnce = NOTHING
  }
}

const NOTHING: ReadonlySet<string> = new Set()

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
