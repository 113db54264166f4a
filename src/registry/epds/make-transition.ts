import { createHash } from 'node:crypto'
import { compareVersions } from '../../domain/epd/version.ts'
import { RegistryError } from '../../errors.ts'
import type { Transaction } from '../../storage/database.ts'
import { insertEpdState, type NewEpdState } from '../../storage/epds/epd-states.ts'
import { type EpdVersionRow, type EpdView, epdVersions, LATEST } from '../../storage/epds/epds.ts'
import { useRegistrationNumber } from '../../storage/epds/registration-numbers.ts'
import { appendEntries } from '../../storage/journal/journal.ts'
import type { Deps } from '../deps.ts'
import { holdKeys, refuseUnsigned } from '../signing/accept-signature.ts'
import { editorialBase } from './editorial-base.ts'
import { stepEntry } from './epd-entry.ts'
import type { PermittedStatement } from './epd-statement.ts'
import { refuseCircle } from './refuse-circle.ts'
import { lockNumber, numberTaken } from './registration-numbers.ts'

interface Making extends PermittedStatement {
  readonly view: EpdView
}

/** What a version has come to: repeated from row to row, so that one row tells all. */
type Standing = Pick<
  NewEpdState,
  'endsOn' | 'verifier' | 'verification' | 'programme' | 'registrationNumber' | 'registration'
>

/** Writes a transition down with what follows from it: one entry each, in one transaction. */
export async function makeTransition(deps: Deps, tx: Transaction, made: Making): Promise<void> {
  const { command, row, transition, signature } = made
  const { principal, request } = command
  const base = transition.name === 'confirm_editorial' ? await editorialBase(deps, tx, made) : null
  const superseded = transition.name === 'publish' ? await predecessorsOf(tx, made) : []
  if (transition.name === 'publish') await refuseCircle(deps, tx, row)
  await lockNumberOf(tx, made)
  await holdKeys(tx, [signature])
  const step = { row, to: transition.to, by: principal.organization, request, signature }
  const about = aboutOf(made, base)
  const { first: position } = await appendEntries(
    tx,
    [
      stepEntry({ ...step, transition: transition.name, about }),
      ...superseded.map((old) => supersession(old, row, principal.organization))
    ],
    deps.now()
  )
  await refuseUnsigned(tx, [{ organization: principal.organization, signature }])
  await takeNumber(tx, made, position)
  await insertEpdState(tx, {
    ...standingAfter(made, base, position),
    ...byWhom(row, made, position),
    state: transition.to,
    transition: transition.name,
    reason: command.reason ?? null,
    request
  })
  for (const [index, old] of superseded.entries()) {
    await insertEpdState(tx, {
      ...standingOf(old),
      ...byWhom(old, made, position + 1 + index),
      state: 'superseded',
      transition: 'supersede',
      reason: null,
      request: null,
      endsOn: latest(made.view.today, row.validFrom)
    })
  }
}

function byWhom({ epd, versionKey }: EpdVersionRow, { command }: Making, position: number) {
  const { organization, client } = command.principal
  return { epd, versionKey, position, organization, client }
}

/** What the entry says of the statement besides the hash of the document. Prose stays a hash. */
function aboutOf(
  { command }: Making,
  base: EpdVersionRow | null
): Readonly<Record<string, string>> {
  const { reason, reportSha256, registrationNumber } = command
  return {
    ...(reason === undefined
      ? {}
      : { reasonSha256: createHash('sha256').update(reason).digest('base64url') }),
    ...(reportSha256 === undefined
      ? {}
      : { reportSha256: Buffer.from(reportSha256, 'hex').toString('base64url') }),
    ...(registrationNumber === undefined ? {} : { registrationNumber }),
    ...(base === null ? {} : { base: base.version, baseSha256: base.sha256.toString('base64url') })
  }
}

function standingOf(row: EpdVersionRow): Standing {
  return {
    endsOn: row.endsOn,
    verifier: row.verifier,
    verification: row.verifiedPosition === null ? null : Number(row.verifiedPosition),
    programme: row.programme,
    registrationNumber: row.registrationNumber,
    registration: row.registeredPosition === null ? null : Number(row.registeredPosition)
  }
}

function standingAfter(made: Making, base: EpdVersionRow | null, position: number): Standing {
  const { command, row, transition, view } = made
  const { organization } = command.principal
  const standing = standingOf(row)
  switch (transition.name) {
    case 'start_verification':
      return { ...standing, verifier: organization }
    case 'return':
      return { ...standing, verifier: null, verification: null }
    case 'verify':
      return { ...standing, verification: position }
    case 'confirm_editorial': {
      const { verifier, verification } = standingOf(base ?? row)
      return { ...standing, verifier, verification }
    }
    case 'register': {
      const registrationNumber = command.registrationNumber ?? null
      return { ...standing, programme: organization, registrationNumber, registration: position }
    }
    case 'deregister': {
      const before = row.endsOn ?? view.today
      return { ...standing, endsOn: before < view.today ? before : view.today }
    }
    default:
      return standing
  }
}

/**
 * The versions that a publication supersedes; those that had expired by then stay expired. One that was
 * to speak until a later successor starts ends with this one, where this one starts before.
 */
async function predecessorsOf(tx: Transaction, { row, view }: Making): Promise<EpdVersionRow[]> {
  const all = { ...view, viewer: { ...view.viewer, seesUnpublished: true }, asOf: LATEST }
  const versions = await epdVersions(tx, all, row.epd)
  const later = versions.filter((each) => compareVersions(each.versionKey, row.versionKey) > 0)
  const followed = later.find(({ written }) =>
    ['published', 'superseded', 'deregistered'].includes(written)
  )
  if (followed) {
    throw new RegistryError(
      'TRANSITION_NOT_ALLOWED',
      `Version ${followed.version} was published before: an older one cannot follow it.`
    )
  }
  const starts = latest(view.today, row.validFrom)
  const ended = versions.filter(
    ({ state, endsOn }) =>
      state === 'published' || (state === 'superseded' && endsOn !== null && endsOn > starts)
  )
  const [valid] = ended
  if (valid && row.validUntil !== null && row.validUntil < starts) {
    throw new RegistryError(
      'TRANSITION_NOT_ALLOWED',
      `The validity of version ${row.version} is over: it would end version ${valid.version} and speak for no day itself.`
    )
  }
  return ended
}

function supersession(old: EpdVersionRow, by: EpdVersionRow, organization: string) {
  return stepEntry({
    row: old,
    transition: 'supersede',
    to: 'superseded',
    by: organization,
    request: null,
    signature: null,
    about: { successor: by.version, successorSha256: by.sha256.toString('base64url') }
  })
}

async function lockNumberOf(tx: Transaction, { command }: Making): Promise<void> {
  const { registrationNumber, principal } = command
  if (registrationNumber === undefined) return
  await lockNumber(tx, principal.organization, registrationNumber)
}

/** The unique index decides between two that register at once, here and in other processes. */
async function takeNumber(
  tx: Transaction,
  { command, row, transition }: Making,
  position: number
): Promise<void> {
  const { registrationNumber: number } = command
  if (transition.name !== 'register' || number === undefined) return
  const operator = command.principal.organization
  const taken = await useRegistrationNumber(tx, { operator, number, position, epd: row.epd })
  if (!taken) throw numberTaken(number)
}

function latest(one: string, other: string | null): string {
  return other !== null && other > one ? other : one
}
