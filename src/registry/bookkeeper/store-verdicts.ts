import { packLineage } from '../../domain/lineage/codec.ts'
import type { Reference } from '../../domain/reference.ts'
import { type LoadedBooks, lockUnseen } from '../../storage/books/custody-load.ts'
import { writeGroup } from '../../storage/books/custody-write.ts'
import type { AcceptedEvent, PackedLineages } from '../../storage/books/write/accepted.ts'
import type { PreparedStatement } from '../../storage/connection/statement.ts'
import type { Transaction } from '../../storage/database.ts'
import { placeEntries } from '../../storage/journal/journal.ts'
import type { Verdict } from './fold-group.ts'
import type { Answer, Unit } from './submission.ts'

/** Changes when the books compute something differently; every event stores it. */
const CALCULATION = 'calc-5'

/** The surroundings of a writing transaction. */
export interface WritingDeps {
  readonly reference: Reference
  readonly now: () => Date
}

export interface Storing extends WritingDeps {
  readonly loaded: LoadedBooks
  readonly at: Date
  /** True where the transaction is tried again when it fails: see `placeEntries`. */
  readonly expecting: boolean
  /** Batches on the books that can only be locked when the groups before this one are committed. */
  readonly unseen?: readonly string[]
  /** Locks that are taken before the places in the journal, and are not yet. */
  readonly behind?: PreparedStatement
  /** Statements that end the transaction where something else has changed by then. */
  readonly checks?: readonly PreparedStatement[]
}

/** What was written, and the answer of each unit. */
export interface Stored {
  readonly accepted: readonly AcceptedEvent[]
  /** The lineages of its new batches, as they are stored. */
  readonly packed: PackedLineages
  readonly answers: ReadonlyMap<Unit, readonly Answer[]>
  /** Resolves when the places in the journal are those of the group, and its batches; see `placeEntries`. */
  readonly taken: Promise<void>
}

/** Takes positions for what the fold accepted and writes it; the caller holds the locks and the keys. */
export async function storeVerdicts(
  tx: Transaction,
  units: readonly Unit[],
  verdicts: readonly (readonly Verdict[])[],
  storing: Storing
): Promise<Stored> {
  const drafts = units.flatMap((unit, index) =>
    (verdicts[index] ?? []).flatMap((verdict) =>
      verdict.status === 'accepted' ? [{ unit, verdict }] : []
    )
  )
  const { accepted, packed, taken } = drafts.length > 0 ? await write(tx, drafts, storing) : NOTHING
  const texts = new Map<Verdict, string>(
    drafts.map(({ verdict }, index) => [verdict, accepted[index]?.answer ?? ''])
  )
  const answers = new Map(
    units.map((unit, index) => [
      unit,
      (verdicts[index] ?? []).map((verdict) => answerOf(verdict, texts))
    ])
  )
  return { accepted, packed, answers, taken }
}

async function write(
  tx: Transaction,
  drafts: readonly Draft[],
  storing: Storing
): Promise<Omit<Stored, 'answers'>> {
  const ruleSet = `${storing.reference.rules.version}+${CALCULATION}`
  const entries = drafts.map((draft) => journalEntry(draft, ruleSet))
  const { at: now, expecting, unseen = [], behind } = storing
  const placed = await placeEntries(tx, entries, { now, expecting, ...(behind ? { behind } : {}) })
  const taken = unseen.length > 0 ? lockUnseen(tx, [...unseen].sort()) : placed.taken
  const accepted = drafts.map((draft, index) =>
    acceptedEvent(draft, { ruleSet, position: placed.first + index, recordedAt: placed.at })
  )
  const packed = packedLineages(accepted)
  const { loaded } = storing
  const { checks = [] } = storing
  writeGroup(
    tx,
    { entries: placed.statement, accepted, checks },
    { loaded, books: loaded.books, packed }
  )
  return { accepted, packed, taken }
}

const NOTHING: Omit<Stored, 'answers'> = {
  accepted: [],
  packed: new Map(),
  taken: Promise.resolve()
}

function packedLineages(accepted: readonly AcceptedEvent[]): PackedLineages {
  const made = accepted.flatMap(({ effect }) => effect.newBatches)
  return new Map(made.map(({ state }) => [state.lineage, packLineage(state.lineage)]))
}

type Accepted = Extract<Verdict, { status: 'accepted' }>

interface Draft {
  readonly unit: Unit
  readonly verdict: Accepted
}

function journalEntry({ unit, verdict }: Draft, ruleSet: string) {
  const { event, sha256, document, mediaType, signature } = verdict.submission
  return {
    kind: 'event',
    subject: event.id,
    organization: unit.organization,
    document: { sha256, size: document.length, mediaType },
    blind: true,
    body: { type: event.type, ruleSet, ...(signature ? { signature } : {}) }
  }
}

function acceptedEvent(
  { unit, verdict }: Draft,
  at: { readonly ruleSet: string; readonly position: number; readonly recordedAt: string }
): AcceptedEvent {
  const { submission, findings, effect, booked } = verdict
  const { event, signature } = submission
  const answer = {
    id: event.id,
    type: event.type,
    status: 'accepted',
    position: at.position,
    recordedAt: at.recordedAt,
    signedBy: signature ? { organization: unit.organization, key: signature.key } : null,
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
