// A process of its own: to lay out a hundred pages takes seconds, and memory that goes with the process.
import { fileURLToPath } from 'node:url'
import { openSync } from 'fontkit'
import pdfmake from 'pdfmake'
import type { Paper } from '../../paper/paper.ts'
import { definitionOf } from './definition.ts'
import type { Face } from './runs.ts'

/** What a process is told to print. */
export interface PrintJob {
  readonly paper: Paper
  /** The report itself, as it is handed out as JSON. */
  readonly json: Uint8Array
}

/** Latin, Greek and Cyrillic first; the second has these poorly, and Han and Kana whole. */
const FONTS = [
  font('NotoSans', import.meta.resolve('@embedpdf/fonts-latin'), 'ttf'),
  font('NotoSansHans', import.meta.resolve('@embedpdf/fonts-sc'), 'otf')
]

function font(name: string, home: string, kind: string) {
  const fileOf = (weight: string) =>
    fileURLToPath(new URL(`../fonts/${name}-${weight}.${kind}`, home))
  return { name, normal: fileOf('Regular'), bold: fileOf('Bold') }
}

async function print({ paper, json }: PrintJob): Promise<Uint8Array> {
  pdfmake.setUrlAccessPolicy((url) => url.startsWith('data:'))
  pdfmake.setLocalAccessPolicy((path) =>
    FONTS.some(({ normal, bold }) => path === normal || path === bold)
  )
  pdfmake.setFonts(
    Object.fromEntries(FONTS.map(({ name, normal, bold }) => [name, { normal, bold }]))
  )
  const faces = FONTS.map(faceOf)
  return pdfmake.createPdf(definitionOf(paper, json, faces)).getBuffer()
}

/** Opened when the first letter is looked for that no font before it holds. */
function faceOf({ name, normal }: (typeof FONTS)[number]): Face {
  let held: ReadonlySet<number> | undefined
  return {
    name,
    holds(codePoint) {
      if (!held) {
        const font = openSync(normal)
        if (!('characterSet' in font)) throw new Error(`${normal} holds several fonts`)
        held = new Set(font.characterSet)
      }
      return held.has(codePoint)
    }
  }
}

process.once('message', async (job) => {
  process.send?.(await print(job as PrintJob), () => process.disconnect())
})
