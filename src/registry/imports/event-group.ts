import type { Place } from '../../storage/imports/import-work.ts'
import { effortOf } from '../bookkeeper/effort.ts'
import type { Submission } from '../bookkeeper/submission.ts'
import { needsBooksAlone } from '../bookkeeper/submission.ts'
import type { ReadItem } from './read-item.ts'

const MOST_BYTES = 2 * 1024 * 1024

export type ReadEvent = ReadItem<Submission>

/** Items of an import that are judged and committed together, with their results. */
export class EventGroup {
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
    this.#effort += effortIn(read)
    this.#bytes += bytesOf(read)
  }

  /** Whether the item makes it no more work than `effort`, in usual events; one item always fits. */
  fits(read: ReadEvent, effort: number): boolean {
    if (this.isEmpty) return true
    return this.#effort + effortIn(read) <= effort && this.#bytes + bytesOf(read) <= MOST_BYTES
  }

  get to(): Place {
    return this.reads.at(-1)?.item.next ?? this.from
  }

  get isEmpty(): boolean {
    return this.reads.length === 0
  }

  /** Those of its items that could be read. */
  get submissions(): readonly Submission[] {
    return this.reads.flatMap((read) => ('read' in read ? read.read : []))
  }
}

/** A correction has the books to itself, so it does not make others wait inside of its group. */
export function isCorrection(read: ReadEvent): boolean {
  return 'read' in read && needsBooksAlone({ submissions: [read.read] })
}

function effortIn(read: ReadEvent): number {
  return 'read' in read ? effortOf(read.read.event) : 1
}

function bytesOf(read: ReadEvent): number {
  return 'read' in read ? read.read.document.length : 0
}
