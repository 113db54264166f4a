import type { Finding, Severity } from '../finding.ts'

interface RuleEntry {
  readonly severity: Severity
  /** One sentence for the generated documentation. */
  readonly title: string
}

/** Every code that the review of an organization or a facility can report. */
export const partyRules = {
  NAME_UNSEEN: {
    severity: 'error',
    title: 'A name or identifier holds a character that nobody sees, or has a space around it'
  },
  COUNTRY_CODE: {
    severity: 'error',
    title: 'Not an ISO 3166-1 alpha-2 country code in force'
  },
  REGION_CODE: { severity: 'error', title: 'The region does not lie in the country' },
  COORDINATES: { severity: 'error', title: 'The latitude or longitude is not on Earth' },
  STAGE_UNKNOWN: { severity: 'error', title: 'The stage is not in the table of stages' },
  ORGANIZATION_UNKNOWN: { severity: 'error', title: 'The organization is not registered' },
  ORGANIZATION_FIXED: {
    severity: 'error',
    title: 'A new version of a facility names another organization'
  }
} as const satisfies Record<string, RuleEntry>

export type PartyCode = keyof typeof partyRules

/** A finding about a party; the severity comes from the table. */
export function report(
  code: PartyCode,
  detail: Omit<Finding, 'rule' | 'code' | 'severity'>
): Finding {
  return { rule: 'party', code, severity: partyRules[code].severity, ...detail }
}
