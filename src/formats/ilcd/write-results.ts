import type { Epd } from '../../domain/epd/epd.ts'
import { methodOf } from '../../domain/epd/method.ts'
import type { EpdResult, EpdValue } from '../../domain/epd/result.ts'
import { definitionOf, type EpdTables } from '../../domain/epd/table.ts'
import type { LossReasons } from '../losses.ts'
import { type XmlOutput, xml } from '../xml/write-xml.ts'
import { identify } from './identify.ts'
import { reference } from './write-reference.ts'

export interface WrittenResult {
  /** An exchange or an LCIA result; null where ILCD cannot name the indicator. */
  readonly element: XmlOutput | null
  /** Why values are missing, by pointer. */
  readonly reasons: LossReasons
}

/** The data set that a result is written into. */
export interface WrittenInto {
  readonly epd: Epd
  readonly tables: EpdTables
  /** The methods whose compliance it declares. */
  readonly declared: readonly string[]
}

/**
 * All values of one indicator: inventory indicators are exchanges, impacts are LCIA results. What would
 * be read as a figure of another method is not written: methods share ids, and one data set tells them
 * apart by what it declares.
 */
export function writeResult(result: EpdResult, index: number, into: WrittenInto): WrittenResult {
  const { epd, tables } = into
  const pointer = `/results/${index}`
  const target = targetOf(result, epd, tables)
  const reason = target ? misread(result, target, into) : 'has no ILCD id under its method'
  if (!target || reason !== null) {
    return { element: null, reasons: { [pointer]: `${result.indicator} ${reason}.` } }
  }
  const { inventory, unitGroup, ...link } = target
  const name = result.name ?? { en: result.indicator }
  const [kind, to, type] = inventory
    ? (['exchange', 'referenceToFlowDataSet', 'flow data set'] as const)
    : (['LCIAResult', 'referenceToLCIAMethodDataSet', 'LCIA method data set'] as const)
  const unit = { uuid: unitGroup, name: { en: result.unit } }
  const element = xml(kind, {}, [
    reference(to, type, { ...link, name }),
    xml('meanAmount', {}, '0'),
    xml('common:other', {}, [
      ...result.values.flatMap((value) => writeValue(value) ?? []),
      reference('epd:referenceToUnitGroupDataSet', 'unit group data set', unit)
    ])
  ])
  return { element, reasons: { ...FIXED(pointer), ...valueReasons(result, pointer) } }
}

/**
 * Why a reader would take the result for another one; null where they would not. Where nothing is declared
 * they cannot tell the method of an id that several share, and the first of them may stand.
 */
function misread(
  result: EpdResult,
  { uuid, version }: Pick<WrittenTarget, 'uuid' | 'version'>,
  { epd, tables, declared }: WrittenInto
): string | null {
  const method = methodOf(result, epd, tables.indicators)
  if (!tables.indicators.has(result.indicator) || method === null) return null
  const read = identify({ uuid, version, pointer: '' }, declared, tables)
  const [only, ...more] = declared
  const under = read.method ?? (more.length === 0 ? only : undefined)
  const said = declared.join(', ') || 'none'
  const reason = `under ${method} has the ILCD id of another method, and the data set declares ${said}`
  if (read.indicator !== result.indicator) return reason
  if (under !== undefined) return under === method ? null : reason
  const first = epd.results.find((each) => targetOf(each, epd, tables)?.uuid === uuid)
  return first && methodOf(first, epd, tables.indicators) !== method ? reason : null
}

const FIXED = (pointer: string): LossReasons => ({
  [`${pointer}/name`]: 'ILCD holds the name with the reference; it is written in other words.',
  [`${pointer}/unit`]: 'ILCD names the unit in words beside the unit group.'
})

interface WrittenTarget {
  readonly uuid: string
  readonly version: string | undefined
  readonly unitGroup: string | undefined
  readonly inventory: boolean
}

/** What the document said where it was ILCD; else the first id and unit group of the table. */
function targetOf(result: EpdResult, epd: Epd, { indicators }: EpdTables): WrittenTarget | null {
  const facts = indicators.get(result.indicator)
  const definition = facts && definitionOf(facts, methodOf(result, epd, indicators))
  const uuid =
    result.reference?.uuid ??
    definition?.uuid ??
    (result.indicator.startsWith(URN) ? result.indicator.slice(URN.length) : undefined)
  if (uuid === undefined) return null
  const { unitGroup = definition?.unit === result.unit ? definition.unitGroups[0] : undefined } =
    result
  return {
    uuid,
    version: result.reference ? result.reference.version : (definition?.version ?? undefined),
    unitGroup,
    inventory: facts
      ? facts.definitions.every(({ method }) => method === null)
      : result.pointer.includes('/exchanges/')
  }
}

const URN = 'urn:uuid:'

function writeValue({ module, scenario, status, text }: EpdValue): XmlOutput | null {
  if (status === 'not_assessed') return null
  const attributes = { 'epd:module': module, 'epd:scenario': scenario ?? undefined }
  return xml('epd:amount', attributes, text ?? '')
}

function valueReasons({ values }: EpdResult, pointer: string): LossReasons {
  const reasons = values.flatMap(({ status, module }, index) => {
    if (status !== 'not_assessed') return []
    const message = `ILCD cannot say that ${module} was not assessed; there is no amount for it.`
    return [[`${pointer}/values/${index}`, message] as const]
  })
  return Object.fromEntries(reasons)
}
