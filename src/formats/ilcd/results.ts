import { parseAmount } from '../../domain/epd/amount.ts'
import type { EpdResult, EpdValue } from '../../domain/epd/result.ts'
import { report } from '../../domain/epd/rules/table.ts'
import type { EpdTables } from '../../domain/epd/table.ts'
import type { Finding } from '../../domain/finding.ts'
import { identify } from './identify.ts'
import { all, attribute, first, type IlcdNode, referenceOf, textAt, textsOf } from './node.ts'

export interface ReadResults {
  readonly results: readonly EpdResult[]
  readonly findings: readonly Finding[]
}

const SOURCES = [
  [['exchanges', 'exchange'], 'referenceToFlowDataSet'],
  [['LCIAResults', 'LCIAResult'], 'referenceToLCIAMethodDataSet']
] as const

/** All values of a data set: inventory indicators are exchanges, impacts are LCIA results. */
export function readResults(
  process: IlcdNode,
  methods: readonly string[],
  tables: EpdTables
): ReadResults {
  const read = SOURCES.flatMap(([path, link]) =>
    all(process, ...path).map((node) => readResult(node, link, methods, tables))
  ).filter((each) => each !== null)
  return {
    results: read.map(({ result }) => result),
    findings: [
      ...read.flatMap(({ findings }) => findings),
      ...all(process, 'LCIAResults', 'LCIAResult').flatMap(reviewMean)
    ]
  }
}

/** Impacts that say how much and not in which module; 0 is how the extensions fill in what ILCD demands. */
function reviewMean(node: IlcdNode): Finding[] {
  const mean = textAt(node, 'meanAmount') ?? '0'
  if (all(node, 'other', 'amount').length > 0 || parseAmount(mean)?.value.n === 0n) return []
  return [
    report('EPD_DOCUMENT_UNCLEAR', {
      pointer: node.pointer,
      message: 'The result does not say of which modules it is, so it is not read.',
      expected: 'amounts by module, as the EPD extensions define them',
      actual: mean,
      remedy: 'Export it with the amounts by module of the EPD extensions.'
    })
  ]
}

/** Null for what has no amounts by module, such as the reference flow. */
function readResult(
  node: IlcdNode,
  link: string,
  methods: readonly string[],
  tables: EpdTables
): { readonly result: EpdResult; readonly findings: readonly Finding[] } | null {
  const amounts = all(node, 'other', 'amount')
  if (amounts.length === 0) return null
  const target = first(node, link)
  if (!target || attribute(target, 'refObjectId') === undefined) {
    return { result: unnamed(node, amounts), findings: [withoutReference(node)] }
  }
  const { uuid, version } = referenceOf(target)
  const at = { uuid, version, pointer: target.pointer }
  const { indicator, method, findings } = identify(at, methods, tables)
  const name = textsOf(all(target, 'shortDescription'))
  const result = {
    ...unnamed(node, amounts),
    indicator,
    ...(method === undefined ? {} : { method }),
    ...(name === undefined ? {} : { name }),
    ...(uuid === undefined
      ? {}
      : { reference: { uuid, ...(version === undefined ? {} : { version }) } })
  }
  return { result, findings }
}

const UNSTATED = 'unstated'

function unnamed(node: IlcdNode, amounts: readonly IlcdNode[]): EpdResult {
  const link = first(node, 'other', 'referenceToUnitGroupDataSet')
  const unit = link && referenceOf(link)
  return {
    indicator: UNSTATED,
    unit: unit?.name ?? UNSTATED,
    ...(unit?.uuid === undefined ? {} : { unitGroup: unit.uuid }),
    pointer: node.pointer,
    values: amounts.map(readValue)
  }
}

function withoutReference({ pointer }: IlcdNode): Finding {
  return report('EPD_DOCUMENT', {
    pointer,
    message: 'The values do not say which indicator they are of.',
    expected: 'a reference with the id of the flow or of the LCIA method',
    remedy: 'Add the reference, with the id of the indicator.'
  })
}

/** An empty amount is a module that is not declared, never 0. One with something else inside is none. */
function readValue(node: IlcdNode): EpdValue {
  const place = {
    module: attribute(node, 'module') ?? UNSTATED,
    scenario: attribute(node, 'scenario') ?? null,
    pointer: node.pointer
  }
  const text = node.text.trim() || inPlaceOfText(node)
  if (text === '' || text === 'ND' || text === 'MND') {
    return { ...place, status: 'not_declared', text: null }
  }
  if (text === 'INA') return { ...place, status: 'not_assessed', text: null }
  return { ...place, status: 'declared', text }
}

const PLACE = ['module', 'scenario']

/** The element that stands where a number should, as no number is written; empty where there is none. */
function inPlaceOfText({ children }: IlcdNode): string {
  const found = children.find(
    ({ name, text, children: inside }) =>
      !PLACE.includes(name) && (text.trim() !== '' || inside.length > 0)
  )
  return found ? `<${found.name}>` : ''
}
