import type { Costs } from './costs.ts'
import type { Surroundings } from './surroundings.ts'

/** How long and how large a run is. */
export interface Plan {
  /** Names the files that are written; only `full` replaces RESULTS.md. */
  readonly name: 'full' | 'quick' | 'smoke'
  readonly quick: boolean
  readonly seconds: number
  readonly rounds: number
  /** Batches recorded through the service: first so many, then so many. */
  readonly smallBatches: number
  readonly recordedBatches: number
  /** And with copies of those. */
  readonly largeBatches: number
  readonly recall: number
  /** Bytes of the NDJSON that is imported while memory is watched. */
  readonly importBytes: number
  /** Declarations that are published, and how often each is copied. */
  readonly declarations: number
  readonly copies: number
  /** So long a load is played before anything counts. */
  readonly warmUpSeconds: number
  /** The same for events: the code that judges them is long, and goes on getting faster for a minute. */
  readonly writeWarmUpSeconds: number
}

export const full: Plan = {
  name: 'full',
  quick: false,
  seconds: 6,
  rounds: 5,
  smallBatches: 10_000,
  recordedBatches: 100_000,
  largeBatches: 1_000_000,
  recall: 5_000,
  importBytes: 100_000_000,
  declarations: 100,
  copies: 200,
  warmUpSeconds: 6,
  writeWarmUpSeconds: 60
}

export const quick: Plan = {
  name: 'quick',
  quick: true,
  seconds: 2,
  rounds: 2,
  smallBatches: 1_500,
  recordedBatches: 3_000,
  largeBatches: 15_000,
  recall: 400,
  importBytes: 2_000_000,
  declarations: 50,
  copies: 150,
  warmUpSeconds: 2,
  writeWarmUpSeconds: 6
}

/** Whether it runs at all: the figures mean nothing. */
export const smoke: Plan = {
  name: 'smoke',
  quick: true,
  seconds: 0.3,
  rounds: 1,
  smallBatches: 300,
  recordedBatches: 400,
  largeBatches: 900,
  recall: 50,
  importBytes: 200_000,
  declarations: 4,
  copies: 3,
  warmUpSeconds: 0.3,
  writeWarmUpSeconds: 0.3
}

/** What every figure is measured with. */
export interface Context {
  readonly plan: Plan
  readonly here: Surroundings
  /** Another seed each time, so that no chain is recorded twice; the first one is printed. */
  readonly nextSeed: () => number
  readonly progress: (text: string) => void
  /** What requests cost, as figures have measured it: the report explains with them. */
  readonly costs: Costs[]
}
