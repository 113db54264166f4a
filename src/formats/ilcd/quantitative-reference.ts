import { parseAmount } from '../../domain/epd/amount.ts'
import { report } from '../../domain/epd/rules/table.ts'
import type { EpdRuleParameters } from '../../domain/epd/table.ts'
import type { Finding } from '../../domain/finding.ts'
import {
  add,
  compare,
  multiply,
  type Rational,
  rational,
  ZERO
} from '../../domain/quantity/rational.ts'
import {
  all,
  attribute,
  first,
  type IlcdNode,
  type IlcdReference,
  referenceOf,
  textAt
} from './node.ts'

/**
 * What is wrong with the flow that all figures of a data set are for, and with amounts that cannot be
 * for it: a product is an output and no emission, and no emission weighs many times what is put in.
 * Units are in the flow data sets, so amounts are compared as they are stated.
 */
export function reviewReference(
  process: IlcdNode,
  { elementaryFlowNode, heaviestOutput }: EpdRuleParameters['inventory']
): Finding[] {
  const reference = textAt(
    process,
    'processInformation',
    'quantitativeReference',
    'referenceToReferenceFlow'
  )
  const exchanges = all(process, 'exchanges', 'exchange').map(
    (node) => new Exchange(node, reference, elementaryFlowNode)
  )
  return [
    ...exchanges.filter(({ isReference }) => isReference).flatMap(reviewFlow),
    ...reviewAmounts(exchanges, rational(BigInt(heaviestOutput)))
  ]
}

/** Looked into where it is asked: inventories have thousands, and few are the reference or emissions. */
class Exchange {
  readonly node: IlcdNode
  readonly isReference: boolean
  readonly isInput: boolean
  readonly #elementaryFlowNode: string

  constructor(node: IlcdNode, reference: string | undefined, elementaryFlowNode: string) {
    this.node = node
    this.isReference = attribute(node, 'dataSetInternalID') === reference
    this.isInput = directionOf(node)?.toLowerCase() === 'input'
    this.#elementaryFlowNode = elementaryFlowNode
  }

  get isElementary(): boolean {
    return this.#flow?.uuid?.endsWith(this.#elementaryFlowNode) ?? false
  }

  get name(): string {
    return this.#flow?.name ?? 'The flow'
  }

  get #flow(): IlcdReference | undefined {
    const link = first(this.node, 'referenceToFlowDataSet')
    return link && referenceOf(link)
  }
}

/** soda4LCA writes the name of the element with a space, and the direction in capitals. */
function directionOf(node: IlcdNode): string | undefined {
  return textAt(node, 'exchangeDirection') ?? textAt(node, 'exchange direction')
}

function amountOf({ node }: Exchange): Rational | null {
  const text = textAt(node, 'resultingAmount') ?? textAt(node, 'meanAmount')
  return text === undefined ? null : (parseAmount(text)?.value ?? null)
}

function reviewFlow({ node, isInput, isElementary, name }: Exchange): Finding[] {
  if (!isInput && !isElementary) return []
  return [
    report('EPD_REFERENCE_FLOW', {
      pointer: node.pointer,
      message: `The reference flow is ${isElementary ? 'an elementary flow' : 'an input'}, not the product: ${name}.`,
      expected: 'a product flow that leaves the process',
      remedy: 'Name the exchange of the product in quantitativeReference.'
    })
  ]
}

function reviewAmounts(exchanges: readonly Exchange[], times: Rational): Finding[] {
  const emissions = exchanges.filter(
    (exchange) => !exchange.isInput && !exchange.isReference && exchange.isElementary
  )
  if (emissions.length === 0) return []
  const inputs = exchanges
    .filter(({ isInput }) => isInput)
    .reduce((sum, exchange) => add(sum, amountOf(exchange) ?? ZERO), ZERO)
  if (compare(inputs, ZERO) <= 0) return []
  const most = multiply(inputs, times)
  return emissions
    .filter((exchange) => compare(amountOf(exchange) ?? ZERO, most) > 0)
    .map(({ node, name }) =>
      report('EPD_INVENTORY_AMOUNT', {
        pointer: node.pointer,
        message: `${name} is many times as much as everything that is put in: perhaps grams for kilograms.`,
        remedy: 'State the amount in the unit of the flow.'
      })
    )
}
