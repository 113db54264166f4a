import type { EpdState } from './lifecycle.ts'

/** What decides whether a version speaks for something that was made on a day. */
export interface DatedVersion {
  readonly state: EpdState
  readonly validFrom: string | null
  readonly validUntil: string | null
}

/**
 * The version that speaks for what was made on a day: the newest published one that was valid then,
 * or why there is none. Versions come oldest first.
 */
export function usableVersion<Version extends DatedVersion>(
  versions: readonly Version[],
  day: string
): Version | 'epd_not_found' | 'epd_withdrawn' | 'epd_not_valid' {
  const published = versions.filter(({ state }) => state === 'published')
  const valid = published.findLast(
    ({ validFrom, validUntil }) =>
      (validFrom === null || validFrom <= day) && (validUntil === null || day <= validUntil)
  )
  if (valid !== undefined) return valid
  if (published.length > 0) return 'epd_not_valid'
  return versions.some(({ state }) => state === 'deregistered') ? 'epd_withdrawn' : 'epd_not_found'
}
