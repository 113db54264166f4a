import type { Finding } from '../finding.ts'
import { report } from './rules.ts'

/** Codes that are written for a country and are not its ISO 3166-1 code. */
const MEANT: Readonly<Record<string, string>> = { UK: 'GB', EL: 'GR' }

/** The findings about a country code (ISO 3166-1 alpha-2) and a subdivision of it (ISO 3166-2). */
export function reviewPlace(
  place: { readonly country: string; readonly region?: string },
  countries: ReadonlySet<string>
): Finding[] {
  const findings: Finding[] = []
  if (!countries.has(place.country)) findings.push(unknownCountry(place.country))
  if (place.region !== undefined && !place.region.startsWith(`${place.country}-`)) {
    findings.push(
      report('REGION_CODE', {
        pointer: '/region',
        message: 'The region does not lie in the country.',
        expected: `${place.country}-...`,
        actual: place.region,
        remedy: 'Give an ISO 3166-2 code that starts with the country, or leave the region out.'
      })
    )
  }
  return findings
}

function unknownCountry(country: string): Finding {
  const meant = MEANT[country]
  return report('COUNTRY_CODE', {
    pointer: '/country',
    message: 'The country is not an ISO 3166-1 alpha-2 code in force.',
    expected: meant ?? 'ISO 3166-1 alpha-2',
    actual: country,
    remedy: meant ? `Write ${meant}.` : 'Look the code up in ISO 3166-1.'
  })
}
