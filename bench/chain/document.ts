import type { Registered } from './cast.ts'
import type { Lot, Taken } from './lot.ts'
import type { Random } from './random.ts'

type Json = Readonly<Record<string, unknown>>

/** One event of the chain and who records it. */
export interface ChainEvent {
  readonly by: Registered
  readonly id: string
  readonly document: Json
}

/** Dry kilograms of whole grams. */
export function mass(grams: number): Json {
  return { value: (grams / 1000).toFixed(3), unit: 'KGM', basis: 'dry' }
}

/** Total rare-earth oxide in percent, how it is distributed, and thorium in parts per million. */
export function treo(
  percent: string,
  values: Readonly<Record<string, string>>,
  thoriumPpm: string
): Json {
  const trace = { unit: '59', values: { Th: thoriumPpm, U: '<5' } }
  return { basis: 'TREO', unit: 'P1', treo: percent, values, trace }
}

export function oxides(values: Readonly<Record<string, string>>): Json {
  return { basis: 'oxide', unit: 'P1', values }
}

/** Everything that is in it, as percent by element. */
export function whole(percent: Readonly<Record<string, number>>): Json {
  return { basis: 'element', unit: 'P1', complete: true, values: texts(percent) }
}

export function part(percent: Readonly<Record<string, number>>): Json {
  return { basis: 'element', unit: 'P1', values: texts(percent) }
}

/** Nothing is stated of what rounds to nothing: nobody measures that there is none at all (`ASSAY_ZERO`). */
function texts(percent: Readonly<Record<string, number>>): Readonly<Record<string, string>> {
  const stated: Record<string, string> = {}
  for (const [element, value] of Object.entries(percent)) {
    const text = value.toFixed(4)
    if (Number(text) > 0) stated[element] = text
  }
  return stated
}

export function drawn(taken: readonly Taken[]): Json[] {
  return taken.map(({ lot, grams }) => ({ batch: lot.batch, mass: mass(grams) }))
}

/** A batch as an event declares it. */
export function declared(
  lot: Lot,
  product: readonly [id: string, name: string],
  assay: Json,
  more: Json = {}
): Json {
  const [id, name] = product
  return {
    id: lot.batch,
    number: `LOT-${lot.batch.slice(0, 13).toUpperCase()}`,
    product: { class: id, name },
    mass: mass(lot.grams),
    assay,
    ...more
  }
}

/** A certificate as chains carry them; its hash is as synthetic as the rest. */
export function certificate(kind: string, issuer: string, random: Random): Json {
  return { kind, level: 'documented', sha256: random.hex(64), issuer }
}
