import type { EvidenceLevel } from '../custody/event.ts'

export type OriginKind =
  | 'mine'
  | 'declared'
  | 'post_consumer'
  | 'pre_consumer'
  | 'pickup'
  | 'unknown'

export interface Origin {
  readonly kind: OriginKind
  /** Facility id, else the organization that says so, else empty. */
  readonly party: string
  /** ISO 3166-1 alpha-2, or ISO 3166-2 where the subdivision is known; empty for unknown. */
  readonly place: string
}

export interface StepExecution {
  /** Facility id, else the organization that declared it. */
  readonly party: string
  readonly place: string
  /** `recorded`: executed in these books. `declared`: told by a commission. */
  readonly source: 'recorded' | 'declared'
  readonly level: EvidenceLevel
}

const UNKNOWN_ORIGIN: Origin = { kind: 'unknown', party: '', place: '' }

export const UNKNOWN_KEY = originKey(UNKNOWN_ORIGIN)

/** The text that identifies an origin in a distribution: kind, party and place between bars. */
export function originKey(origin: Origin): string {
  return `${origin.kind}|${origin.party}|${origin.place}`
}

export function parseOriginKey(key: string): Origin {
  const [kind, party = '', place = ''] = key.split('|')
  return { kind: kind as OriginKind, party, place }
}

export function stepKey(execution: StepExecution): string {
  return `${execution.party}|${execution.place}|${execution.source}|${execution.level}`
}

export function parseStepKey(key: string): StepExecution {
  const [party = '', place = '', source, level] = key.split('|')
  return {
    party,
    place,
    source: source as StepExecution['source'],
    level: level as EvidenceLevel
  }
}

/** ISO 3166-1 alpha-2 of a place that may be an ISO 3166-2 subdivision. */
export function countryOf(place: string): string {
  return place.slice(0, 2)
}
