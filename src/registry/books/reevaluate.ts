import { createHash } from 'node:crypto'
import type { Books } from '../../domain/custody/books.ts'
import { inDeficit } from '../../domain/custody/reevaluate.ts'
import { emptied, followsInputs, reevaluateRun } from '../../domain/custody/reevaluate-campaign.ts'
import { report } from '../../domain/custody/rules/table.ts'
import type { Finding } from '../../domain/finding.ts'
import { packLineage } from '../../domain/lineage/codec.ts'
import type { Reference } from '../../domain/reference.ts'
import { parseEvent } from '../../formats/native/event.ts'
import {
  clearSuspects,
  enterBooksAlone,
  orphanedSuspects,
  suspectFrontier
} from '../../storage/books/corrections.ts'
import { loadBooks } from '../../storage/books/custody-load.ts'
import type { RecordedWork } from '../../storage/books/reevaluation.ts'
import { holdersOf, recordedWork, writeReevaluated } from '../../storage/books/reevaluation.ts'
import type { VersionRow } from '../../storage/books/write/version-rows.ts'
import type { Database, Transaction } from '../../storage/database.ts'
import { appendEntries } from '../../storage/journal/journal.ts'
import { reevaluationFindings } from './reevaluation-findings.ts'

/** So many batches are evaluated again in one transaction; ordinary events run in between. */
const CHUNK = 200

export interface ReevaluationDeps {
  readonly db: Database
  readonly reference: Reference
  readonly now: () => Date
}

/**
 * One step of the correction job: evaluates the suspects again whose inputs are settled, in one
 * transaction. Returns how many batches it settled; 0 means none is left. Its whole state is in the
 * table of suspects, so it goes on after a crash, in whichever process comes first.
 */
export function reevaluateStep(deps: ReevaluationDeps): Promise<number> {
  return deps.db.transaction(async (tx) => {
    await enterBooksAlone(tx)
    const frontier = await suspectFrontier(tx, CHUNK)
    if (frontier.length === 0) return dropOrphans(tx)
    const work = await recordedWork(tx, [...new Set(frontier.map((row) => row.event))])
    const books = await booksFor(tx, work)
    const results = work.map((item) => evaluateAgain(item, books, deps))
    await writeResults(tx, results, deps)
    const settled = work.flatMap((item) => item.outputs)
    await clearSuspects(tx, settled)
    return settled.length
  })
}

async function dropOrphans(tx: Transaction): Promise<number> {
  const orphans = await orphanedSuspects(tx)
  if (orphans.length > 0) await clearSuspects(tx, orphans)
  return orphans.length
}

async function booksFor(tx: Transaction, work: readonly RecordedWork[]): Promise<Books> {
  const batches = work.flatMap((item) => [
    ...item.outputs,
    ...item.inputs.map(({ batch }) => batch)
  ])
  const owners = work.flatMap((item) => item.organization)
  const { books } = await loadBooks(
    tx,
    {
      events: [],
      batches: [],
      outputs: [],
      actors: [],
      numbers: [],
      shipments: [],
      facilities: [...new Set(work.map((item) => item.facility))],
      organizations: [...new Set(owners)],
      campaigns: [],
      corrections: []
    },
    [...new Set(batches)].sort()
  )
  return books
}

interface Result {
  readonly item: RecordedWork
  /** Whether the rules were asked again, and not only where the batch stands. */
  readonly judged: boolean
  readonly findings: readonly Finding[]
  readonly versions: readonly Omit<VersionRow, 'position'>[]
}

function evaluateAgain(item: RecordedWork, books: Books, deps: ReevaluationDeps): Result {
  const { judged, findings, batches } = settled(item, books, deps)
  const versions = batches.map((state) => {
    books.batches.set(state.id, state)
    return { state, event: item.id, ...packLineage(state.lineage) }
  })
  return { item, judged, findings, versions }
}

function settled(item: RecordedWork, books: Books, deps: ReevaluationDeps) {
  if (item.type === 'commission') return stands(item, books)
  if (item.document.length === 0) return unreadable(item, books)
  const parsed = parseEvent(JSON.parse(item.document.toString('utf8')), () => item.id)
  if (!parsed.event) throw new Error(`the stored document of event ${item.id} cannot be read`)
  const { event } = parsed
  if (!followsInputs(event)) return stands(item, books)
  const found = reevaluateRun(books, item.undone ? emptied(event) : event, item, {
    actor: item.organization,
    nowMs: deps.now().getTime(),
    reference: deps.reference
  })
  return { judged: true, ...found }
}

/** What was erased says no more what it made of its inputs: its outputs stay contested. */
function unreadable(item: RecordedWork, books: Books) {
  const finding = report('EVENT_ERASED', {
    pointer: '',
    message: 'A correction upstream reached this event, and its document was lawfully erased.',
    remedy: 'Correct the event and declare its outputs again.'
  })
  const batches = item.outputs.flatMap((id) => {
    const state = books.batches.get(id)
    return state ? [{ ...state, status: 'contested' as const }] : []
  })
  return { judged: true, findings: [finding], batches }
}

/** A batch without recorded inputs is contested exactly while it is in deficit; nothing is asked of it again. */
function stands(item: RecordedWork, books: Books) {
  const batches = item.outputs.flatMap((id) => {
    const state = books.batches.get(id)
    if (!state) return []
    const contested = state.voidedBy !== null || state.flagged || inDeficit(books, id)
    return [{ ...state, status: contested ? ('contested' as const) : ('clear' as const) }]
  })
  return { judged: false, findings: [], batches }
}

async function writeResults(
  tx: Transaction,
  results: readonly Result[],
  deps: ReevaluationDeps
): Promise<void> {
  const versions = results.flatMap((result) => result.versions)
  const contested = versions.filter(({ state }) => state.status === 'contested')
  const holders = await holdersOf(
    tx,
    contested.map(({ state }) => state.id)
  )
  const events = results.map(({ item, findings, versions: made }) => ({
    id: item.id,
    organization: item.organization,
    findings,
    states: made.map(({ state }) => state)
  }))
  const findings = reevaluationFindings(events, holders)
  const entry = {
    kind: 'reevaluation',
    subject: results[0]?.item.id ?? '',
    organization: null,
    document: null,
    blind: true,
    body: { batches: versions.length, contested: contested.length, versions: digest(versions) }
  }
  const { first } = await appendEntries(tx, [entry], deps.now())
  await writeReevaluated(
    tx,
    versions.map((row) => ({ ...row, position: first })),
    { judged: results.flatMap(({ item, judged }) => (judged ? item.id : [])), findings },
    first
  )
}

/** What the log commits to: the new versions, in order. */
function digest(versions: readonly Omit<VersionRow, 'position'>[]): string {
  const hash = createHash('sha256')
  for (const { state, origins, steps } of versions) {
    hash.update(`${state.id}\n${state.status}\n${origins}\n${steps}\n`)
  }
  return hash.digest('hex')
}
