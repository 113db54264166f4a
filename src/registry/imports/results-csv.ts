import { type Column, renderCsv } from '../../reports/render/csv.ts'
import type { PlacedFinding } from './import-record.ts'
import type { ImportResult } from './read-imports.ts'

interface Row {
  readonly result: ImportResult
  readonly finding: PlacedFinding | null
}

const columns: readonly Column<Row>[] = [
  { header: 'item', cell: ({ result }) => result.item },
  { header: 'line', cell: ({ result }) => result.line },
  { header: 'name', cell: ({ result }) => result.name ?? null },
  { header: 'status', cell: ({ result }) => result.status },
  { header: 'id', cell: ({ result }) => result.id ?? null },
  { header: 'position', cell: ({ result }) => result.position ?? null },
  { header: 'severity', cell: ({ finding }) => finding?.severity ?? null },
  { header: 'code', cell: ({ finding }) => finding?.code ?? null },
  { header: 'place', cell: ({ finding }) => finding && placeOf(finding) },
  { header: 'message', cell: ({ finding }) => finding?.message ?? null },
  { header: 'remedy', cell: ({ finding }) => finding?.remedy ?? null }
]

/** Results as a table: a row for each finding, and one for an item without any. */
export function resultsCsv(results: readonly ImportResult[]): string {
  const rows = results.flatMap((result): Row[] => {
    const { findings = [] } = result
    if (findings.length === 0) return [{ result, finding: null }]
    return findings.map((finding) => ({ result, finding }))
  })
  return renderCsv(columns, rows)
}

function placeOf({ place, pointer }: PlacedFinding): string | null {
  if (!place) return pointer ?? null
  return place.column === undefined
    ? `row ${place.row}`
    : `row ${place.row}, column ${place.column}`
}
