import { numberKey } from '../../domain/custody/books.ts'
import type { CustodyEvent } from '../../domain/custody/event.ts'
import { type BatchNumber, mentionsOf } from '../../domain/custody/touched.ts'
import type { Touched } from '../../storage/books/custody-load.ts'
import type { Unit } from './submission.ts'

/** What a group of units names. */
export interface TouchedByUnits extends Touched {
  readonly epds: readonly string[]
  /** Keys of the numbers that its events give to their batches. */
  readonly given: ReadonlySet<string>
}

/** Of units that wait: each is asked about when it comes, and again with its group. */
const known = new WeakMap<Unit, TouchedByUnits>()

/** Everything that a group of units names, each once. */
export function touchedBy(units: readonly Unit[]): TouchedByUnits {
  return together(units.map(touchedByUnit))
}

function touchedByUnit(unit: Unit): TouchedByUnits {
  const before = known.get(unit)
  if (before) return before
  const { organization, submissions } = unit
  const touched = together(submissions.map(({ event }) => touchedByEvent(event, organization)))
  known.set(unit, touched)
  return touched
}

function touchedByEvent(event: CustodyEvent, actor: string): TouchedByUnits {
  const { given, numbers, ...ids } = mentionsOf(event, actor)
  return {
    events: [event.id],
    actors: [actor],
    batches: once(ids.batches),
    outputs: once(ids.outputs),
    shipments: ids.shipments,
    facilities: once(ids.facilities),
    organizations: once(ids.organizations),
    campaigns: once(ids.campaigns),
    corrections: ids.corrections,
    epds: once(ids.epds),
    numbers: onceByKey(numbers),
    given: new Set(given.map(keyOf))
  }
}

function together(parts: readonly TouchedByUnits[]): TouchedByUnits {
  const [first] = parts
  if (first && parts.length === 1) return first
  const all = (of: (part: TouchedByUnits) => readonly string[]) => once(parts.flatMap(of))
  return {
    events: all(({ events }) => events),
    actors: all(({ actors }) => actors),
    batches: all(({ batches }) => batches),
    outputs: all(({ outputs }) => outputs),
    shipments: all(({ shipments }) => shipments),
    facilities: all(({ facilities }) => facilities),
    organizations: all(({ organizations }) => organizations),
    campaigns: all(({ campaigns }) => campaigns),
    corrections: all(({ corrections }) => corrections),
    epds: all(({ epds }) => epds),
    numbers: onceByKey(parts.flatMap(({ numbers }) => numbers)),
    given: new Set(parts.flatMap(({ given }) => [...given]))
  }
}

function once(ids: readonly string[]): readonly string[] {
  return ids.length < 2 ? ids : [...new Set(ids)]
}

function onceByKey(numbers: readonly BatchNumber[]): readonly BatchNumber[] {
  return numbers.length < 2
    ? numbers
    : [...new Map(numbers.map((ref) => [keyOf(ref), ref])).values()]
}

function keyOf({ organization, number }: BatchNumber): string {
  return numberKey(organization, number)
}
