import type { Scenario } from '../../domain/epd/epd.ts'
import type { Classification, Product } from '../../domain/epd/product.ts'
import { report } from '../../domain/epd/rules/table.ts'
import type { Finding } from '../../domain/finding.ts'
import { plainCas } from './cas.ts'
import { referenceExchange } from './declared-unit.ts'
import { productFlow } from './flow-properties.ts'
import { all, attribute, first, type IlcdNode, isTrue, textAt, textsOf } from './node.ts'
import { readComponents } from './read-contents.ts'

/** The name of the classification that holds our stage and product class in ILCD. */
export const ownClassification = 'Lodestone'

export const subTypes = {
  'specific dataset': 'specific',
  'average dataset': 'average',
  'representative dataset': 'representative',
  'template dataset': 'template',
  'generic dataset': 'generic'
} as const satisfies Readonly<Record<string, NonNullable<Product['representing']>>>

const UNSTATED = 'unstated'
const SUB_TYPE = ['modellingAndValidation', 'LCIMethodAndAllocation', 'other', 'subType'] as const

/** The product; stage and class are `unstated` unless the document classifies it as we do. */
export function readProduct(process: IlcdNode): Product {
  const information = first(process, 'processInformation')
  const dataSet = first(information, 'dataSetInformation')
  const systems = all(dataSet, 'classificationInformation', 'classification')
  const own = systems.find((each) => attribute(each, 'name') === ownClassification)
  const [stage, made] = own ? classesOf(own).map(ownTerm) : []
  const subType = textAt(process, ...SUB_TYPE)
  const description = textsOf(
    all(information, 'technology', 'technologyDescriptionAndIncludedProcesses')
  )
  const components = readComponents(process)
  return {
    stage: stage ?? UNSTATED,
    class: made ?? UNSTATED,
    ...(isSubType(subType) ? { representing: subTypes[subType] } : {}),
    ...(description ? { description } : {}),
    ...(components.length === 0
      ? {}
      : { composition: { basis: 'substance', complete: false, components } }),
    classifications: withCas(
      systems.filter((each) => each !== own).flatMap(readClassification),
      process
    )
  }
}

/** And the CAS number of a product that is one substance, from its flow; once, where both name it. */
function withCas(stated: readonly Classification[], process: IlcdNode): Classification[] {
  const flow = productFlow(referenceExchange(process))
  const text = textAt(flow, 'flowInformation', 'dataSetInformation', 'CASNumber')
  const code = text && plainCas(text)
  const isStated = stated.some((each) => each.system === 'CAS' && each.code === code)
  return code === undefined || isStated ? [...stated] : [...stated, { system: 'CAS', code }]
}

function isSubType(subType: string | undefined): subType is keyof typeof subTypes {
  return subType !== undefined && Object.hasOwn(subTypes, subType)
}

/** A subtype that the extensions do not have: what the figures stand for is not known then. */
export function reviewSubType(process: IlcdNode): Finding[] {
  const node = first(process, ...SUB_TYPE)
  const stated = textAt(node)
  if (!node || stated === undefined || isSubType(stated)) return []
  return [
    report('EPD_DOCUMENT_UNCLEAR', {
      pointer: node.pointer,
      message: 'The subtype is none that the EPD extensions define.',
      expected: Object.keys(subTypes).join(', '),
      actual: stated.slice(0, 60),
      remedy: 'Write one of the subtypes, letter by letter.'
    })
  ]
}

/** The classes of one classification, from the widest to the narrowest. */
function classesOf(node: IlcdNode): readonly IlcdNode[] {
  return all(node, 'class').toSorted(
    (a, b) => Number(attribute(a, 'level')) - Number(attribute(b, 'level'))
  )
}

function nameOfClass({ text }: IlcdNode): string {
  return text.trim()
}

/** Code and name of our own classes are the same word. */
function ownTerm(node: IlcdNode): string | undefined {
  return [codeOfClass(node), nameOfClass(node)].find((word) => word !== '')
}

function codeOfClass(node: IlcdNode): string {
  return attribute(node, 'classId') ?? nameOfClass(node)
}

/** The code is that of the narrowest class; those of wider ones are not looked into. */
function readClassification(node: IlcdNode): Classification[] {
  const classes = classesOf(node)
  const narrowest = classes.at(-1)
  if (!narrowest) return []
  const system = attribute(node, 'name') ?? 'ILCD'
  const code = codeOfClass(narrowest)
  const name = classes
    .map(nameOfClass)
    .filter((each) => each !== '')
    .join(' / ')
  // ILCD asks for a name where there is only a code.
  return [{ system, code, ...(['', code].includes(name) ? {} : { name }) }]
}

/** Scenarios by their name, which is how amounts refer to them. */
export function readScenarios(process: IlcdNode): Scenario[] {
  const path = ['processInformation', 'dataSetInformation', 'other', 'scenarios', 'scenario']
  return all(process, ...path).flatMap((node) => {
    const id = attribute(node, 'name')
    if (id === undefined) return []
    const group = attribute(node, 'group')
    const description = textsOf(all(node, 'description'))
    return [
      {
        id,
        ...(group === undefined ? {} : { group }),
        ...(isTrue(node, 'default') ? { default: true } : {}),
        ...(description ? { description } : {})
      }
    ]
  })
}
