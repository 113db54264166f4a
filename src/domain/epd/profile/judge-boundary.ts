import type { EpdReview } from '../review.ts'
import { covers } from '../rules/modules.ts'
import type { Unmet } from './judge.ts'
import type { Profile, RuleOf } from './profile.ts'
import { isStated } from './stated.ts'
import { declaredModules } from './values.ts'

/** Modules that the boundary needs and that are not declared. Without a boundary nothing is judged. */
export function judgeModules(
  { byBoundary, exemptWith }: RuleOf<'modules'>,
  _profile: Profile,
  { epd, reference }: EpdReview
): Unmet[] {
  const { boundary } = epd
  if (!boundary || (exemptWith !== null && isStated(epd, exemptWith))) return []
  const needed = byBoundary[boundary.kind] ?? []
  const missing = needed.filter((module) => !covers(boundary, module, reference.epd.modules))
  if (missing.length === 0) return []
  return [
    {
      pointer: '/boundary/modules',
      message: `${missing.join(', ')} ${missing.length === 1 ? 'is' : 'are'} not declared.`,
      expected: needed.join(', '),
      actual: boundary.modules.join(', ')
    }
  ]
}

/** One of the kinds, where a boundary is stated at all. */
export function judgeBoundary(
  { kinds }: RuleOf<'boundary'>,
  _profile: Profile,
  { epd }: EpdReview
): Unmet[] {
  const kind = epd.boundary?.kind
  if (kind !== undefined && kinds.includes(kind)) return []
  return [
    {
      pointer: kind === undefined ? '/boundary' : '/boundary/kind',
      message: `The boundary is ${kind ?? 'not stated'}.`,
      expected: kinds.join(' or '),
      ...(kind === undefined ? {} : { actual: kind })
    }
  ]
}

/** Modules that are declared and may not be. */
export function judgeOutside(
  { modules }: RuleOf<'outside'>,
  _profile: Profile,
  review: EpdReview
): Unmet[] {
  const declared = declaredModules(review)
  const inside = declared.filter((module) => modules.includes(module))
  if (inside.length === 0) return []
  const message = `${inside.join(', ')} ${inside.length === 1 ? 'is' : 'are'} declared.`
  const others = declared.filter((module) => !modules.includes(module))
  const expected = others.join(', ') || `none of ${modules.join(', ')}`
  return [{ pointer: '/boundary/modules', message, expected, actual: declared.join(', ') }]
}

/** With some boundaries a reason is stated. */
export function judgeExplained(
  { boundaries, field }: RuleOf<'explained'>,
  _profile: Profile,
  { epd }: EpdReview
): Unmet[] {
  if (!epd.boundary || !boundaries.includes(epd.boundary.kind) || isStated(epd, field)) return []
  const message = `With the boundary ${epd.boundary.kind} nothing says why.`
  return [{ pointer: field, message, expected: field }]
}
