import type { Books } from '../../domain/custody/books.ts'
import { drawable, inDeficit } from '../../domain/custody/reevaluate.ts'
import {
  clearSuspects,
  enterBooksAlone,
  listSuspects,
  markSuspects,
  openReevaluation
} from '../../storage/books/corrections.ts'
import type { LoadedBooks } from '../../storage/books/custody-load.ts'
import type { AcceptedEvent } from '../../storage/books/write/accepted.ts'
import type { Transaction } from '../../storage/database.ts'
import { holdKeys, refuseUnsigned } from '../signing/accept-signature.ts'
import { bornSuspect } from './finish-group.ts'
import { foldGroup } from './fold-group.ts'
import { loadCorrected } from './load-corrected.ts'
import { loadEpds } from './load-epds.ts'
import { storeVerdicts, type WritingDeps } from './store-verdicts.ts'
import { type Answer, needsBooksAlone, type Submission, saidIn, type Unit } from './submission.ts'
import { touchedBy } from './touched-by.ts'

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
    throw new StrictRefusal(takenBack(unit, answers))
  }
  await unit.alongside?.(tx, answers)
  return answers
}

/** What was written and its repetitions are undone; what had been recorded before stands, and is told so. */
function takenBack({ submissions }: Unit, answers: readonly Answer[]): readonly Answer[] {
  const written = new Set<string>()
  return answers.map((answer, index) => {
    const id = submissions[index]?.event.id ?? ''
    if (answer.status !== 'accepted' || (answer.replayed && !written.has(id))) return answer
    written.add(id)
    return { status: 'withheld' }
  })
}

async function writeOne(
  tx: Transaction,
  unit: Unit,
  submission: Submission,
  deps: WritingDeps
): Promise<Answer> {
  await holdKeys(tx, [submission.signature])
  const loaded = await loadCorrected(tx, unit)
  await loadEpds(tx, loaded, touchedBy([unit]).epds)
  const now = deps.now()
  const context = { reference: deps.reference, nowMs: now.getTime() }
  const { event } = submission
  const before = new Map([...loaded.batches].map((id) => [id, drawable(loaded.books, id, event)]))
  const [verdicts = []] = foldGroup([unit], loaded, context)
  const storing = { ...deps, loaded, at: now, expecting: false }
  const stored = await storeVerdicts(tx, [unit], [verdicts], storing)
  await refuseUnsigned(tx, saidIn([unit]))
  for (const entry of stored.accepted) {
    // What comes along with a correction in one unit does to the books what it does by itself.
    if (needsBooksAlone(unit)) await spread(tx, entry, loaded, before)
    else await listSuspects(tx, bornSuspect(entry))
  }
  return stored.answers.get(unit)?.[0] ?? { status: 'withheld' }
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
  // Declared again, it would be evaluated for what is no longer true.
  if (voided.length > 0) await clearSuspects(tx, voided)
  await openReevaluation(tx, { cause: event.id, organization, position, affected })
}

function turnedBatches(
  books: Books,
  { effect, event }: AcceptedEvent,
  before: ReadonlyMap<string, string>
): string[] {
  const touched = new Set(effect.postings.map(({ account }) => account.batch))
  return [...touched].filter(
    (id) => before.has(id) && drawable(books, id, event) !== before.get(id)
  )
}
