import type { CellNature } from '../csv/cell-nature.ts'
import type { XmlElement } from '../xml/xml-element.ts'
import { isStruck } from './looks.ts'
import { ShownText } from './natures.ts'
import { builtInFormat, NumberFormat } from './number-format.ts'
import { NumberNature } from './number-nature.ts'
import { malformed } from './refuse.ts'

/** What cells of a style are, if they hold a number or text. */
export interface Style {
  readonly number: CellNature
  readonly text: CellNature | undefined
  /** A line goes through whatever they hold. */
  readonly struck: boolean
}

/** Excel makes no more. */
const MOST_STYLES = 65_536
/** Excel takes 250. */
const MOST_FORMATS = 4_000

/** By the index that cells name; the first where they name none. Only what cells show matters. */
export function stylesOf(root: XmlElement | null, from1904: boolean): readonly Style[] {
  const codes = new Map<number, string>()
  const own = childrenOf(root, 'numFmts')
  if (own.length > MOST_FORMATS) malformed(`There are more than ${MOST_FORMATS} number formats.`)
  for (const { attributes } of own) {
    codes.set(Number(attributes.get('numFmtId')), attributes.get('formatCode') ?? '')
  }
  const struck = childrenOf(root, 'fonts').map(isStruck)
  const known = new Map<string, Style>()
  const styleOf = (id: number, font = 0): Style => {
    const key = `${id} ${struck[font]}`
    const made = known.get(key) ?? {
      ...style(codes.get(id) ?? builtInFormat(id), from1904),
      struck: struck[font] ?? false
    }
    known.set(key, made)
    return made
  }
  const formats = childrenOf(root, 'cellXfs').slice(0, MOST_STYLES)
  const styles = formats.map(({ attributes }) =>
    styleOf(Number(attributes.get('numFmtId') ?? 0), Number(attributes.get('fontId') ?? 0))
  )
  return styles.length > 0 ? styles : [styleOf(0)]
}

function style(code: string, from1904: boolean): Omit<Style, 'struck'> {
  const format = new NumberFormat(code)
  const { aroundText } = format
  return {
    number: new NumberNature(format, from1904),
    text: aroundText === undefined ? undefined : new ShownText(aroundText)
  }
}

function childrenOf(root: XmlElement | null, named: string): readonly XmlElement[] {
  return root?.children.find(({ name }) => name === named)?.children ?? []
}
