/** A value of so many members and items is written in a fraction of a millisecond. */
const FEW = 256

/**
 * Whether a JSON value is written in pieces, so that others have a turn between them. Looks no further
 * than it has to know.
 */
export function isLarge(value: unknown): value is object {
  return typeof value === 'object' && value !== null && left(value, FEW) < 0
}

/** What is left of so many members and items; below 0 where there are more. */
function left(container: object, most: number): number {
  let rest = most
  for (const member of Object.values(container)) {
    rest -= 1
    if (rest >= 0 && typeof member === 'object' && member !== null) rest = left(member, rest)
    if (rest < 0) return rest
  }
  return rest
}
