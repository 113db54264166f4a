import type { Finding } from '../finding.ts'
import { reviewNames } from './names.ts'
import { reviewPlace } from './place.ts'

/** What a version of an organization says (schemas/organization.json). */
export interface Organization {
  readonly name: string
  /** ISO 3166-1 alpha-2. */
  readonly country: string
  readonly website?: string
  readonly identifiers?: readonly Identifier[]
}

export interface Identifier {
  readonly scheme: string
  readonly value: string
}

export function reviewOrganization(
  organization: Organization,
  countries: ReadonlySet<string>
): Finding[] {
  return [
    ...reviewNames(organization),
    ...reviewPlace({ country: organization.country }, countries)
  ]
}
