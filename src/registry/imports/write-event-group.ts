import type { Finding } from '../../domain/finding.ts'
import { commitItemsOrFail, type ItemResult } from '../../storage/imports/import-work.ts'
import type { Answer, Submission, Unit } from '../bookkeeper/submission.ts'
import type { EventGroup, ReadEvent } from './event-group.ts'
import type { ImportItem } from './import-source.ts'
import { type ImportWork, moveOn } from './import-work.ts'
import { result } from './item-result.ts'

/** Its place among the others of the import. */
interface InFlight {
  readonly follows: Promise<unknown>
  readonly onSent: () => void
}

/** Resolves when the group is durable, with its results. */
export async function writeEventGroup(
  work: ImportWork,
  group: EventGroup,
  inFlight?: InFlight
): Promise<void> {
  const { deps, hold } = work
  const { from, to, reads, submissions } = group
  if (submissions.length === 0) {
    await inFlight?.follows
    await moveOn(deps.db, work, from, to, resultsOf(reads, []))
    return
  }
  await deps.bookkeeper.submit({
    ...unitOf(work, submissions),
    ...inFlight,
    alongside: (tx, answers) => moveOn(tx, work, from, to, resultsOf(reads, answers)),
    alongsideOrFail: (answers) =>
      commitItemsOrFail({ hold, from, to, results: resultsOf(reads, answers) })
  })
}

export function unitOf(work: ImportWork, submissions: readonly Submission[]): Unit {
  const { organization, client } = work.principal
  return { organization, client, submissions, strict: false, bulk: true }
}

/** One result for each item, in order; answers are those of the items that could be read. */
export function resultsOf(
  reads: readonly ReadEvent[],
  answers: readonly Answer[]
): readonly ItemResult[] {
  let next = 0
  return reads.map((read) => {
    if ('refusal' in read) return read.refusal
    const answer = answers[next]
    next += 1
    return resultOf(read.item, read.read.event.id, answer)
  })
}

function resultOf(item: ImportItem, id: string, answer: Answer | undefined): ItemResult {
  const stored = { id, position: null }
  switch (answer?.status) {
    case 'accepted': {
      const { position, findings } = JSON.parse(answer.text) as StoredAnswer
      const status = answer.replayed ? 'replayed' : 'accepted'
      return result(item, status, { id, position }, findings.map(item.placed))
    }
    case 'refused':
      return result(item, 'refused', stored, answer.findings.map(item.placed))
    case 'conflict':
      return result(item, 'conflict', stored, [item.placed(otherEvent(id))])
    default:
      return result(item, 'withheld', stored, [])
  }
}

interface StoredAnswer {
  readonly position: number
  readonly findings: readonly Finding[]
}

function otherEvent(id: string): Finding {
  return {
    rule: 'import',
    code: 'CONFLICT',
    severity: 'error',
    pointer: '/id',
    message: `The event id ${id} stands for other content.`,
    remedy: 'Choose a new id; a wrong event is mended by a correction, not by repeating it.'
  }
}
