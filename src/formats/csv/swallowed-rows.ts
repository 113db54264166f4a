import type { Sheet } from './sheet-rows.ts'

/**
 * The first cell that took whole rows: a quotation mark that nobody closed, such as one that stands for "the same",
 * goes on to the next one, and where that is in the same column no cell is missing. Such a cell begins with the
 * rest of its row, ends with the beginning of another, and has nothing but whole rows in between. -1 where there is none.
 */
export function swallowingCell(
  cells: readonly string[],
  columns: number,
  delimiter: Sheet['delimiter']
): number {
  if (delimiter === null || cells.length !== columns || columns < 2) return -1
  return cells.findIndex((cell, index) => {
    if (!/[\r\n]/.test(cell)) return false
    const separators = cell.split(/\r\n|\n|\r/).map((line) => line.split(delimiter).length - 1)
    const [first, ...others] = separators
    const last = others.pop()
    return (
      first === columns - 1 - index &&
      last === index &&
      others.every((count) => count === 0 || count === columns - 1)
    )
  })
}
