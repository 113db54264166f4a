import { compare, parseDecimal } from '../../quantity/rational.ts'
import { declaredMassKg } from '../declared-mass.ts'
import { UNSTATED } from '../product.ts'
import type { EpdReview } from '../review.ts'
import { overlong } from '../rules/dates.ts'
import type { Unmet } from './judge.ts'
import type { Profile, RuleOf } from './profile.ts'
import { isStated, silentAt } from './stated.ts'

/** Fields that say nothing. */
export function judgeFields(
  { fields, any, title }: RuleOf<'fields'>,
  _profile: Profile,
  { epd }: EpdReview
): Unmet[] {
  const silent = fields.flatMap((field) => silentAt(epd, field) ?? [])
  const [first] = silent
  if (first === undefined || (any && silent.length < fields.length)) return []
  const message = notMet(title)
  if (any) return [{ pointer: first, message, expected: fields.join(' or ') }]
  return silent.map((pointer) => ({ pointer, message, expected: pointer }))
}

function notMet(title: string): string {
  return `Not met: ${title.charAt(0).toLowerCase()}${title.slice(1)}.`
}

/** No document of the kinds is linked, whatever else is. */
export function judgeDocuments(
  { kinds, title }: RuleOf<'documents'>,
  _profile: Profile,
  { epd: { documents } }: EpdReview
): Unmet[] {
  if (documents.some(({ kind }) => kinds.includes(kind))) return []
  const stated = [...new Set(documents.map(({ kind }) => kind))]
  return [
    {
      pointer: '/documents',
      message: notMet(title),
      expected: `a document of the kind ${kinds.join(' or ')}`,
      ...(stated.length === 0 ? {} : { actual: stated.join(', ') })
    }
  ]
}

/** Longer than the years, where the general rule does not say so anyway. */
export function judgeValidity(
  { years }: RuleOf<'validity'>,
  _profile: Profile,
  { epd, reference, today }: EpdReview
): Unmet[] {
  const over = overlong(epd, years, today)
  if (!over || overlong(epd, reference.epd.rules.validity.maximumYears, today)) return []
  const message = `The declaration is valid for more than ${years} years.`
  return [{ pointer: '/validUntil', message, ...over }]
}

/** A verification of one of the kinds, by somebody who is named. */
export function judgeVerification(
  { kinds, verifier }: RuleOf<'verification'>,
  _profile: Profile,
  { epd }: EpdReview
): Unmet[] {
  const { verification } = epd
  if (!verification) {
    const message = 'The document does not say how it was verified.'
    return [{ pointer: '/verification', message, expected: kinds.join(', ') }]
  }
  if (!kinds.includes(verification.kind)) {
    return [
      {
        pointer: '/verification/kind',
        message: 'The verification is not independent enough.',
        expected: kinds.join(', '),
        actual: verification.kind
      }
    ]
  }
  if (!verifier || isStated(epd, '/verification/verifier/name')) return []
  const message = 'The verifier is not named.'
  return [{ pointer: '/verification/verifier', message, expected: '/verification/verifier/name' }]
}

/** The declared unit: what it measures, that it weighs something, how much of it there is. */
export function judgeUnit(
  { quantity, value, unit }: RuleOf<'unit'>,
  _profile: Profile,
  { epd, reference }: EpdReview
): Unmet[] {
  const { declaredUnit } = epd
  const { units } = reference
  const actual = `${declaredUnit.value} ${declaredUnit.unit}`
  const expected = [value, unit ?? quantity].filter((each) => each !== null).join(' ')
  const kilograms = declaredUnit.unit === UNSTATED ? null : declaredMassKg(declaredUnit, reference)
  if (!kilograms) {
    const message = 'What the declared unit weighs is not known.'
    return [{ pointer: '/declaredUnit/mass', message, expected: 'kilograms', actual }]
  }
  const facts = units.get(declaredUnit.unit)
  const wanted = value === null ? null : parseDecimal(value)
  const wrong =
    (quantity !== null && facts?.quantity !== quantity) ||
    // However it is written: 1000 g are 1 kg.
    (wanted !== null && unit !== null && compare(kilograms, wanted) !== 0)
  if (!wrong) return []
  const message = 'The declared unit is another one.'
  return [{ pointer: '/declaredUnit', message, expected, actual }]
}
