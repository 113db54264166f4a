/** One is being written, one waits for its turn to be, and one is judged meanwhile. */
const MOST = 3
/** Turns of the event loop that a group waits for what still arrives. */
const MOST_TURNS = 8

/** Work that is done group by group, the next one begun when the one before says so. */
export interface Overlapping {
  /**
   * Something waits: begins it in the next turn of the event loop, so that what has arrived joins it, and
   * while something is under way in the first turn in which nothing more arrives, or soon after.
   */
  wake(): void
  /** Resolves when nothing waits and nothing is under way. */
  drained(): Promise<void>
}

/** What a group has to do with those before and behind it. */
export interface Turn {
  /** Resolves when what the group before writes has its places. */
  readonly before: Promise<void>
  /** To be told when the next group may be judged. */
  readonly judged: () => void
  /** To be told when what this one writes has its places. */
  readonly placed: () => void
}

/**
 * `take` returns the next group, an empty one where nothing waits. `work` never rejects, and tells
 * when another group may begin; at the latest its end does.
 */
export function overlapping<Item>(
  take: () => readonly Item[],
  work: (group: readonly Item[], turn: Turn) => Promise<void>
): Overlapping {
  const state = { scheduled: false, judging: false, underWay: 0, arriving: false, turns: 0 }
  let drained: (() => void)[] = []
  let before = Promise.resolve()

  function begin(): void {
    state.scheduled = false
    // What still arrives had better join: PostgreSQL is busy anyway.
    if (state.arriving && state.underWay > 0 && state.turns < MOST_TURNS) {
      state.arriving = false
      state.turns += 1
      schedule()
      return
    }
    state.arriving = false
    state.turns = 0
    if (state.judging || state.underWay === MOST) return
    const group = take()
    if (group.length > 0) void run(group)
    else if (state.underWay === 0) {
      for (const resolve of drained) resolve()
      drained = []
    }
  }

  async function run(group: readonly Item[]): Promise<void> {
    let judging = true
    const judged = (): void => {
      if (!judging) return
      judging = false
      state.judging = false
      wake()
    }
    state.judging = true
    state.underWay += 1
    const turn = before
    const { promise, resolve: placed } = Promise.withResolvers<void>()
    before = promise
    await work(group, { before: turn, judged, placed })
    state.underWay -= 1
    placed()
    judged()
    wake()
  }

  function wake(): void {
    state.arriving = true
    schedule()
  }

  function schedule(): void {
    if (state.scheduled) return
    state.scheduled = true
    setImmediate(begin)
  }

  return {
    wake,
    drained: () =>
      new Promise((resolve) => {
        drained.push(resolve)
        wake()
      })
  }
}
