import { Tally } from '../tally.ts'

const SECONDS = [0.002, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10]
const SIZES = [1, 2, 4, 8, 16, 32, 64, 128, 256, 512, 1024]

/** What the bookkeeper has done since the start, for the metrics. */
export class BookkeeperFigures {
  /** Events of each group. */
  readonly groupSizes = new Tally(SIZES)
  /** Seconds from the submission of a unit to the start of its group. */
  readonly waits = new Tally(SECONDS)
  /** Seconds that a group took, from its first lock to its last answer, retries included. */
  readonly groupTimes = new Tally(SECONDS)
  /** Units that were refused because too much waited. */
  turnedAway = 0
  /** Groups that had to be tried again. */
  retries = 0
}
