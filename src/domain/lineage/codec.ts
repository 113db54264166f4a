import type { Distribution, Lineage, Part, Touches } from './share.ts'

/** The two stored rows of a lineage version: origins (with feed classes) and steps. */
export interface PackedLineage {
  readonly origins: string
  readonly steps: string
}

interface PackedOrigins {
  /** Keys, each once. */
  readonly k: readonly string[]
  /** Distributions, each once: key index, parts, key index, parts ... */
  readonly d: readonly (readonly number[])[]
  /** Element -> distribution of origins. */
  readonly o: Readonly<Record<string, number>>
  /** Element -> distribution of feed classes. */
  readonly f: Readonly<Record<string, number>>
}

interface PackedSteps {
  readonly k: readonly string[]
  /** Touch shares, each once: none, key index, parts ... */
  readonly d: readonly (readonly number[])[]
  /** Step maps, each once: step -> touches. */
  readonly m: readonly Readonly<Record<string, number>>[]
  /** Element -> step map. */
  readonly e: Readonly<Record<string, number>>
}

/** Packs a lineage for storage; identical distributions are written once. */
export function packLineage(lineage: Lineage): PackedLineage {
  return { origins: packOrigins(lineage), steps: packSteps(lineage) }
}

export function unpackLineage(packed: PackedLineage): Lineage {
  return { ...unpackOrigins(packed.origins), steps: unpackSteps(packed.steps) }
}

function packOrigins(lineage: Lineage): string {
  const keys = new Numbering()
  const distributions = new Numbering()
  const number = (distribution: Distribution) => distributions.of(flat(distribution, keys))
  const packed = {
    o: mapped(lineage.origins, number),
    f: mapped(lineage.feed, number)
  }
  return `{"k":${JSON.stringify(keys.texts)},"d":[${distributions.texts.map((text) => `[${text}]`).join()}],"o":${JSON.stringify(packed.o)},"f":${JSON.stringify(packed.f)}}`
}

function packSteps(lineage: Lineage): string {
  const keys = new Numbering()
  const touches = new Numbering()
  const maps = new Numbering()
  const number = (shares: Touches) => {
    const rest = flat(shares.parts, keys)
    return touches.of(rest === '' ? `${shares.none}` : `${shares.none},${rest}`)
  }
  const elements = mapped(lineage.steps, (steps) => maps.of(JSON.stringify(mapped(steps, number))))
  return `{"k":${JSON.stringify(keys.texts)},"d":[${touches.texts.map((text) => `[${text}]`).join()}],"m":[${maps.texts.join()}],"e":${JSON.stringify(elements)}}`
}

/** Origins and feed classes alone: what most questions need. */
export function unpackOrigins(body: string): Pick<Lineage, 'origins' | 'feed'> {
  const packed = JSON.parse(body) as PackedOrigins
  const distributions = packed.d.map((numbers) => unflat(numbers, 0, packed.k))
  return {
    origins: unmapped(packed.o, (index) => distributions[index] ?? []),
    feed: unmapped(packed.f, (index) => distributions[index] ?? [])
  }
}

export function unpackSteps(body: string): Lineage['steps'] {
  const packed = JSON.parse(body) as PackedSteps
  const touches = packed.d.map((numbers) => ({
    none: numbers[0] ?? 0,
    parts: unflat(numbers, 1, packed.k)
  }))
  const nothing: Touches = { none: 0, parts: [] }
  const maps = packed.m.map((map) => unmapped(map, (index) => touches[index] ?? nothing))
  return unmapped(packed.e, (index) => maps[index] ?? new Map())
}

/** Numbers texts in the order in which they first come up. */
class Numbering {
  readonly texts: string[] = []
  readonly #numbers = new Map<string, number>()

  of(text: string): number {
    const known = this.#numbers.get(text)
    if (known !== undefined) return known
    this.texts.push(text)
    this.#numbers.set(text, this.texts.length - 1)
    return this.texts.length - 1
  }
}

function flat(parts: readonly Part[], keys: Numbering): string {
  return parts.map((part) => `${keys.of(part.key)},${part.parts}`).join()
}

function unflat(numbers: readonly number[], from: number, keys: readonly string[]): Part[] {
  const parts: Part[] = []
  for (let index = from; index + 1 < numbers.length; index += 2) {
    parts.push({ key: keys[numbers[index] ?? -1] ?? '', parts: numbers[index + 1] ?? 0 })
  }
  return parts
}

function mapped<Value>(map: ReadonlyMap<string, Value>, number: (value: Value) => number) {
  const result: Record<string, number> = {}
  for (const [key, value] of map) result[key] = number(value)
  return result
}

function unmapped<Value>(
  record: Readonly<Record<string, number>>,
  value: (index: number) => Value
) {
  return new Map(Object.entries(record).map(([key, index]) => [key, value(index)]))
}
