import type { ApiClient } from '../client.ts'
import type { Terminal } from '../terminal.ts'

/** What the questions of the buyer are asked with. */
export interface Buyer {
  readonly client: ApiClient
  readonly terminal: Terminal
  /** Batch id of a lot number of the story. */
  readonly batch: (number: string) => string
  /** And back; what the story does not know keeps its id. */
  readonly lot: (batch: string) => string
}

/** The magnet batches that the buyer received. */
export const magnetBatches = ['M-101', 'M-102', 'M-103'] as const

/** Prints a numbered question. */
export function ask({ terminal }: Buyer, number: number, question: string): void {
  terminal.print()
  terminal.print(`  ${terminal.style('bold', `${number}. ${question}`)}`)
  terminal.print()
}

/** Prints the lines of an answer, indented. */
export function answer({ terminal }: Buyer, lines: readonly string[]): void {
  for (const line of lines) terminal.print(`     ${line}`.trimEnd())
}
