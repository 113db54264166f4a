import type { LinkedDocument, Pcr } from '../../domain/epd/epd.ts'
import { standardSources } from './compliance.ts'
import { ownIdOfSource } from './made-id.ts'
import {
  addressOf,
  all,
  attribute,
  first,
  type IlcdNode,
  isAddress,
  oneTextOf,
  referenceOf
} from './node.ts'

const METHOD = ['modellingAndValidation', 'LCIMethodAndAllocation'] as const
const SOURCES = ['modellingAndValidation', 'dataSourcesTreatmentAndRepresentativeness'] as const
const DATA_SET = ['processInformation', 'dataSetInformation'] as const
/** What many data sets name beside or instead of rules: the format with its extensions, and EN 15804. */
const NO_RULES = [
  'a97a0155-0234-4b87-b4ce-a45da52f2a40',
  'cba73800-7874-11e3-981f-0800200c9a66',
  'a29449fd-aa2f-4de8-b5d7-4b06b43c6fde',
  'b00f9ec0-7874-11e3-981f-0800200c9a66',
  'c0016b33-8cf7-415c-ac6e-deba0d21440d',
  'd4aa3ec7-b1d7-4a4a-a6cb-37af88dcc902'
]

/** The first method reference that is neither the format nor a standard. */
export function readPcr(process: IlcdNode): Pcr | undefined {
  const node = rulesOf(process)
  if (!node) return undefined
  const reference = referenceOf(node)
  const name = reference.name ?? nameOf(sourceOf(node))
  if (name === undefined) return undefined
  const { version } = reference
  const uuid = ownIdOfSource(reference.uuid, name)
  const contact = first(sourceOf(node), 'referenceToContact')
  const publisher = contact && referenceOf(contact).name
  const href = addressOf(node)
  return {
    ...(uuid === undefined ? {} : { id: uuid }),
    name,
    ...(version === undefined ? {} : { version }),
    ...(publisher === undefined ? {} : { publisher }),
    ...(href === undefined ? {} : { href })
  }
}

function rulesOf(process: IlcdNode): IlcdNode | undefined {
  return all(process, ...METHOD, 'referenceToLCAMethodDetails').find((node) => {
    const uuid = attribute(node, 'refObjectId')?.toLowerCase() ?? ''
    return !NO_RULES.includes(uuid) && !standardSources.has(uuid)
  })
}

function sourceOf(reference: IlcdNode): IlcdNode | undefined {
  return first(reference, 'dataSet', 'sourceInformation', 'dataSetInformation')
}

function nameOf(source: IlcdNode | undefined): string | undefined {
  return oneTextOf(all(source, 'shortName'))
}

/**
 * What lies in the Web or in the package: the original declaration, and the sources that the method
 * refers to. A file of the package is named by the id of its source and told by its hash.
 */
export function readDocuments(process: IlcdNode): LinkedDocument[] {
  const originals = all(process, ...SOURCES, 'other', 'referenceToOriginalEPD')
  const external = all(process, ...DATA_SET, 'referenceToExternalDocumentation')
  const methods = all(process, ...METHOD, 'referenceToLCAMethodDetails')
  return [
    ...originals.flatMap((node) => documentsOf(node, 'epd_pdf')),
    ...external.flatMap((node) => documentsOf(node, 'other')),
    ...methods.flatMap((node) => beyondRules(filesOf(node, 'other'), readPcr(process)))
  ]
}

/** Where the rules lie is said with the rules. */
function beyondRules(documents: readonly LinkedDocument[], rules: Pcr | undefined) {
  return documents.filter(({ href }) => href !== rules?.href)
}

function documentsOf(node: IlcdNode, kind: LinkedDocument['kind']): LinkedDocument[] {
  const files = filesOf(node, kind)
  if (files.length > 0) return files
  const address = addressOf(node)
  if (address === undefined) return []
  return [{ kind, ...titled(referenceOf(node).name, address), href: address }]
}

/** A source may name several files, and pages of the Web beside them. */
function filesOf(node: IlcdNode, kind: LinkedDocument['kind']): LinkedDocument[] {
  const source = sourceOf(node)
  return all(source, 'referenceToDigitalFile').flatMap((file) => {
    const place = placeOf(file, node)
    if (!place) return []
    const { name = nameOf(source) } = referenceOf(node)
    return [{ kind, ...titled(name, place.href), ...place }]
  })
}

/** ILCD asks for a name where there is only an address. */
function titled(name: string | undefined, address: string): { readonly title?: string } {
  return name === undefined || name === address ? {} : { title: name }
}

/** Where the file is; undefined where neither the Web nor the package has it. */
function placeOf(
  file: IlcdNode,
  reference: IlcdNode
): Pick<LinkedDocument, 'href' | 'sha256' | 'mediaType'> | undefined {
  const uri = attribute(file, 'uri') ?? ''
  if (isAddress(uri)) return { href: uri }
  const [sha256, mediaType] = [attribute(file, 'sha256'), attribute(file, 'mediaType')]
  if (sha256 === undefined || mediaType === undefined) return undefined
  const { uuid } = referenceOf(reference)
  return uuid === undefined ? undefined : { href: `urn:uuid:${uuid}`, sha256, mediaType }
}
