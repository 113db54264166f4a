import { numberKey } from '../domain/custody/books.ts'
import { mentionsOf } from '../domain/custody/touched.ts'
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
  const events = units.flatMap((unit) => unit.submissions.map(({ event }) => event.id))
  const mentions = units.flatMap((unit) =>
    unit.submissions.map(({ event }) => mentionsOf(event, unit.organization))
  )
  const all = (pick: (of: (typeof mentions)[number]) => readonly string[]) => [
    ...new Set(mentions.flatMap(pick))
  ]
  const numbers = new Map(
    mentions.flatMap((of) =>
      of.numbers.map((ref) => [numberKey(ref.organization, ref.number), ref] as const)
    )
  )
  return {
    events: [...new Set(events)],
    batches: all((of) => of.batches),
    outputs: all((of) => of.outputs),
    actors: [...new Set(units.map(({ organization }) => organization))],
    numbers: [...numbers.values()],
    given: new Set(
      mentions.flatMap((of) => of.given.map((ref) => numberKey(ref.organization, ref.number)))
    ),
    shipments: all((of) => of.shipments),
    facilities: all((of) => of.facilities),
    organizations: all((of) => of.organizations),
    campaigns: all((of) => of.campaigns),
    corrections: all((of) => of.corrections),
    epds: all((of) => of.epds)
  }
}
