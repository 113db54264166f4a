import {
  type StatementField,
  type Transition,
  type TransitionName,
  transitionInWords,
  transitionNames,
  transitionsNamed
} from '../../domain/epd/lifecycle.ts'
import { versionKey } from '../../domain/epd/version.ts'
import { unseenInText } from '../../domain/unseen.ts'
import { RegistryError } from '../../errors.ts'
import type { Transaction } from '../../storage/database.ts'
import { findRepeated } from '../../storage/epds/epd-states.ts'
import { type EpdVersionRow, type EpdView, epdVersions } from '../../storage/epds/epds.ts'
import { findOrganization } from '../../storage/parties/organizations.ts'
import type { Deps, Principal } from '../deps.ts'
import { organizationRecord } from '../parties/organization-record.ts'
import { refuseUnseen } from '../refuse-unseen.ts'
import { acceptSignature, type StatedSignature } from '../signing/accept-signature.ts'
import { type EpdRecord, epdRecord } from './epd-record.ts'
import { refuseOtherStatement } from './epd-statement.ts'
import { epdView } from './epd-view.ts'
import { makeTransition } from './make-transition.ts'
import { type Asker, permittedTransition } from './permit-transition.ts'
import { findDraft, submitDraft } from './submit-draft.ts'
import { lockEpd } from './submit-epd.ts'

/** What can be asked for, for the description of the API. */
export const possibleTransitions: readonly TransitionName[] = transitionNames

export interface TransitionCommand
  extends Readonly<Partial<Record<StatementField, string | undefined>>> {
  readonly principal: Principal
  readonly id: string
  readonly version: string
  readonly transition: TransitionName
  /** The exact bytes of the request: what is signed. */
  readonly request: Buffer
  /** Detached JWS over them. */
  readonly signature?: string | undefined
}

/**
 * Brings a version into another state, as the table of the lifecycle allows. The same request of the
 * same organization again gives the version as it stands. Throws `NOT_FOUND` for what the caller
 * cannot see, `FORBIDDEN` and `FOUR_EYES` for who may not, `TRANSITION_NOT_ALLOWED` where the state
 * does not allow it, `REQUEST_INVALID` where something is missing, `SIGNATURE_REQUIRED` and
 * `SIGNATURE_INVALID`, `STATEMENT_MISMATCH` where it speaks of other bytes, and `CONFLICT` where the
 * registration number is another's; submitting a draft throws as `submitEpd` does.
 */
export async function transitionEpd(deps: Deps, command: TransitionCommand): Promise<EpdRecord> {
  const { principal, id, request, signature } = command
  refuseFields(command)
  refuseUnseen('/reason', 'reason', unseenInText(command.reason ?? ''))
  if (command.transition === 'submit') {
    const draft = await findDraft(deps, command)
    if (draft) return submitDraft(deps, command, draft)
  }
  const signed = await acceptSignature(deps, principal, request, { signature })
  return deps.db.transaction(async (tx) => {
    await lockEpd(tx, id)
    const view = await epdView(tx, deps, principal)
    const row = await visibleVersion(tx, view, command)
    const asker = await askerOf(tx, principal)
    const transition = permittedTransition(asker, row, command.transition)
    if (!transition) {
      const isRepeated = await findRepeated(tx, { ...row, ...command, ...principal })
      if (!isRepeated) throw notFrom(row, command.transition)
      refuseOtherStatement({ command, row })
      return epdRecord(row)
    }
    const statement = { command, row, transition, signature: needed(transition, signed) }
    refuseOtherStatement(statement)
    await makeTransition(deps, tx, { ...statement, view })
    return epdRecord(await visibleVersion(tx, view, command))
  })
}

async function visibleVersion(
  tx: Transaction,
  view: EpdView,
  { id, version }: TransitionCommand
): Promise<EpdVersionRow> {
  const key = versionKey(version)
  const [row] = key ? await epdVersions(tx, view, id, key) : []
  if (row) return row
  throw new RegistryError('NOT_FOUND', `There is no version ${version} of ${id}.`)
}

async function askerOf(tx: Transaction, principal: Principal): Promise<Asker> {
  const row = await findOrganization(tx, principal.organization)
  return { ...principal, organizationName: row ? organizationRecord(row).name : '' }
}

function needed(
  { name, signed }: Transition,
  signature: StatedSignature | null
): StatedSignature | null {
  if (!signed || signature) return signature
  throw new RegistryError(
    'SIGNATURE_REQUIRED',
    `To ${transitionInWords(name)} is a statement: sign the exact bytes of the request with a registered key and send the signature in Lodestone-Signature.`
  )
}

/** Says everything that the transition needs, and nothing that it would ignore. */
function refuseFields(command: TransitionCommand): void {
  const rows = transitionsNamed(command.transition)
  const allowed = new Set<string>(['documentSha256', ...rows.flatMap(({ says }) => says)])
  const fields = ['reason', 'documentSha256', 'reportSha256', 'baseSha256', 'registrationNumber']
  const details = fields.flatMap((field) => {
    const given = command[field as StatementField] !== undefined
    if (given && !allowed.has(field)) return { pointer: `/${field}`, message: 'is not said here' }
    const missing = rows.every(({ says }) => says.includes(field as StatementField)) && !given
    return missing ? { pointer: `/${field}`, message: 'is required' } : []
  })
  if (details.length === 0) return
  throw new RegistryError('REQUEST_INVALID', 'The request does not say what it must.', { details })
}

function notFrom(row: EpdVersionRow, name: TransitionName): RegistryError {
  const from = transitionsNamed(name).flatMap((transition) => transition.from)
  return new RegistryError(
    'TRANSITION_NOT_ALLOWED',
    `Version ${row.version} is ${row.state}; to ${transitionInWords(name)} it must be ${from.join(' or ')}.`
  )
}
