import { type CellFinding, moreOfTheKind } from './cell-finding.ts'

/** So many findings of a code are told. */
const MOST = 100

interface Kind {
  readonly told: CellFinding[]
  count: number
}

/**
 * What is told of a sheet by a service that keeps and serves it: of each code the first hundred, and how
 * many more there are. A column that is left empty is empty in a hundred thousand rows.
 */
export class ToldCells {
  readonly #kinds = new Map<string, Kind>()

  add(findings: readonly CellFinding[]): void {
    for (const finding of findings) {
      const key = `${finding.code} ${finding.severity}`
      const kind = this.#kinds.get(key) ?? { told: [], count: 0 }
      this.#kinds.set(key, kind)
      if (isTold(finding, kind)) continue
      kind.count += 1
      if (kind.told.length < MOST) kind.told.push(finding)
    }
  }

  all(): readonly CellFinding[] {
    return [...this.#kinds.values()].flatMap(({ told, count }) => {
      const last = told.at(-1)
      return last && count > told.length
        ? [...told, moreOfTheKind(last, count - told.length)]
        : told
    })
  }
}

/** A missing column is missing for every event, and named once. */
function isTold({ code, message }: CellFinding, { told }: Kind): boolean {
  return code === 'CSV_COLUMN_MISSING' && told.some((other) => other.message === message)
}
