import type { Books } from '../../domain/custody/books.ts'
import type { BookedPosting, Effect } from '../../domain/custody/effect.ts'
import { enter } from '../../domain/custody/effect.ts'
import { judge } from '../../domain/custody/fold.ts'
import { noteEvent } from '../../domain/custody/note-event.ts'
import { fork, settle } from '../../domain/custody/shelves.ts'
import type { Finding } from '../../domain/finding.ts'
import type { Reference } from '../../domain/reference.ts'
import type { LoadedBooks } from '../../storage/books/custody-load.ts'
import type { Submission, Unit } from './submission.ts'
import { hasContent, needsBooksAlone } from './submission.ts'

/** What the fold made of one submission, before positions are known. */
export type Verdict =
  | {
      readonly status: 'accepted'
      readonly submission: Submission
      readonly findings: readonly Finding[]
      readonly effect: Effect
      readonly booked: readonly BookedPosting[]
    }
  | { readonly status: 'repeated'; readonly of: Verdict }
  | { readonly status: 'replayed'; readonly text: string }
  | { readonly status: 'refused'; readonly findings: readonly Finding[] }
  | { readonly status: 'conflict' }
  | { readonly status: 'withheld' }

interface Fold {
  readonly loaded: LoadedBooks
  readonly reference: Reference
  readonly nowMs: number
  /** True where something is taken back, perhaps of the group itself. */
  readonly correcting: boolean
  /** Events accepted earlier in this group, by id; shared by the folds of its parts, where they are not written in between. */
  readonly seen: Map<string, Seen>
}

interface Seen {
  readonly organization: string
  readonly submission: Submission
  readonly verdict: Verdict
}

/**
 * Folds the units of a group over the loaded books, one after the other, so that an event may
 * consume what an earlier one produced. Pure but for the books, which end as after the group. Answers
 * with the verdicts of each unit, in order.
 */
export function foldGroup(
  units: readonly Unit[],
  loaded: LoadedBooks,
  context: Pick<Fold, 'reference' | 'nowMs'> & Partial<Pick<Fold, 'seen'>>
): readonly (readonly Verdict[])[] {
  const fold: Fold = {
    loaded,
    correcting: units.some(needsBooksAlone),
    seen: new Map(),
    ...context
  }
  return units.map((unit) => (unit.strict ? strictly(unit, fold) : leniently(unit, fold)))
}

function leniently(unit: Unit, fold: Fold): readonly Verdict[] {
  return unit.submissions.map((submission) => {
    const verdict = judged(unit, submission, fold.loaded.books, fold)
    remember(unit, submission, verdict, fold)
    return verdict
  })
}

/** All or nothing: the unit is tried on a fork of the books. */
function strictly(unit: Unit, fold: Fold): readonly Verdict[] {
  const trial: Fold = { ...fold, seen: new Map(fold.seen) }
  const books = fork(fold.loaded.books)
  const verdicts = unit.submissions.map((submission) => {
    const verdict = judged(unit, submission, books, trial)
    remember(unit, submission, verdict, trial)
    return verdict
  })
  if (verdicts.some(stops)) return withheld(verdicts)
  settle(books)
  for (const [id, known] of trial.seen) fold.seen.set(id, known)
  return verdicts
}

/** True of a verdict for which nothing of a strict unit is written. */
export function stops({ status }: Verdict): boolean {
  return status === 'refused' || status === 'conflict'
}

/** What is told of a strict unit that is refused. */
export function withheld(verdicts: readonly Verdict[]): readonly Verdict[] {
  return verdicts.map((verdict) =>
    verdict.status === 'accepted' || verdict.status === 'repeated'
      ? { status: 'withheld' }
      : verdict
  )
}

function remember(
  { organization }: Unit,
  submission: Submission,
  verdict: Verdict,
  { seen }: Fold
): void {
  if (verdict.status !== 'accepted') return
  seen.set(submission.event.id, { organization, submission, verdict })
}

function judged(unit: Unit, submission: Submission, books: Books, fold: Fold): Verdict {
  return earlier(unit, submission, fold) ?? afresh(unit, submission, books, fold)
}

/**
 * R14: same id and same content of the same organization is the same submission; other content is a conflict,
 * and so is what somebody else recorded.
 */
function earlier(unit: Unit, submission: Submission, fold: Fold): Verdict | undefined {
  const { id } = submission.event
  const same = (organization: string, contentHash: Buffer) =>
    organization === unit.organization && hasContent(submission, contentHash)
  const stored = fold.loaded.events.get(id)
  if (stored) {
    return same(stored.organization, stored.contentHash)
      ? { status: 'replayed', text: stored.answer }
      : { status: 'conflict' }
  }
  const known = fold.seen.get(id)
  if (!known) return undefined
  return same(known.organization, known.submission.contentHash)
    ? { status: 'repeated', of: known.verdict }
    : { status: 'conflict' }
}

function afresh(unit: Unit, submission: Submission, books: Books, fold: Fold): Verdict {
  const { event } = submission
  const { findings, effect } = judge(books, event, {
    actor: unit.organization,
    nowMs: fold.nowMs,
    reference: fold.reference
  })
  if (!effect) return { status: 'refused', findings }
  const booked = enter(books, effect)
  if (fold.correcting) noteEvent(books, { event, actor: unit.organization, effect })
  return { status: 'accepted', submission, findings, effect, booked }
}
