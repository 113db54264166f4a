import { LongMap } from '../../domain/lineage/long-map.ts'
import type { Direction, Edge, Truncation, Walk } from '../../domain/lineage/walk.ts'
import { type ArrayParameter, numbersParameter } from '../connection/array-parameter.ts'
import type { Born, FarEdge, Level, MetEvent } from './graph-level.ts'

/** Batches of which is asked at once what is known of them. */
const TOLD = 1_000

/** What a walk has met since it told of others: no batch before the event that made it. */
export interface Met {
  readonly batches: readonly (Born | FarEdge)[]
  /** Their distances from the root. */
  readonly depths: readonly number[]
  /** The births of the same as a parameter. */
  readonly births: ArrayParameter
  /** With the edges that were found of each so far. */
  readonly events: readonly MetEvent[]
}

/** Births of batches as a parameter. */
export function birthsOf(batches: readonly Born[]): ArrayParameter {
  return numbersParameter(batches.map(({ birth }) => birth))
}

/** What a walk has found so far. */
export class Findings {
  readonly #root: string
  readonly #direction: Direction
  readonly #limit: number
  readonly #depths = new LongMap<string, number>()
  readonly #near: Edge[] = []
  /** By event: one that two levels meet is read twice and kept once. */
  readonly #far = new Map<string, readonly Edge[]>()
  readonly #open = new Set<string>()
  readonly #events = new Set<string>()
  #batchesMet: (Born | FarEdge)[] = []
  #depthsMet: number[] = []
  #eventsMet: MetEvent[] = []
  readonly #full: Met[] = []
  #truncated: Truncation | null = null

  constructor(root: string, direction: Direction, limit: number) {
    this.#root = root
    this.#direction = direction
    this.#limit = limit
    this.#depths.set(root, 0)
  }

  /** Keeps a level and returns the batches that are new; none beyond the last level (`null`). */
  take({ events, beyond, cut }: Level, depth: number | null): readonly Born[] {
    const fresh: Born[] = []
    for (const met of events) {
      this.#takeEvent(met)
      const isWhole = this.#addNew(met.far, depth, fresh)
      if (cut || !isWhole) for (const { batch } of met.near) this.#open.add(batch)
      if (this.#batchesMet.length >= TOLD) this.#full.push(this.#met())
    }
    this.#addNew(beyond, depth, fresh)
    if (cut) this.#truncated ??= 'limit'
    return fresh
  }

  #takeEvent(met: MetEvent): void {
    for (const edge of met.near) this.#near.push(edge)
    if (met.far.length > 0) this.#far.set(met.event, met.far)
    if (this.#events.has(met.event)) return
    this.#events.add(met.event)
    this.#eventsMet.push(met)
  }

  /** Leaves batches out whose neighbors are not read any more. */
  leave(batches: readonly Born[]): void {
    for (const { batch } of batches) this.#open.add(batch)
    if (batches.length > 0) this.#truncated ??= 'limit'
  }

  /** To be told of: the root, and what `take` adds. */
  meet(batch: Born | FarEdge, depth: number): void {
    this.#batchesMet.push(batch)
    this.#depthsMet.push(depth)
  }

  /** What was met since this was asked last, in parts of some size; the last is smaller, and waits unless `all` is wanted. */
  met(all: boolean): Met[] {
    const met = this.#full.splice(0)
    if (all && this.#batchesMet.length + this.#eventsMet.length > 0) met.push(this.#met())
    return met
  }

  #met(): Met {
    const met = { batches: this.#batchesMet, depths: this.#depthsMet, events: this.#eventsMet }
    this.#batchesMet = []
    this.#depthsMet = []
    this.#eventsMet = []
    return { ...met, births: birthsOf(met.batches) }
  }

  get truncated(): Truncation | null {
    return this.#truncated
  }

  /** Adds those that are new to `fresh`; false where one was left out. */
  #addNew(met: readonly (Born | FarEdge)[], depth: number | null, fresh: Born[]): boolean {
    let isWhole = true
    for (const born of met) {
      if (this.#depths.has(born.batch)) continue
      if (depth !== null && this.#depths.size < this.#limit) {
        this.#depths.add(born.batch, depth)
        this.meet(born, depth)
        fresh.push(born)
      } else {
        this.#truncated ??= depth === null ? 'depth' : 'limit'
        isWhole = false
      }
    }
    return isWhole
  }

  walk(): Walk {
    const far: Edge[] = []
    for (const edges of this.#far.values()) for (const edge of edges) far.push(edge)
    const [made, drawn] = this.#direction === 'upstream' ? [this.#near, far] : [far, this.#near]
    return {
      root: this.#root,
      direction: this.#direction,
      depths: this.#depths,
      made,
      drawn,
      open: this.#open,
      truncated: this.#truncated
    }
  }
}
