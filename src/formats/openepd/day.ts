import { readStatedDate, type StatedDate } from '../../domain/epd/stated-date.ts'

const TIME = /^(\d{4}-\d{2}-\d{2})(T\d{2}:\d{2}(:\d{2}([.,]\d+)?)?)?(Z|[+-]\d{2}:?\d{2})?$/i

/** The day of a time, whatever its zone; what is neither is left for the rules to refuse. */
export function readDay(stated: string, side: 'start' | 'end'): StatedDate {
  return readStatedDate(TIME.exec(stated.replace(' ', 'T'))?.[1] ?? stated, side)
}
