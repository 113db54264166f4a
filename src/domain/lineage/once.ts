/**
 * Elements that were never separated share one distribution, one object: what is made of it is made
 * once. Told apart by identity, for as long as the returned function lives.
 */
export function once<Value extends object, Made>(
  make: (value: Value) => Made
): (value: Value) => Made {
  const known = new Map<Value, Made>()
  return (value) => {
    const before = known.get(value)
    if (before !== undefined) return before
    const made = make(value)
    known.set(value, made)
    return made
  }
}
