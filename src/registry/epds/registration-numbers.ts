import { RegistryError } from '../../errors.ts'
import { lockName } from '../../storage/connection/name-lock.ts'
import type { Transaction } from '../../storage/database.ts'
import {
  findRegistrationNumber,
  listRegistrationNumbers,
  type RegistrationNumberRow,
  releaseRegistrationNumber,
  reserveRegistrationNumber
} from '../../storage/epds/registration-numbers.ts'
import { appendEntries, type JournalEntry } from '../../storage/journal/journal.ts'
import type { Deps, Principal } from '../deps.ts'
import { oneMore, type Page, type PageRequest, pageOf } from '../page.ts'
import type { Registration } from '../registration.ts'

/** A number of the caller's programme. */
export interface RegistrationNumberRecord {
  readonly number: string
  readonly state: 'reserved' | 'used'
  /** The declaration that has it. */
  readonly epd?: string
  readonly position: number
  readonly recordedAt: string
}

/**
 * Reserves a number of the caller's programme for a declaration to come. The same number again gives
 * what stands. The unique index decides where several ask at once.
 */
export function reserveNumber(
  deps: Deps,
  { principal, number }: { readonly principal: Principal; readonly number: string }
): Promise<Registration<RegistrationNumberRecord>> {
  const operator = principal.organization
  return deps.db.transaction(async (tx) => {
    await lockNumber(tx, operator, number)
    const before = await findRegistrationNumber(tx, operator, number)
    if (before) return { record: numberRecord(before), created: false }
    const entry = entryOf(operator, number, 'reserved')
    const { first: position } = await appendEntries(tx, [entry], deps.now())
    if (!(await reserveRegistrationNumber(tx, { operator, number, position }))) {
      throw numberTaken(number)
    }
    const row = await findRegistrationNumber(tx, operator, number)
    if (!row) throw new Error(`the number ${number} was not stored`)
    return { record: numberRecord(row), created: true }
  })
}

/** Gives a reserved number back. Throws `NOT_FOUND`, and `CONFLICT` where a declaration has it. */
export async function releaseNumber(
  deps: Deps,
  { principal, number }: { readonly principal: Principal; readonly number: string }
): Promise<void> {
  const operator = principal.organization
  await deps.db.transaction(async (tx) => {
    await lockNumber(tx, operator, number)
    const before = await findRegistrationNumber(tx, operator, number)
    if (!before) throw noSuchNumber(number)
    if (before.epd !== null) throw numberUsed(number)
    const entry = entryOf(operator, number, 'released')
    const { first: position } = await appendEntries(tx, [entry], deps.now())
    if (!(await releaseRegistrationNumber(tx, { operator, number, position }))) {
      throw numberUsed(number)
    }
  })
}

/** A number as it is taken now. Throws `NOT_FOUND` where it is free. */
export async function readNumber(
  deps: Deps,
  { principal, number }: { readonly principal: Principal; readonly number: string }
): Promise<RegistrationNumberRecord> {
  const row = await findRegistrationNumber(deps.db, principal.organization, number)
  if (!row) throw noSuchNumber(number)
  return numberRecord(row)
}

/** The numbers that the caller's programme has taken, in the order in which it did. */
export async function readNumbers(
  deps: Deps,
  request: PageRequest & { readonly principal: Principal }
): Promise<Page<RegistrationNumberRecord>> {
  const operator = request.principal.organization
  const rows = await listRegistrationNumbers(deps.db, { operator, ...oneMore(request) })
  return pageOf(rows, request.limit, numberRecord, ({ position }) => Number(position))
}

/** One at a time for each number, so that who comes second sees what the first one made of it. */
export function lockNumber(tx: Transaction, operator: string, number: string): Promise<void> {
  return lockName(tx, `registration_number ${operator} ${number}`)
}

export function numberTaken(number: string): RegistryError {
  return new RegistryError('CONFLICT', `The number ${number} stands for another declaration.`, {
    details: [{ pointer: '/registrationNumber', message: 'Choose another one of your programme.' }]
  })
}

function numberUsed(number: string): RegistryError {
  const message = `A declaration has the number ${number}, so it is not given back.`
  return new RegistryError('CONFLICT', message)
}

function noSuchNumber(number: string): RegistryError {
  return new RegistryError('NOT_FOUND', `Your programme has no number ${number}.`)
}

function numberRecord(row: RegistrationNumberRow): RegistrationNumberRecord {
  return {
    number: row.number,
    state: row.epd === null ? 'reserved' : 'used',
    ...(row.epd === null ? {} : { epd: row.epd }),
    position: Number(row.position),
    recordedAt: row.recordedAt
  }
}

/** What a programme plans is its own matter until something is published under it. */
function entryOf(operator: string, number: string, state: 'reserved' | 'released'): JournalEntry {
  return {
    kind: 'registration_number',
    subject: operator,
    organization: operator,
    document: null,
    blind: true,
    body: { number, state }
  }
}
