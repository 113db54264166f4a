import type { Finding } from '../../finding.ts'
import {
  add,
  compare,
  formatDecimal,
  multiply,
  type Rational,
  ZERO
} from '../../quantity/rational.ts'
import { carbonFootprint } from '../carbon-footprint.ts'
import { declaredMassKg, massKg } from '../declared-mass.ts'
import type { Epd, Included } from '../epd.ts'
import type { IncludedContent, IncludedEpd, IncludedEpds } from '../included.ts'
import { onceValidStates } from '../lifecycle.ts'
import { type Quantity, UNSTATED } from '../product.ts'
import type { EpdReview, EpdRule } from '../review.ts'
import { latestDay, type StatedDate, statedText } from '../stated-date.ts'
import { unitRatio } from '../unit-ratio.ts'
import { usableVersion } from '../usable-version.ts'
import { sameVersion } from '../version.ts'
import { startOf } from './dates.ts'
import { report } from './table.ts'

/** E22: what a declaration builds on is there, was valid, lies upstream and is counted once. */
export const reviewIncludedUpstream: EpdRule = ({ included, ...rest }) => {
  if (included === undefined) return []
  const review: Known = { ...rest, included }
  return [
    ...review.epd.includes.flatMap((each, index) => reviewOne(each, `/includes/${index}`, review)),
    ...reviewSums(review)
  ]
}

type Known = Omit<EpdReview, 'included'> & { readonly included: IncludedEpds }

function reviewOne({ epd: id, version }: Included, pointer: string, review: Known): Finding[] {
  if (id === undefined || id === review.epd.id) return []
  const at = `${pointer}/epd`
  const included = review.included.get(id)
  if (!included?.content) {
    return [
      report('EPD_INCLUDED_UNKNOWN', {
        pointer: at,
        message: 'The included declaration is not published here, so nothing of it can be checked.',
        actual: id,
        remedy: 'Publish it here, or say where it is registered (`href`).'
      })
    ]
  }
  const meant = included.versions.filter(
    (each) => version === undefined || sameVersion(each.version, version)
  )
  return [
    ...(version !== undefined && !meant.some(({ written }) => onceValidStates.includes(written))
      ? [unknownVersion(included, version, pointer)]
      : reviewValidity(id, meant, at, review)),
    ...reviewStage(included, at, review),
    ...reviewCycle(id, at, review),
    ...reviewDouble(id, at, review)
  ]
}

function unknownVersion({ versions }: IncludedEpd, version: string, pointer: string): Finding {
  const published = versions.filter(({ written }) => onceValidStates.includes(written))
  return report('EPD_INCLUDED_UNKNOWN', {
    pointer: `${pointer}/version`,
    message: 'This version of the included declaration is not published here.',
    expected: published.map((each) => each.version).join(', '),
    actual: version,
    remedy: 'Name a published version, or none where the one that was valid then is meant.'
  })
}

/** Valid on the day from which this declaration speaks; on any day that a year or month may mean. */
function reviewValidity(
  id: string,
  versions: IncludedEpd['versions'],
  pointer: string,
  review: Known
): Finding[] {
  const start: StatedDate = startOf(review.epd) ?? { date: review.today, precision: 'day' }
  const answers = [start.date, latestDay(start)].map((day) => usableVersion(versions, day))
  if (answers.some((answer) => typeof answer !== 'string')) return []
  const message = answers.every((answer) => answer === 'epd_withdrawn')
    ? 'The included declaration was withdrawn: it supports no figure any more.'
    : 'No published version of the included declaration was valid when this one starts.'
  return [
    report('EPD_INCLUDED_INVALID', {
      pointer,
      message,
      expected: `valid on ${statedText(start)}`,
      actual: id,
      remedy:
        'Include a version that was valid then, or correct from when this declaration is valid.'
    })
  ]
}

function reviewStage(
  { content }: IncludedEpd,
  pointer: string,
  { epd, reference }: EpdReview
): Finding[] {
  const own = reference.stages.get(epd.product.stage)?.order ?? null
  const other = reference.stages.get(content?.stage ?? '')
  if (own === null || !other || other.order === null || other.order <= own) return []
  return [
    report('EPD_INCLUDED_STAGE', {
      pointer,
      message: 'The included product is made at a later stage than the product itself.',
      expected: `${epd.product.stage} or before`,
      actual: other.id,
      remedy: 'Include the declaration of what went in, or correct the stage of the product.'
    })
  ]
}

/** Where a declaration names one that is built on it, directly or through others. */
export function circlesIn(epd: Pick<Epd, 'id' | 'includes'>, included: IncludedEpds): string[] {
  return epd.includes.flatMap(({ epd: id }, index) =>
    id !== undefined && upstreamOf(id, { included }).has(epd.id) ? [`/includes/${index}/epd`] : []
  )
}

function reviewCycle(id: string, pointer: string, { epd, included }: Known): Finding[] {
  if (!circlesIn(epd, included).includes(pointer)) return []
  return [
    report('EPD_INCLUDED_CYCLE', {
      pointer,
      message: 'The included declaration is built on this one itself, directly or through others.',
      actual: id,
      remedy: 'Leave it out, or have the other declaration leave out this one.'
    })
  ]
}

/** N28: listed beside another one whose cradle-to-gate figure holds it already. */
function reviewDouble(id: string, pointer: string, review: Known): Finding[] {
  const holders = review.epd.includes.flatMap(({ epd: other }) => {
    if (other === undefined || other === id) return []
    const { boundary } = review.included.get(other)?.content?.footprint ?? { boundary: null }
    return boundary === 'cradle_to_gate' && upstreamOf(other, review).has(id) ? [other] : []
  })
  return holders.map((other) =>
    report('EPD_DOUBLE_COUNT', {
      pointer,
      message: `The figure of ${other} holds that of ${id} already, and both are included.`,
      actual: `${other}, ${id}`,
      remedy: 'List only what is used directly, beyond what the other one was made from.'
    })
  )
}

/** Everything that a declaration is built on, as far as it is registered here. */
function upstreamOf(id: string, { included }: Pick<Known, 'included'>): ReadonlySet<string> {
  const found = new Set<string>()
  const open = [id]
  for (let at = open.pop(); at !== undefined; at = open.pop()) {
    for (const next of included.get(at)?.content?.includes ?? []) {
      if (found.has(next)) continue
      found.add(next)
      open.push(next)
    }
  }
  return found
}

/** What is built in cannot be more than the whole; methods are compared each with itself. */
function reviewSums(review: Known): Finding[] {
  const { epd, reference } = review
  // A gate-to-gate figure leaves upstream out, and co-products carry a part of what is built in.
  if (epd.allocation !== undefined && epd.allocation.method !== 'none') return []
  const own = carbonFootprint(epd, reference.epd, reference.units)
  if (own.boundary !== 'cradle_to_gate') return []
  const unit = declaredMassKg(epd.declaredUnit, reference)
  if (unit === null) return []
  return [...own.values].flatMap(([method, perKg]) => {
    const whole = multiply(perKg, unit)
    const built = builtIn(method, review)
    if (built.n <= 0n || compare(built, whole) <= 0) return []
    return [
      report('EPD_INCLUDED_SUM', {
        pointer: '/includes',
        message: 'The included declarations together state more than the whole.',
        expected: `at most ${formatDecimal(whole, 6)} kg CO2 eq (${method || 'no method named'})`,
        actual: `${formatDecimal(built, 6)} kg CO2 eq`,
        remedy: 'Check the quantities: they are per declared unit.'
      })
    ]
  })
}

function builtIn(method: string, { epd, included, reference }: Known): Rational {
  return epd.includes.reduce((sum, { epd: id, quantity }) => {
    const content = included.get(id ?? '')?.content
    const perKg = content?.footprint.values.get(method)
    const mass = content && quantityKg(quantity, content, reference)
    return perKg && mass ? add(sum, multiply(perKg, mass)) : sum
  }, ZERO)
}

/** Of mass itself, or of what the included product is declared in: square meters, pieces. */
function quantityKg(
  quantity: Quantity,
  { declaredUnit }: IncludedContent,
  reference: EpdReview['reference']
): Rational | null {
  const mass = massKg(quantity, reference.units)
  if (mass || declaredUnit.unit === UNSTATED) return mass
  const units = unitRatio(declaredUnit, { ...quantity, properties: [] }, reference)
  const perUnit = declaredMassKg(declaredUnit, reference)
  return units && perUnit && multiply(units, perUnit)
}
