import type { Finding } from '../../finding.ts'
import {
  compare,
  ONE,
  parseDecimal,
  type Rational,
  rational,
  ZERO
} from '../../quantity/rational.ts'
import { report } from './table.ts'

const HUNDRED = rational(100n)

/** A part of a whole, 0 to 1. What is not stated is not judged. */
export function reviewShare(pointer: string, share: string | undefined): Finding[] {
  if (share === undefined || within(share, ONE)) return []
  return [
    report('EPD_SHARE_RANGE', {
      pointer,
      message: 'A share is a part of the whole.',
      expected: '0 to 1',
      actual: share,
      remedy: 'Write a fraction: 0.64 for 64 %.'
    })
  ]
}

/** True for a decimal from 0 to 100. */
export function isPercent(text: string): boolean {
  return within(text, HUNDRED)
}

function within(text: string, maximum: Rational): boolean {
  const value = parseDecimal(text)
  return value !== null && compare(value, ZERO) >= 0 && compare(value, maximum) <= 0
}
