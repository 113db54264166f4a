import type { Books, FacilityState, FacilityTerms } from '../books.ts'
import type { CustodyEvent } from '../event.ts'
import type { Review } from '../review.ts'
import { report } from './table.ts'

/** The facility of an event, with the terms in force on its day. */
export interface Site {
  readonly id: string
  readonly terms: FacilityTerms
  /** ISO 3166-2 where known, else ISO 3166-1 alpha-2. */
  readonly place: string
}

/** R1, R7: the facility is registered, run by whoever acts, and in the stated country. */
export function siteOf(books: Books, event: CustodyEvent, review: Review): Site | null {
  const facility = books.facilities.get(event.facility)
  const day = event.time.slice(0, 10)
  const terms = termsOn(facility, day)
  const runs = facility?.organization === review.actor || terms?.operator === review.actor
  if (!facility || !runs) {
    review.findings.push(
      report('FACILITY_UNKNOWN', {
        pointer: '/facility',
        message: `Facility ${event.facility} is not registered as one that you own or operate.`,
        remedy: 'Register it with POST /v1/facilities, or use the id of one of your facilities.'
      })
    )
    return null
  }
  if (!terms) {
    review.findings.push(
      report('FACILITY_UNKNOWN', {
        pointer: '/facility',
        message: 'The facility is not registered for the day of the event.',
        expected: `at or after ${facility.versions.at(-1)?.validFrom}`,
        actual: day,
        remedy:
          'Register a version of the facility (POST /v1/facilities/{id}/versions) whose validFrom is no later than the day of the event, or check the time.'
      })
    )
    return null
  }
  checkCountry(event, terms, review)
  return siteIn(facility, terms)
}

/**
 * R13: where a recorded event happened, as that is known now. Who ran the facility was asked when the
 * event was recorded: a version that says otherwise, and came later, takes no event back.
 */
export function recordedSite(books: Books, event: CustodyEvent): Site | null {
  const facility = books.facilities.get(event.facility)
  const terms = termsOn(facility, event.time.slice(0, 10))
  return facility && terms ? siteIn(facility, terms) : null
}

function termsOn(facility: FacilityState | undefined, day: string): FacilityTerms | undefined {
  return facility?.versions.find((version) => version.validFrom <= day)
}

function siteIn({ id }: FacilityState, terms: FacilityTerms): Site {
  return { id, terms, place: terms.region ?? terms.country }
}

function checkCountry(event: CustodyEvent, terms: FacilityTerms, review: Review): void {
  if (event.country === undefined) return
  if (!knownCountry(event.country, '/country', review)) return
  if (event.country === terms.country) return
  review.findings.push(
    report('COUNTRY_MISMATCH', {
      pointer: '/country',
      message: 'The stated country is not the country of the facility.',
      expected: terms.country,
      actual: event.country,
      remedy: 'Leave the country out, or name the facility where it really happened.'
    })
  )
}

/** R7: ISO 3166-1 alpha-2, as in force (GB, not UK). */
export function knownCountry(country: string, pointer: string, review: Review): boolean {
  if (review.reference.countries.has(country)) return true
  review.findings.push(
    report('COUNTRY_CODE', {
      pointer,
      message: `${country} is not an ISO 3166-1 alpha-2 country code.`,
      expected: country === 'UK' ? 'GB' : 'a code such as AU, DE or GB',
      actual: country,
      remedy: 'Use the two-letter code of ISO 3166-1.'
    })
  )
  return false
}

/** R7: the facility is registered for each stage that it performs. */
export function mayPerform(site: Site, stage: string, pointer: string, review: Review): void {
  if (site.terms.stages.includes(stage)) return
  review.findings.push(
    report('FACILITY_STAGE', {
      pointer,
      message: `The facility is not registered for the stage ${stage}.`,
      expected: site.terms.stages.join(', ') || 'a facility with registered stages',
      actual: stage,
      remedy:
        'Register a version of the facility with this stage that is valid from the day of the event (POST /v1/facilities/{id}/versions), or name the right facility.'
    })
  )
}
