import { createHash } from 'node:crypto'
import {
  type Actor,
  publicStates,
  type Transition,
  type TransitionName,
  transitionNamed
} from '../domain/epd/lifecycle.ts'
import { versionKey } from '../domain/epd/version.ts'
import { RegistryError } from '../errors.ts'
import { epdViewer } from '../identity/epd-visibility.ts'
import type { Transaction } from '../storage/database.ts'
import { epdDraftDocument, epdDrafts } from '../storage/epd-drafts.ts'
import { type EpdVersionRow, epdVersions, insertEpdState } from '../storage/epds.ts'
import { appendEntries, type JournalEntry } from '../storage/journal.ts'
import { acceptSignature } from './accept-signature.ts'
import type { Deps, Principal } from './deps.ts'
import { type EpdRecord, epdRecord } from './epd-record.ts'
import { readSubmission } from './epd-submission.ts'
import { acceptEpd, lockEpd } from './submit-epd.ts'

export interface TransitionCommand {
  readonly principal: Principal
  readonly id: string
  readonly version: string
  readonly transition: TransitionName
  readonly reason?: string
}

/**
 * Brings a version into another state, as the table of the lifecycle allows. The same transition by
 * the same organization again gives the stored state. Throws `NOT_FOUND` for what the caller cannot
 * see, `FORBIDDEN` and `FOUR_EYES` for who may not, `REQUEST_INVALID` where a reason is missing,
 * `TRANSITION_NOT_ALLOWED` where the state does not allow it; `submit` throws as `submitEpd` does.
 */
export function transitionEpd(deps: Deps, command: TransitionCommand): Promise<EpdRecord> {
  const transition = transitionNamed(command.transition)
  return deps.db.transaction(async (tx) => {
    await lockEpd(tx, command.id)
    if (transition.from.includes('draft')) return submitDraft(deps, tx, command)
    const row = await visibleVersion(tx, command)
    const reason = refuse(transition, row, command)
    if (row.state === transition.to) return repeated(row, command, reason)
    if (!transition.from.includes(row.state)) throw notFrom(row, transition)
    const entry = entryOf(row, transition, command.principal, reason)
    const { first: position } = await appendEntries(tx, [entry], deps.now())
    await insertEpdState(tx, {
      epd: row.epd,
      versionKey: row.versionKey,
      position,
      state: transition.to,
      organization: command.principal.organization,
      client: command.principal.client,
      reason
    })
    return epdRecord(await visibleVersion(tx, command))
  })
}

async function submitDraft(
  deps: Deps,
  tx: Transaction,
  { principal, id, version }: TransitionCommand
): Promise<EpdRecord> {
  if (!principal.scopes.has('epd:write')) {
    throw new RegistryError('FORBIDDEN', 'The token lacks the scope epd:write.')
  }
  const key = versionKey(version)
  const [draft] = key ? await epdDrafts(tx, principal.organization, id, key) : []
  if (!draft) throw new RegistryError('NOT_FOUND', `You have no draft ${version} of ${id}.`)
  const document = await epdDraftDocument(tx, draft)
  const submission = readSubmission({ mediaType: draft.mediaType, document }, deps.reference)
  // A draft has no signature: an organization that signs everything submits the signed bytes.
  const signature = await acceptSignature(deps, principal, document, { signature: undefined })
  return (await acceptEpd(deps, tx, principal, submission, signature)).record
}

async function visibleVersion(
  tx: Transaction,
  { principal, id, version }: TransitionCommand
): Promise<EpdVersionRow> {
  const key = versionKey(version)
  const [row] = key ? await epdVersions(tx, epdViewer(principal), id, key) : []
  if (row) return row
  throw new RegistryError('NOT_FOUND', `There is no version ${version} of ${id}.`)
}

/** Who may do it, and the reason that it is done for. */
function refuse(
  transition: Transition,
  row: EpdVersionRow,
  { principal, reason }: TransitionCommand
): string | null {
  const actors = actorsOf(principal, row)
  if (!transition.by.some((actor) => actors.has(actor))) {
    throw new RegistryError(
      'FORBIDDEN',
      `Only ${transition.by.map(spoken).join(' or ')} may ${transition.name} a declaration.`
    )
  }
  const parties = [row.organization, row.practitioner]
  if (transition.fourEyes && parties.includes(principal.organization)) {
    throw new RegistryError(
      'FOUR_EYES',
      `Owner and practitioner cannot ${transition.name} their own declaration.`
    )
  }
  if (!transition.needsReason) return null
  if (reason !== undefined) return reason
  const message = `To ${transition.name} a declaration say why: the reason is shown to everybody.`
  throw new RegistryError('REQUEST_INVALID', message, {
    details: [{ pointer: '/reason', message: 'is required' }]
  })
}

/** A declaration that names its programme operator by id is operated by that one alone. */
function actorsOf({ organization, scopes }: Principal, row: EpdVersionRow): ReadonlySet<Actor> {
  const actors = new Set<Actor>()
  if (row.organization === organization && scopes.has('epd:write')) actors.add('owner')
  const operates = row.operator === null || row.operator === organization
  if (operates && scopes.has('epd:operate')) actors.add('operator')
  return actors
}

function spoken(actor: Actor): string {
  return actor === 'owner' ? 'its owner' : 'its programme operator'
}

/** No answer to the first request means unknown: asking again is safe, for whoever asked first. */
function repeated(
  row: EpdVersionRow,
  { principal, version }: TransitionCommand,
  reason: string | null
): EpdRecord {
  if (row.stateBy === principal.organization && row.reason === reason) return epdRecord(row)
  throw new RegistryError('TRANSITION_NOT_ALLOWED', `Version ${version} is ${row.state} already.`)
}

function notFrom(row: EpdVersionRow, { name, from }: Transition): RegistryError {
  return new RegistryError(
    'TRANSITION_NOT_ALLOWED',
    `Version ${row.version} is ${row.state}; only what is ${from.join(' or ')} takes ${name}.`
  )
}

/** Public from publication on: everybody can check what was published and withdrawn, and when. */
function entryOf(
  row: EpdVersionRow,
  { to }: Transition,
  { organization }: Principal,
  reason: string | null
): JournalEntry {
  const reasonSha256 = reason && createHash('sha256').update(reason).digest('base64url')
  return {
    kind: 'epd_transition',
    subject: row.epd,
    organization: row.organization,
    document: { sha256: row.sha256, size: row.size, mediaType: row.mediaType },
    blind: !publicStates.includes(to),
    body: {
      version: row.version,
      state: to,
      by: organization,
      ...(reasonSha256 ? { reasonSha256 } : {})
    }
  }
}
