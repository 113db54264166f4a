import { versionKey } from '../../domain/epd/version.ts'
import type { Queryable } from '../../storage/database.ts'
import {
  type PublishedDocument,
  publishedDocuments,
  type VersionName
} from '../../storage/epds/epd-published.ts'
import { Remembered } from '../remembered.ts'
import { Gathered } from './gathered.ts'

const MOST_BYTES = 32 * 1024 * 1024
/** So many names that were asked for once are known: who reads all there is finds none of them again. */
const MOST_ASKED = 4_096

/** A document that is erased lawfully is gone from every process after so long. */
const REMEMBERED_MS = 10_000

/**
 * Published documents that were read twice of late. They never change and never become private again,
 * so what is remembered stays true unless it is erased: it is read again now and then; the oldest go
 * when there are too many bytes. A document that is read once is not kept: to keep and to forget it
 * costs more than to read it, and drives out others.
 */
export class PublishedDocuments {
  readonly #stored: Gathered<VersionName, PublishedDocument>
  readonly #known = new Map<string, PublishedDocument>()
  /** Since when what is known was not looked up again. */
  #since: number
  readonly #now: () => Date
  readonly #asked = new Remembered<string, true>(MOST_ASKED)
  #bytes = 0

  constructor(db: Queryable, now: () => Date) {
    this.#now = now
    this.#since = now().getTime()
    this.#stored = new Gathered((names) => publishedDocuments(db, names))
  }

  /** The version of a declaration, where everybody may read it and somebody has twice. */
  remembered(id: string, version: string): PublishedDocument | undefined {
    if (this.#now().getTime() - this.#since > REMEMBERED_MS) this.#forgetAll()
    return this.#known.get(nameOf(id, version))
  }

  /** The version of a declaration, where everybody may read it. */
  async read(id: string, version: string): Promise<PublishedDocument | undefined> {
    const known = this.remembered(id, version)
    if (known) return known
    const key = versionKey(version)
    const found = key === null ? undefined : await this.#stored.find({ id, key })
    const name = nameOf(id, version)
    if (found && this.#asked.has(name)) this.#remember(name, found)
    else if (found) this.#asked.keep(name, true)
    return found
  }

  /** All at once: one clock for all costs less than one for each, and reading again is cheap. */
  #forgetAll(): void {
    this.#known.clear()
    this.#bytes = 0
    this.#since = this.#now().getTime()
  }

  #remember(name: string, found: PublishedDocument): void {
    if (this.#known.has(name)) return
    this.#known.set(name, found)
    this.#bytes += found.document.length
    for (const [oldest, { document }] of this.#known) {
      if (this.#bytes <= MOST_BYTES) break
      this.#known.delete(oldest)
      this.#bytes -= document.length
    }
  }
}

function nameOf(id: string, version: string): string {
  return `${id} ${version}`
}

export type { PublishedDocument } from '../../storage/epds/epd-published.ts'
