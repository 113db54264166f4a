import type { CustodyEvent } from '../event.ts'
import type { Review } from '../review.ts'
import { report } from './table.ts'

/** R12: a certificate or licence that says when it holds did hold on the day of the event. */
export function reviewCertificates(event: CustodyEvent, review: Review): void {
  const day = event.time.slice(0, 10)
  event.evidence.forEach(({ kind, validFrom, validUntil }, index) => {
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
