import { onceValidStates, type WrittenEpdState } from './lifecycle.ts'

/** What decides whether a version speaks for a day. Days are `YYYY-MM-DD`. */
export interface DatedVersion {
  /** As written down; expiry follows from the dates. */
  readonly written: WrittenEpdState
  readonly validFrom: string | null
  readonly validUntil: string | null
  /** The first day for which it speaks no more: it was superseded or withdrawn. */
  readonly endsOn: string | null
}

/**
 * The version that was valid on a day, by what is known of all of them, oldest first: the period that
 * it states covers the day, and it had been neither superseded nor withdrawn. A successor speaks from
 * when it was published, whatever it states, so the oldest one that covers the day is meant; when the
 * versions of another registry follow each other is not known here, so of those it is the newest.
 */
export function versionValidOn<Version extends DatedVersion>(
  versions: readonly Version[],
  day: string
): Version | null {
  const valid = versions.filter((version) => covers(version, day) && !ended(version, day))
  const [oldest = null] = valid
  return oldest?.written === 'external' ? (valid.at(-1) ?? null) : oldest
}

/**
 * The version that speaks for what was made on a day, or why there is none. A withdrawn version
 * speaks for nothing any more, also not for the days before its withdrawal.
 */
export function usableVersion<Version extends DatedVersion>(
  versions: readonly Version[],
  day: string
): Version | 'epd_not_found' | 'epd_withdrawn' | 'epd_not_valid' {
  const valid = versionValidOn(versions, day)
  if (valid !== null && valid.written !== 'deregistered') return valid
  const known = versions.filter(({ written }) => onceValidStates.includes(written))
  if (known.length === 0) return 'epd_not_found'
  const withdrawn = known.filter(({ written }) => written === 'deregistered')
  const all = withdrawn.length === known.length
  return all || withdrawn.some((version) => covers(version, day))
    ? 'epd_withdrawn'
    : 'epd_not_valid'
}

function covers({ written, validFrom, validUntil }: DatedVersion, day: string): boolean {
  if (!onceValidStates.includes(written)) return false
  return (validFrom === null || validFrom <= day) && (validUntil === null || day <= validUntil)
}

function ended({ endsOn }: DatedVersion, day: string): boolean {
  return endsOn !== null && endsOn <= day
}
