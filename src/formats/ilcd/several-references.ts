import { report } from '../../domain/epd/rules/table.ts'
import type { Finding } from '../../domain/finding.ts'
import { referenceExchange } from './declared-unit.ts'
import { flowProperties } from './flow-properties.ts'
import { all, attribute, type IlcdNode, textAt } from './node.ts'

/**
 * Where a data set says more than once what its figures are for, one reader takes the first and another
 * the last: the first is taken, and the others are told.
 */
export function reviewReferences(process: IlcdNode): Finding[] {
  const path = ['processInformation', 'quantitativeReference', 'referenceToReferenceFlow'] as const
  const [named, ...others] = all(process, ...path).filter((each) => textAt(each) !== undefined)
  const id = textAt(named)
  const [, ...sameId] = all(process, 'exchanges', 'exchange').filter(
    (each) => id !== undefined && attribute(each, 'dataSetInternalID') === id
  )
  const [, ...counted] = flowProperties(referenceExchange(process)).filter((each) => each.reference)
  return [
    ...told(others, 'The data set names another reference flow as well; the first is taken.'),
    ...told(sameId, 'Another exchange has the id of the reference flow; the first is taken.'),
    ...told(counted, 'The product flow is counted in another property as well; the first is taken.')
  ]
}

function told(others: readonly { readonly pointer: string }[], message: string): Finding[] {
  return others.map(({ pointer }) =>
    report('EPD_DOCUMENT_UNCLEAR', {
      pointer,
      message,
      expected: 'one flow, in one quantity, that all figures are for',
      remedy: 'Keep the one that is meant; a product in another unit is a declaration of its own.'
    })
  )
}
