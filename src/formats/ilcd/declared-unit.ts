import { parseAmount, plainDecimal } from '../../domain/epd/amount.ts'
import type { DeclaredUnit, MaterialProperty, Quantity } from '../../domain/epd/product.ts'
import { report } from '../../domain/epd/rules/table.ts'
import type { Finding } from '../../domain/finding.ts'
import { compare, multiply, ONE, parseDecimal } from '../../domain/quantity/rational.ts'
import {
  type FlowProperty,
  flowProperties,
  materialProperties,
  type StatedProperty
} from './flow-properties.ts'
import { all, attribute, first, type IlcdNode, textAt, textsOf } from './node.ts'
import { massProperty, unitOfGroup } from './unit-groups.ts'

/** Names of MatML properties, the one that is written first. */
export const propertyNames: Readonly<Record<string, MaterialProperty['property']>> = {
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
  const exchange = referenceExchange(process)
  const statements = all(information, 'dataSetInformation', 'name', 'functionalUnitFlowProperties')
  const description = textsOf(statements)
  const rest = {
    ...(description === undefined ? {} : { description }),
    properties: materialProperties(exchange).flatMap(readProperty)
  }
  const flow = ofFlow(exchange)
  if (flow) return { ...flow, ...rest }
  const stated = statedQuantity(description?.['en'] ?? '')
  if (stated) return { ...stated, ...rest }
  return { value: amountOf(exchange) ?? 'unstated', unit: 'unstated', ...rest }
}

/** The quantity that a statement of the functional unit is; null for one in words. */
export function statedQuantity(text: string): Quantity | null {
  const [, value, unit] = STATED.exec(text) ?? []
  return value === undefined || unit === undefined ? null : { value, unit }
}

/** The exchange that stands for the product. */
export function referenceExchange(process: IlcdNode): IlcdNode | undefined {
  const id = textAt(
    process,
    'processInformation',
    'quantitativeReference',
    'referenceToReferenceFlow'
  )
  return all(process, 'exchanges', 'exchange').find(
    (each) => attribute(each, 'dataSetInternalID') === id
  )
}

function ofFlow(exchange: IlcdNode | undefined): (Quantity & { mass?: Quantity }) | null {
  const properties = flowProperties(exchange)
  const reference = properties.find((each) => each.reference)
  if (!exchange || !reference) return null
  const unit = unitOfGroup(reference.unitGroup ?? '') ?? reference.unit
  const value = product(exchange, reference)
  if (value === null || unit === undefined) return null
  const weighed = properties.find(isMass)
  const mass = weighed && weighed !== reference ? product(exchange, weighed) : null
  return { value, unit, ...(mass === null ? {} : { mass: { value: mass, unit: 'KGM' } }) }
}

/** Where amounts depend on parameters of the data set, the resulting one is the amount (ILCD 1.1). */
function amountOf(exchange: IlcdNode | undefined): string | undefined {
  return textAt(exchange, 'resultingAmount') ?? textAt(exchange, 'meanAmount')
}

/** What the declared unit is multiplied from has to be numbers: without one of them there is no unit. */
export function reviewAmounts(process: IlcdNode): Finding[] {
  const exchange = referenceExchange(process)
  const amount = ['resultingAmount', 'meanAmount'].find((name) => textAt(exchange, name))
  const counted = flowProperties(exchange).filter((each) => each.reference || isMass(each))
  return [
    ...(exchange && amount
      ? [{ pointer: `${exchange.pointer}/${amount}`, text: amountOf(exchange) }]
      : []),
    ...counted.map(({ pointer, meanValue: text }) => ({ pointer, text }))
  ].flatMap(({ pointer, text }) =>
    text === undefined || parseAmount(text)
      ? []
      : [
          report('EPD_VALUE_INVALID', {
            pointer,
            message: 'The declared unit is multiplied from this, and it is not a decimal number.',
            expected: 'for instance 1.0',
            actual: text.slice(0, 120),
            remedy: 'Write it with a point and nothing between thousands.'
          })
        ]
  )
}

function isMass({ uuid }: FlowProperty): boolean {
  return uuid === massProperty
}

/** Exact, and without the zeros at the end; null where one of the factors is no decimal. */
function product(exchange: IlcdNode, { meanValue }: FlowProperty): string | null {
  const amount = parseAmount(amountOf(exchange) ?? '')
  const mean = parseAmount(meanValue ?? '')
  return amount && mean && plainDecimal(multiply(amount.value, mean.value))
}

function readProperty(stated: StatedProperty): MaterialProperty[] {
  const known = stated.name.trim().toLowerCase()
  const property = Object.hasOwn(propertyNames, known) ? propertyNames[known] : undefined
  if (!property) return []
  const { value, unit = '-' } = stated
  return value === undefined ? [] : [{ property, value, unit }]
}

/** The flow properties that tell biogenic carbon, by the field of the model. */
export const biogenicProperties = {
  productKg: '62e503ce-544a-4599-b2ad-bcea15a7bf20',
  packagingKg: '262a541b-209e-44cc-a426-33bce30de7b1'
} as const

/** Biogenic carbon is told by two flow properties of the product. */
export function readBiogenicCarbon(process: IlcdNode) {
  const exchange = referenceExchange(process)
  const properties = flowProperties(exchange)
  const stated = Object.entries(biogenicProperties).flatMap(([key, uuid]) => {
    const property = properties.find((each) => each.uuid === uuid)
    if (!exchange || property?.meanValue === undefined) return []
    return [[key, carbonIn(exchange, property, property.meanValue)] as const]
  })
  return stated.length === 0 ? undefined : Object.fromEntries(stated)
}

/** As it is stated where that is a plain decimal for one of the flow. What is no number the rules refuse. */
function carbonIn(exchange: IlcdNode, property: FlowProperty, stated: string): string {
  const amount = parseAmount(amountOf(exchange) ?? '1')
  const asStated = amount && compare(amount.value, ONE) === 0 && parseDecimal(stated)
  return asStated ? stated : (product(exchange, property) ?? stated)
}
