import t from 'tap'
import type { AccountTimes } from '../../src/domain/custody/arrivals.ts'
import {
  arrivalsText,
  arrived,
  availableAt,
  availableFrom,
  everCame,
  left,
  notArrived,
  notLeft,
  parseArrivals,
  wasShort
} from '../../src/domain/custody/arrivals.ts'
import { SEED, seeded } from '../support/seed.ts'

interface Move {
  readonly atMs: number
  /** Negative where it left. */
  readonly ug: bigint
}

const EMPTY: AccountTimes = { arrivals: [], lastLeftMs: null, signedUg: 0n }

function after(times: AccountTimes, { atMs, ug }: Move): AccountTimes {
  const signedUg = times.signedUg + ug
  if (ug > 0n) return { ...times, arrivals: arrived(times, atMs, ug), signedUg }
  const lastLeftMs = Math.max(atMs, times.lastLeftMs ?? atMs)
  return { arrivals: left(times, atMs, -ug), lastLeftMs, signedUg }
}

function without(times: AccountTimes, { atMs, ug }: Move): AccountTimes {
  const arrivals = ug > 0n ? notArrived(times, atMs, ug) : notLeft(times, atMs, -ug)
  return { ...times, arrivals, signedUg: times.signedUg - ug }
}

const timesOf = (moves: readonly Move[]) => moves.reduce(after, EMPTY)

/** The rule itself: the least balance from a moment on, over all that moved; what comes counts first. */
function least(moves: readonly Move[], atMs: number): bigint {
  const moments = [atMs, ...moves.map((move) => move.atMs)].filter((moment) => moment >= atMs)
  const balances = moments.map((moment) =>
    moves.reduce((sum, move) => (move.atMs <= moment ? sum + move.ug : sum), 0n)
  )
  return balances.reduce((low, balance) => (balance < low ? balance : low))
}

t.test('nothing is there before it came, and all of it is from then on', async (t) => {
  const times = timesOf([{ atMs: 10, ug: 100n }])
  t.same(
    [9, 10, 11].map((atMs) => availableAt(times, atMs)),
    [0n, 100n, 100n]
  )
  t.equal(availableFrom(times, 9, 100n), 10)
  t.equal(availableFrom(times, 9, 101n), null)
})

t.test('of two parts the second cannot be used before it came', async (t) => {
  const parts = [
    { atMs: 10, ug: 60n },
    { atMs: 20, ug: 40n }
  ]
  t.same(
    [10, 19, 20].map((atMs) => availableAt(timesOf(parts), atMs)),
    [60n, 60n, 100n]
  )
  t.equal(availableFrom(timesOf(parts), 10, 61n), 20)
  const used = timesOf([...parts, { atMs: 15, ug: -50n }])
  t.same(
    [10, 20].map((atMs) => availableAt(used, atMs)),
    [10n, 50n]
  )
})

t.test('what was used up before the second part came is not there again in between', async (t) => {
  const times = timesOf([
    { atMs: 10, ug: 60n },
    { atMs: 12, ug: -60n },
    { atMs: 20, ug: 40n }
  ])
  t.same(
    [11, 15, 20].map((atMs) => availableAt(times, atMs)),
    [0n, 0n, 40n]
  )
})

t.test('a receipt that is recorded late counts from when it was', async (t) => {
  const times = timesOf([
    { atMs: 20, ug: 40n },
    { atMs: 10, ug: 60n }
  ])
  t.same(
    [9, 10, 20].map((atMs) => availableAt(times, atMs)),
    [0n, 60n, 100n]
  )
})

t.test('what a stocktake found was there from the first on', async (t) => {
  const times = timesOf([{ atMs: 10, ug: 60n }])
  const found = { ...times, arrivals: arrived(times, null, 1n), signedUg: 61n }
  t.same(
    [9, 10].map((atMs) => availableAt(found, atMs)),
    [0n, 61n]
  )
  const back = { ...found, arrivals: notArrived(found, null, 1n), signedUg: 60n }
  t.same(back.arrivals, times.arrivals)
  t.same(everCame(found.arrivals), { movedUg: 60n, foundUg: 1n })
  t.same(parseArrivals(arrivalsText(found.arrivals)), found.arrivals)
  const all = [
    { atMs: 5, ug: 9n },
    { atMs: 6, ug: -9n }
  ].reduce(after, found)
  const without = { ...all, arrivals: notArrived(all, null, 1n), signedUg: 60n }
  t.same(everCame(without.arrivals), { movedUg: 69n, foundUg: 0n })
  t.notOk(wasShort(without, 6), 'what was used of an earlier receipt, told later, was there')
  t.same(
    [9, 10].map((atMs) => availableAt(without, atMs)),
    [0n, 60n]
  )
})

t.test(
  'a receipt that is taken back and stated later leaves what was used before it short',
  async (t) => {
    const receipt = { atMs: 10, ug: 60n }
    const used = timesOf([receipt, { atMs: 15, ug: -20n }])
    const undone = without(used, receipt)
    t.notOk(wasShort(undone, 15), 'its deficit says so already')
    for (const [atMs, short] of [
      [12, false],
      [15, false],
      [16, true]
    ] as const) {
      t.equal(wasShort(after(undone, { atMs, ug: 60n }), 15), short, `received at ${atMs}`)
    }
  }
)

t.test('what a stocktake found is taken back once, of the latest arrivals', async (t) => {
  const times = timesOf([{ atMs: 10, ug: 60n }])
  const found = { ...times, arrivals: arrived(times, null, 5n), signedUg: 65n }
  const more = after(found, { atMs: 20, ug: 3n })
  const back = { ...more, arrivals: notArrived(more, null, 5n), signedUg: 63n }
  t.same(everCame(back.arrivals), { movedUg: 63n, foundUg: 0n })
  t.equal(availableAt(back, 20), 63n)
})

t.test('a use that is taken back gives back what it took, when it took it', async (t) => {
  const use = { atMs: 11, ug: -30n }
  const times = timesOf([
    { atMs: 10, ug: 60n },
    { atMs: 20, ug: 40n },
    use,
    // Told late: from then on the use counts as one of after it.
    { atMs: 12, ug: 10n }
  ])
  t.same(
    [10, 12, 20].map((atMs) => availableAt(without(times, use), atMs)),
    [60n, 70n, 110n]
  )
})

t.test('the row stays short, however many parts came', async (t) => {
  const parts = Array.from({ length: 200 }, (_, atMs) => ({ atMs, ug: 1n }))
  const times = timesOf(parts)
  t.ok(times.arrivals.length <= 32)
  t.same(
    [-1, 199].map((atMs) => availableAt(times, atMs)),
    [0n, 200n]
  )
  t.ok(parts.every(({ atMs }) => availableAt(times, atMs) >= least(parts, atMs)))
})

t.test(
  `random accounts forbid nothing that is true, and nothing untrue in order (seed ${SEED})`,
  async (t) => {
    const random = seeded(SEED)
    const upTo = (most: number) => Math.floor(random() * most)
    let exact = 0
    let refused = 0
    for (let run = 0; run < 300; run += 1) {
      const inOrder = run % 2 === 0
      const moves: Move[] = []
      let times = EMPTY
      let wrong = 0
      for (let step = 0; step < 25; step += 1) {
        const atMs = inOrder ? step * 4 : upTo(100)
        if (random() < 0.4) {
          const move = { atMs, ug: BigInt(1 + upTo(20)) }
          moves.push(move)
          times = after(times, move)
        } else {
          // A use may be told late, too.
          const at = inOrder && random() < 0.5 ? upTo(atMs) : atMs
          const ug = BigInt(1 + upTo(12))
          if (ug > times.signedUg) continue
          const there = availableAt(times, at)
          const truth = least(moves, at)
          if (there < truth) wrong += 1
          if (inOrder && there !== truth) wrong += 1
          else if (inOrder) exact += 1
          if (ug > there) refused += 1
          else {
            moves.push({ atMs: at, ug: -ug })
            times = after(times, { atMs: at, ug: -ug })
          }
        }
        times = { ...times, arrivals: parseArrivals(arrivalsText(times.arrivals)) }
      }
      for (const move of moves.toSorted(() => random() - 0.5).slice(0, 5)) {
        moves.splice(moves.indexOf(move), 1)
        times = without(times, move)
        if (times.signedUg < 0n) continue
        for (let atMs = 0; atMs < 100; atMs += 7) {
          if (availableAt(times, atMs) < least(moves, atMs)) wrong += 1
        }
      }
      t.equal(wrong, 0, `run ${run}`)
    }
    t.ok(exact > 500 && refused > 100, `${exact} answers exact, ${refused} uses refused`)
  }
)
