import { SaxesParser } from 'saxes'

/** An element of a picture, with the text in it. */
export interface Drawn {
  readonly name: string
  readonly attributes: Readonly<Record<string, string>>
  text: string
}

/** The elements of a picture in order; throws where it is not well-formed XML with namespaces. */
export function readSvg(picture: string): Drawn[] {
  const all: Drawn[] = []
  const open: Drawn[] = []
  const parser = new SaxesParser({ xmlns: false })
  parser.on('error', (error) => {
    throw error
  })
  parser.on('opentag', ({ name, attributes }) => {
    const drawn = { name, attributes: attributes as Record<string, string>, text: '' }
    all.push(drawn)
    open.push(drawn)
  })
  parser.on('text', (text) => {
    const inside = open.at(-1)
    if (inside) inside.text += text
  })
  parser.on('closetag', () => open.pop())
  parser.write(picture).close()
  return all
}
