import type { Random } from './random.ts'

/** Material that somebody of the chain still holds. */
export interface Lot {
  readonly batch: string
  /** What is left, whole grams. */
  grams: number
  /** Percent by element; empty upstream of the metal, where assays are fixed tables. */
  readonly percent: Readonly<Record<string, number>>
}

/** Part of a lot that goes into an event. */
export interface Taken {
  readonly lot: Lot
  readonly grams: number
}

/** Takes everything, or a part of it as three in ten partial shipments do. */
function take(lot: Lot, random: Random): Taken {
  const whole = random.fraction() < 0.7
  const grams = whole ? lot.grams : Math.floor(lot.grams * (0.3 + 0.5 * random.fraction()))
  lot.grams -= grams
  return { lot, grams }
}

/** Takes from the newest lots of a store, at most so many, and drops those that are used up. */
export function takeSeveral(store: Lot[], most: number, random: Random): Taken[] {
  const count = Math.min(store.length, random.between(1, most))
  const taken = store.slice(-count).map((lot) => take(lot, random))
  const left = store.filter((lot) => lot.grams > 1_000)
  store.splice(0, store.length, ...left.slice(-6))
  return taken
}

export function gramsOf(taken: readonly Taken[]): number {
  return taken.reduce((sum, { grams }) => sum + grams, 0)
}

/** Mass-weighted mean of the compositions, rounded down so that no output holds more than its inputs. */
export function blended(taken: readonly Taken[]): Record<string, number> {
  const total = gramsOf(taken)
  const sums = new Map<string, number>()
  for (const { lot, grams } of taken) {
    for (const [element, percent] of Object.entries(lot.percent)) {
      sums.set(element, (sums.get(element) ?? 0) + (percent * grams) / total)
    }
  }
  return Object.fromEntries(
    [...sums].map(([element, percent]) => [element, Math.floor(percent * 1e4) / 1e4])
  )
}
