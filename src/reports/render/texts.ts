import type { Column } from './csv.ts'

/** A table as texts, the header first, for media in which a text is never a formula; null is empty. */
export function* renderTexts<Row>(
  columns: readonly Column<Row>[],
  rows: Iterable<Row>
): Generator<readonly string[]> {
  yield columns.map(({ header }) => header)
  for (const row of rows) {
    yield columns.map((column) => {
      const cell = column.cell(row)
      return cell === null ? '' : String(cell)
    })
  }
}
