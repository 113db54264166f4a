import type { Finding } from '../../finding.ts'
import type { EpdReview, EpdRule } from '../review.ts'
import { report } from './table.ts'

const GATE = 'A1-A3'

/** E23: what published documents of other formats often lack, or fill with what says nothing. */
export const reviewPublished: EpdRule = (review) => [
  ...reviewNumber(review),
  ...reviewKind(review),
  ...reviewSplit(review)
]

/** A number without a programme in it may be anybody's; who submits here gets one at registration. */
function reviewNumber({ epd, origin }: EpdReview): Finding[] {
  const { registrationNumber } = epd
  const pointer = '/registrationNumber'
  if (registrationNumber === undefined) {
    if (!origin) return []
    const message = 'The document has no registration number.'
    const remedy = 'State the number under which its programme registered it.'
    return [report('EPD_REGISTRATION_NUMBER', { pointer, message, remedy })]
  }
  if (!/^\d+$/.test(registrationNumber)) return []
  return [
    report('EPD_REGISTRATION_NUMBER', {
      pointer,
      message: 'The registration number does not say of which programme it is.',
      expected: 'a number with the name of its programme, such as S-P-01234',
      actual: registrationNumber,
      remedy: 'Write the number with the name of its programme.'
    })
  ]
}

function reviewKind({ epd, origin }: EpdReview): Finding[] {
  if (!origin || epd.product.representing !== undefined) return []
  return [
    report('EPD_REPRESENTING', {
      pointer: '/product/representing',
      message: 'The document does not say whether its figures are specific or average.',
      expected: 'specific, average, representative, template or generic',
      remedy: 'State what the figures stand for; nobody can tell it from them.'
    })
  ]
}

/** Nothing is wrong with it; whoever reads A1-A3 gets the sum. */
function reviewSplit({ epd }: EpdReview): Finding[] {
  const modules = new Set(epd.results.flatMap(({ values }) => values.map(({ module }) => module)))
  if (modules.has(GATE) || !['A1', 'A2', 'A3'].every((module) => modules.has(module))) return []
  if (!epd.results.some(({ reference }) => reference !== undefined)) return []
  return [
    report('EPD_MODULE_SPLIT', {
      pointer: '/boundary/modules',
      message:
        'A1, A2 and A3 are stated without their sum; it is added up wherever it is asked for.',
      remedy: 'Nothing need be done.'
    })
  ]
}
