import type { ErrorCode } from '../../errors.ts'
import { RegistryError } from '../../errors.ts'
import { findings, type Question, type Refusal } from './problem-samples.ts'

const ID = '6f1c9a52-7f0e-4a43-9d8e-2f5a1f0c0b03'
const HASH = '0f1e2d3c4b5a69788796a5b4c3d2e1f00f1e2d3c4b5a69788796a5b4c3d2e1f0'

const isSigned = ({ headers }: Question) => headers.includes('lodestone-signature')

/** Refusals that follow from what an operation does, by the name of their example. */
export const operationRefusals: Readonly<Record<string, Refusal>> = {
  SignatureRequired: {
    error: new RegistryError(
      'SIGNATURE_REQUIRED',
      'Sign the exact bytes with a registered key and send the signature in Lodestone-Signature.'
    ),
    of: isSigned
  },
  SignatureInvalid: {
    error: new RegistryError(
      'SIGNATURE_INVALID',
      'The signature is not over these bytes by this key.'
    ),
    of: isSigned
  },
  ReceiptUnsigned: refused(
    'SIGNATURE_REQUIRED',
    'Your organization signs what it submits: write the receipt as an event of the type `receive`, and send it to /v1/events with the signature over it.',
    ['acceptShipment', 'disputeShipment']
  ),
  ImportUnsigned: refused(
    'SIGNATURE_REQUIRED',
    'Your organization signs what it submits: send NDJSON in which every line is a flattened JWS.',
    ['submitImport']
  ),
  FourEyes: refused(
    'FOUR_EYES',
    'Owner and practitioner cannot verify a declaration of their own.',
    ['transitionEpd']
  ),
  StatementMismatch: refused(
    'STATEMENT_MISMATCH',
    'The statement speaks of other bytes than these.',
    ['transitionEpd'],
    { pointer: '/documentSha256', message: `must be ${HASH}` }
  ),
  EpdTransition: refused(
    'TRANSITION_NOT_ALLOWED',
    'Version 1.0 is in_verification; to publish it must be registered.',
    ['transitionEpd']
  ),
  DraftOnly: refused(
    'TRANSITION_NOT_ALLOWED',
    'Only drafts are deleted; a version that was submitted is deregistered.',
    ['deleteEpdDraft']
  ),
  FindingClosed: refused(
    'TRANSITION_NOT_ALLOWED',
    'An error is closed by a correction of the event that it speaks of, not by a statement.',
    ['resolveFinding']
  ),
  ShipmentSettled: refused(
    'TRANSITION_NOT_ALLOWED',
    `Nothing of shipment ${ID} is left to settle.`,
    ['acceptShipment', 'disputeShipment']
  ),
  ReceiptFindings: {
    error: findings(
      {
        rule: 'R9',
        code: 'RECEIPT_EXCEEDS_SHIPMENT',
        severity: 'error',
        pointer: '/lines/0/mass',
        message: 'More is received than was shipped.',
        expected: 'at most 20 kg (dry), a scale difference forgiven',
        actual: '25 kg (dry)',
        remedy: 'Settle the mass with the sender before you accept.'
      },
      'The books refuse the event; nothing was stored.'
    ),
    of: ({ operation }) => operation === 'acceptShipment' || operation === 'disputeShipment'
  },
  CoverFindings: {
    error: findings({
      rule: 'R7',
      code: 'EPD_PERIOD',
      severity: 'error',
      pointer: '/from',
      message: 'The campaign made nothing in this period.',
      expected: '2026-09-01 to 2026-10-15',
      remedy: 'Record the outputs first, or state a period in which there are some.'
    }),
    of: ({ operation }) => operation === 'coverCampaign'
  },
  KeyTaken: refused('CONFLICT', 'This key cannot be registered again; make a new one.', [
    'registerKey'
  ]),
  NumberTaken: refused(
    'CONFLICT',
    'The number DEMO-EPD-2026-0001 stands for another declaration.',
    ['reserveRegistrationNumber', 'transitionEpd'],
    { pointer: '/registrationNumber', message: 'Choose another one of your programme.' }
  ),
  NumberUsed: refused(
    'CONFLICT',
    'A declaration has the number DEMO-EPD-2026-0001, so it is not given back.',
    ['releaseRegistrationNumber']
  ),
  PolicyReplaced: refused(
    'CONFLICT',
    'The policy in force is the one of position 44.',
    ['setSigningPolicy'],
    { pointer: '/replaces', message: 'must be 44' }
  ),
  SettingReplaced: refused(
    'CONFLICT',
    'Another setting is in force than the one to be replaced.',
    ['setRule'],
    { pointer: '/replaces', message: 'must be 44' }
  ),
  Erased: refused(
    'ERASED',
    'The document was lawfully erased. Its entry stays in the log, and everything else with it.',
    [
      ...['readEpd', 'readEpdDocument', 'readEpdFile', 'listEpdFiles', 'diffEpdVersions'],
      ...['readEpdReport', 'readEventDocument']
    ]
  )
}

function refused(
  code: ErrorCode,
  message: string,
  operations: readonly string[],
  detail?: { readonly pointer: string; readonly message: string }
): Refusal {
  return {
    error: new RegistryError(code, message, detail ? { details: [detail] } : {}),
    of: ({ operation }) => operations.includes(operation)
  }
}
