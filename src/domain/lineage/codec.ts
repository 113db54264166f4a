import { once } from './once.ts'
import type { Distribution, Lineage, Part, Touches } from './share.ts'

/** The two stored rows of a lineage version: origins (with feed classes) and steps. */
export interface PackedLineage {
  readonly origins: string
  readonly steps: string
}

/** What the row of origins holds, as JSON. */
export interface PackedOrigins {
  /** Keys, each once. */
  readonly k: readonly string[]
  /** Distributions, each once: key index, parts, key index, parts ... */
  readonly d: readonly (readonly number[])[]
  /** Element -> distribution of origins. */
  readonly o: Readonly<Record<string, number>>
  /** Element -> distribution of feed classes. */
  readonly f: Readonly<Record<string, number>>
}

/** What the row of steps holds, as JSON. */
export interface PackedSteps {
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

/** The same where somebody else has read the JSON. */
export function lineageOf(origins: PackedOrigins, steps: PackedSteps): Lineage {
  return { ...originsOf(origins), steps: stepsOf(steps) }
}

function packOrigins(lineage: Lineage): string {
  const keys = new Numbering()
  const distributions = new Numbering()
  const number = once((distribution: Distribution) => distributions.of(flat(distribution, keys)))
  const o = mapped(lineage.origins, number)
  const f = mapped(lineage.feed, number)
  return `{"k":${JSON.stringify(keys.texts)},"d":${lists(distributions)},"o":${o},"f":${f}}`
}

function packSteps(lineage: Lineage): string {
  const keys = new Numbering()
  const touches = new Numbering()
  const maps = new Numbering()
  const number = once((shares: Touches) => {
    const rest = flat(shares.parts, keys)
    return touches.of(rest === '' ? `${shares.none}` : `${shares.none},${rest}`)
  })
  const numberMap = once((steps: ReadonlyMap<string, Touches>) => maps.of(mapped(steps, number)))
  const e = mapped(lineage.steps, numberMap)
  return `{"k":${JSON.stringify(keys.texts)},"d":${lists(touches)},"m":[${maps.texts.join()}],"e":${e}}`
}

/** Origins and feed classes alone: what most questions need. */
export function unpackOrigins(body: string): Pick<Lineage, 'origins' | 'feed'> {
  return originsOf(JSON.parse(body) as PackedOrigins)
}

function originsOf(packed: PackedOrigins): Pick<Lineage, 'origins' | 'feed'> {
  const distributions = packed.d.map((numbers) => unflat(numbers, 0, packed.k))
  return {
    origins: unmapped(packed.o, (index) => distributions[index] ?? []),
    feed: unmapped(packed.f, (index) => distributions[index] ?? [])
  }
}

export function unpackSteps(body: string): Lineage['steps'] {
  return stepsOf(JSON.parse(body) as PackedSteps)
}

function stepsOf(packed: PackedSteps): Lineage['steps'] {
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

function lists({ texts }: Numbering): string {
  return texts.length === 0 ? '[]' : `[[${texts.join('],[')}]]`
}

function flat(parts: readonly Part[], keys: Numbering): string {
  let text = ''
  for (const part of parts) text += `${text === '' ? '' : ','}${keys.of(part.key)},${part.parts}`
  return text
}

function unflat(numbers: readonly number[], from: number, keys: readonly string[]): Part[] {
  const parts: Part[] = []
  for (let index = from; index + 1 < numbers.length; index += 2) {
    parts.push({ key: keys[numbers[index] ?? -1] ?? '', parts: numbers[index + 1] ?? 0 })
  }
  return parts
}

/** As JSON; keys are symbols of elements and names of steps. */
function mapped<Value>(map: ReadonlyMap<string, Value>, number: (value: Value) => number): string {
  let text = ''
  for (const [key, value] of map) text += `${text === '' ? '' : ','}"${key}":${number(value)}`
  return `{${text}}`
}

function unmapped<Value>(
  record: Readonly<Record<string, number>>,
  value: (index: number) => Value
) {
  return new Map(Object.entries(record).map(([key, index]) => [key, value(index)]))
}
