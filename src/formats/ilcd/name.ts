import { report } from '../../domain/epd/rules/table.ts'
import type { Texts } from '../../domain/epd/texts.ts'
import type { Finding } from '../../domain/finding.ts'
import { all, byLanguage, type IlcdNode, textsOf } from './node.ts'

/** A space at the edge; a line break there is how somebody indents XML, and no part of a name. */
const EDGE = /^[^\S\n\r]+\S|\S[^\S\n\r]+$/

/** The name of the product by language, and which of its texts are not written as they are read. */
export function readName(process: IlcdNode): {
  readonly name: Texts | undefined
  readonly findings: readonly Finding[]
} {
  const path = ['processInformation', 'dataSetInformation', 'name', 'baseName'] as const
  const nodes = all(process, ...path)
  return { name: textsOf(nodes), findings: [...byLanguage(nodes).values()].flatMap(reviewEdges) }
}

/** Lists sort and match such a name in another place than the one that people expect. */
function reviewEdges(node: IlcdNode): Finding[] {
  if (!EDGE.test(node.text)) return []
  return [
    report('EPD_NAME_SPACE', {
      pointer: node.pointer,
      message: 'The name starts or ends with a space; it is read without.',
      actual: JSON.stringify(node.text.slice(0, 100)),
      remedy: 'Nothing need be done; remove the space where the name is kept.'
    })
  ]
}
