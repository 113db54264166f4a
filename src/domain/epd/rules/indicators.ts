import type { Finding } from '../../finding.ts'
import { countsInFootprints } from '../carbon-footprint.ts'
import { unitOfGroup, unitSpelled } from '../counted-unit.ts'
import { methodOf } from '../method.ts'
import type { EpdResult } from '../result.ts'
import type { EpdReview, EpdRule } from '../review.ts'
import {
  type CountedUnit,
  definitionOf,
  type IndicatorDefinition,
  type IndicatorFacts,
  type MethodFacts
} from '../table.ts'
import { report } from './table.ts'

/** E14: known methods and indicators that go together, in their unit. */
export const reviewIndicators: EpdRule = (review) => [
  ...reviewMethod('/methodSet', review.epd.methodSet, review),
  ...reviewOtherMethods(review),
  ...review.epd.results.flatMap((result) => reviewResult(result, review))
]

/** Each method of no standard that is checked here, once, where its first figures are. */
function reviewOtherMethods({ epd, reference }: EpdReview): Finding[] {
  const { indicators, methods } = reference.epd
  const met = new Set<string>()
  return epd.results.flatMap((result) => {
    const method = methods.get(methodOf(result, epd, indicators) ?? '')
    if (!method || method.standard !== null || met.has(method.id)) return []
    met.add(method.id)
    return [
      report('EPD_METHOD_OTHER', {
        pointer: result.pointer,
        message: `${method.id} is of no standard that is checked here: its figures stay its own, and are never added to or ranked with those of another method.`,
        actual: method.id,
        remedy:
          'Nothing is lost; where EN 15804 is asked for, declare the figures of its method as well.'
      })
    ]
  })
}

function reviewMethod(
  pointer: string,
  method: string | undefined,
  { reference }: EpdReview
): Finding[] {
  const { methods } = reference.epd
  if (method === undefined || methods.has(method)) return []
  return [
    report('EPD_METHOD_UNKNOWN', {
      pointer,
      message: `There is no set of characterization factors ${method}.`,
      expected: [...methods.keys()].join(', '),
      actual: method,
      remedy: 'Write the name of one of the sets, letter by letter.'
    })
  ]
}

function reviewResult(result: EpdResult, review: EpdReview): Finding[] {
  const { indicators, methods } = review.reference.epd
  const indicator = indicators.get(result.indicator)
  if (!indicator) return [unlisted(result, [...indicators.keys()])]
  const findings = reviewMethod(`${result.pointer}/method`, result.method, review)
  const method = methodOf(result, review.epd, indicators)
  // An unknown method is told above, or once for the document: it defines nothing.
  if (method !== null && !methods.has(method)) return findings
  const other = methods.get(method ?? '')
  const definition = definitionOf(indicator, method) ?? definedBy(other, indicator)
  if (definition) return [...findings, ...reviewUnit(result, definition, review)]
  if (other?.standard === null) return [...findings, unlistedUnder(other, result)]
  return [...findings, undefinedBy(method, indicator, result)]
}

/** What is told of the unit of an indicator. */
interface UnitFacts
  extends Pick<IndicatorDefinition, 'method' | 'unit' | 'formerUnit' | 'unitGroups'> {
  /** True where nothing counts with the figures, so that another unit is told and not refused. */
  readonly onlyTold?: boolean
}

function definedBy(method: MethodFacts | undefined, { code }: IndicatorFacts): UnitFacts | null {
  const unit = method?.units?.[code]
  if (!method || unit === undefined) return null
  return { method: method.id, unit, unitGroups: [], onlyTold: !countsInFootprints(code) }
}

function unlistedUnder({ id }: MethodFacts, { indicator, pointer }: EpdResult): Finding {
  return report('EPD_INDICATOR_UNLISTED', {
    pointer: `${pointer}/indicator`,
    message: `What ${id} counts ${indicator} in is not known here; unit and values are kept unchecked.`,
    actual: indicator,
    remedy: 'Nothing need be done; check the unit, since nobody else does.'
  })
}

function undefinedBy(method: string | null, indicator: IndicatorFacts, result: EpdResult): Finding {
  return report('EPD_INDICATOR_METHOD', {
    pointer: `${result.pointer}/indicator`,
    message: `${method ?? 'A document without a method'} does not define ${indicator.code}.`,
    expected: `a method that does: ${indicator.definitions.map((each) => each.method).join(', ')}`,
    actual: method ?? 'no method',
    remedy: 'State the method by which it was calculated, at the result or as `methodSet`.'
  })
}

/** Where the format names a unit group that is known, it decides: texts are spelled in dozens of ways. */
function reviewUnit(
  { indicator, unit, unitGroup, pointer }: EpdResult,
  definition: UnitFacts,
  { reference }: EpdReview
): Finding[] {
  const { countedUnits } = reference.epd
  const ofGroup = unitGroup === undefined ? undefined : unitOfGroup(unitGroup, countedUnits)
  const stated = ofGroup ?? unitSpelled(unit, countedUnits)
  const under = definition.method === null ? '' : ` under ${definition.method}`
  if (stated?.unit !== definition.unit) {
    const isFormer = unitGroup === undefined && stated?.unit === definition.formerUnit
    if (stated && isFormer) return [ofEditionBefore(indicator, unit, definition, pointer)]
    const finding = report('EPD_UNIT', {
      pointer: `${pointer}/unit`,
      message: `The unit of ${indicator}${under} is ${definition.unit}.`,
      expected: definition.unit,
      actual: ofGroup ? `${unit} (unit group of ${ofGroup.unit})` : unit,
      remedy: 'Convert the values, or correct the unit; nothing is converted silently.'
    })
    return [definition.onlyTold ? { ...finding, severity: 'warning' } : finding]
  }
  if (ofGroup) return reviewText(unit, ofGroup, pointer, countedUnits)
  if (unitGroup === undefined) return []
  return [
    report('EPD_UNIT_GROUP', {
      pointer: `${pointer}/unitGroup`,
      message: 'The unit group is not one that is known; the unit is taken from its name.',
      expected: definition.unitGroups.join(' or ') || definition.unit,
      actual: unitGroup,
      remedy:
        'Refer to the unit group of ILCD, or leave it out where the name of the unit says enough.'
    })
  ]
}

/** Published declarations state it, and openEPD knows no other: told, and nothing is converted. */
function ofEditionBefore(
  indicator: string,
  actual: string,
  { unit: expected }: UnitFacts,
  pointer: string
): Finding {
  const finding = report('EPD_UNIT', {
    pointer: `${pointer}/unit`,
    message: `${indicator} was counted in this unit before, and is in ${expected}: the figures cannot be compared.`,
    expected,
    actual,
    remedy: 'Convert the values, or say in the text what they are; nothing is converted silently.'
  })
  return { ...finding, severity: 'warning' }
}

/** Readers of the document see the text: one that means another unit misleads them. */
function reviewText(
  text: string,
  counted: CountedUnit,
  pointer: string,
  units: readonly CountedUnit[]
): Finding[] {
  const written = unitSpelled(text, units)
  if (!written || written === counted) return []
  return [
    report('EPD_UNIT_TEXT', {
      pointer: `${pointer}/unit`,
      message: `The unit is written as ${written.unit}, and its unit group is that of ${counted.unit}, which counts.`,
      expected: counted.unit,
      actual: text,
      remedy: 'Correct the text, or the reference to the unit group.'
    })
  ]
}

function unlisted({ indicator, pointer }: EpdResult, known: readonly string[]): Finding {
  const at = `${pointer}/indicator`
  if (indicator.startsWith('urn:uuid:')) {
    return report('EPD_INDICATOR_UNLISTED', {
      pointer: at,
      message: 'The indicator has no code in the registry; its unit and values are kept unchecked.',
      actual: indicator,
      remedy: 'Nothing need be done; where EN 15804 has the same indicator, write its code.'
    })
  }
  return report('EPD_INDICATOR_UNKNOWN', {
    pointer: at,
    message: `There is no indicator ${indicator}.`,
    expected: known.join(', '),
    actual: indicator,
    remedy: 'Use the code of EN 15804, or urn:uuid: with the ILCD id of another indicator.'
  })
}
