import { type Amount, parseAmount } from '../../domain/epd/amount.ts'
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
import { all, attribute, first, type IlcdNode, referenceOf, textAt } from './node.ts'

interface Exchange {
  readonly pointer: string
  readonly isReference: boolean
  readonly isInput: boolean
  readonly isElementary: boolean
  readonly name: string
  readonly amount: Amount | null
}

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
  const exchanges = all(process, 'exchanges', 'exchange').map((node) =>
    readExchange(node, reference, elementaryFlowNode)
  )
  return [
    ...exchanges.filter(({ isReference }) => isReference).flatMap(reviewFlow),
    ...reviewAmounts(exchanges, rational(BigInt(heaviestOutput)))
  ]
}

function readExchange(
  node: IlcdNode,
  reference: string | undefined,
  elementaryFlowNode: string
): Exchange {
  const link = first(node, 'referenceToFlowDataSet')
  const flow = link && referenceOf(link)
  const amount = textAt(node, 'resultingAmount') ?? textAt(node, 'meanAmount')
  return {
    pointer: node.pointer,
    isReference: attribute(node, 'dataSetInternalID') === reference,
    isInput: textAt(node, 'exchangeDirection') === 'Input',
    isElementary: flow?.uuid?.endsWith(elementaryFlowNode) ?? false,
    name: flow?.name ?? 'The flow',
    amount: amount === undefined ? null : parseAmount(amount)
  }
}

function reviewFlow({ pointer, isInput, isElementary, name }: Exchange): Finding[] {
  if (!isInput && !isElementary) return []
  return [
    report('EPD_REFERENCE_FLOW', {
      pointer,
      message: `The reference flow is ${isElementary ? 'an elementary flow' : 'an input'}, not the product: ${name}.`,
      expected: 'a product flow that leaves the process',
      remedy: 'Name the exchange of the product in quantitativeReference.'
    })
  ]
}

function reviewAmounts(exchanges: readonly Exchange[], times: Rational): Finding[] {
  const inputs = exchanges
    .filter(({ isInput }) => isInput)
    .reduce((sum, { amount }) => (amount ? add(sum, amount.value) : sum), ZERO)
  if (compare(inputs, ZERO) <= 0) return []
  const most = multiply(inputs, times)
  return exchanges
    .filter(({ isInput, isElementary, isReference }) => !isInput && isElementary && !isReference)
    .filter(({ amount }) => amount !== null && compare(amount.value, most) > 0)
    .map(({ pointer, name }) =>
      report('EPD_INVENTORY_AMOUNT', {
        pointer,
        message: `${name} is many times as much as everything that is put in: perhaps grams for kilograms.`,
        remedy: 'State the amount in the unit of the flow.'
      })
    )
}
