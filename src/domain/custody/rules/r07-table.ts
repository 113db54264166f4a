import type { RuleEntry } from './rule-entry.ts'

/** Codes about whether stages, products, facilities, dates and the graph fit. */
export const fitRules = {
  STAGE_UNKNOWN: {
    rule: 'R7',
    severity: 'error',
    title: 'The stage is not in the table of stages'
  },
  STAGE_ORDER: {
    rule: 'R7',
    severity: 'error',
    title: 'The stages or products run backwards along the chain'
  },
  STEP_MISSING: {
    rule: 'R7',
    severity: 'error',
    title: 'A mandatory step of the chain is skipped'
  },
  PRODUCT_UNKNOWN: {
    rule: 'R7',
    severity: 'error',
    title: 'The product class is not in the table of products'
  },
  PRODUCT_STAGE: { rule: 'R7', severity: 'error', title: 'The stage does not make this product' },
  PRODUCT_ENTRY: {
    rule: 'R7',
    severity: 'error',
    title: 'This product does not enter the books in this way'
  },
  HS_STAGE: {
    rule: 'R7',
    severity: 'error',
    title: 'The heading of the Harmonized System does not fit the product'
  },
  GRAPH_CYCLE: { rule: 'R7', severity: 'error', title: 'A batch would be its own ancestor' },
  BATCH_REPEATED: {
    rule: 'R7',
    severity: 'error',
    title: 'The document names the same batch twice where that makes no sense'
  },
  DATE_ORDER: {
    rule: 'R7',
    severity: 'error',
    title: 'Something happens before what it needs exists or has come in'
  },
  DATE_FUTURE: { rule: 'R7', severity: 'error', title: 'The event lies in the future' },
  DATE_INVALID: { rule: 'R7', severity: 'error', title: 'The time is not a real moment' },
  FACILITY_STAGE: {
    rule: 'R7',
    severity: 'error',
    title: 'The facility is not registered for the stage'
  },
  COUNTRY_CODE: { rule: 'R7', severity: 'error', title: 'Not an ISO 3166-1 alpha-2 country code' },
  COUNTRY_MISMATCH: {
    rule: 'R7',
    severity: 'error',
    title: 'The stated country is not the country of the facility'
  },
  DECLARED_STEP_UNKNOWN: {
    rule: 'R7',
    severity: 'error',
    title: 'The declared step or element is not in the tables'
  }
} as const satisfies Record<string, RuleEntry>
