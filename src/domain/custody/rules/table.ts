import type { Finding, Severity } from '../../finding.ts'
import { assayRules } from './r04-table.ts'
import { namedEpdRules } from './r07-epd-table.ts'
import { fitRules } from './r07-table.ts'
import { campaignRules } from './r08-table.ts'
import type { RuleEntry } from './rule-entry.ts'

/** Every code that the books can report: R number, severity, meaning (custody.md, Ledger rules). */
export const bookRules = {
  BATCH_UNKNOWN: {
    rule: 'R1',
    severity: 'error',
    title: 'A batch is named that is not in the books, or not visible to whoever acts'
  },
  COPRODUCT_ORPHAN: {
    rule: 'R1',
    severity: 'error',
    title: 'A lot number of your own is named that no event of yours ever made'
  },
  BATCH_NOT_HELD: {
    rule: 'R1',
    severity: 'error',
    title: 'Whoever acts is not the custodian of the material'
  },
  OWNER_AMBIGUOUS: {
    rule: 'R1',
    severity: 'error',
    title: 'Material of several owners is concerned and the document does not say whose'
  },
  OWNER_UNKNOWN: {
    rule: 'R1',
    severity: 'error',
    title: 'The stated owner is not a registered organization'
  },
  OWNER_NOT_SENDER: {
    rule: 'R1',
    severity: 'error',
    title: 'Ownership is transferred of material that the sender merely holds for its owner'
  },
  OWNER_CHANGED: {
    rule: 'R1',
    severity: 'warning',
    title: 'What was made of the material of one owner is stated to belong to another'
  },
  ACCOUNT_FROZEN: {
    rule: 'R1',
    severity: 'error',
    title: 'A correction showed a deficit in this account; it is frozen until that is settled'
  },
  FACILITY_UNKNOWN: {
    rule: 'R1',
    severity: 'error',
    title: 'The facility is not registered, or not run by whoever acts'
  },
  ORGANIZATION_UNKNOWN: {
    rule: 'R1',
    severity: 'error',
    title: 'The organization is not registered'
  },
  SHIPMENT_UNKNOWN: {
    rule: 'R1',
    severity: 'error',
    title: 'The shipment is not on its way to whoever acts'
  },
  SHIPMENT_TO_SELF: {
    rule: 'R1',
    severity: 'error',
    title: 'A shipment must go to another organization'
  },
  BATCH_OVERDRAWN: { rule: 'R2', severity: 'error', title: 'More is drawn than is there' },
  MB_MASS_GAIN: {
    rule: 'R3',
    severity: 'error',
    title: 'More mass comes out of stages that change no composition than went in'
  },
  MB_ELEMENT_GAIN: {
    rule: 'R3',
    severity: 'error',
    title: 'More of an element comes out than went in'
  },
  MB_UNASSAYED: {
    rule: 'R3',
    severity: 'warning',
    title:
      'An element comes out that an input does not state, or only bounds; the balance cannot be closed'
  },
  MB_REPEATED_GAIN: {
    rule: 'R3',
    severity: 'warning',
    title:
      'Events that follow each other gain more of an element than one may; what exceeds it is of unknown origin'
  },
  FEBO_ORIGIN: {
    rule: 'R3',
    severity: 'error',
    title: 'A neodymium-iron-boron alloy has no source of iron or of boron among its inputs'
  },
  ADJUST_GAIN: {
    rule: 'R3',
    severity: 'error',
    title:
      'An upward adjustment exceeds the tolerance; commission a batch of unknown origin instead'
  },
  ...assayRules,
  MB_ELEMENT_LOSS: {
    rule: 'R5',
    severity: 'error',
    lesser: 'warning',
    title: 'A stage loses more of an element than it can; or, as a warning, more or less than usual'
  },
  COATING_MASS: {
    rule: 'R5',
    severity: 'error',
    title: 'Coated magnets outweigh the uncoated ones by more than a coating'
  },
  UNIT_UNKNOWN: { rule: 'R6', severity: 'error', title: 'The unit is not a UN/ECE Rec 20 code' },
  UNIT_NOT_MASS: { rule: 'R6', severity: 'error', title: 'The unit does not measure mass' },
  UNIT_NOT_CONVERTIBLE: { rule: 'R6', severity: 'error', title: 'The unit is not a net mass' },
  MASS_INVALID: { rule: 'R6', severity: 'error', title: 'The mass is not a decimal' },
  MASS_NEGATIVE: { rule: 'R6', severity: 'error', title: 'The mass is negative' },
  MASS_ZERO: { rule: 'R6', severity: 'error', title: 'The dry mass is zero' },
  MASS_RANGE: { rule: 'R6', severity: 'error', title: 'The mass is larger than an account holds' },
  MASS_PRECISION: { rule: 'R6', severity: 'info', title: 'The mass was rounded to the microgram' },
  PIECE_MASS: {
    rule: 'R6',
    severity: 'error',
    title: 'The pieces that are counted do not weigh what the batch weighs'
  },
  ...fitRules,
  DECLARED_SHARE: {
    rule: 'R16',
    severity: 'error',
    title: 'Declared shares of one element and step exceed the whole'
  },
  RECEIPT_LINE_UNKNOWN: {
    rule: 'R9',
    severity: 'error',
    title: 'The shipment does not hold this batch, or it has been received already'
  },
  RECEIPT_EXCEEDS_SHIPMENT: {
    rule: 'R9',
    severity: 'error',
    title: 'More is received than was shipped'
  },
  RECEIPT_MASS_MISSING: {
    rule: 'R9',
    severity: 'error',
    title: 'A receipt does not say how much arrived'
  },
  RECEIPT_DISPUTE: {
    rule: 'R9',
    severity: 'error',
    title: 'A line is disputed already, or nothing of it is left to dispute'
  },
  RECEIPT_REOPENED: {
    rule: 'R9',
    severity: 'warning',
    title: 'A receipt is told anew with less than before, so that a settled line is open again'
  },
  SHIPMENT_TAKEN_BACK: {
    rule: 'R9',
    severity: 'warning',
    title:
      'A shipment is corrected away of which something was received, returned or given up as lost'
  },
  TRANSIT_LOSS: {
    rule: 'R9',
    severity: 'warning',
    title: 'More is accepted to be lost on the way than is usual'
  },
  ASSAY_CONTRADICTED: {
    rule: 'R9',
    severity: 'warning',
    title: 'The receiver finds something else in the material than its maker declared'
  },
  TIME_IMPLAUSIBLE: {
    rule: 'R10',
    severity: 'warning',
    title: 'The time is possible, but hardly right'
  },
  CUSTODY_MODEL_UPGRADE: {
    rule: 'R11',
    severity: 'error',
    title: 'A custody model may only weaken'
  },
  CUSTODY_OVERDRAWN: {
    rule: 'R11',
    severity: 'error',
    title: 'A mass-balance claim exceeds what the inputs brought in'
  },
  CERTIFICATE_INVALID: {
    rule: 'R12',
    severity: 'error',
    title: 'A certificate or licence did not hold on the day of the event'
  },
  NORM_THRESHOLD: {
    rule: 'R12',
    severity: 'error',
    title: 'The material is radioactive beyond the exemption, and no licence is referred to'
  },
  CORRECTION_TARGET: {
    rule: 'R13',
    severity: 'error',
    title: 'The event to be corrected is unknown, undone already, or itself a correction'
  },
  CORRECTIVE_UNANNOUNCED: {
    rule: 'R13',
    severity: 'error',
    title: 'A corrective event must be the one that a correct event of the same organization named'
  },
  BATCH_CONTESTED: {
    rule: 'R13',
    severity: 'error',
    title: 'A batch that you hold is contested by a correction upstream'
  },
  INPUT_CONTESTED: {
    rule: 'R13',
    severity: 'error',
    lesser: 'warning',
    title: 'An input became contested after it was used; or, as a warning, it was so before'
  },
  EVENT_ERASED: {
    rule: 'R13',
    severity: 'error',
    title:
      'A correction reached an event whose document was lawfully erased; it cannot be evaluated again'
  },
  ID_CONFLICT: {
    rule: 'R14',
    severity: 'error',
    title: 'The id or number stands for something else already'
  },
  NAME_UNSEEN: {
    rule: 'R14',
    severity: 'error',
    title: 'A number or name holds a character that nobody sees, or has a space around it'
  },
  ALLOCATION_SUM: {
    rule: 'R15',
    severity: 'error',
    title: 'The products of a run carry more than all of its burdens'
  },
  RECYCLED_SHARE_EXCEEDS: {
    rule: 'R15',
    severity: 'error',
    title: 'More is claimed to be recycled than the inputs support'
  },
  RECYCLED_SAME_PROCESS: {
    rule: 'R15',
    severity: 'error',
    title: 'Rework of the own process is claimed as pre-consumer recycled content'
  },
  ...campaignRules,
  ...namedEpdRules
} as const satisfies Record<string, RuleEntry>

export type BookCode = keyof typeof bookRules

type LesserCode = {
  [Code in BookCode]: (typeof bookRules)[Code] extends { readonly lesser: Severity } ? Code : never
}[BookCode]

/** As `report`, for the lesser excess that the table knows of the code. */
export function reportLesser(
  code: LesserCode,
  detail: Omit<Finding, 'rule' | 'code' | 'severity'>
): Finding {
  const { rule, lesser } = bookRules[code]
  return { rule, code, severity: lesser, ...detail }
}

/** A finding of the books; rule and severity come from the table. */
export function report(
  code: BookCode,
  detail: Omit<Finding, 'rule' | 'code' | 'severity'>
): Finding {
  const { rule, severity } = bookRules[code]
  return { rule, code, severity, ...detail }
}
