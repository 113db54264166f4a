import type { Epd } from '../../domain/epd/epd.ts'
import { methodOf } from '../../domain/epd/method.ts'
import type { EpdResult, EpdValue } from '../../domain/epd/result.ts'
import { definitionOf, type EpdTables } from '../../domain/epd/table.ts'
import type { LossReasons } from '../losses.ts'
import { type XmlOutput, xml } from '../xml/write-xml.ts'
import { reference } from './write-reference.ts'

export interface WrittenResult {
  /** An exchange or an LCIA result; null where ILCD cannot name the indicator. */
  readonly element: XmlOutput | null
  /** Why values are missing, by pointer. */
  readonly reasons: LossReasons
}

/** All values of one indicator: inventory indicators are exchanges, impacts are LCIA results. */
export function writeResult(
  result: EpdResult,
  index: number,
  epd: Epd,
  tables: EpdTables
): WrittenResult {
  const pointer = `/results/${index}`
  const target = targetOf(result, epd, tables)
  if (!target) {
    const reasons = { [pointer]: `${result.indicator} has no ILCD id under its method.` }
    return { element: null, reasons }
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

const FIXED = (pointer: string): LossReasons => ({
  [`${pointer}/name`]: 'ILCD holds the name with the reference; it is written in other words.',
  [`${pointer}/unit`]: 'ILCD names the unit in words beside the unit group.'
})

/** What the document said where it was ILCD; else the first id and unit group of the table. */
function targetOf(result: EpdResult, epd: Epd, { indicators }: EpdTables) {
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
