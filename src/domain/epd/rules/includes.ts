import type { Finding } from '../../finding.ts'
import type { Included } from '../epd.ts'
import type { EpdReview, EpdRule } from '../review.ts'
import { reviewQuantity } from './declared-unit.ts'
import { reviewShare } from './share.ts'
import { report } from './table.ts'

/** E13: what is built in can be told, is something else, and is counted once. */
export const reviewIncludes: EpdRule = (review) => {
  const seen = new Set<string>()
  return review.epd.includes.flatMap((included, index) => {
    const pointer = `/includes/${index}`
    const findings = reviewIncluded(included, pointer, review)
    const name = included.epd ?? included.href
    if (name !== undefined && seen.has(name)) {
      findings.push(
        report('EPD_INCLUDED_TWICE', {
          pointer,
          message: 'The declaration is included twice.',
          actual: name,
          remedy: 'Add the quantities and list it once.'
        })
      )
    }
    if (name !== undefined) seen.add(name)
    return findings
  })
}

function reviewIncluded(
  included: Included,
  pointer: string,
  { epd, reference }: EpdReview
): Finding[] {
  const findings = [
    ...reviewQuantity(`${pointer}/quantity`, included.quantity, reference.units),
    ...reviewShare(`${pointer}/gwpShare`, included.gwpShare)
  ]
  if (included.epd === epd.id) {
    findings.push(
      report('EPD_INCLUDES_ITSELF', {
        pointer: `${pointer}/epd`,
        message: 'A declaration cannot be built on itself.',
        actual: epd.id,
        remedy: 'Name the declaration of what went in, or leave it out.'
      })
    )
  }
  const { epd: id, name, href } = included
  if (id === undefined && name === undefined && href === undefined) {
    findings.push(
      report('EPD_INCLUDED_UNNAMED', {
        pointer,
        message: 'Nothing says which declaration is included.',
        expected: '`epd`, `name` or `href`',
        remedy:
          'Add the id of the declaration as `epd`, or its name or address where it is registered elsewhere.'
      })
    )
  }
  return findings
}
