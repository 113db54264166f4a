/** One row of the table "Figures to hold", as it came out. */
export interface Figure {
  readonly figure: string
  readonly unit: string
  readonly value: number
  /** What the value is held against in the same run; null where the floor is absolute. */
  readonly limit: number | null
  /** Value by limit, or the value itself where the floor is absolute. */
  readonly ratio: number
  readonly floor: number
  readonly aim: number
  readonly floorMet: boolean
  readonly aimMet: boolean
  /** Least and most of the rounds. */
  readonly spread: readonly [number, number]
  readonly note: string
  /** Under which name the run measured what a request of this kind costs. */
  readonly costs: string | null
}

/** A row that could not be measured here, and why. */
export interface Skipped {
  readonly figure: string
  readonly skipped: string
}

export type Row = Figure | Skipped

/** A row as it is reported: with the command that measures it again. */
export type Measured = Row & { readonly command: string }

interface Target {
  readonly figure: string
  readonly unit: string
  readonly floor: number
  readonly aim: number
  /** Whether more is better, as of throughput, or less, as of latency. */
  readonly better: 'more' | 'less'
  readonly note?: string
  readonly costs?: string
}

export function median(values: readonly number[]): number {
  const sorted = [...values].sort((a, b) => a - b)
  const middle = sorted.length >> 1
  const upper = sorted[middle] ?? Number.NaN
  return sorted.length % 2 === 1 ? upper : (upper + (sorted[middle - 1] ?? Number.NaN)) / 2
}

/** Medians of the rounds against each other; without a limit the value stands for itself. */
export function figure(
  target: Target,
  values: readonly number[],
  limits: readonly number[] | null = null
): Figure {
  const value = median(values)
  const limit = limits === null ? null : median(limits)
  const ratio = limit === null ? value : value / limit
  const reaches = (bound: number) => (target.better === 'more' ? ratio >= bound : ratio <= bound)
  const { better: _, note = '', costs = null, ...named } = target
  return {
    ...named,
    value,
    limit,
    ratio,
    floorMet: reaches(target.floor),
    aimMet: reaches(target.aim),
    spread: [Math.min(...values), Math.max(...values)],
    note,
    costs
  }
}

/** Runs every task once a round, beginning with another one each time; the answers by name. */
export async function inRotation<Name extends string>(
  rounds: number,
  tasks: Readonly<Record<Name, () => Promise<number>>>,
  progress: (text: string) => void
): Promise<Record<Name, number[]>> {
  const names = Object.keys(tasks) as Name[]
  const results = Object.fromEntries(names.map((name) => [name, [] as number[]]))
  for (let round = 0; round < rounds; round += 1) {
    for (let turn = 0; turn < names.length; turn += 1) {
      const name = names[(round + turn) % names.length] as Name
      const value = await tasks[name]()
      results[name]?.push(value)
      progress(`round ${round + 1} of ${rounds}, ${name}: ${value.toPrecision(4)}`)
    }
  }
  return results as Record<Name, number[]>
}
