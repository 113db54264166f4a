import type { Surroundings } from './surroundings.ts'

/** How long and how large a run is. */
export interface Plan {
  readonly quick: boolean
  readonly seconds: number
  readonly rounds: number
  /** Batches: recorded through the service first, then with copies of those. */
  readonly smallBatches: number
  readonly largeBatches: number
  readonly recall: number
}

export const full: Plan = {
  quick: false,
  seconds: 8,
  rounds: 5,
  smallBatches: 10_000,
  largeBatches: 1_000_000,
  recall: 5_000
}

export const quick: Plan = {
  quick: true,
  seconds: 2,
  rounds: 2,
  smallBatches: 1_500,
  largeBatches: 15_000,
  recall: 400
}

/** What every figure is measured with. */
export interface Context {
  readonly plan: Plan
  readonly here: Surroundings
  /** Another seed each time, so that no chain is recorded twice; the first one is printed. */
  readonly nextSeed: () => number
  readonly progress: (text: string) => void
}
