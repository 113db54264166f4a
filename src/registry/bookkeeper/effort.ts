import type { CustodyEvent } from '../../domain/custody/event.ts'
import type { Unit } from './submission.ts'

/** Lines that a usual event has at most; to judge and to write more takes the longer the more they are. */
const USUAL_LINES = 8

/** What this process judges and writes down without giving anybody else a turn: some twenty milliseconds. */
export const ONE_TURN = 64

/** A group that reads the books first, and is then judged and written turn by turn, is no more than that. */
export const MOST_EFFORT = 256

/** How much work an event is, in usual events: of what it draws and of what it makes, line by line. */
export function effortOf(event: CustodyEvent): number {
  return Math.max(1, linesOf(event) / USUAL_LINES)
}

/** The same of all events of a unit. */
export function effortOfUnit({ submissions }: Pick<Unit, 'submissions'>): number {
  return submissions.reduce((sum, { event }) => sum + effortOf(event), 0)
}

function linesOf(event: CustodyEvent): number {
  switch (event.type) {
    case 'commission':
      return event.outputs.length
    case 'transform':
      return (
        event.inputs.length + event.outputs.length + event.residues.length + event.losses.length
      )
    case 'ship':
    case 'receive':
      return event.lines.length
    case 'adjust':
    case 'correct':
    case 'close_campaign':
      return 1
  }
}
