/**
 * Mass that came into an account at one moment, and what left between it and the next arrival. What
 * left since the latest arrival is not counted here: it follows from the balance.
 */
export interface Arrival {
  /** Milliseconds since 1970, UTC. */
  readonly atMs: number
  readonly ug: bigint
  readonly leftUg: bigint
  /** What of it stocktakes found. */
  readonly foundUg: bigint
}

/** What the books know of the times of an account. */
export interface AccountTimes {
  /** In order of time. */
  readonly arrivals: readonly Arrival[]
  /** The latest moment at which something left, null where nothing ever did. */
  readonly lastLeftMs: number | null
  /** Balance less deficit, micrograms. */
  readonly signedUg: bigint
}

/** Beyond so many the earliest count as one: that forgives more, and keeps the row short. */
const MOST = 32

/** The times of an account after `ug` came in; by a stocktake that was there from the first on. */
export function arrived(times: AccountTimes, atMs: number | null, ug: bigint): readonly Arrival[] {
  const { arrivals } = times
  const moment = atMs ?? arrivals[0]?.atMs ?? 0
  const foundUg = atMs === null ? ug : 0n
  const index = arrivals.findIndex((arrival) => arrival.atMs >= moment)
  const known = arrivals[index]
  if (known?.atMs === moment) {
    const more = { ug: known.ug + ug, foundUg: known.foundUg + foundUg }
    return arrivals.toSpliced(index, 1, { ...known, ...more })
  }
  const came = { atMs: moment, ug, foundUg }
  if (index < 0) return settled([...leftBehind(times, moment), { ...came, leftUg: 0n }])
  const before = arrivals[index - 1]
  const arrival = { ...came, leftUg: before?.leftUg ?? 0n }
  // When exactly it left is not known here, so it counts as having left as late as it can have.
  if (!before) return settled([arrival, ...arrivals])
  return settled(arrivals.toSpliced(index - 1, 1, { ...before, leftUg: 0n }, arrival))
}

/** What left before the new latest arrival, where all of it did. */
function leftBehind({ arrivals, lastLeftMs, signedUg }: AccountTimes, moment: number) {
  const last = arrivals.at(-1)
  if (!last || lastLeftMs === null || lastLeftMs >= moment) return arrivals
  const leftUg = arrivals.reduce((sum, arrival) => sum + arrival.ug - arrival.leftUg, -signedUg)
  return [...arrivals.slice(0, -1), { ...last, leftUg }]
}

/** The times after `ug` left; the same list where nothing came in since. */
export function left({ arrivals }: AccountTimes, atMs: number, ug: bigint): readonly Arrival[] {
  const index = Math.max(0, sinceIndex(arrivals, atMs))
  const arrival = arrivals[index]
  if (!arrival || index === arrivals.length - 1) return arrivals
  return arrivals.toSpliced(index, 1, { ...arrival, leftUg: arrival.leftUg + ug })
}

/** The times after a correction took back that `ug` came in. */
export function notArrived(
  { arrivals }: AccountTimes,
  atMs: number | null,
  ug: bigint
): readonly Arrival[] {
  if (atMs === null) return settled(notFound(arrivals, ug))
  const index = Math.max(0, sinceIndex(arrivals, atMs))
  const arrival = arrivals[index]
  if (!arrival) return arrivals
  return settled(arrivals.toSpliced(index, 1, { ...arrival, ug: arrival.ug - ug }))
}

/** What was first then may not be now, so it is taken from the latest: no earlier use becomes short. */
function notFound(arrivals: readonly Arrival[], ug: bigint): readonly Arrival[] {
  let rest = ug
  let found = ug
  const taken = arrivals.toReversed().map((arrival) => {
    const part = arrival.ug < rest ? arrival.ug : rest
    const less = arrival.foundUg < found ? arrival.foundUg : found
    rest -= part
    found -= less
    return { ...arrival, ug: arrival.ug - part, foundUg: arrival.foundUg - less }
  })
  return taken.toReversed()
}

/** What came in over the life of an account: by events that moved it there, and by stocktakes. */
export function everCame(arrivals: readonly Arrival[]): { movedUg: bigint; foundUg: bigint } {
  const sum = (of: (arrival: Arrival) => bigint) =>
    arrivals.reduce((total, arrival) => total + of(arrival), 0n)
  const foundUg = sum((arrival) => arrival.foundUg)
  return { movedUg: sum((arrival) => arrival.ug) - foundUg, foundUg }
}

/** The times after a correction took back that `ug` left. */
export function notLeft({ arrivals }: AccountTimes, atMs: number, ug: bigint): readonly Arrival[] {
  let rest = ug
  const from = Math.max(0, sinceIndex(arrivals, atMs))
  return arrivals.map((arrival, index) => {
    if (index < from || rest === 0n) return arrival
    const back = arrival.leftUg < rest ? arrival.leftUg : rest
    rest -= back
    return back === 0n ? arrival : { ...arrival, leftUg: arrival.leftUg - back }
  })
}

/**
 * What could be drawn at a moment without a later draw, recorded already, finding less than it took:
 * the least balance from then on. Negative where a correction showed that too much was drawn.
 */
export function availableAt({ arrivals, signedUg }: AccountTimes, atMs: number): bigint {
  const from = sinceIndex(arrivals, atMs)
  let held = 0n
  let least = from < 0 ? 0n : signedUg
  arrivals.forEach((arrival, index) => {
    held += arrival.ug - arrival.leftUg
    if (index >= from && index < arrivals.length - 1 && held < least) least = held
  })
  return least < signedUg ? least : signedUg
}

/** The earliest moment after `atMs` from which so much can be drawn; null where there is none. */
export function availableFrom(times: AccountTimes, atMs: number, ug: bigint): number | null {
  const enough = times.arrivals.find(
    (arrival) => arrival.atMs > atMs && availableAt(times, arrival.atMs) >= ug
  )
  return enough?.atMs ?? null
}

/**
 * True where what was drawn at a moment, and is booked, was not there then. An account in deficit is
 * contested for that already.
 */
export function wasShort(times: AccountTimes, atMs: number): boolean {
  const [first] = times.arrivals
  if (first === undefined || times.signedUg < 0n) return false
  return first.atMs > atMs || availableAt(times, atMs) < 0n
}

/** The latest arrival at or before a moment. */
function sinceIndex(arrivals: readonly Arrival[], atMs: number): number {
  return arrivals.findLastIndex((arrival) => arrival.atMs <= atMs)
}

/** Without arrivals that were taken back, where that changes no answer; and no longer than it may be. */
function settled(arrivals: readonly Arrival[]): readonly Arrival[] {
  const kept: Arrival[] = []
  for (const arrival of arrivals) {
    const before = kept.at(-1)
    if (before && arrival.ug === 0n) kept[kept.length - 1] = joined(before, arrival)
    else if (before?.ug === 0n && before.leftUg === 0n) kept[kept.length - 1] = arrival
    else kept.push(arrival)
  }
  while (kept.length > MOST) {
    const [first, second] = kept.splice(0, 2) as [Arrival, Arrival]
    kept.unshift(joined(first, second))
  }
  const last = kept.at(-1)
  return last && last.leftUg !== 0n ? kept.with(-1, { ...last, leftUg: 0n }) : kept
}

function joined(first: Arrival, second: Arrival): Arrival {
  return {
    atMs: first.atMs,
    ug: first.ug + second.ug,
    leftUg: first.leftUg + second.leftUg,
    foundUg: first.foundUg + second.foundUg
  }
}

/** As the books store it. */
export function arrivalsText(arrivals: readonly Arrival[]): string {
  return arrivals
    .map(({ atMs, ug, leftUg, foundUg }) => {
      const text = `${atMs}:${ug}:${leftUg}`
      return foundUg === 0n ? text : `${text}:${foundUg}`
    })
    .join(' ')
}

/** Reads `arrivalsText`. */
export function parseArrivals(text: string): readonly Arrival[] {
  if (text === '') return []
  return text.split(' ').map((part) => {
    const [atMs, ug, leftUg, foundUg = '0'] = part.split(':') as [string, string, string, string?]
    return {
      atMs: Number(atMs),
      ug: BigInt(ug),
      leftUg: BigInt(leftUg),
      foundUg: BigInt(foundUg)
    }
  })
}
