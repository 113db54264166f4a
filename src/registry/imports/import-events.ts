import type { Finding } from '../../domain/finding.ts'
import type { ItemResult, Place } from '../../storage/import-work.ts'
import { Breath } from '../breath.ts'
import { effortOf } from '../effort.ts'
import type { Answer, Submission, Unit } from '../submission.ts'
import { needsBooksAlone } from '../submission.ts'
import { importEpd } from './import-epds.ts'
import { type ImportItem, itemsFrom, placeOf } from './import-source.ts'
import { type ImportWork, moveOn, type TurnEnd } from './import-work.ts'
import { refusalAfter, result } from './item-result.ts'
import { type ReadItem, readAnyItem, readEventItem } from './read-item.ts'

/** A group: what the bookkeeper writes in one transaction; its work is counted in usual events. */
const GROUP_EFFORT = 256
const GROUP_BYTES = 2 * 1024 * 1024
/** So many careful items, then groups again. */
const CAREFUL_ITEMS = 256

type ReadEvent = ReadItem<Submission>

/**
 * Records the events of an import, and the declarations among them, each on its own, in order: a later one may consume what an earlier
 * one made. While one group is written the next is read, and judged when that is durable; each is
 * committed together with its results.
 */
export async function importEvents(work: ImportWork): Promise<TurnEnd> {
  if (work.careful) return importCarefully(work)
  const flight = new Flight(work)
  let group = new Group(placeOf(work.job))
  try {
    const breath = new Breath()
    for await (const item of itemsFrom(work.deps.db, work.job, work.terms)) {
      group = await take(work, flight, group, item)
      if (group.isEmpty && (await work.enough())) return 'more'
      await breath.take()
    }
    await flight.send(group)
    return 'ended'
  } finally {
    await flight.landed()
  }
}

/** Adds an item to the group, and answers with the next one where the group went off. */
async function take(
  work: ImportWork,
  flight: Flight,
  before: Group,
  item: ImportItem
): Promise<Group> {
  const read = await readItem(work, item)
  if ('declaration' in read) {
    await importEpd(work, await flight.clear(before), item)
    return new Group(item.next)
  }
  // A correction has the books to itself, so it does not make others wait inside of its group.
  const group = isCorrection(read) ? await flight.send(before) : before
  group.add(read)
  return group.isFull || isCorrection(read) ? flight.send(group) : group
}

function readItem({ deps, principal, job }: ImportWork, item: ImportItem) {
  const read = job.kind === 'any' ? readAnyItem : readEventItem
  return read(deps, principal, job, item)
}

/** Items that are judged and committed together. */
class Group {
  readonly from: Place
  readonly reads: ReadEvent[]
  #bytes = 0
  #effort = 0

  constructor(from: Place, reads: ReadEvent[] = []) {
    this.from = from
    this.reads = reads
  }

  add(read: ReadEvent): void {
    this.reads.push(read)
    this.#effort += 'read' in read ? effortOf(read.read.event) : 1
    if ('read' in read) this.#bytes += read.read.document.length
  }

  get to(): Place {
    return this.reads.at(-1)?.item.next ?? this.from
  }

  get isEmpty(): boolean {
    return this.reads.length === 0
  }

  get isFull(): boolean {
    return this.#effort >= GROUP_EFFORT || this.#bytes >= GROUP_BYTES
  }
}

/** The group on its way; the next one follows when it is durable. */
class Flight {
  readonly #work: ImportWork
  #written: Promise<void> = Promise.resolve()

  constructor(work: ImportWork) {
    this.#work = work
  }

  /** Sends a group off when the one before it is durable, and answers with the next one. */
  async send(group: Group): Promise<Group> {
    if (group.isEmpty) return group
    await this.landed()
    this.#written = writeGroup(this.#work, group)
    this.#written.catch(() => {})
    return new Group(group.to)
  }

  /** Sends a group off and waits until it is durable; answers where the work stands then. */
  async clear(group: Group): Promise<Place> {
    const { from } = await this.send(group)
    await this.landed()
    return from
  }

  /** Resolves when nothing is on its way; rejects where it failed. */
  landed(): Promise<void> {
    return this.#written
  }
}

async function writeGroup(work: ImportWork, group: Group): Promise<void> {
  const { deps } = work
  const submissions = group.reads.flatMap((read) => ('read' in read ? read.read : []))
  if (submissions.length === 0) {
    await moveOn(deps.db, work, group.from, group.to, resultsOf(group.reads, []))
    return
  }
  await deps.bookkeeper.submit({
    ...unitOf(work, submissions),
    alongside: (tx, answers) =>
      moveOn(tx, work, group.from, group.to, resultsOf(group.reads, answers))
  })
}

export function unitOf(work: ImportWork, submissions: readonly Submission[]): Unit {
  const { organization, client } = work.principal
  return { organization, client, submissions, strict: false, bulk: true }
}

function isCorrection(read: ReadEvent): boolean {
  return 'read' in read && needsBooksAlone({ submissions: [read.read] })
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

/** After a failure: one by one, and what the service fails on is refused. */
async function importCarefully(work: ImportWork): Promise<TurnEnd> {
  let from = placeOf(work.job)
  for await (const item of itemsFrom(work.deps.db, work.job, work.terms)) {
    try {
      const read = await readItem(work, item)
      if ('declaration' in read) await importEpd(work, from, item)
      else await writeGroup(work, new Group(from, [read]))
    } catch (error) {
      await moveOn(work.deps.db, work, from, item.next, [refusalAfter(item, error, work)])
    }
    from = item.next
    if (from.items - work.job.items >= CAREFUL_ITEMS || (await work.enough())) return 'more'
  }
  return 'ended'
}
