import type { Finding } from '../../finding.ts'
import type { Site } from '../epd.ts'
import type { EpdReview, EpdRule } from '../review.ts'
import { reviewShare } from './share.ts'
import { report } from './table.ts'

/** E4: places exist and lie where they are said to lie. UN M49 codes are numbers and pass. */
export const reviewPlaces: EpdRule = (review) => {
  const { epd, reference } = review
  const parties = [
    ['/owner', epd.owner],
    ['/operator', epd.operator],
    ['/practitioner', epd.practitioner],
    ['/verification/verifier', epd.verification?.verifier]
  ] as const
  return [
    ...parties.flatMap(([pointer, party]) =>
      countryOf(`${pointer}/country`, party?.country, reference.countries)
    ),
    ...epd.geography.flatMap((code, index) =>
      /^\d/.test(code)
        ? []
        : countryOf(`/geography/${index}`, code.slice(0, 2), reference.countries, code)
    ),
    ...epd.sites.flatMap((site, index) => reviewSite(site, `/sites/${index}`, review))
  ]
}

function countryOf(
  pointer: string,
  country: string | undefined,
  countries: ReadonlySet<string>,
  stated = country
): Finding[] {
  if (country === undefined || countries.has(country)) return []
  return [
    report('EPD_COUNTRY', {
      pointer,
      message: `${country} is not an ISO 3166-1 alpha-2 code in force.`,
      expected: country === 'UK' ? 'GB' : 'a code such as AU, DE or GB',
      ...(stated === undefined ? {} : { actual: stated }),
      remedy: 'Write the code of two letters that is in force, GB for the United Kingdom.'
    })
  ]
}

function reviewSite(site: Site, pointer: string, review: EpdReview): Finding[] {
  const findings = countryOf(`${pointer}/country`, site.country, review.reference.countries)
  if (site.region !== undefined && site.region.slice(0, 2) !== site.country) {
    findings.push(
      report('EPD_COUNTRY', {
        pointer: `${pointer}/region`,
        message: 'The region does not lie in the country of the site.',
        expected: `${site.country ?? 'a country, and its'}-…`,
        actual: site.region,
        remedy: 'Write a region of this country, or correct the country.'
      })
    )
  }
  if (site.facility === undefined && site.country === undefined) {
    findings.push(
      report('EPD_SITE', {
        pointer,
        message: 'The site says neither which facility it is nor in which country it stands.',
        remedy: 'Give `facility` (the id of a registered one) or `country`.'
      })
    )
  }
  if (site.facility !== undefined && !review.facilities.has(site.facility)) {
    findings.push(
      report('EPD_FACILITY_UNKNOWN', {
        pointer: `${pointer}/facility`,
        message: 'No facility is registered under this id.',
        actual: site.facility,
        remedy: 'Register it with POST /v1/facilities, or give its name and country instead.'
      })
    )
  }
  return [...findings, ...reviewShare(`${pointer}/share`, site.share)]
}
