import type { Effect } from '../../../domain/custody/effect.ts'
import { contestedBatch } from '../../../domain/custody/rules/r13-contested.ts'
import type { Finding } from '../../../domain/finding.ts'
import { uuidFrom } from '../../../domain/ids.ts'
import {
  byItself,
  insertInto,
  type PreparedStatement,
  type RowsStatement
} from '../../connection/statement.ts'
import type { Transaction } from '../../database.ts'
import type { AcceptedEvent } from './accepted.ts'

const FINDING = insertInto('finding', [
  ['position', 'int8'],
  ['line', 'int4'],
  ['id', 'uuid'],
  ['event', 'uuid'],
  ['batch', 'uuid'],
  ['organization', 'uuid'],
  ['rule', 'text'],
  ['code', 'text'],
  ['severity', 'text'],
  ['pointer', 'text'],
  ['message', 'text'],
  ['expected', 'text'],
  ['actual', 'text'],
  ['remedy', 'text']
])

/** One finding to be stored, with what it speaks of. */
export interface NewFinding {
  readonly id: string
  readonly position: number
  readonly line: number
  readonly event: string
  readonly batch: string | null
  readonly organization: string
  readonly finding: Finding
}

/** Stores findings that come with no event of their own. */
export async function storeFindings(tx: Transaction, rows: readonly NewFinding[]): Promise<void> {
  const statement = findingStatement(rows)
  if (statement) await tx.query(statement)
}

/** Findings as one statement. */
export function findingStatement(rows: readonly NewFinding[]): PreparedStatement | null {
  const statement = FINDING.of(rows.map(columnsOf))
  return statement && byItself(statement)
}

function columnsOf({ finding, ...row }: NewFinding): unknown[] {
  return [
    row.position,
    row.line,
    row.id,
    row.event,
    row.batch,
    row.organization,
    finding.rule,
    finding.code,
    finding.severity,
    finding.pointer,
    finding.message,
    finding.expected ?? null,
    finding.actual ?? null,
    finding.remedy ?? null
  ]
}

/** Findings that did not block: stored with the event, and with the batch that they speak of. */
export function findingRows(accepted: readonly AcceptedEvent[]): RowsStatement | null {
  const rows = accepted.flatMap((entry) =>
    addressed(entry).map(({ organization, finding, batch }, line) => ({
      id: uuidFrom('finding', entry.event.id, `${line}`),
      position: entry.position,
      line,
      event: entry.event.id,
      batch,
      organization,
      finding
    }))
  )
  return FINDING.of(rows.map(columnsOf))
}

/** A finding, whom it is told and by which batch. */
export interface Addressed {
  readonly organization: string
  readonly finding: Finding
  readonly batch: string | null
}

/**
 * R9 is between two: the sender is told what the receiver finds otherwise, and is the one to mend it.
 * Whoever owned what went into an event is told, by its own batch, that what came out is another's;
 * whoever holds what a correction took out of the books, that it is contested.
 */
export function addressed(entry: {
  readonly organization: string
  readonly effect: Effect
  readonly findings: readonly Finding[]
}): Addressed[] {
  const { organization, effect, findings } = entry
  const { otherSide, formerOwners = [], holders = [] } = effect
  const told = (to: string, finding: Finding) => {
    return { organization: to, finding, batch: batchOf(effect, finding) }
  }
  const shared = otherSide === undefined ? [] : findings.filter(({ rule }) => rule === 'R9')
  const taken = findings.filter(({ code }) => code === 'OWNER_CHANGED')
  return [
    ...findings.map((finding) => told(organization, finding)),
    ...shared.map((finding) => told(otherSide ?? organization, finding)),
    ...taken.flatMap((finding) => formerOwners.map((owner) => ({ ...owner, finding }))),
    ...holders.map((holder) => ({ ...holder, finding: contestedBatch() }))
  ]
}

/** The output or line that a pointer names, else the first output, else the first input. */
function batchOf(effect: Effect, finding: Finding): string | null {
  const index = Number(/^\/(?:outputs|lines)\/(\d+)/.exec(finding.pointer)?.[1] ?? 0)
  const { newBatches, postings, receivedLines, newShipment } = effect
  const line = receivedLines[index] ?? newShipment?.lines[index]
  if (line) return line.batch
  return (
    newBatches[index]?.state.id ?? newBatches[0]?.state.id ?? postings[0]?.account.batch ?? null
  )
}
