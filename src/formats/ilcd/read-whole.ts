import type { EpdTables } from '../../domain/epd/table.ts'
import type { Loss } from '../epd-codec.ts'
import { reviewAmounts } from './declared-unit.ts'
import { reviewIdentity } from './identity.ts'
import { reviewIndependence } from './independence.ts'
import type { IlcdNode } from './node.ts'
import { reviewSubType } from './product.ts'
import { reviewReference } from './quantitative-reference.ts'
import { reviewHazards } from './read-contents.ts'
import { type ReadEpd, readIlcdEpd } from './read-epd.ts'
import { reviewReferences } from './several-references.ts'
import { watchTree } from './watch.ts'

/** The codes of findings about what a document says and nobody can use. */
const UNUSED: ReadonlySet<string> = new Set(['EPD_DOCUMENT_UNCLEAR', 'EPD_DOCUMENT_REST'])

/** A process as a declaration and, where it is wanted, everything that it says beyond. */
export function readWhole(
  process: IlcdNode,
  tables: EpdTables,
  unread: boolean
): ReadEpd & { readonly unread?: readonly Loss[] } {
  if (!unread) return reviewed(readIlcdEpd(process, tables), process, tables)
  const tree = watchTree(process)
  const read = reviewed(readIlcdEpd(tree.root, tables), process, tables)
  const unused = read.findings
    .filter(({ code }) => UNUSED.has(code))
    .map(({ pointer, message }): Loss => ({ of: 'document', pointer, message }))
  const told = new Set(unused.map(({ pointer }) => pointer))
  const unsaid = tree
    .unread(Object.values(read.epd?.name ?? {}))
    .filter(({ pointer }) => !told.has(pointer))
  return { ...read, unread: [...unsaid, ...unused] }
}

/** With what is wrong in the data set: who judges a part has not read it into the declaration. */
function reviewed(read: ReadEpd, process: IlcdNode, { rules }: EpdTables): ReadEpd {
  if (!read.epd) return read
  const findings = [
    ...reviewIdentity(process),
    ...reviewIndependence(process),
    ...reviewAmounts(process),
    ...reviewSubType(process),
    ...reviewHazards(process),
    ...reviewReferences(process),
    ...reviewReference(process, rules.inventory)
  ]
  return { ...read, findings: [...read.findings, ...findings] }
}
