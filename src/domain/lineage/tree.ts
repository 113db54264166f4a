import type { Evidence } from '../custody/event.ts'
import type { Sight } from './sight.ts'
import type { Walk } from './walk.ts'

/** Someone or something with a name beside its id. */
export interface Named {
  readonly id: string
  readonly name: string | null
}

/** Who made it and where. */
export interface Doer {
  readonly organization: Named
  readonly facility: Named
  readonly country: string | null
  readonly region: string | null
}

/** What may be shown of a batch in a graph, and who made it. */
export interface BatchFacts extends MadeFacts, Doer {}

/** What was made, without who made it. */
export interface MadeFacts {
  readonly id: string
  readonly number: string | null
  readonly productClass: string
  readonly productName: string
  readonly stage: string | null
  readonly producedAt: string
  readonly massUg: bigint
  readonly custodyModel: string
  readonly status: string
  /** The correction that took it out of the books. */
  readonly voidedBy: string | null
}

/** What may be shown of an event in a graph. */
export interface EventFacts extends Doer {
  readonly id: string
  readonly type: string
  readonly stages: readonly string[]
  readonly at: string
  readonly position: number
  readonly evidence: readonly Evidence[]
}

/** What is known, by id. */
export type Known<Facts> = Pick<ReadonlyMap<string, Facts>, 'get'>

/** A walk with what is known of its nodes and what the reader may see of each. */
export interface Graph {
  readonly walk: Walk
  readonly batches: Known<BatchFacts>
  readonly events: Known<EventFacts>
  readonly batchSight: Known<Sight>
  readonly eventSight: Known<Sight>
}

export interface TreeNode {
  /** The id of the batch, or a name that is good for this answer only where it is withheld. */
  readonly node: string
  readonly depth: number
  readonly visibility: Sight
  readonly batch?: string
  readonly number?: string | null
  readonly product?: { readonly class: string; readonly name: string }
  readonly organization?: Named
  readonly facility?: Named
  readonly country?: string | null
  readonly region?: string | null
  readonly stage?: string | null
  readonly producedAt?: string
  readonly massKg?: string
  readonly custodyModel?: string
  readonly status?: string
  /** True where a correction took it out of the books. */
  readonly voided?: true
  /** True where the graph goes on and was not walked: ask from here, or deeper. */
  readonly truncated?: true
}

export interface TreeEvent {
  readonly event: string
  readonly visibility: Sight
  readonly type?: string
  readonly organization?: Named
  readonly facility?: Named
  readonly country?: string | null
  readonly region?: string | null
  readonly stages?: readonly string[]
  readonly time?: string
  readonly position?: number
  readonly evidence?: readonly Evidence[]
  readonly inputs: readonly TreeEdge[]
  readonly outputs: readonly TreeEdge[]
  /** Inputs (upstream) or outputs (downstream) that were not walked. */
  readonly omitted?: { readonly batches: number; readonly share?: string }
}

export interface TreeEdge {
  readonly node: string
  /** Dry mass, where the reader may see the event. */
  readonly massKg?: string
  /** Part of the mass that the event drew; with `omitted` they add up to exactly 1. */
  readonly share?: string
}

/** Batches that are only counted, by their distance. */
export interface Counted {
  readonly depth: number
  readonly batches: number
  /** Dry mass of these batches when they were made. */
  readonly massKg: string
}

export interface Tree {
  readonly nodes: readonly TreeNode[]
  readonly events: readonly TreeEvent[]
  readonly beyond: readonly Counted[]
}

/** Shows one after the other, and draws each for that. */
export type Drawing<Item> = (show: (item: Item) => void) => void

/**
 * A tree whose nodes and events are drawn when they are gone through, and anew each time: of a large
 * graph all of them together take longer to keep than to draw. What somebody was shown before, while the
 * graph was still walked, is left out.
 */
export interface TreeInDrawing {
  /** But the first `shown`. */
  nodes(show: (node: TreeNode) => void, shown?: number): void
  /** But those that `isShown` says have been, with as many edges as they have. */
  events(show: (event: TreeEvent) => void, isShown?: IsShown): void
  readonly beyond: readonly Counted[]
}

export type IsShown = (event: string, edges: number) => boolean
