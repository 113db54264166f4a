import { canonicalHash } from './canonical-json.ts'
import { IdSet } from './id-set.ts'
import { uuidFrom } from './ids.ts'

/**
 * Gives the events of a file that have no id one that follows from whose they are, what they say, and how many
 * that say the same stand before them in the file. So the same file counts once, whichever way and however
 * often it is sent; who mends a line of it and sends it again repeats the others; and the same line twice is
 * two events. Spaces, line ends and the order of members say nothing (`canonicalHash`).
 */
export class UnnamedEvents {
  readonly #organization: string
  readonly #taken = new IdSet()

  constructor(organization: string) {
    this.#organization = organization
  }

  /** An id that stands in the file: where it is one of those that are given here, it is not given again. */
  take(id: string): void {
    if (mayBeDerived(id)) this.#taken.add(id)
  }

  /** The id of the next event of the file, whose document has none. */
  nameFor(document: unknown): string {
    const content = canonicalHash(document).toString('hex')
    const nth = (n: number) => uuidFrom('unnamed event', this.#organization, content, `${n}`)
    const id = nth(firstFree((n) => this.#taken.has(nth(n))))
    this.#taken.add(id)
    return id
  }
}

/** True for an id that may have been derived by `uuidFrom`; those that are drawn have another version. */
function mayBeDerived(id: string): boolean {
  return id[14] === '8'
}

/** Halves what lies between one that is taken and one that is not: the same line may stand there a million times. */
function firstFree(isTaken: (n: number) => boolean): number {
  if (!isTaken(0)) return 0
  let [taken, free] = [0, 1]
  while (isTaken(free)) [taken, free] = [free, free * 2]
  while (free - taken > 1) {
    const between = Math.floor((taken + free) / 2)
    if (isTaken(between)) taken = between
    else free = between
  }
  return free
}
