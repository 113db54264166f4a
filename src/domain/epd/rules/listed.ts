import type { EpdRule } from '../review.ts'
import { type EpdSummary, LISTED_CHARACTERS, summaryOf } from '../summary.ts'
import { report } from './table.ts'

/** Where the declaration says what lists show of it. */
const PLACES: Readonly<Record<keyof EpdSummary, string>> = {
  name: '/name',
  ownerName: '/owner/name',
  product: '/product',
  declaredUnit: '/declaredUnit',
  standards: '/standards',
  methodSet: '/methodSet',
  boundary: '/boundary/kind',
  pcr: '/pcr/name',
  operatorName: '/operator/name',
  registrationNumber: '/registrationNumber',
  published: '/published',
  validFrom: '/validFrom',
  validUntil: '/validUntil'
}

/**
 * E27: what lists show of a declaration fits on a page of a hundred. Our own format bounds names, others do
 * not: a hundred names of megabytes would be read into memory by whoever asks for the list.
 */
export const reviewListed: EpdRule = ({ epd }) => {
  const parts = Object.entries(summaryOf(epd)).map(
    ([part, shown]) => [part as keyof EpdSummary, JSON.stringify(shown).length] as const
  )
  const total = parts.reduce((sum, [, length]) => sum + length, 0)
  if (total <= LISTED_CHARACTERS) return []
  const [longest] = parts.toSorted(([, a], [, b]) => b - a)
  return [
    report('EPD_LISTED_LONG', {
      pointer: PLACES[longest?.[0] ?? 'name'],
      message: 'What every list shows of the declaration is longer than lists take.',
      expected: `at most ${LISTED_CHARACTERS} characters of names, standards and numbers together`,
      actual: `${total} characters, ${longest?.[1]} of them here`,
      remedy: 'Shorten it: prose belongs into the description or the note.'
    })
  ]
}
