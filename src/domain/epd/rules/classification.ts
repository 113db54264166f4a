import type { Finding } from '../../finding.ts'
import type { Classification } from '../product.ts'
import type { EpdReview, EpdRule } from '../review.ts'
import { report } from './table.ts'

/** How codes of the systems that we know are built. Other systems are kept as they are. */
const systems: ReadonlyMap<string, { readonly expected: string; is(code: string): boolean }> =
  new Map([
    [
      'HS',
      {
        expected: '4 to 10 digits, points allowed',
        is: (code: string) => /^\d{4}(\d{2}){0,3}$/.test(digitsOf(code))
      }
    ],
    ['CPC', { expected: '1 to 5 digits', is: (code: string) => /^\d{1,5}$/.test(code) }],
    [
      'CAS',
      { expected: 'a CAS number with its check digit, for instance 1313-97-9', is: isCasNumber }
    ]
  ])

/** E6: codes follow the rules of their system, and the HS heading fits the product. */
export const reviewClassification: EpdRule = (review) => [
  ...review.epd.product.classifications.flatMap((code, index) =>
    reviewCode(code, `/product/classifications/${index}/code`, review)
  ),
  ...(review.epd.product.composition?.components ?? []).flatMap(({ cas }, index) =>
    cas === undefined || isCasNumber(cas)
      ? []
      : [malformed(`/product/composition/components/${index}/cas`, 'CAS', cas)]
  )
]

function reviewCode(stated: Classification, pointer: string, review: EpdReview): Finding[] {
  const system = systems.get(stated.system)
  if (system && !system.is(stated.code)) return [malformed(pointer, stated.system, stated.code)]
  return stated.system === 'HS' ? reviewHeading(stated.code, pointer, review) : []
}

function malformed(pointer: string, system: string, code: string): Finding {
  return report('EPD_CLASSIFICATION', {
    pointer,
    message: `This is not a ${system} code.`,
    expected: systems.get(system)?.expected ?? system,
    actual: code,
    remedy: 'Write the code as its system has it, or leave the classification out.'
  })
}

function reviewHeading(code: string, pointer: string, { epd, reference }: EpdReview): Finding[] {
  const product = reference.products.get(epd.product.class)
  const digits = digitsOf(code)
  const fits = (product?.hs ?? []).some(
    (heading) => digits.startsWith(heading) || heading.startsWith(digits)
  )
  if (!product || product.hs.length === 0 || fits) return []
  return [
    report('EPD_HS_PRODUCT', {
      pointer,
      message: `The heading is not one under which ${product.name.toLowerCase()} is traded.`,
      expected: product.hs.join(', '),
      actual: code,
      remedy:
        'Correct the heading or the product class; where both are right, nothing need be done.'
    })
  ]
}

function digitsOf(code: string): string {
  return code.replaceAll('.', '').replaceAll(' ', '')
}

/** CAS registry numbers end in a check digit: the digits before it, weighted 1, 2, 3 from the right. */
function isCasNumber(text: string): boolean {
  if (!/^[1-9]\d{1,6}-\d{2}-\d$/.test(text)) return false
  const digits = [...text.replaceAll('-', '')].map(Number)
  const check = digits.pop()
  const sum = digits.reverse().reduce((total, digit, index) => total + digit * (index + 1), 0)
  return sum % 10 === check
}
