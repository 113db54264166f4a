import type { ReportHead, Sealed } from '../report.ts'

/** A report as people read it on paper: words, in the order in which they are read. */
export interface Paper {
  /** Of which every page names title, position and hash. */
  readonly report: Sealed<ReportHead>
  /** The text that it answers to. */
  readonly cite: string
  readonly blocks: readonly Block[]
}

export type Block =
  | { readonly kind: 'heading'; readonly text: string }
  | { readonly kind: 'text'; readonly text: string }
  | { readonly kind: 'verdicts'; readonly verdicts: readonly PaperVerdict[] }
  | { readonly kind: 'facts'; readonly facts: readonly Fact[] }
  | PaperTable

/** What the reader came for: about what, the word, and what it means. */
export interface PaperVerdict {
  readonly about: string
  readonly word: string
  readonly meaning: string
}

/** A name and what is said under it; several lines where there are several. */
export type Fact = readonly [name: string, text: string]

export interface PaperTable {
  readonly kind: 'table'
  readonly title: string
  readonly columns: readonly PaperColumn[]
  /** As many cells as there are columns. */
  readonly rows: readonly (readonly string[])[]
  /** Said instead of a table without rows: an empty one could be taken for a forgotten one. */
  readonly nothing: string
}

export interface PaperColumn {
  readonly name: string
  /** Part of the width, beside those of the other columns. */
  readonly width: number
}

/** Rows of all tables together, and the letters in them: what it takes to lay them out grows with both. */
export function sizeOf({ blocks }: Paper): { readonly rows: number; readonly letters: number } {
  const rows = blocks.flatMap((block) => (block.kind === 'table' ? block.rows : []))
  const letters = rows.reduce((sum, row) => row.reduce((all, text) => all + text.length, sum), 0)
  return { rows: rows.length, letters }
}

/** A code such as `covered_country` as words. */
export function words(code: string): string {
  return code.replaceAll('_', ' ')
}

/** A batch as people call it, with the id that is its name in the books. */
export function batchName(node: string, number: string | null): string {
  return number === null ? node : `${number}\n${node}`
}

export function yesOrNo(value: boolean): string {
  return value ? 'yes' : 'no'
}
