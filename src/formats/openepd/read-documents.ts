import type { Included, LinkedDocument } from '../../domain/epd/epd.ts'
import type { Classification } from '../../domain/epd/product.ts'
import { childPointer } from '../../domain/pointer.ts'
import { JsonNumber } from '../json-number.ts'
import type { Json } from '../json-object.ts'
import { addressAt, arrayAt, numberAt, objectAt, objectsAt, textAt } from './fields.ts'
import { withoutExponent } from './units.ts'
import { lookAt } from './watch-json.ts'

/** What the named attachments of openEPD are here; every other name is a title. */
export const attachmentKinds: ReadonlyMap<string, LinkedDocument['kind']> = new Map([
  ['EPD', 'epd_pdf'],
  ['LCA_Report', 'project_report']
])

/** The original declaration and everything else that the document links to. */
export function readDocuments(document: Json): LinkedDocument[] {
  const original = addressAt(document, 'declaration_url')
  const attachments = objectAt(document, 'attachments')
  return [
    ...(original === undefined ? [] : [{ kind: 'epd_pdf' as const, href: original }]),
    ...Object.keys(attachments).flatMap((name): LinkedDocument[] => {
      const href = addressAt(attachments, name)
      if (href === undefined) return []
      const kind = attachmentKinds.get(name)
      return [kind === undefined ? { kind: 'other', title: name, href } : { kind, href }]
    })
  ]
}

/** Classes by system; a system may have several. */
export function readClasses(document: Json): Classification[] {
  const classes = objectAt(document, 'product_classes')
  return Object.keys(classes).flatMap((system) => {
    const several = Array.isArray(lookAt(classes, system))
    const codes = several ? codesAt(arrayAt(classes, system)) : [codeAt(classes, system)]
    return codes.flatMap((code) => (code === undefined ? [] : [{ system, code }]))
  })
}

function codesAt(list: readonly unknown[]): (string | undefined)[] {
  return list.map((_, index) => codeAt(list as unknown as Json, String(index)))
}

/** Codes are text, and many write those that are digits as numbers. */
function codeAt(document: Json, key: string): string | undefined {
  const isNumber = lookAt(document, key) instanceof JsonNumber
  return isNumber ? numberAt(document, key) : textAt(document, key)
}

/** How openEPD counts what is built in: in declared units of the other document. */
export const PIECES = 'C62'

export interface ReadIncludes {
  readonly includes: readonly Included[]
  /** Pointers of what is none: it has no quantity or no address, or flows out. */
  readonly left: readonly string[]
}

/** The declarations that are built in; an outflow, which is a negative quantity, is none of them. */
export function readIncludes(document: Json): ReadIncludes {
  const read = objectsAt(document, 'includes').map(readIngredient)
  return {
    includes: read.filter((each) => each !== null),
    left: read.flatMap((each, index) => (each ? [] : [childPointer('', 'includes', String(index))]))
  }
}

function readIngredient(ingredient: Json): Included | null {
  const [quantity, href] = [numberAt(ingredient, 'qty'), addressAt(ingredient, 'link')]
  if (quantity === undefined || href === undefined || quantity.startsWith('-')) return null
  const gwpShare = numberAt(ingredient, 'gwp_fraction')
  const name = textAt(ingredient, 'citation')
  return {
    ...(name === undefined ? {} : { name }),
    href,
    quantity: { value: withoutExponent(quantity), unit: PIECES },
    ...(gwpShare === undefined ? {} : { gwpShare: withoutExponent(gwpShare) })
  }
}
