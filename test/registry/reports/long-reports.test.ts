/** A report near its bounds is tens of megabytes: whoever else asks is answered while it is made. */
import { randomUUID } from 'node:crypto'
import t from 'tap'
import { canonicalHash } from '../../../src/domain/canonical-json.ts'
import { EvidenceNamed } from '../../../src/registry/reports/delivery.ts'
import {
  printReport,
  type ReportToRender,
  renderReport
} from '../../../src/registry/reports/render-report.ts'
import { sealReport } from '../../../src/registry/reports/seal-report.ts'
import { GAP_COLUMNS, GAPS, gapLines, gapReport } from '../../../src/reports/gaps.ts'
import { gapPaper } from '../../../src/reports/paper/gap-paper.ts'
import type { ReportFormat } from '../../../src/reports/table.ts'
import { testApp } from '../../support/service.ts'

const UNKNOWNS = 30_000
const head = {
  title: 'Gaps',
  asOf: '2026-11-23T10:00:00Z',
  position: 41,
  dataCutoff: '2026-11-23T10:00:00Z',
  ruleVersion: { table: 'gap-regulations', revision: '2026-11-23' },
  requester: randomUUID(),
  disclaimer: 'Evidence summary.'
}
const unknowns = Array.from({ length: UNKNOWNS }, (_, n) => ({
  kind: 'country_unknown',
  element: 'Nd',
  step: 'mined',
  share: '0.123456789012',
  node: `node-${n}`,
  number: `LOT-${n}`,
  remedy: 'Ask your supplier to declare where it was mined.',
  closer: { id: randomUUID(), name: `Party ${n}` },
  blocks: [
    { regulation: 'DFARS 252.225-7052', cite: '(b)(2)', report: 'dfars-252.225-7052' },
    { regulation: 'EU 2024/1252', cite: 'Article 29', report: null }
  ]
}))
const report = gapReport(head, {
  batch: randomUUID(),
  number: 'M-1',
  status: 'clear',
  complete: true,
  unknowns,
  findings: []
})

const asker = { organization: head.requester, isGone: () => false }

async function rendered<Row>(report: ReportToRender<Row>, format: ReportFormat) {
  return printReport(await renderReport(report, format), asker)
}

t.test('others are answered before a long report is there', async (t) => {
  const service = await testApp(t)
  const sealed = await sealReport(report)
  const model = { kind: GAPS, name: 'gaps', model: sealed, columns: GAP_COLUMNS }
  const rows = () => gapLines(sealed)
  const paper = () => gapPaper({ ...sealed, unknowns: unknowns.slice(0, 100) })
  const made = {
    sealed: () => sealReport(report),
    json: () => rendered({ ...model, rows, paper }, 'json'),
    csv: () => rendered({ ...model, rows, paper }, 'csv'),
    xlsx: () => rendered({ ...model, rows, paper }, 'xlsx'),
    pdf: () => rendered({ ...model, rows, paper }, 'pdf')
  }
  for (const [what, make] of Object.entries(made)) {
    const order: string[] = []
    const long = make().then(() => order.push('the report'))
    // Of the requests that come while it is made, each after the answer to the one before.
    const others = (async () => {
      for (let n = 0; n < 3; n += 1) {
        await service.request('GET', '/health/live')
        order.push('another')
      }
    })()
    await Promise.all([long, others])
    t.strictSame(order, ['another', 'another', 'another', 'the report'], what)
  }
})

t.test('turn by turn it says the same', async (t) => {
  const sealed = await sealReport(report)
  t.equal(sealed.contentHash, canonicalHash(report).toString('hex'))
  const rows = () => gapLines(sealed)
  const paper = () => gapPaper(sealed)
  const of = { kind: GAPS, name: 'gaps', model: sealed, columns: GAP_COLUMNS, rows, paper }
  const { content } = await rendered(of, 'json')
  t.ok(content.equals(Buffer.from(`${JSON.stringify(sealed, null, 2)}\n`)))
  const table = (await rendered(of, 'csv')).content.toString()
  t.equal(table.split('\r\n').length, UNKNOWNS + 2)
  await t.rejects(rendered(of, 'pdf'), {
    code: 'LIMIT_EXCEEDED',
    message: /30\d+ rows .* a PDF or a page 2000 rows .*; ask for CSV, XLSX or JSON/
  })
})

t.test('a few wait until theirs is printed, more are told to come again', async (t) => {
  const sealed = await sealReport(report)
  const paper = () => gapPaper({ ...sealed, unknowns: [] })
  const of = { kind: GAPS, name: 'gaps', model: {}, columns: GAP_COLUMNS, rows: () => [], paper }
  const asked = Array.from({ length: 6 }, () => rendered(of, 'pdf'))
  const outcomes = await Promise.allSettled(asked)
  const refused = outcomes.flatMap((each) => (each.status === 'rejected' ? [each.reason] : []))
  t.strictSame(
    refused.map(({ code, retryAfterSeconds }) => [code, retryAfterSeconds]),
    Array(2).fill(['OVERLOADED', 10])
  )
  t.ok((await rendered(of, 'pdf')).content.length > 0, 'there is room again')
})

t.test('nothing is printed for whoever has gone', async (t) => {
  const sealed = await sealReport(report)
  const paper = () => gapPaper({ ...sealed, unknowns: [] })
  const of = { kind: GAPS, name: 'gaps', model: {}, columns: GAP_COLUMNS, rows: () => [], paper }
  const pages = await renderReport(of, 'pdf')
  const gone = { ...asker, isGone: () => true }
  await t.rejects(printReport(pages, gone), { code: 'OVERLOADED', message: /Nobody waits/ })
  t.ok((await printReport(pages, asker)).content.length > 0, 'nor does it hold up what follows')
})

t.test('who can close gaps is counted, beside the evidence and apart from it', (t) => {
  const named = new EvidenceNamed()
  const closers = Array.from({ length: 30_000 }, () => null)
  for (let n = 0; n < 10; n += 1) named.addGaps([{ closers }])
  named.add([{ references: Array.from({ length: 99_999 }, () => null) }])
  const tooMuch = (what: RegExp) => ({ code: 'LIMIT_EXCEEDED', message: what })
  t.throws(() => named.addGaps([{ closers: [null] }]), tooMuch(/300000 batches .* fewer batches/))
  t.throws(() => named.add([{ references: [] }]), tooMuch(/100000 pieces of evidence/))
  t.end()
})
