import { report } from '../../domain/epd/rules/table.ts'
import type { EpdTables } from '../../domain/epd/table.ts'
import type { Finding } from '../../domain/finding.ts'
import { all, first, type IlcdNode, referenceOf, textAt } from './node.ts'

/** Standards by the id of their ILCD source; EN 15804 is in the table of methods. */
export const standardSources: ReadonlyMap<string, string> = new Map([
  ['4f2eb655-6e44-4874-a95a-e28f5442cd4d', 'ISO 14025'],
  ['73aef63c-53dc-42e4-8db8-0bbbeb3e8ee3', 'ISO 14025'],
  ['9c1e8451-2321-4498-b459-b6568b6b6547', 'ISO 21930']
])

export interface Compliance {
  readonly standards: readonly string[]
  /** The sets of characterization factors that the declared standards use. */
  readonly methods: readonly string[]
  readonly findings: readonly Finding[]
}

/** How a data set says that it does not comply with what it names (ILCD 1.1, ComplianceValues). */
const NOT_COMPLIANT = 'Not compliant'

interface Declaration {
  readonly pointer: string
  /** False where the data set says that it does not comply: then it claims nothing. */
  readonly complies: boolean
  readonly uuid: string | undefined
  readonly standard: string | undefined
  readonly method: string | undefined
}

/** What the data set declares to comply with, each once. */
export function readCompliance(process: IlcdNode, tables: EpdTables): Compliance {
  const path = ['modellingAndValidation', 'complianceDeclarations', 'compliance']
  const declarations = all(process, ...path).map((node) => readDeclaration(node, tables))
  const claimed = declarations.filter(({ complies }) => complies)
  return {
    standards: [...new Set(claimed.flatMap(({ standard }) => standard ?? []))],
    methods: [...new Set(claimed.flatMap(({ method }) => method ?? []))],
    findings: declarations.flatMap((each, index) => review(each, declarations.slice(0, index)))
  }
}

function readDeclaration(node: IlcdNode, { methods }: EpdTables): Declaration {
  const link = first(node, 'referenceToComplianceSystem')
  const { uuid, name } = link ? referenceOf(link) : {}
  const method = [...methods.values()].find(({ compliance }) => compliance === uuid)
  return {
    pointer: node.pointer,
    complies: textAt(node, 'approvalOfOverallCompliance') !== NOT_COMPLIANT,
    uuid,
    standard: method?.standard ?? standardSources.get(uuid ?? '') ?? name,
    method: method?.id
  }
}

function review(declaration: Declaration, before: readonly Declaration[]): Finding[] {
  const { pointer, uuid, standard = 'nothing', complies } = declaration
  if (!complies) {
    const message = 'The data set says that it does not comply with this, so it is not claimed.'
    const remedy =
      'Nothing need be done; where it complies after all, correct approvalOfOverallCompliance.'
    return [report('EPD_DOCUMENT_UNCLEAR', { pointer, message, actual: standard, remedy })]
  }
  if (uuid === undefined) {
    const message = 'The compliance declaration does not name its standard by id.'
    const remedy = 'Add the refObjectId of its source to the reference.'
    return [report('EPD_DOCUMENT_UNCLEAR', { pointer, message, actual: standard, remedy })]
  }
  if (!before.some((each) => each.uuid === uuid)) return []
  const message = 'The same compliance is declared twice.'
  const remedy = 'Remove one of the two.'
  return [report('EPD_DOCUMENT_UNCLEAR', { pointer, message, actual: standard, remedy })]
}
