import type { StatedDate } from '../domain/epd/stated-date.ts'

const LENGTHS = { day: 10, month: 7, year: 4 } as const

/** A date as exactly as it was stated; `…` where it was not. */
export function statedDate(stated: StatedDate | undefined): string {
  return stated ? stated.date.slice(0, LENGTHS[stated.precision]) : '…'
}
