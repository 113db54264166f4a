import type { EvidenceReference } from '../../domain/regulation/support.ts'
import { type PaperTable, words } from './paper.ts'

/**
 * Events and documents behind the lines of a table, each told once under a number: a line names the numbers. The
 * same certificate stands behind dozens of lines.
 */
export class CitedSources {
  readonly #numbers = new Map<string, number>()
  readonly #rows: (readonly string[])[] = []

  /** Numbers such as `1-3, 7`, in order; a document that is not known yet gets the next one. */
  cite(references: readonly EvidenceReference[]): string {
    return asRanges(references.map((each) => this.#numberOf(each)))
  }

  table(): PaperTable {
    return {
      kind: 'table',
      title: 'Events and documents behind the evidence',
      columns: [
        { name: 'No.', width: 1 },
        { name: 'What', width: 4 },
        { name: 'Level', width: 3 },
        { name: 'Issued by', width: 5 },
        { name: 'Recorded in event', width: 6 },
        { name: 'SHA-256', width: 11 }
      ],
      rows: this.#rows,
      nothing: 'None may be named here.'
    }
  }

  #numberOf({ kind, event, sha256, level, issuer }: EvidenceReference): number {
    const row = [words(kind), words(level), issuer ?? '', event, sha256 ?? '']
    const key = JSON.stringify(row)
    const known = this.#numbers.get(key)
    if (known !== undefined) return known
    const number = this.#rows.length + 1
    this.#numbers.set(key, number)
    this.#rows.push([String(number), ...row])
    return number
  }
}

/** Numbers in order, runs of three and more as `1-3`. */
function asRanges(numbers: readonly number[]): string {
  const runs: [number, number][] = []
  for (const number of [...new Set(numbers)].sort((a, b) => a - b)) {
    const last = runs.at(-1)
    if (last && number === last[1] + 1) last[1] = number
    else runs.push([number, number])
  }
  return runs.map(([from, to]) => runText(from, to)).join(', ')
}

function runText(from: number, to: number): string {
  if (from === to) return String(from)
  return to === from + 1 ? `${from}, ${to}` : `${from}-${to}`
}
