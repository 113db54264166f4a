import { parseDecimal, type Rational, ZERO } from '../../quantity/rational.ts'

const READ = new Map<string, Rational>()

/**
 * A parameter of data/ as a number; the loader has checked that it is one. The tables hold some
 * hundreds, which every event is judged by: each is read once. Never for what a client has sent.
 */
export function parameter(text: string | undefined): Rational {
  if (text === undefined) return ZERO
  const known = READ.get(text)
  if (known !== undefined) return known
  const read = parseDecimal(text) ?? ZERO
  READ.set(text, read)
  return read
}
