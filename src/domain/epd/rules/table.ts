import type { Finding } from '../../finding.ts'
import { profileCodes } from '../profile/codes.ts'
import { dateCodes } from './date-codes.ts'
import { documentCodes } from './document-codes.ts'
import { figureCodes } from './figure-codes.ts'
import { includedCodes } from './included-codes.ts'
import type { RuleEntry } from './rule-entry.ts'

/** Every code that the review of a declaration can report: rule, severity, meaning. */
export const epdRules = {
  EPD_VERSION: {
    rule: 'E1',
    severity: 'error',
    title: 'A new version must be higher than every version that was submitted before'
  },
  EPD_ID: {
    rule: 'E1',
    severity: 'error',
    title: 'The id is the nil or the max UUID, which name nothing (RFC 9562 5.9 and 5.10)'
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
  ...dateCodes,
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
  EPD_SHARE_SUM: {
    rule: 'E9',
    severity: 'error',
    title: 'The sites stand for more than the production; a warning where what is included does'
  },
  EPD_ELECTRICITY_FACTOR: {
    rule: 'E10',
    severity: 'warning',
    title: 'No electricity emits as much per kilowatt-hour'
  },
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
  ...figureCodes,
  ...documentCodes,
  ...includedCodes,
  EPD_PROPERTIES: {
    rule: 'E8',
    severity: 'warning',
    title: 'Properties of the material contradict each other or the stated mass'
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
  EPD_BIOGENIC_RANGE: {
    rule: 'E23',
    severity: 'error',
    title: 'The biogenic carbon is less than none, or weighs more than the product'
  },
  EPD_BIOGENIC_CARBON: {
    rule: 'E23',
    severity: 'warning',
    title: 'The stated biogenic carbon was never taken up, or looks like a placeholder'
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
  EPD_NOT_RECALCULATED: {
    rule: 'E25',
    severity: 'warning',
    title: 'The bill of materials or the energy mix changed, and no figure did'
  },
  EPD_UNSEEN: {
    rule: 'E26',
    severity: 'error',
    title: 'A name or number holds a character that nobody sees, or has a space around it'
  },
  EPD_LISTED_LONG: {
    rule: 'E27',
    severity: 'error',
    title: 'Names, standards and numbers, which every list shows, are longer than lists take'
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
