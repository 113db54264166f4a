import { hash, timingSafeEqual } from 'node:crypto'

/** True where the presented token is the one that the operator has set, compared in constant time. */
export function monitorTokenMatches(presented: string, expected: string | null): boolean {
  const digest = (text: string) => hash('sha256', text, 'buffer')
  return expected !== null && timingSafeEqual(digest(presented), digest(expected))
}
