import { type CellFinding, cellFinding } from './cell-finding.ts'
import type { EventRows } from './event-rows.ts'

/** The most that the event schema has room for, and more. */
const MOST_ROWS = 2_000
/** Filled ones of an event: more make a document that is longer than one may be. */
const MOST_CELLS = 100_000

/** Null where an event is no larger than one may be. */
export function sizeOfEvent(group: EventRows): CellFinding | null {
  return tooManyRows(group) ?? tooManyCells(group)
}

function tooManyRows({ name, rows }: EventRows): CellFinding | null {
  if (rows.length <= MOST_ROWS) return null
  return cellFinding(
    'CSV_LIMIT',
    { row: rows[MOST_ROWS]?.row ?? 1 },
    {
      message: `The event ${name} has too many rows.`,
      expected: `at most ${MOST_ROWS} rows`,
      actual: `${rows.length} rows`,
      remedy: 'Give rows that are another event another name in the column event.'
    }
  )
}

function tooManyCells({ name, rows }: EventRows): CellFinding | null {
  const filled = rows.reduce(
    (sum, { cells }) => sum + cells.filter((cell) => cell !== '').length,
    0
  )
  if (filled <= MOST_CELLS) return null
  return cellFinding(
    'CSV_LIMIT',
    { row: rows[0]?.row ?? 1 },
    {
      message: `The event ${name} has too many cells.`,
      expected: `at most ${MOST_CELLS} that are filled`,
      actual: `${filled}`,
      remedy: 'Give rows that are another event another name in the column event.'
    }
  )
}
