import type { CustodyEvent } from '../event.ts'
import type { Review } from '../review.ts'
import { instant } from './r07-time.ts'
import { report } from './table.ts'

function noSuchDay(pointer: string, stated: string) {
  return report('DATE_INVALID', {
    pointer,
    message: `${stated} is not a day of the calendar.`,
    remedy: 'State an existing day, for example 2026-09-30.'
  })
}

/** R12: a certificate or licence that says when it holds did hold on the day of the event. */
export function reviewCertificates(event: CustodyEvent, review: Review): void {
  const day = event.time.slice(0, 10)
  event.evidence.forEach(({ kind, validFrom, validUntil }, index) => {
    for (const [field, stated] of Object.entries({ validFrom, validUntil })) {
      if (stated === undefined || instant(`${stated}T00:00:00Z`) !== null) continue
      review.findings.push(noSuchDay(`/evidence/${index}/${field}`, stated))
      return
    }
    const late = validUntil !== undefined && validUntil < day
    if (!late && (validFrom === undefined || validFrom <= day)) return
    review.findings.push(
      report('CERTIFICATE_INVALID', {
        pointer: `/evidence/${index}/${late ? 'validUntil' : 'validFrom'}`,
        message: `The evidence ${kind} did not hold on the day of the event.`,
        expected: [validFrom && `from ${validFrom}`, validUntil && `until ${validUntil}`]
          .filter(Boolean)
          .join(' '),
        actual: day,
        remedy: 'Refer to the certificate that held on that day.'
      })
    )
  })
}
