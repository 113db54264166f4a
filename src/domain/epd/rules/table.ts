import type { Finding, Severity } from '../../finding.ts'
import { profileCodes } from '../profile/codes.ts'
import { documentCodes } from './document-codes.ts'
import { includedCodes } from './included-codes.ts'

interface RuleEntry {
  readonly rule: string
  readonly severity: Severity
  /** One sentence for the generated documentation. */
  readonly title: string
}

/** Every code that the review of a declaration can report: rule, severity, meaning. */
export const epdRules = {
  EPD_VERSION: {
    rule: 'E1',
    severity: 'error',
    title: 'A new version must be higher than every version that was submitted before'
  },
  EPD_CONFLICT: {
    rule: 'E1',
    severity: 'error',
    title: 'The id and version stand for other content already'
  },
  EPD_OWNER: {
    rule: 'E2',
    severity: 'error',
    title: 'The stated owner is another organization than the one that submits'
  },
  EPD_PARTY_UNKNOWN: {
    rule: 'E2',
    severity: 'error',
    title: 'A party is named by the id of an organization that is not registered'
  },
  EPD_REVIEWER: {
    rule: 'E2',
    severity: 'error',
    title: 'The verifier is the owner or the practitioner (ISO 14025 8.2.2)'
  },
  EPD_DATE_INVALID: { rule: 'E3', severity: 'error', title: 'Not a day of the calendar' },
  EPD_DATE_ORDER: {
    rule: 'E3',
    severity: 'error',
    title: 'Something ends before it starts'
  },
  EPD_VALIDITY_PERIOD: {
    rule: 'E3',
    severity: 'error',
    title: 'The validity is longer than programmes allow (EN 15804+A2 9)'
  },
  EPD_EXPIRED: { rule: 'E3', severity: 'warning', title: 'The validity is over' },
  EPD_PCR_EXPIRED: {
    rule: 'E3',
    severity: 'warning',
    title: 'The product category rules were not in force when the declaration was verified'
  },
  EPD_COUNTRY: {
    rule: 'E4',
    severity: 'error',
    title: 'Not an ISO 3166 code, or a region outside its country'
  },
  EPD_FACILITY_UNKNOWN: {
    rule: 'E4',
    severity: 'error',
    title: 'A site is named by the id of a facility that is not registered'
  },
  EPD_SITE: {
    rule: 'E4',
    severity: 'error',
    title: 'A site says neither which facility it is nor where it stands'
  },
  EPD_STAGE_UNKNOWN: {
    rule: 'E5',
    severity: 'error',
    title: 'The stage is not in the table of stages'
  },
  EPD_PRODUCT_UNKNOWN: {
    rule: 'E5',
    severity: 'error',
    title: 'The product class is not in the table of products'
  },
  EPD_PRODUCT_UNSTATED: {
    rule: 'E5',
    severity: 'warning',
    title: 'The document does not say which stage and product of the chain it speaks of'
  },
  EPD_PRODUCT_STAGE: {
    rule: 'E5',
    severity: 'error',
    title: 'The stage does not make this product'
  },
  EPD_CLASSIFICATION: {
    rule: 'E6',
    severity: 'error',
    title: 'A code does not follow the rules of its classification'
  },
  EPD_HS_PRODUCT: {
    rule: 'E6',
    severity: 'warning',
    title: 'The HS code is not one that fits the product class'
  },
  EPD_COMPOSITION_SUBSTANCE: {
    rule: 'E7',
    severity: 'error',
    title: 'A substance is no element or no compound, though the basis says so'
  },
  EPD_COMPOSITION_RANGE: {
    rule: 'E7',
    severity: 'error',
    title: 'A share is not between 0 and 100 %, or its bounds are the wrong way round'
  },
  EPD_COMPOSITION_SUM: {
    rule: 'E7',
    severity: 'error',
    title: 'The composition adds up to too much, or to too little for a complete one'
  },
  EPD_UNIT_UNKNOWN: {
    rule: 'E8',
    severity: 'error',
    title: 'The unit is not a UN/ECE Rec 20 code that the registry knows'
  },
  EPD_QUANTITY: { rule: 'E8', severity: 'error', title: 'A quantity is not more than zero' },
  EPD_DECLARED_UNIT: {
    rule: 'E8',
    severity: 'error',
    title: 'The declared unit cannot be converted to mass'
  },
  EPD_UNIT_UNSTATED: {
    rule: 'E8',
    severity: 'warning',
    title: 'The document does not say what its figures are for'
  },
  EPD_MASS_MISMATCH: {
    rule: 'E8',
    severity: 'error',
    title: 'The mass of the declared unit is stated twice, and differently'
  },
  EPD_ALLOC_SUM: {
    rule: 'E9',
    severity: 'error',
    title: 'The allocation shares of the co-products do not add up to 1'
  },
  EPD_SHARE_RANGE: { rule: 'E9', severity: 'error', title: 'A share is not between 0 and 1' },
  EPD_PDS_RANGE: {
    rule: 'E10',
    severity: 'error',
    title: 'The share of primary data is not between 0 and 100 %'
  },
  EPD_BOUNDARY: {
    rule: 'E11',
    severity: 'error',
    title: 'The declared modules do not cover what the boundary says'
  },
  EPD_SCENARIO_DUPLICATE: {
    rule: 'E12',
    severity: 'error',
    title: 'Two scenarios have the same id'
  },
  EPD_SCENARIO_UNKNOWN: {
    rule: 'E12',
    severity: 'error',
    title: 'A value belongs to a scenario that is not described'
  },
  EPD_INCLUDED_UNNAMED: {
    rule: 'E13',
    severity: 'error',
    title: 'An included declaration cannot be told by id, name or link'
  },
  EPD_INCLUDES_ITSELF: {
    rule: 'E13',
    severity: 'error',
    title: 'A declaration includes itself'
  },
  EPD_INCLUDED_TWICE: {
    rule: 'E13',
    severity: 'error',
    title: 'The same declaration is included twice'
  },
  EPD_METHOD_UNKNOWN: {
    rule: 'E14',
    severity: 'error',
    title: 'The set of characterization factors is not in the table of methods'
  },
  EPD_INDICATOR_UNKNOWN: {
    rule: 'E14',
    severity: 'error',
    title: 'The indicator is not in the table of indicators'
  },
  EPD_INDICATOR_UNLISTED: {
    rule: 'E14',
    severity: 'info',
    title: 'The indicator has no code here; its unit and values are not checked'
  },
  EPD_INDICATOR_METHOD: {
    rule: 'E14',
    severity: 'error',
    title: 'The method does not define this indicator'
  },
  EPD_UNIT: {
    rule: 'E14',
    severity: 'error',
    title: 'The unit is not the one of the indicator; a warning where an edition before had it'
  },
  EPD_UNIT_GROUP: {
    rule: 'E14',
    severity: 'warning',
    title: 'A unit group is not known, so the unit is only told by its name'
  },
  EPD_UNIT_TEXT: {
    rule: 'E14',
    severity: 'warning',
    title: 'A unit is written as another one than its unit group is of; the group counts'
  },
  EPD_METHOD_CONFLICT: {
    rule: 'E14',
    severity: 'error',
    title: 'An indicator belongs to another method than the one that the document declares'
  },
  EPD_METHOD_OTHER: {
    rule: 'E14',
    severity: 'warning',
    title:
      'Figures are of a method that no standard here asks for; they are kept under it, and no profile takes them'
  },
  EPD_METHOD_AMBIGUOUS: {
    rule: 'E14',
    severity: 'error',
    title: 'The method of an indicator cannot be told from its id, version and compliance'
  },
  EPD_MODULE_UNKNOWN: {
    rule: 'E15',
    severity: 'error',
    title: 'The module is not in the table of modules'
  },
  EPD_MODULE_UNDECLARED: {
    rule: 'E15',
    severity: 'error',
    title: 'A value stands in a module that the boundary does not declare'
  },
  EPD_MODULE_BLANK: {
    rule: 'E15',
    severity: 'warning',
    title: 'A value is marked as not declared in a module that the boundary declares'
  },
  EPD_VALUE_INVALID: {
    rule: 'E16',
    severity: 'error',
    title: 'A value is not a decimal that can be read'
  },
  EPD_VALUE_DUPLICATE: {
    rule: 'E16',
    severity: 'error',
    title: 'The same indicator, method, module and scenario has two values'
  },
  EPD_MODULE_OVERLAP: {
    rule: 'E17',
    severity: 'warning',
    title: 'A sum of modules is stated beside its parts; the figures must never be added up'
  },
  EPD_MODULE_SUM: {
    rule: 'E17',
    severity: 'error',
    title: 'A sum of modules is not the sum of its parts'
  },
  EPD_INDICATOR_SUM: {
    rule: 'E18',
    severity: 'error',
    title: 'A total is not the sum of its parts (GWP-total, PERT, PENRT)'
  },
  EPD_NEGATIVE_A1A3: {
    rule: 'E19',
    severity: 'warning',
    title: 'The footprint at the gate is negative without uptake of carbon or an explained credit'
  },
  EPD_IMPLAUSIBLE_GWP: {
    rule: 'E20',
    severity: 'error',
    title: 'The footprint per kilogram cannot be; a warning where it is only unusual'
  },
  ...documentCodes,
  ...includedCodes,
  EPD_PROPERTIES: {
    rule: 'E8',
    severity: 'warning',
    title: 'Density, thickness and grammage contradict each other'
  },
  EPD_CONVERSION_FACTOR: {
    rule: 'E8',
    severity: 'warning',
    title: 'The conversion factor to 1 kg is not the mass of the declared unit'
  },
  EPD_REGISTRATION_NUMBER: {
    rule: 'E23',
    severity: 'warning',
    title: 'A published document has no registration number, or one that names no programme'
  },
  EPD_REPRESENTING: {
    rule: 'E23',
    severity: 'warning',
    title: 'A published document does not say whether it is specific or average'
  },
  EPD_BIOGENIC_CARBON: {
    rule: 'E23',
    severity: 'warning',
    title: 'The stated biogenic carbon looks like a placeholder'
  },
  EPD_MODULE_SPLIT: {
    rule: 'E23',
    severity: 'info',
    title: 'A1, A2 and A3 are stated without their sum'
  },
  EPD_UNSTATED: {
    rule: 'E24',
    severity: 'warning',
    title:
      'A document of our own format does not say where, by which rules or with which allocation'
  },
  ...profileCodes
} as const satisfies Record<string, RuleEntry>

export type EpdCode = keyof typeof epdRules

/** A finding about a declaration; rule and severity come from the table. */
export function report(
  code: EpdCode,
  detail: Omit<Finding, 'rule' | 'code' | 'severity'>
): Finding {
  const { rule, severity } = epdRules[code]
  return { rule, code, severity, ...detail }
}
