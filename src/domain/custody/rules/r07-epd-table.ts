import type { RuleEntry } from './rule-entry.ts'

/** Codes about the declarations that batches and campaigns name. */
export const namedEpdRules = {
  EPD_UNKNOWN: {
    rule: 'R7',
    severity: 'error',
    lesser: 'warning',
    title:
      'A declaration is to cover a campaign and is not published here; or, as a warning, a batch names one that is not'
  },
  EPD_PRODUCT: {
    rule: 'R7',
    severity: 'error',
    title: 'The named declaration covers another product or stage'
  },
  EPD_PLACE: {
    rule: 'R7',
    severity: 'error',
    lesser: 'warning',
    title:
      'The named declaration does not cover this facility; or, as a warning, stands for another country'
  },
  EPD_OF_ANOTHER: {
    rule: 'R7',
    severity: 'warning',
    title:
      'The named declaration is that of another organization: neither who made the batch nor who owns it, and it names no facility'
  },
  EPD_VALIDITY: {
    rule: 'R7',
    severity: 'error',
    title: 'The named declaration was not valid when the batch was made'
  },
  EPD_PERIOD: {
    rule: 'R7',
    severity: 'error',
    title: 'The period that a declaration is to cover is not one of the campaign'
  }
} as const satisfies Record<string, RuleEntry>
