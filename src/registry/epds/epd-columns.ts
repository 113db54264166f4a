import { coverageOf } from '../../domain/epd/coverage.ts'
import type { Epd } from '../../domain/epd/epd.ts'
import { methodOf } from '../../domain/epd/method.ts'
import { facetsOf, searchTermsOf } from '../../domain/epd/search-terms.ts'
import { summaryOf } from '../../domain/epd/summary.ts'
import type { NewEpdValue } from '../../storage/epds/epd-versions.ts'
import type { Deps } from '../deps.ts'
import type { EpdSubmission } from './epd-submission.ts'

/** What a version is found and listed by; follows from its document. */
export function columnsOf(
  submission: EpdSubmission,
  { reference }: Pick<Deps, 'reference'>,
  organization: string
) {
  const { epd, versionKey, mediaType, document, sha256 } = submission
  return {
    epd: epd.id,
    versionKey,
    version: epd.version,
    mediaType,
    document,
    sha256,
    ruleSet: reference.epd.rules.version,
    stage: epd.product.stage,
    productClass: epd.product.class,
    operator: epd.operator?.organization ?? null,
    practitioner: epd.practitioner?.organization ?? null,
    practitionerName: epd.practitioner?.name ?? null,
    verifier: epd.verification?.verifier?.organization ?? null,
    registrationNumber: epd.registrationNumber ?? null,
    validFrom: epd.validFrom?.date ?? null,
    validUntil: epd.validUntil?.date ?? null,
    coverage: JSON.stringify(coverageOf(epd)),
    terms: searchTermsOf(epd),
    facets: facetsOf(epd, organization, reference.chemistry),
    summary: JSON.stringify(summaryOf(epd))
  }
}

/** Every value that a document states. */
export function valuesOf(epd: Epd, { reference }: Pick<Deps, 'reference'>): NewEpdValue[] {
  return epd.results.flatMap((result) => {
    const method = methodOf(result, epd, reference.epd.indicators) ?? ''
    return result.values.map((value) => ({
      indicator: result.indicator,
      method,
      module: value.module,
      scenario: value.scenario ?? '',
      unit: result.unit,
      status: value.status,
      value: value.text
    }))
  })
}
