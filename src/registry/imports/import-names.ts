import { UnnamedEvents } from '../../domain/unnamed-events.ts'
import type { Queryable } from '../../storage/database.ts'
import { derivedSubjects } from '../../storage/imports/import-results.ts'
import type { ImportRow } from '../../storage/imports/imports.ts'

/**
 * The ids of the events of an import that have none. How many of them say the same follows from the upload alone,
 * wherever the work was taken up: what stands before that is looked up in the results, once there is such an event.
 */
export class ImportNames {
  readonly #db: Queryable
  readonly #job: Pick<ImportRow, 'id' | 'items'>
  readonly #names: UnnamedEvents
  #recalled = false

  constructor(db: Queryable, job: Pick<ImportRow, 'id' | 'items' | 'organization'>) {
    this.#db = db
    this.#job = job
    this.#names = new UnnamedEvents(job.organization)
  }

  /** The id of an event that was read; told in the order of the upload. */
  take(id: string): void {
    this.#names.take(id)
  }

  /** What names events, with all in mind that stands before. */
  async recalled(): Promise<UnnamedEvents> {
    if (this.#recalled) return this.#names
    const { id, items } = this.#job
    for await (const subjects of derivedSubjects(this.#db, { import: id, before: items })) {
      for (const subject of subjects) this.#names.take(subject)
    }
    this.#recalled = true
    return this.#names
  }
}
