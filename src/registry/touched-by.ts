import { numberKey } from '../domain/custody/books.ts'
import { type BatchNumber, type Mentions, mentionsOf } from '../domain/custody/touched.ts'
import type { Touched } from '../storage/custody-load.ts'
import type { Unit } from './submission.ts'

/** What a group of units names. */
export interface TouchedByUnits extends Touched {
  readonly epds: readonly string[]
  /** Keys of the numbers that its events give to their batches. */
  readonly given: ReadonlySet<string>
}

/** Everything that a group of units names, each once. */
export function touchedBy(units: readonly Unit[]): TouchedByUnits {
  const events = new Set<string>()
  const actors = new Set<string>()
  const ids = {
    batches: new Set<string>(),
    outputs: new Set<string>(),
    shipments: new Set<string>(),
    facilities: new Set<string>(),
    organizations: new Set<string>(),
    campaigns: new Set<string>(),
    corrections: new Set<string>(),
    epds: new Set<string>()
  }
  const numbers = new Map<string, BatchNumber>()
  const given = new Set<string>()
  const add = (of: Mentions): void => {
    for (const kind of KINDS) for (const id of of[kind]) ids[kind].add(id)
    for (const ref of of.numbers) numbers.set(numberKey(ref.organization, ref.number), ref)
    for (const ref of of.given) given.add(numberKey(ref.organization, ref.number))
  }
  for (const { organization, submissions } of units) {
    actors.add(organization)
    for (const { event } of submissions) {
      events.add(event.id)
      add(mentionsOf(event, organization))
    }
  }
  return {
    events: [...events],
    actors: [...actors],
    batches: [...ids.batches],
    outputs: [...ids.outputs],
    shipments: [...ids.shipments],
    facilities: [...ids.facilities],
    organizations: [...ids.organizations],
    campaigns: [...ids.campaigns],
    corrections: [...ids.corrections],
    epds: [...ids.epds],
    numbers: [...numbers.values()],
    given
  }
}

const KINDS = [
  'batches',
  'outputs',
  'shipments',
  'facilities',
  'organizations',
  'campaigns',
  'corrections',
  'epds'
] as const
