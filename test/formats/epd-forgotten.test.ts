import t from 'tap'
import type { ParsedEpd } from '../../src/formats/epd-codec.ts'
import { ilcdEpd } from '../../src/formats/ilcd/epd.ts'
import type { IlcdNode } from '../../src/formats/ilcd/node.ts'
import { xmlNode } from '../../src/formats/ilcd/xml-node.ts'
import { isObject } from '../../src/formats/json-object.ts'
import { nativeDocument } from '../../src/formats/native/write-epd.ts'
import { soda4lcaEpd } from '../../src/formats/soda4lca/epd.ts'
import { nodeOf } from '../../src/formats/soda4lca/json-node.ts'
import { parseForeignJson } from '../../src/formats/strict-json.ts'
import { readXml } from '../../src/formats/xml/read-xml.ts'
import { loadReference } from '../../src/reference.ts'
import { goldenData } from '../support/golden-epds.ts'
import { goldenFiles } from '../support/golden-import.ts'
import { sharedData, unlessAbsent } from '../support/shared-data.ts'

const { epd: tables } = loadReference()

/**
 * What says the same in other words once it is read, or says how a data set is written and linked:
 * codes of the format, ids that we know, and numbers whose product is stated.
 */
const OTHER_WORDS = [
  /^(type|uri|level|lang|classes|version|locations|schemaLocation|profile|packaging|default)$/,
  /^(dataSetInternalID|dataSetVersion|location|hazardCode|CASNumber|referenceFlow|unitGroupUUID)$/,
  /^(meanAmount|resultingAmount|resultingflowAmount|meanValue|functionType|typeOfFlow)$/,
  /^(exchangeDirection|exchange direction|typeOfDataSet|referenceToReferenceFlow)$/,
  /^(referenceFlowProperty|referenceUnit|subType|resolvedFlowVersion)$/
]
/** Read into a date or a kind, or known by id: publication, subtype, compliance and properties. */
const OTHER_PLACES =
  /compliance\/|flowProperties\/\d+\/@?uuid|materialProperties\/\d+\/@?name|other\/anies\/\d+\/value|LCAMethodDetails\/\d+\/@?refObjectId/

interface Said {
  readonly pointer: string
  readonly name: string
  readonly text: string
}

function saidIn({ name, pointer, text, attributes, children }: IlcdNode): Said[] {
  return [
    { pointer, name, text },
    ...[...attributes].map(([key, value]) => ({
      pointer: `${pointer}/@${key}`,
      name: key,
      text: value
    })),
    ...children.flatMap(saidIn)
  ].filter((each) => each.text.trim() !== '')
}

function textsOf(value: unknown): string[] {
  if (typeof value === 'string') return [value]
  return typeof value === 'object' && value !== null ? Object.values(value).flatMap(textsOf) : []
}

/** What a document says that is neither in the declaration nor named as lost. */
function forgotten(tree: IlcdNode, { epd, unread = [] }: ParsedEpd): string[] {
  if (!epd) return ['no declaration']
  const texts = textsOf(nativeDocument(epd))
  const isNamed = (pointer: string) => {
    const scalar = pointer.replace(/\/@([^/]+)$/, '/$1')
    return unread.some(({ pointer: lost }) =>
      [pointer, scalar, `${pointer}/value`].some(
        (each) => each === lost || each.startsWith(`${lost}/`)
      )
    )
  }
  return saidIn(tree)
    .filter(({ name }) => !OTHER_WORDS.some((words) => words.test(name)))
    .filter(({ pointer }) => !OTHER_PLACES.test(pointer) && !isNamed(pointer))
    .filter(({ text }) => !texts.some((each) => each.includes(text.trim())))
    .map(({ pointer, text }) => `${pointer} ${text.trim().slice(0, 60)}`)
}

t.test('nothing that a real declaration says is forgotten', async (t) => {
  t.test('of data sets in XML', unlessAbsent(goldenData, 5), async (t) => {
    let named = 0
    for (const file of ['ilcd-sample-data', 'ilcd-xml'].flatMap(goldenFiles)) {
      const bytes = Buffer.from(sharedData(`epd/${file}`) ?? '')
      const parsed = ilcdEpd.parse(bytes, tables, { unread: true })
      t.same(forgotten(xmlNode(readXml(bytes)), parsed), [], file)
      named += parsed.unread?.length ?? 0
    }
    t.comment(`${named} parts that declarations have no field for, 0 forgotten`)
  })

  t.test('of data sets of soda4LCA', unlessAbsent(goldenData, 7), async (t) => {
    for (const file of goldenFiles('ilcd-json-soda4lca')) {
      const bytes = Buffer.from(sharedData(`epd/${file}`) ?? '')
      const document = parseForeignJson(bytes)
      const parsed = soda4lcaEpd.parse(bytes, tables, { unread: true })
      t.same(forgotten(nodeOf(isObject(document) ? document : {}), parsed), [], file)
    }
  })
})
