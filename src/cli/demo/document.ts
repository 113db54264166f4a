import { createHash } from 'node:crypto'
import type { ActorId } from './cast.ts'

/** What the story needs to know of this run to write its documents. */
export interface Setting {
  /** Ids that the registry gave. */
  readonly organization: (actor: ActorId) => string
  readonly facility: (actor: ActorId) => string
  /** RFC 3339 UTC of a day of the story; the story ended a few days ago, whenever it is told. */
  readonly day: (day: number, hour?: number) => string
  /** The UUID of an event that other events name. */
  readonly event: (name: string) => string
  /** The UUID of a declaration. */
  readonly epd: (name: string) => string
}

type Json = Readonly<Record<string, unknown>>

/** Kilograms of dry mass. */
export function kg(value: string): Json {
  return { value, unit: 'KGM', basis: 'dry' }
}

/** Percent by element, everything that is in it. */
export function whole(values: Readonly<Record<string, string>>): Json {
  return { basis: 'element', unit: 'P1', complete: true, values }
}

/** Total rare-earth oxide in percent of the dry mass, and how it is distributed. */
export function treo(treo: string, values: Readonly<Record<string, string>>, trace?: Json): Json {
  return { basis: 'TREO', unit: 'P1', treo, values, ...(trace ? { trace } : {}) }
}

export function ppm(values: Readonly<Record<string, string>>): Json {
  return { unit: '59', values }
}

/** A document behind an event. It is as synthetic as the story: the hash is that of its name. */
export function paper(kind: string, name: string, issuer = 'Demo Laboratory'): Json {
  const sha256 = createHash('sha256').update(`synthetic document: ${name}`).digest('hex')
  return { kind, level: 'documented', sha256, issuer }
}

/** A history that the seller of an input proves, one step after the other. */
export function declared(
  element: string,
  steps: Readonly<Record<string, string>>,
  certificate: string
): Json[] {
  const evidence = [paper('certificate_of_origin', certificate, 'Demo Chamber of Commerce')]
  return Object.entries(steps).map(([step, country]) => ({ element, step, country, evidence }))
}

/** A batch named by the number that an actor gave it. */
export function named(at: Setting, actor: ActorId, number: string): Json {
  return { organization: at.organization(actor), number }
}
