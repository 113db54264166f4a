import { mentionsOf } from '../domain/custody/touched.ts'
import type { Reference } from '../domain/reference.ts'
import type { LoadedBooks } from '../storage/custody-load.ts'
import { loadBooks, lockBatches, namedBatches } from '../storage/custody-load.ts'
import { writeGroup } from '../storage/custody-write.ts'
import type { Database, Transaction } from '../storage/database.ts'
import { appendEntries } from '../storage/journal.ts'
import type { AcceptedEvent } from '../storage/write/accepted.ts'
import type { Verdict } from './fold-group.ts'
import { foldGroup } from './fold-group.ts'
import type { Answer, Unit } from './submission.ts'
import { touchedBy } from './touched-by.ts'

/** Changes when the books compute something differently; every event stores it. */
const CALCULATION = 'calc-1'

/** The answers of each unit; `null` for a unit whose batches were busy and that must come again. */
export type GroupAnswers = readonly (readonly Answer[] | null)[]

/**
 * One group of units in one transaction at READ COMMITTED: lock and load what they touch, fold,
 * take positions, write, commit (design of the bookkeeper). Nothing is answered before the commit.
 */
export function writeDown(
  deps: { readonly db: Database; readonly reference: Reference; readonly now: () => Date },
  units: readonly Unit[],
  wait: boolean
): Promise<GroupAnswers> {
  return deps.db.transaction(async (tx) => {
    const touched = touchedBy(units)
    const ids = await namedBatches(tx, touched)
    const locked = await lockBatches(tx, ids, wait)
    const loaded = await loadBooks(tx, touched, ids)
    const free = units.filter((unit) => !busy(unit, loaded, locked))
    const now = deps.now()
    const folded = foldGroup(free, loaded, { reference: deps.reference, nowMs: now.getTime() })
    const answers = await store(tx, free, folded.verdicts, { ...deps, loaded, at: now })
    return units.map((unit) => answers.get(unit) ?? null)
  })
}

/** A batch exists that another transaction holds: this unit comes again. */
function busy(unit: Unit, loaded: LoadedBooks, locked: ReadonlySet<string>): boolean {
  const held = (id: string | undefined) =>
    id !== undefined && loaded.batches.has(id) && !locked.has(id)
  return unit.submissions.some(({ event }) => {
    const mentions = mentionsOf(event, unit.organization)
    return (
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

interface Storing {
  readonly reference: Reference
  readonly loaded: LoadedBooks
  readonly at: Date
}

async function store(
  tx: Transaction,
  units: readonly Unit[],
  verdicts: readonly (readonly Verdict[])[],
  storing: Storing
): Promise<ReadonlyMap<Unit, readonly Answer[]>> {
  const drafts = units.flatMap((unit, index) =>
    (verdicts[index] ?? []).flatMap((verdict) =>
      verdict.status === 'accepted' ? [{ unit, verdict }] : []
    )
  )
  const texts = new Map<Verdict, string>()
  if (drafts.length > 0) {
    const ruleSet = `${storing.reference.rules.version}+${CALCULATION}`
    const entries = drafts.map((draft) => journalEntry(draft, ruleSet))
    const { first, at } = await appendEntries(tx, entries, storing.at)
    const accepted = drafts.map((draft, index) =>
      acceptedEvent(draft, { ruleSet, position: first + index, recordedAt: at })
    )
    await writeGroup(tx, accepted, { loaded: storing.loaded, books: storing.loaded.books })
    drafts.forEach(({ verdict }, index) => {
      texts.set(verdict, accepted[index]?.answer ?? '')
    })
  }
  return new Map(
    units.map((unit, index) => [
      unit,
      (verdicts[index] ?? []).map((verdict) => answerOf(verdict, texts))
    ])
  )
}

type Accepted = Extract<Verdict, { status: 'accepted' }>

interface Draft {
  readonly unit: Unit
  readonly verdict: Accepted
}

function journalEntry({ unit, verdict }: Draft, ruleSet: string) {
  const { event, sha256, document, mediaType } = verdict.submission
  return {
    kind: 'event',
    subject: event.id,
    organization: unit.organization,
    document: { sha256, size: document.length, mediaType },
    blind: true,
    body: { type: event.type, ruleSet }
  }
}

function acceptedEvent(
  { unit, verdict }: Draft,
  at: { readonly ruleSet: string; readonly position: number; readonly recordedAt: string }
): AcceptedEvent {
  const { submission, findings, effect, booked } = verdict
  const { event } = submission
  const answer = {
    id: event.id,
    type: event.type,
    status: 'accepted',
    position: at.position,
    recordedAt: at.recordedAt,
    batches: effect.newBatches.map(({ state }) => ({
      id: state.id,
      ...(state.number === null ? {} : { number: state.number })
    })),
    findings
  }
  return {
    ...submission,
    ...at,
    organization: unit.organization,
    client: unit.client,
    answer: JSON.stringify(answer),
    findings,
    effect,
    booked
  }
}

function answerOf(verdict: Verdict, texts: ReadonlyMap<Verdict, string>): Answer {
  switch (verdict.status) {
    case 'accepted':
      return { status: 'accepted', replayed: false, text: texts.get(verdict) ?? '' }
    case 'repeated':
      return { status: 'accepted', replayed: true, text: texts.get(verdict.of) ?? '' }
    case 'replayed':
      return { status: 'accepted', replayed: true, text: verdict.text }
    default:
      return verdict
  }
}
