import { canonicalJson } from '../../domain/canonical-json.ts'
import type { BookRow } from '../../storage/books/recorded-rows.ts'

/** One place where the stored books differ from what their events say. */
export interface Difference {
  /** Batch or event that it concerns. */
  readonly subject: string
  readonly what: string
  readonly computed: string
  readonly stored: string
}

/** Collects where stored rows differ from computed ones. */
export class Differences {
  readonly #all: Difference[] = []

  get all(): readonly Difference[] {
    return this.#all
  }

  compare(subject: string, what: string, computed: string | null, stored: string | null): void {
    if (computed === stored || saysTheSame(computed, stored)) return
    this.#all.push({ subject, what, computed: `${computed}`, stored: `${stored}` })
  }

  /** The rows that one entry wrote; each is there once, with every value as computed. */
  rows(position: number, computed: readonly BookRow[], stored: readonly BookRow[]): void {
    const left = new Map(stored.map((row) => [`${row.table} ${row.key}`, row]))
    for (const row of computed) {
      const key = `${row.table} ${row.key}`
      const found = left.get(key)
      left.delete(key)
      if (!found) {
        this.compare(row.subject, `${row.table} at position ${position}`, 'a row', 'none')
        continue
      }
      this.compare(row.subject, `${nameOf(row, position)} batch`, row.subject, found.subject)
      for (const [column, value] of Object.entries(row.values)) {
        const known = found.values[column] ?? null
        this.compare(row.subject, `${nameOf(row, position)} ${column}`, value, known)
      }
    }
    this.stray(position, [...left.values()])
  }

  /** Rows that nothing in the journal wrote. */
  stray(position: number, rows: readonly BookRow[]): void {
    for (const { subject, table } of rows) {
      this.compare(subject, `${table} at position ${position}`, 'none', 'a row')
    }
  }
}

/**
 * The members of an object have no order: another version of the software may have written them in another one. None
 * writes blanks between them or a member twice, so a hand was there.
 */
function saysTheSame(computed: string | null, stored: string | null): boolean {
  if (!computed?.startsWith('{') || !stored?.startsWith('{')) return false
  try {
    const known: unknown = JSON.parse(stored)
    if (JSON.stringify(known) !== stored) return false
    return canonicalJson(JSON.parse(computed)) === canonicalJson(known)
  } catch {
    return false
  }
}

function nameOf({ table, key, subject }: BookRow, position: number): string {
  return `${table}${key === subject ? '' : ` ${key}`} at position ${position}:`
}
