import {
  type Actor,
  type Transition,
  type TransitionName,
  transitionInWords,
  transitionsNamed
} from '../../domain/epd/lifecycle.ts'
import { isSameName } from '../../domain/epd/same-name.ts'
import type { EpdSummary } from '../../domain/epd/summary.ts'
import { RegistryError } from '../../errors.ts'
import type { EpdVersionRow } from '../../storage/epds/epds.ts'
import type { Principal } from '../deps.ts'

/** Who asks, with the name of their organization as practitioners are named by it. */
export interface Asker extends Principal {
  readonly organizationName: string
}

/**
 * The transition that the caller may make of a version; null where the state does not allow it, to
 * anybody. Throws `FORBIDDEN` for who has no part in it, and `FOUR_EYES` for owner and practitioner,
 * whatever other roles their organization has.
 */
export function permittedTransition(
  asker: Asker,
  row: EpdVersionRow,
  name: TransitionName
): Transition | null {
  const rows = transitionsNamed(name)
  const actors = actorsOf(asker, row)
  const mine = rows.filter(({ by }) => actors.has(by))
  if (mine.length === 0) {
    throw forbidden(`Only ${rows.map(({ by }) => SPOKEN[by]).join(' or ')} may ${spoken(name)}.`)
  }
  if (mine.every(({ fourEyes }) => fourEyes) && isParty(asker, row)) {
    const message = `Owner and practitioner cannot ${spoken(name)} of their own.`
    throw new RegistryError('FOUR_EYES', message)
  }
  const found = mine.find(({ from }) => from.includes(row.state))
  if (!found) {
    const other = rows.find(({ from }) => from.includes(row.state))
    if (!other) return null
    throw forbidden(`While it is ${row.state}, only ${SPOKEN[other.by]} may ${spoken(name)}.`)
  }
  refuseOthers(asker, row, found)
  return found
}

/** One verifier finishes what it began, and a programme keeps what it registered. */
function refuseOthers(asker: Asker, row: EpdVersionRow, transition: Transition): void {
  const { by, sameAsBefore } = transition
  if (by === 'verifier' && sameAsBefore && row.verifier !== asker.organization) {
    throw forbidden('Another verifier took it up.')
  }
  const programme = by === 'operator' ? row.programmeOfAll : null
  if (programme !== null && programme !== asker.organization) {
    throw forbidden('The declaration is registered with the programme of another operator.')
  }
}

/** A declaration that names its operator or its verifier by id leaves it to that one alone. */
function actorsOf({ organization, scopes }: Principal, row: EpdVersionRow): ReadonlySet<Actor> {
  const actors = new Set<Actor>()
  const isNamed = (id: string | null) => id === null || id === organization
  if (row.organization === organization && scopes.has('epd:write')) actors.add('owner')
  if (isNamed(row.namedVerifier) && scopes.has('epd:verify')) actors.add('verifier')
  if (isNamed(row.operator) && scopes.has('epd:operate')) actors.add('operator')
  return actors
}

/**
 * Owner and practitioner by their ids or, where a document gives none, by their names: other formats
 * have no ids, and whoever submits for an owner does not make the owner somebody else.
 */
function isParty({ organization, organizationName }: Asker, row: EpdVersionRow): boolean {
  if (organization === row.organization || organization === row.practitioner) return true
  const { ownerName } = JSON.parse(row.summary) as EpdSummary
  const practitionerName = row.practitioner === null ? row.practitionerName : null
  return [ownerName, practitionerName].some(
    (name) => name !== null && isSameName(name, organizationName)
  )
}

const SPOKEN: Readonly<Record<Actor, string>> = {
  owner: 'its owner',
  verifier: 'its verifier',
  operator: 'its programme operator'
}

/** `start_verification` -> `start verification` of a declaration. */
function spoken(name: TransitionName): string {
  const words = transitionInWords(name)
  return `${words}${words.includes(' ') ? ' of' : ''} a declaration`
}

function forbidden(message: string): RegistryError {
  return new RegistryError('FORBIDDEN', message)
}
