import type { Content, DocumentDefinition, Table, Texts } from 'pdfmake'
import type { Block, Fact, Paper, PaperTable, PaperVerdict } from '../../paper/paper.ts'
import { type Face, runsOf } from './runs.ts'

/** Points: A4 across, so that a row of evidence fits on a line. */
const PAGE = { width: 841.89, margin: 36, foot: 48 }
const INNER = PAGE.width - 2 * PAGE.margin
const PADDING = 4

const INK = '#1b1f24'
const FAINT = '#57606a'
const RULE = '#d0d7de'
const SHADE = '#f3f5f7'

/** The file inside of the PDF that is the report itself. */
const ATTACHED = 'report.json'

/**
 * The pages of a paper as pdfmake lays them out. Nothing in them is of the moment in which they are printed, so
 * the same paper gives the same bytes.
 */
export function definitionOf(
  { report, cite, blocks }: Paper,
  json: Uint8Array,
  faces: readonly Face[]
): DocumentDefinition {
  const runs = (text: string) => [...runsOf(text, faces)]
  const { title, contentHash, position, dataCutoff } = report
  const made = new Date(dataCutoff)
  const foot = runs(`Position ${position}. Content hash ${contentHash}`)
  return {
    pageSize: 'A4',
    pageOrientation: 'landscape',
    pageMargins: [PAGE.margin, PAGE.margin, PAGE.margin, PAGE.foot],
    info: {
      title,
      subject: `${report.report}, position ${position}`,
      author: `organization ${report.requester}`,
      keywords: contentHash,
      creator: 'Lodestone',
      producer: 'Lodestone',
      creationDate: made,
      modDate: made
    },
    displayTitle: true,
    language: 'en',
    files: {
      report: {
        src: `data:application/json;base64,${Buffer.from(json).toString('base64')}`,
        name: ATTACHED,
        description: 'The report itself: what its content hash is of.',
        relationship: 'Source'
      }
    },
    defaultStyle: { font: faces[0]?.name ?? '', fontSize: 8, color: INK, lineHeight: 1.15 },
    content: [
      { text: runs(title), fontSize: 18, bold: true },
      { text: runs(cite), color: FAINT, margin: [0, 2, 0, 8] },
      ...blocks.flatMap((block) => contentOf(block, runs))
    ],
    footer: (page, pages) => ({
      columns: [
        { text: foot, width: '*' },
        { text: `Page ${page} of ${pages}`, width: 80, alignment: 'right' }
      ],
      fontSize: 7,
      color: FAINT,
      margin: [PAGE.margin, 16, PAGE.margin, 0]
    })
  }
}

type Runs = (text: string) => ReturnType<typeof runsOf>[number][]

function contentOf(block: Block, runs: Runs): readonly Content[] {
  switch (block.kind) {
    case 'heading':
      return [{ text: runs(block.text), fontSize: 12, bold: true, margin: [0, 12, 0, 2] }]
    case 'text':
      return [{ text: runs(block.text), margin: [0, 2, 0, 2] }]
    case 'verdicts':
      return block.verdicts.map((verdict) => verdictBox(verdict, runs))
    case 'facts':
      return block.facts.length === 0 ? [] : [factTable(block.facts, runs)]
    case 'table':
      return tableContent(block, runs)
  }
}

function verdictBox({ about, word, meaning }: PaperVerdict, runs: Runs): Table {
  return {
    table: {
      widths: ['*'],
      body: [
        [
          {
            stack: [
              { text: runs(about), color: FAINT },
              { text: runs(word.toUpperCase()), fontSize: 15, bold: true },
              { text: runs(meaning) }
            ],
            fillColor: SHADE
          }
        ]
      ]
    },
    layout: {
      hLineWidth: () => 0,
      vLineWidth: (at) => (at === 0 ? 3 : 0),
      vLineColor: () => INK,
      paddingLeft: () => 10,
      paddingTop: () => 6,
      paddingBottom: () => 6
    },
    margin: [0, 0, 0, 6],
    unbreakable: true
  }
}

/** Half a page of the narrowest column. */
const LOW_LETTERS = 200
const LOW_LINES = 12

const NAME_WIDTH = 130

function factTable(facts: readonly Fact[], runs: Runs): Table {
  return {
    table: {
      widths: [NAME_WIDTH, INNER - NAME_WIDTH - 2 * PADDING],
      body: facts.map(([name, text]) => [{ text: runs(name), color: FAINT }, { text: runs(text) }])
    },
    layout: {
      defaultBorder: false,
      paddingLeft: (at) => (at === 0 ? 0 : PADDING),
      paddingRight: (at) => (at === 0 ? PADDING : 0),
      paddingTop: () => 1,
      paddingBottom: () => 1
    }
  }
}

function tableContent(
  { title, columns, rows, nothing }: PaperTable,
  runs: Runs
): readonly Content[] {
  const heading: Texts = { text: runs(title), bold: true, fontSize: 9 }
  if (rows.length === 0) {
    return [
      { ...heading, margin: [0, 8, 0, 2] },
      { text: runs(nothing), color: FAINT }
    ]
  }
  const all = columns.reduce((sum, { width }) => sum + width, 0)
  const room = INNER - 2 * PADDING * columns.length
  const names = columns.map(({ name }): Texts => ({ text: runs(name), bold: true, color: FAINT }))
  return [
    {
      table: {
        // On every page: what it is a table of, and what its columns are.
        headerRows: 2,
        ...(rows.every(isLow) ? { keepWithHeaderRows: 1, dontBreakRows: true } : {}),
        widths: columns.map(({ width }) => (width / all) * room),
        body: [
          across(heading, columns.length),
          names,
          ...rows.map((row) => row.map((cell): Texts => ({ text: runs(cell) })))
        ]
      },
      layout: {
        hLineWidth: (at) => (at < 2 ? 0 : 0.5),
        vLineWidth: () => 0,
        hLineColor: () => RULE,
        paddingLeft: () => PADDING,
        paddingRight: () => PADDING,
        paddingTop: () => 2,
        paddingBottom: () => 2
      },
      fontSize: 7,
      margin: [0, 6, 0, 0]
    }
  ]
}

/**
 * Whether a row fits on a page for sure. Where all do, none is broken and the first one stays with the header; pdfmake
 * loses one that is kept together and does not fit.
 */
function isLow(row: readonly string[]): boolean {
  return row.every((text) => text.length < LOW_LETTERS && text.split('\n').length < LOW_LINES)
}

function across(cell: Texts, columns: number): readonly Texts[] {
  return [
    { ...cell, colSpan: columns },
    ...Array.from({ length: columns - 1 }, () => ({ text: '' }))
  ]
}
