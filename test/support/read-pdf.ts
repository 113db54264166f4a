import { inflateSync } from 'node:zlib'

/** What a reader of a PDF sees and can take out of it, read by nothing of what wrote it. */
export interface ReadPdf {
  /** The text of each page, a line for each piece that was placed by itself. */
  readonly pages: readonly string[]
  /** Files inside, by name. */
  readonly files: ReadonlyMap<string, Buffer>
  /** The document information, as it is written. */
  readonly info: string
  /** Every font with the program that draws it inside of the file. */
  readonly fonts: readonly { readonly name: string; readonly embedded: boolean }[]
}

interface PdfObject {
  readonly head: string
  readonly stream: Buffer | null
}

type Objects = ReadonlyMap<string, PdfObject>

/** Reads objects that stand one by one in the file (ISO 32000-1, 7.3.10), as PDF 1.3 has them. */
export function readPdf(bytes: Buffer): ReadPdf {
  if (!bytes.subarray(0, 5).equals(Buffer.from('%PDF-'))) throw new Error('it is no PDF')
  const objects = objectsOf(bytes)
  const all = [...objects.values()]
  const pages = all
    .filter(({ head }) => /\/Type \/Page\b(?!s)/.test(head))
    .map((page) => pageText(page, objects))
  const descriptors = all.filter(({ head }) => head.includes('/Type /FontDescriptor'))
  return {
    pages,
    files: filesOf(objects),
    info: all.find(({ head }) => head.includes('/CreationDate'))?.head ?? '',
    fonts: descriptors.map(({ head }) => ({
      name: /\/FontName \/(?:[A-Z]{6}\+)?(\S+)/.exec(head)?.[1] ?? '',
      embedded: /\/FontFile[23]? /.test(head)
    }))
  }
}

function objectsOf(bytes: Buffer): Objects {
  const text = bytes.toString('latin1')
  const objects = new Map<string, PdfObject>()
  const begins = /(?:^|\n)(\d+) 0 obj\n/g
  for (let found = begins.exec(text); found; found = begins.exec(text)) {
    const from = found.index + found[0].length
    const end = text.indexOf('endobj', from)
    const at = text.indexOf('stream\n', from)
    if (at < 0 || at > end) {
      objects.set(found[1] as string, { head: text.slice(from, end), stream: null })
      continue
    }
    const head = text.slice(from, at)
    const length = Number(/\/Length (\d+)/.exec(head)?.[1])
    const begin = at + 'stream\n'.length
    const raw = bytes.subarray(begin, begin + length)
    const stream = head.includes('/FlateDecode') ? inflateSync(raw) : raw
    objects.set(found[1] as string, { head, stream })
    begins.lastIndex = begin + length
  }
  return objects
}

function pageText(page: PdfObject, objects: Objects): string {
  const content = referred(page.head, 'Contents', objects)?.stream?.toString('latin1') ?? ''
  const resources = referred(page.head, 'Resources', objects)?.head ?? page.head
  const fonts = new Map(
    [...resources.matchAll(/\/(F\d+) (\d+) 0 R/g)].map(([, name, id]) => [
      name as string,
      lettersOf(objects.get(id as string), objects)
    ])
  )
  let letters: ReadonlyMap<string, string> = new Map()
  const lines: string[] = []
  for (const [, font, shown] of content.matchAll(/\/(F\d+) [\d.]+ Tf|\[([^\]]*)\] TJ/g)) {
    if (font !== undefined) letters = fonts.get(font) ?? new Map()
    else lines.push(decoded(shown ?? '', letters))
  }
  return lines.join('\n')
}

function decoded(shown: string, letters: ReadonlyMap<string, string>): string {
  return [...shown.matchAll(/<([0-9a-f]*)>/gi)]
    .flatMap(([, hex]) => hex?.match(/.{4}/g) ?? [])
    .map((code) => letters.get(code.toLowerCase()) ?? '\ufffd')
    .join('')
}

/** The text of each glyph, as the font says it for whoever copies or searches (9.10.3). */
function lettersOf(font: PdfObject | undefined, objects: Objects): ReadonlyMap<string, string> {
  const map = referred(font?.head ?? '', 'ToUnicode', objects)?.stream?.toString('latin1') ?? ''
  const letters = new Map<string, string>()
  for (const [, from, , list] of map.matchAll(/<([0-9a-f]{4})> <([0-9a-f]{4})> \[([^\]]*)\]/gi)) {
    const texts = [...(list ?? '').matchAll(/<([0-9a-f ]*)>/gi)]
    texts.forEach(([, hex], n) => {
      const code = (Number.parseInt(from as string, 16) + n).toString(16).padStart(4, '0')
      letters.set(
        code,
        Buffer.from((hex ?? '').replaceAll(' ', ''), 'hex')
          .swap16()
          .toString('utf16le')
      )
    })
  }
  return letters
}

function filesOf(objects: Objects): ReadonlyMap<string, Buffer> {
  const specs = [...objects.values()].filter(({ head }) => head.includes('/Type /Filespec'))
  return new Map(
    specs.map(({ head }) => {
      const [, id] = /\/EF <<\s*\/F (\d+) 0 R/.exec(head) ?? []
      const name = /\/F \(([^)]*)\)/.exec(head)?.[1] ?? ''
      return [name, objects.get(id ?? '')?.stream ?? Buffer.alloc(0)]
    })
  )
}

function referred(head: string, key: string, objects: Objects): PdfObject | undefined {
  return objects.get(new RegExp(`/${key} (\\d+) 0 R`).exec(head)?.[1] ?? '')
}
