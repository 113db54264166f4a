import type { Books } from '../domain/custody/books.ts'
import { drawable, inDeficit } from '../domain/custody/reevaluate.ts'
import {
  announcing,
  enterBooksAlone,
  markSuspects,
  openReevaluation,
  recordedEvents
} from '../storage/corrections.ts'
import type { LoadedBooks } from '../storage/custody-load.ts'
import { loadBooks, namedBatches } from '../storage/custody-load.ts'
import type { Transaction } from '../storage/database.ts'
import type { AcceptedEvent } from '../storage/write/accepted.ts'
import { holdKeys } from './accept-signature.ts'
import { foldGroup } from './fold-group.ts'
import { loadEpds } from './load-epds.ts'
import { storeVerdicts, type WritingDeps } from './store-verdicts.ts'
import type { Answer, Submission, Unit } from './submission.ts'
import { touchedBy } from './touched-by.ts'

/** True for units that take something back or put something else in its place. */
export function needsBooksAlone(unit: Pick<Unit, 'submissions'>): boolean {
  return unit.submissions.some(
    ({ event }) => event.type === 'correct' || event.corrects !== undefined
  )
}

/** A strict unit was refused after part of it had been written: everything is rolled back. */
export class StrictRefusal extends Error {
  readonly answers: readonly Answer[]

  constructor(answers: readonly Answer[]) {
    super('a strict unit is refused whole')
    this.answers = answers
  }
}

/**
 * Corrections and corrective events, one after the other, with the books to themselves: the wrong
 * event is undone or its outputs are declared again, and everything downstream becomes suspect until
 * it has been evaluated again (rule R13).
 */
export async function writeExclusive(
  tx: Transaction,
  unit: Unit,
  deps: WritingDeps
): Promise<readonly Answer[]> {
  await enterBooksAlone(tx)
  const answers: Answer[] = []
  for (const submission of unit.submissions) {
    answers.push(await writeOne(tx, { ...unit, submissions: [submission] }, submission, deps))
  }
  const refused = answers.some(({ status }) => status === 'refused' || status === 'conflict')
  if (unit.strict && refused) {
    throw new StrictRefusal(
      answers.map((answer) => (answer.status === 'accepted' ? { status: 'withheld' } : answer))
    )
  }
  await unit.alongside?.(tx, answers)
  return answers
}

async function writeOne(
  tx: Transaction,
  unit: Unit,
  submission: Submission,
  deps: WritingDeps
): Promise<Answer> {
  await holdKeys(tx, [submission.signature])
  const loaded = await loadWithTarget(tx, unit, submission)
  await loadEpds(tx, loaded, touchedBy([unit]).epds, deps.reference)
  const now = deps.now()
  const context = { reference: deps.reference, nowMs: now.getTime() }
  const before = new Map([...loaded.batches].map((id) => [id, drawable(loaded.books, id)]))
  const [verdicts = []] = foldGroup([unit], loaded, context)
  const storing = { ...deps, loaded, at: now, expecting: false }
  const stored = await storeVerdicts(tx, [unit], [verdicts], storing)
  for (const entry of stored.accepted) await spread(tx, entry, loaded, before)
  return stored.answers.get(unit)?.[0] ?? { status: 'withheld' }
}

/** The books that the submission names, and those that the wrong event touched. */
async function loadWithTarget(
  tx: Transaction,
  unit: Unit,
  { event }: Submission
): Promise<LoadedBooks> {
  // A corrective event is still to come: one that is there already cannot take the place.
  const coming = event.type === 'correct' ? event.correctiveEvent : undefined
  const ids = [event.type === 'correct' ? event.event : undefined, event.corrects, coming]
  const known = await recordedEvents(
    tx,
    ids.filter((id) => id !== undefined)
  )
  const events = known.filter(({ id }) => id !== coming)
  const touched = touchedBy([unit])
  const named = await namedBatches(tx, {
    ...touched,
    batches: [
      ...touched.batches,
      ...events.flatMap((recorded) => [
        ...recorded.outputs,
        ...recorded.postings.map(({ account }) => account.batch)
      ])
    ]
  })
  const shipments = events.flatMap((recorded) => recorded.shipment ?? [])
  const loaded = await loadBooks(
    tx,
    { ...touched, shipments: [...touched.shipments, ...shipments] },
    named
  )
  for (const recorded of known) loaded.books.events.set(recorded.id, recorded)
  const announced = coming === undefined ? undefined : await announcing(tx, coming)
  if (coming !== undefined && announced) loaded.books.announced.set(coming, announced)
  return loaded
}

/** Marks what the correction reaches: descendants, and batches of which more or less can be drawn now. */
async function spread(
  tx: Transaction,
  entry: AcceptedEvent,
  loaded: LoadedBooks,
  before: ReadonlyMap<string, string>
): Promise<void> {
  const { effect, event, position, organization } = entry
  const voided = effect.undoing?.voided.map((state) => state.id) ?? []
  const kept = effect.undoing?.kept ? [effect.undoing.kept.pool.id] : []
  const again = effect.newBatches
    .map(({ state }) => state.id)
    .filter((id) => loaded.batches.has(id))
  const turned = turnedBatches(loaded.books, entry, before)
  const short = again.filter((id) => inDeficit(loaded.books, id))
  const born = effect.newBatches.flatMap(({ state }) =>
    state.status === 'suspect' ? state.id : []
  )
  // What is out of the books has nothing to be evaluated again; what was made from it has.
  const stands = (id: string) => loaded.books.batches.get(id)?.voidedBy === null
  const also = [...new Set([...turned, ...short, ...born, ...kept])].filter(stands)
  const marks = {
    roots: [...voided, ...kept, ...again, ...turned],
    also,
    cause: event.id,
    position
  }
  const affected = await markSuspects(tx, marks)
  await openReevaluation(tx, { cause: event.id, organization, position, affected })
}

function turnedBatches(
  books: Books,
  { effect }: AcceptedEvent,
  before: ReadonlyMap<string, string>
): string[] {
  const touched = new Set(effect.postings.map(({ account }) => account.batch))
  return [...touched].filter((id) => before.has(id) && drawable(books, id) !== before.get(id))
}
