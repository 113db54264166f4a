import type { RuleEntry } from './rule-entry.ts'

/** Codes about what batches are made of. */
export const assayRules = {
  ELEMENT_UNKNOWN: {
    rule: 'R4',
    severity: 'error',
    title: 'Not the symbol of an element in the tables'
  },
  ASSAY_INHERITED: {
    rule: 'R4',
    severity: 'error',
    title: 'An assay can be inherited only where no stage changes the composition'
  },
  ASSAY_INHERITED_PART: {
    rule: 'R4',
    severity: 'warning',
    title: 'An inherited assay leaves out an element that only some of the inputs state'
  },
  BASIS_MISSING: { rule: 'R4', severity: 'error', title: 'A mass does not say wet or dry' },
  MOISTURE_MISSING: { rule: 'R4', severity: 'error', title: 'A wet mass has no moisture' },
  MOISTURE_RANGE: {
    rule: 'R4',
    severity: 'error',
    title: 'The moisture is not from 0 to below 100 %'
  },
  MOISTURE_UNUSED: { rule: 'R4', severity: 'warning', title: 'A dry mass states moisture' },
  ASSAY_UNIT: { rule: 'R4', severity: 'error', title: 'The unit of the assay is not a fraction' },
  ASSAY_VALUE: {
    rule: 'R4',
    severity: 'error',
    title: 'An assay value is not a decimal from 0 to 100 %'
  },
  ASSAY_ZERO: { rule: 'R4', severity: 'error', title: 'An assay claims that nothing is there' },
  ASSAY_BASIS: { rule: 'R4', severity: 'error', title: 'An assay key does not fit the basis' },
  ASSAY_DUPLICATE: {
    rule: 'R4',
    severity: 'error',
    title: 'An assay counts the same element twice'
  },
  ASSAY_UNCERTAINTY: {
    rule: 'R4',
    severity: 'error',
    title: 'An uncertainty belongs to no value, or is no decimal'
  },
  ASSAY_INCOMPLETE: { rule: 'R4', severity: 'error', title: 'The product needs a complete assay' },
  ASSAY_SUM: {
    rule: 'R4',
    severity: 'error',
    title: 'The assay adds up to too much, or to too little for a complete one'
  },
  ASSAY_TREO_MISSING: { rule: 'R4', severity: 'error', title: 'The basis TREO has no total' },
  ASSAY_TREO_MISMATCH: {
    rule: 'R4',
    severity: 'error',
    title: 'TREO is not the sum of its oxides'
  },
  PCT_FRACTION: {
    rule: 'R4',
    severity: 'error',
    title: 'A fraction is stated where percent is meant'
  },
  GRADE_BOUNDS: {
    rule: 'R4',
    severity: 'error',
    lesser: 'warning',
    title: 'A magnet cannot be made of this; or, as a warning, it is hardly made of this'
  },
  SIGNATURE_IMPLAUSIBLE: {
    rule: 'R4',
    severity: 'warning',
    title: 'The rare earths are distributed otherwise than in the stated deposit'
  },
  TH_U_MISSING: {
    rule: 'R4',
    severity: 'error',
    title: 'Thorium and uranium are not assayed where they must be'
  }
} as const satisfies Record<string, RuleEntry>
