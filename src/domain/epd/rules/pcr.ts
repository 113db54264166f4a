import type { Finding } from '../../finding.ts'
import type { Epd } from '../epd.ts'
import type { KnownPcr } from '../profile/profile.ts'
import { latestDay } from '../stated-date.ts'
import { wordsOf } from '../words.ts'

/** The entry of data/pcrs.json that a declaration means, by number or name. */
function knownPcr({ pcr }: Epd, known: readonly KnownPcr[]): KnownPcr | undefined {
  const stated = [pcr?.id, pcr?.name].flatMap((text) => (text ? [spelling(text)] : []))
  return known.find(({ id, names }) =>
    [id, ...names].some((name) => stated.includes(spelling(name)))
  )
}

function spelling(text: string): string {
  return wordsOf(text).join('')
}

/**
 * Where the product category rules were not in force on the day that the declaration was verified,
 * by what the document says of them or by what is publicly known. Rules that expire later do not
 * matter. Without a day of verification the start of validity counts.
 */
export function pcrOutOfForce(
  epd: Epd,
  known: readonly KnownPcr[]
): Pick<Finding, 'pointer' | 'message' | 'expected' | 'actual'>[] {
  const { pcr, verification, published, validFrom } = epd
  const judged = verification?.date ?? validFrom ?? published
  if (!pcr || !judged) return []
  const entry = knownPcr(epd, known)
  const from = entry?.validFrom ?? null
  const until = pcr.validUntil?.date ?? entry?.validUntil ?? null
  // A year or a month alone is judged by its end: it may be any day of it.
  const latest = latestDay(judged)
  if (from !== null && latest < from) {
    return [
      {
        pointer: '/pcr',
        message: `The product category rules of ${entry?.issuer} came into force after the verification.`,
        expected: `verified on ${from} or later`,
        actual: judged.date
      }
    ]
  }
  if (until === null || until >= judged.date) return []
  return [
    {
      pointer: pcr.validUntil ? '/pcr/validUntil' : '/pcr',
      message: 'The product category rules had expired before the declaration was verified.',
      expected: `valid on ${judged.date}`,
      actual: `valid until ${until}`
    }
  ]
}
