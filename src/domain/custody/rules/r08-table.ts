import type { RuleEntry } from './rule-entry.ts'

/** Codes about campaigns. */
export const campaignRules = {
  CAMPAIGN_OVERDRAWN: {
    rule: 'R8',
    severity: 'error',
    lesser: 'warning',
    title:
      'A campaign gives more of an element than it was fed; or, as a warning, it did before, and this event brings as much as it takes'
  },
  CAMPAIGN_LOSS: {
    rule: 'R8',
    severity: 'error',
    lesser: 'warning',
    title:
      'More of an element is missing when a campaign closes than its stages can lose; or, as a warning, than they usually lose'
  },
  CAMPAIGN_OPEN: {
    rule: 'R8',
    severity: 'warning',
    title: 'A campaign was never closed and nothing of it was recorded for long'
  },
  CAMPAIGN_CLOSED: {
    rule: 'R8',
    severity: 'error',
    title: 'The campaign is closed and takes nothing more'
  },
  CAMPAIGN_UNKNOWN: { rule: 'R8', severity: 'error', title: 'There is no such campaign to close' },
  CAMPAIGN_FACILITY: {
    rule: 'R8',
    severity: 'error',
    title: 'A campaign runs at one facility'
  },
  CAMPAIGN_PENDING: {
    rule: 'R8',
    severity: 'error',
    title: 'An event of the campaign was taken back and its corrective event is still to come'
  },
  CAMPAIGN_CORRECTION: {
    rule: 'R8',
    severity: 'error',
    title: 'What corrects an event of a campaign does not keep its place in the campaign'
  },
  CAMPAIGN_ORDER: {
    rule: 'R10',
    severity: 'warning',
    title: 'An event of a campaign is older than what was recorded of the campaign before'
  }
} as const satisfies Record<string, RuleEntry>
