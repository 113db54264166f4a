/** The whole of an element's mass in a batch, in parts (custody.md, Lineage). */
export const WHOLE = 1_000_000_000_000

/** One part of a distribution; `parts` is an integer from 1 to WHOLE. */
export interface Part {
  readonly key: string
  readonly parts: number
}

/** A partition: ascending by key bytes, parts adding up to exactly WHOLE. */
export type Distribution = readonly Part[]

/**
 * Touch shares of one (element, step): for each key the part that it has ever put through the step,
 * and `none`, the part for which no execution is known. Keys may overlap, so parts need not add up.
 */
export interface Touches {
  readonly none: number
  readonly parts: readonly Part[]
}

/** Everything the books know about where the material of one batch came from. */
export interface Lineage {
  /** Element symbol -> origins (keys of `originKey`). */
  readonly origins: ReadonlyMap<string, Distribution>
  /** Element symbol -> feed class: primary, post_consumer, pre_consumer, same_process. */
  readonly feed: ReadonlyMap<string, Distribution>
  /** Element symbol -> step id -> touch shares (keys of `stepKey`). An absent step was never executed. */
  readonly steps: ReadonlyMap<string, ReadonlyMap<string, Touches>>
}

/** Stands for the whole material; also answers for elements that were never assayed. */
export const WHOLE_MATERIAL = '*'
