import { randomUUID } from 'node:crypto'
import t from 'tap'
import { gapReport } from '../../src/reports/gaps.ts'
import { gapPaper } from '../../src/reports/paper/gap-paper.ts'
import type { Paper } from '../../src/reports/paper/paper.ts'
import { printPaper } from '../../src/reports/render/pdf/print-paper.ts'
import { runsOf } from '../../src/reports/render/pdf/runs.ts'
import { readPdf } from '../support/read-pdf.ts'

const HASH = '5ea1'.repeat(16)
const JSON_BYTES = Buffer.from('{ "report": "gaps" }\n')

const head = {
  title: 'What is not known of a batch, and who can tell',
  asOf: '2026-11-23T10:00:00.000Z',
  position: 1207,
  dataCutoff: '2026-11-23T10:00:00.000Z',
  ruleVersion: { table: 'gap-regulations', revision: '2026-11-23' },
  requester: randomUUID(),
  disclaimer: 'Evidence summary, not legal advice.'
}

/** Gaps that one party can close, at as many batches. */
function paperOf(closer: string, gaps = 1): Paper {
  const unknowns = Array.from({ length: gaps }, (_, n) => ({
    kind: 'origin_unknown',
    element: 'Nd',
    step: null,
    share: '0.333333333333',
    node: `node-${n}`,
    number: `LOT-${n}`,
    remedy: 'Whoever brought the batch into the books can correct the commission.',
    closer: { id: randomUUID(), name: closer },
    blocks: [{ regulation: 'crma-31', cite: 'Regulation (EU) 2024/1252', report: null }]
  }))
  const of = {
    batch: randomUUID(),
    number: 'M-1',
    status: 'clear',
    complete: true,
    unknowns,
    findings: []
  }
  return gapPaper({ ...gapReport(head, of), contentHash: HASH })
}

const print = async (paper: Paper) => printPaper(paper, JSON_BYTES)

/** Words are placed one by one: what was between them is not text. */
const textOf = (pages: readonly string[]) => pages.join('').replace(/\s/g, '')

t.test('the pages hold what the report says, and the report itself is a file inside', async (t) => {
  const paper = paperOf('Demo Trader')
  // At once, and yet one after the other.
  const [printed, again, other] = await Promise.all(
    [paper, paper, paperOf('Another Trader')].map(print)
  )
  t.ok(printed?.equals(again ?? Buffer.alloc(0)), 'whenever it is printed, it is the same bytes')
  t.ok(textOf(readPdf(other as Buffer).pages).includes('AnotherTrader'))
  const { pages, files, fonts } = readPdf(printed as Buffer)
  const text = textOf(pages)
  for (const told of [
    'Whatisnotknownofabatch,andwhocantell',
    '0.333333333333',
    'DemoTrader',
    'M-1',
    'LOT-0node-0',
    'Position1207',
    `Contenthash${HASH}`,
    'Page1of',
    'Nofindingstands.'
  ]) {
    t.ok(text.includes(told), told)
  }
  t.strictSame([...files], [['report.json', JSON_BYTES]])
  t.ok(
    fonts.every(({ embedded }) => embedded),
    'nothing depends on the fonts of the reader'
  )
})

t.test('every page names the report, and repeats what the table is of', async (t) => {
  const { pages } = readPdf(await print(paperOf('Demo Trader', 60)))
  t.ok(pages.length > 2)
  pages.forEach((page, at) => {
    const text = textOf([page])
    t.ok(text.includes(`Page${at + 1}of${pages.length}`))
    t.ok(text.includes(HASH))
  })
  const second = textOf(pages.slice(1, 2))
  t.ok(second.startsWith('Whatisnotknown,andwhocantell'), 'the title of the table')
  t.ok(second.includes('Whocancloseit'), 'its columns')
  const all = textOf(pages)
  for (let n = 0; n < 60; n += 1) t.ok(all.includes(`node-${n}Demo`), `gap ${n}, whole`)
})

t.test('names of every script are legible, and letters that nobody sees are told', async (t) => {
  const name = 'Łódź Größe Ελλάς Руда 包头稀土 かな 한 a\u202eb'
  const { pages, fonts } = readPdf(await print(paperOf(name)))
  const text = textOf(pages)
  t.ok(text.includes('ŁódźGrößeΕλλάςРуда包头稀土かな[U+D55C]a[U+202E]b'), text)
  t.match(fonts.map((font) => font.name).sort(), ['NotoSans-Bold', 'NotoSans-Regular', /Hans/])
  t.notOk(text.includes('\ufffd'), 'no letter without a meaning')
})

t.test('a word without spaces stays inside of its column', async (t) => {
  const { pages } = readPdf(await print(paperOf('X'.repeat(3_000))))
  t.ok(pages.length > 2, 'the row goes on over pages')
  const written = [...textOf(pages)].filter((letter) => letter === 'X').length
  t.equal(written, 3_000, 'nothing of it is lost')
})

t.test('a paper that cannot be printed fails, and the next one is printed', async (t) => {
  const broken = { ...paperOf('x'), blocks: [{ kind: 'facts', facts: [['name']] }] }
  await t.rejects(print(broken as unknown as Paper))
  t.ok(readPdf(await print(paperOf('after it'))).pages.length > 0)
})

t.test('runs of text', async (t) => {
  const latin = { name: 'latin', holds: (code: number) => code < 0x250 }
  const han = { name: 'han', holds: (code: number) => code >= 0x4e00 && code < 0xa000 }
  const faces = [latin, han]
  t.strictSame(runsOf('one two', faces), [{ text: 'one two', font: 'latin' }])
  t.strictSame(runsOf('Dy 镝', faces), [
    { text: 'Dy ', font: 'latin' },
    { text: '镝', font: 'han' }
  ])
  t.strictSame(
    runsOf('e\u0301', [latin, han]).map(({ text }) => text),
    ['[U+0065][U+0301]'],
    'a letter and its mark are set together or told together'
  )
  const id = randomUUID()
  const runs = runsOf(id, faces)
  t.equal(runs.map(({ text }) => text).join(''), id, 'nothing is put between the letters')
  t.ok(runs.some(({ wordBreak }) => wordBreak === 'break-all'))
  t.strictSame(runsOf('', faces), [])
})
