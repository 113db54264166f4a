import type { DeclaredUnit, MaterialProperty, Quantity } from '../../domain/epd/product.ts'
import { formatDecimal, multiply, parseDecimal } from '../../domain/quantity/rational.ts'
import { all, attribute, first, type IlcdNode, textAt, textsOf } from './node.ts'
import { massProperty, unitOfGroup } from './unit-groups.ts'

const PROPERTIES: Readonly<Record<string, MaterialProperty['property']>> = {
  'gross density': 'gross_density',
  'bulk density': 'bulk_density',
  grammage: 'grammage',
  'layer thickness': 'layer_thickness',
  'linear density': 'linear_density',
  'weight per piece': 'weight_per_piece',
  'weight per unit': 'weight_per_piece',
  productiveness: 'productiveness',
  'conversion factor to 1 kg': 'conversion_factor_to_1_kg'
}
const STATED = /^(\d+(?:\.\d+)?) ([A-Z0-9]{2,3})$/

/**
 * The declared unit: amount of the reference flow times the mean of its reference flow property, in
 * the unit of that property's group. A process alone does not hold its flow; then the statement of
 * the functional unit counts where it is a quantity, and else the unit is `unstated`.
 */
export function readDeclaredUnit(process: IlcdNode): DeclaredUnit {
  const information = first(process, 'processInformation')
  const id = textAt(information, 'quantitativeReference', 'referenceToReferenceFlow')
  const exchange = all(process, 'exchanges', 'exchange').find(
    (each) => attribute(each, 'dataSetInternalID') === id
  )
  const statements = all(information, 'dataSetInformation', 'name', 'functionalUnitFlowProperties')
  const description = textsOf(statements)
  const rest = {
    ...(description === undefined ? {} : { description }),
    properties: all(exchange, 'materialProperties').flatMap(readProperty)
  }
  const flow = ofFlow(exchange)
  if (flow) return { ...flow, ...rest }
  const [, value = '', unit = ''] = STATED.exec(description?.['en'] ?? '') ?? []
  if (value !== '') return { value, unit, ...rest }
  return { value: textAt(exchange, 'meanAmount') ?? 'unstated', unit: 'unstated', ...rest }
}

function ofFlow(exchange: IlcdNode | undefined): (Quantity & { mass?: Quantity }) | null {
  const properties = all(exchange, 'flowProperties')
  const reference = properties.find((each) => attribute(each, 'referenceFlowProperty') === 'true')
  if (!exchange || !reference) return null
  const group = attribute(reference, 'unitGroupUUID')
  const unit = (group && unitOfGroup(group)) ?? attribute(reference, 'referenceUnit')
  const value = product(exchange, reference)
  if (value === null || unit === undefined) return null
  const weighed = properties.find((each) => attribute(each, 'uuid') === massProperty)
  const mass = weighed && weighed !== reference ? product(exchange, weighed) : null
  return { value, unit, ...(mass === null ? {} : { mass: { value: mass, unit: 'KGM' } }) }
}

/** Exact; null where one of the factors is no decimal. */
function product(exchange: IlcdNode, property: IlcdNode): string | null {
  const amount = parseDecimal(textAt(exchange, 'meanAmount') ?? '')
  const mean = parseDecimal(attribute(property, 'meanValue') ?? '')
  if (!amount || !mean) return null
  const text = formatDecimal(multiply(amount, mean), 15)
  return text.includes('.') ? text.replace(/\.?0+$/, '') : text
}

function readProperty(node: IlcdNode): MaterialProperty[] {
  const property = PROPERTIES[(attribute(node, 'name') ?? '').toLowerCase()]
  const value = attribute(node, 'value')
  if (!property || value === undefined) return []
  return [{ property, value, unit: attribute(node, 'unit') ?? '-' }]
}

const BIOGENIC = {
  productKg: '62e503ce-544a-4599-b2ad-bcea15a7bf20',
  packagingKg: '262a541b-209e-44cc-a426-33bce30de7b1'
} as const

/** Biogenic carbon is told by two flow properties of the product. */
export function readBiogenicCarbon(process: IlcdNode) {
  const properties = all(process, 'exchanges', 'exchange', 'flowProperties')
  const stated = Object.entries(BIOGENIC).flatMap(([key, uuid]) => {
    const value = attribute(
      properties.find((each) => attribute(each, 'uuid') === uuid),
      'meanValue'
    )
    return value === undefined ? [] : [[key, value] as const]
  })
  return stated.length === 0 ? undefined : Object.fromEntries(stated)
}
