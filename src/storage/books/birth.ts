/** What an event makes stands in lines of a smallint. */
const LINES = 32_768

/** The position of the event that made it first. */
export function positionOf(birth: number): number {
  return Math.floor(birth / LINES)
}

/** The same in SQL. */
export const POSITION_OF_BIRTH = `birth / ${LINES}`

/**
 * Where a batch is first made, as one number that no other batch has: position and line of the row in
 * event_output. Exact up to some 274 thousand million positions.
 */
export function birthAt(position: number, line: number): number {
  return position * LINES + line
}

/** Whether a birth is of the event at a position, in SQL that an index of births answers. */
export function isBornAt(birth: string, position: string): string {
  return `${birth} between ${position} * ${LINES} and ${position} * ${LINES} + ${LINES - 1}`
}
