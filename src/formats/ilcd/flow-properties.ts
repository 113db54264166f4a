import { all, attribute, first, type IlcdNode, isTrue, referenceOf, textAt } from './node.ts'
import { groupOfProperty } from './unit-groups.ts'

/** One property of the product flow: how much of it one unit of the flow is. */
export interface FlowProperty {
  readonly uuid: string | undefined
  /** True for the one that the amount of the flow is given in. */
  readonly reference: boolean
  readonly meanValue: string | undefined
  /** Where the data set states it. */
  readonly pointer: string
  readonly unitGroup: string | undefined
  /** The reference unit of the group as it is spelled. */
  readonly unit: string | undefined
}

/** A material property (MatML), as stated. */
export interface StatedProperty {
  readonly name: string
  readonly value: string | undefined
  readonly unit: string | undefined
}

/** The product flow where it lies in the document; soda4LCA puts parts of it into the exchange. */
export function productFlow(exchange: IlcdNode | undefined): IlcdNode | undefined {
  return first(exchange, 'referenceToFlowDataSet', 'dataSet')
}

/** The properties of the product flow, from the flow itself or as soda4LCA lists them. */
export function flowProperties(exchange: IlcdNode | undefined): FlowProperty[] {
  const flow = productFlow(exchange)
  if (!flow) return all(exchange, 'flowProperties').map(listed)
  const reference = textAt(
    flow,
    'flowInformation',
    'quantitativeReference',
    'referenceToReferenceFlowProperty'
  )
  return all(flow, 'flowProperties', 'flowProperty').map((each) => ofFlow(each, reference))
}

function listed(node: IlcdNode): FlowProperty {
  return {
    uuid: attribute(node, 'uuid'),
    reference: isTrue(node, 'referenceFlowProperty'),
    // What nobody asks for is not read, and so is told.
    get meanValue() {
      return attribute(node, 'meanValue')
    },
    get pointer() {
      return `${node.pointer}/meanValue`
    },
    unitGroup: attribute(node, 'unitGroupUUID'),
    unit: attribute(node, 'referenceUnit')
  }
}

/** The unit group lies two references away; packages often leave the official ones out. */
function ofFlow(node: IlcdNode, reference: string | undefined): FlowProperty {
  const link = first(node, 'referenceToFlowPropertyDataSet')
  const uuid = attribute(link, 'refObjectId')?.toLowerCase()
  const group = first(
    link,
    'dataSet',
    'flowPropertiesInformation',
    'quantitativeReference',
    'referenceToReferenceUnitGroup'
  )
  return {
    uuid,
    reference: attribute(node, 'dataSetInternalID') === reference,
    get meanValue() {
      return textAt(node, 'meanValue')
    },
    get pointer() {
      return `${node.pointer}/meanValue`
    },
    unitGroup: (group && referenceOf(group).uuid) ?? groupOfProperty(uuid ?? ''),
    unit: referenceUnit(first(group, 'dataSet'))
  }
}

function referenceUnit(group: IlcdNode | undefined): string | undefined {
  const id = textAt(
    group,
    'unitGroupInformation',
    'quantitativeReference',
    'referenceToReferenceUnit'
  )
  const unit = all(group, 'units', 'unit').find(
    (each) => attribute(each, 'dataSetInternalID') === id
  )
  return textAt(unit, 'name')
}

/**
 * Density, thickness and the like, from the MatML in the flow or as soda4LCA lists them. What nobody
 * asks for is not read, and so is told.
 */
export function materialProperties(exchange: IlcdNode | undefined): StatedProperty[] {
  const flow = productFlow(exchange)
  if (!flow) {
    return all(exchange, 'materialProperties').map((node) => ({
      name: attribute(node, 'name') ?? '',
      get value() {
        return attribute(node, 'value')
      },
      get unit() {
        return attribute(node, 'unit')
      }
    }))
  }
  const documents = all(flow, 'flowInformation', 'dataSetInformation', 'other', 'MatML_Doc')
  return documents.flatMap((matml) => {
    const details = all(matml, 'Metadata', 'PropertyDetails')
    return all(matml, 'Material', 'BulkDetails', 'PropertyData').map((data) => {
      const id = attribute(data, 'property')
      const detail = details.find((each) => attribute(each, 'id') === id)
      return {
        name: textAt(detail, 'Name') ?? '',
        get value() {
          return textAt(data, 'Data')
        },
        get unit() {
          return attribute(first(detail, 'Units'), 'name')
        }
      }
    })
  })
}
