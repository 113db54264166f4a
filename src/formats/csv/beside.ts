import type { Finding } from '../../domain/finding.ts'
import { childPointer, namesIn } from '../../domain/pointer.ts'
import { reviewMassUnit } from '../../domain/quantity/dry-mass.ts'
import type { UnitTable } from '../../domain/quantity/unit.ts'
import { parseEvent } from '../native/event.ts'
import type { CellFinding, CellPlace } from './cell-finding.ts'

/** An event as far as its cells could be read. */
export interface ReadSoFar {
  readonly document: Readonly<Record<string, unknown>>
  readonly locate: (pointer: string) => CellPlace | null
}

/**
 * What the schema and the table of units have against the cells of an event that is refused anyway, so
 * that whoever mends it mends all at once. Nothing is said of a cell that something was told of before,
 * nor of what is missing: it may be what could not be read.
 */
export function foundBeside(
  { document, locate }: ReadSoFar,
  told: readonly CellFinding[],
  units: UnitTable | undefined
): CellFinding[] {
  const findings = [
    ...parseEvent(document, () => '').findings,
    ...(units ? unitFindings(document, '', units) : [])
  ]
  const taken = new Set(told.map(({ place }) => keyOf(place)))
  const beside = findings.flatMap(({ pointer, ...finding }) => {
    const place = isCell(valueAt(document, pointer)) ? locate(pointer) : null
    if (place?.column === undefined || taken.has(keyOf(place))) return []
    taken.add(keyOf(place))
    return [{ ...finding, place }]
  })
  return beside.sort((a, b) => a.place.row - b.place.row)
}

function keyOf({ row, column }: CellPlace): string {
  return `${row} ${column}`
}

/** A pointer is made only for what may have a unit in it: an event may have a million cells. */
function* unitFindings(value: object, pointer: string, units: UnitTable): Generator<Finding> {
  for (const [name, inner] of Object.entries(value)) {
    if (typeof inner === 'object' && inner !== null) {
      yield* unitFindings(inner, childPointer(pointer, name), units)
    } else if (
      name === 'unit' &&
      typeof inner === 'string' &&
      /\/(mass|pieceMass)$/.test(pointer)
    ) {
      const finding = reviewMassUnit(inner, childPointer(pointer, name), units)
      if (finding) yield finding
    }
  }
}

function valueAt(document: unknown, pointer: string): unknown {
  let value = document
  for (const name of namesIn(pointer)) {
    if (typeof value !== 'object' || value === null) return undefined
    value = Reflect.get(value, name)
  }
  return value
}

function isCell(value: unknown): boolean {
  return value !== undefined && (typeof value !== 'object' || value === null)
}
