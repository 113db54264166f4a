import { type CellFinding, moreOfTheKind } from './cell-finding.ts'

/** So many findings of a code are told by a service that keeps and serves them. */
export const MOST_SERVED = 100

/** Takes what is found, one after the other; a list does. */
export interface FindingTaker {
  push(finding: CellFinding): unknown
}

interface Kind {
  count: number
  /** What is told of the columns that are missing. */
  readonly messages: Set<string>
  last: CellFinding
}

/**
 * What is told of a sheet or of one event of it: of each code so many findings, and how many more there are. A
 * column that is left empty is empty in a hundred thousand rows, and rows of hundreds of columns make a million
 * findings of an event.
 */
export class ToldCells implements FindingTaker {
  readonly #most: number
  readonly #told: CellFinding[] = []
  readonly #kinds = new Map<string, Kind>()
  readonly #columns = new Set<string>()
  #refused = false

  /** Without a number all are told. */
  constructor(most = Number.POSITIVE_INFINITY) {
    this.#most = most
  }

  push(finding: CellFinding): void {
    const { code, severity, message, place } = finding
    const key = `${code} ${severity}`
    const kind = this.#kinds.get(key) ?? { count: 0, messages: new Set(), last: finding }
    this.#kinds.set(key, kind)
    if (place.column !== undefined) this.#columns.add(place.column)
    if (severity === 'error') this.#refused = true
    // A missing column is missing for every row, and named once.
    if (code === 'CSV_COLUMN_MISSING' && kind.messages.has(message)) return
    if (code === 'CSV_COLUMN_MISSING') kind.messages.add(message)
    kind.count += 1
    if (kind.count > this.#most) return
    this.#told.push(finding)
    kind.last = finding
  }

  add(findings: Iterable<CellFinding>): void {
    for (const finding of findings) this.push(finding)
  }

  /** Adds what another has been told, with what is left out there. */
  addAll(other: ToldCells): void {
    this.add(other.#told)
    for (const [key, { count }] of other.#kinds) {
      const kind = this.#kinds.get(key)
      if (kind) kind.count += Math.max(0, count - other.#most)
    }
  }

  /** True where one of them is an error. */
  get isRefused(): boolean {
    return this.#refused
  }

  /** True where something was found in the column. */
  isAbout(column: string | undefined): boolean {
    return column !== undefined && this.#columns.has(column)
  }

  /** As they were found, with what stands for the rest of a kind behind its last. */
  all(): readonly CellFinding[] {
    const more = new Map(
      [...this.#kinds.values()].flatMap(({ count, last }) =>
        count > this.#most ? [[last, moreOfTheKind(last, count - this.#most)] as const] : []
      )
    )
    if (more.size === 0) return this.#told
    return this.#told.flatMap((finding) => [finding, more.get(finding) ?? []].flat())
  }
}
