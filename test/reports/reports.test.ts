import { parse } from 'csv-parse/sync'
import fc from 'fast-check'
import t from 'tap'
import { canonicalHash } from '../../src/domain/canonical-json.ts'
import { stepKey } from '../../src/domain/lineage/key.ts'
import { WHOLE } from '../../src/domain/lineage/share.ts'
import { shareFraction } from '../../src/domain/lineage/share-text.ts'
import { parseDecimal } from '../../src/domain/quantity/rational.ts'
import { evaluateDfars } from '../../src/domain/regulation/dfars.ts'
import type { Dossier, RequesterFacts } from '../../src/domain/regulation/dossier.ts'
import { applicableRules } from '../../src/domain/regulation/rule-version.ts'
import { loadReference } from '../../src/reference.ts'
import { sealReport } from '../../src/registry/reports/seal-report.ts'
import type { JudgedBatch } from '../../src/reports/dfars.ts'
import { batchSection, dfarsReport } from '../../src/reports/dfars.ts'
import { DFARS_COLUMNS, dfarsLines } from '../../src/reports/dfars-table.ts'
import { renderCsv } from '../../src/reports/render/csv.ts'
import { jsonPieces } from '../../src/reports/render/json.ts'
import { DISCLAIMER } from '../../src/reports/report.ts'
import { REPORT_KINDS } from '../../src/reports/table.ts'

const reference = loadReference()
const rules = applicableRules(reference.regulations.dfars, '2027-01-15')!

function dossier(batch: string, ironMinedIn: string | null): Dossier {
  const at = (place: string) => ({
    none: 0,
    parts: [
      {
        key: stepKey({ party: `plant-${place}`, place, source: 'recorded', level: 'documented' }),
        parts: WHOLE
      }
    ]
  })
  const chain = ['mined', 'refined', 'separated', 'metal', 'melted', 'powder', 'sintered']
  const steps = (mined: string | null) =>
    new Map([
      ...chain.map((step) => [step, at('AU')] as const),
      ['mined', mined === null ? { none: WHOLE, parts: [] } : at(mined)] as const,
      ['magnetized', at('US')] as const
    ])
  const some = parseDecimal('0.01')!
  return {
    batch,
    material: 'NdFeB',
    composition: new Map(['Nd', 'Fe', 'B'].map((element) => [element, some])),
    compositionComplete: true,
    steps: new Map([
      ['Nd', steps('AU')],
      ['Fe', steps(ironMinedIn)],
      ['B', steps('TR')]
    ]),
    feed: new Map(),
    custodyModel: 'segregated',
    status: 'clear',
    sources: [],
    holder: { organization: 'maker' }
  }
}

function judgedBatch(
  id: string,
  ironMinedIn: string | null,
  facts: RequesterFacts,
  number = id
): JudgedBatch {
  const { steps, stages, chemistry } = reference
  return {
    batch: id,
    number,
    product: { class: 'magnet', name: 'N42SH, 10 × 5 × 2 mm' },
    material: 'NdFeB',
    massKg: '125.5',
    quantityKg: null,
    status: 'clear',
    custodyModel: 'segregated',
    evidenceComplete: true,
    verdict: evaluateDfars(dossier(id, ironMinedIn), facts, {
      rules,
      steps,
      stages,
      rareEarths: chemistry.rareEarths
    }),
    partyOf: (row) =>
      row.country === 'TR'
        ? { id: null, name: null }
        : { id: row.party, name: `Plant ${row.party}` },
    supportOf: () => ({
      dates: ['2026-05-01'],
      references: [
        { kind: 'event', event: 'event-1', sha256: null, level: 'documented', issuer: null },
        {
          kind: 'mill_certificate',
          event: 'event-1',
          sha256: 'ab'.repeat(32),
          level: 'verified',
          issuer: '=HYPERLINK("http://x")'
        }
      ]
    })
  }
}

const judged = (...of: Parameters<typeof judgedBatch>) => batchSection(judgedBatch(...of))

const head = {
  title: 'Origin verdict',
  asOf: '2026-11-23T10:00:00Z',
  position: 41,
  dataCutoff: '2026-11-23T10:00:00Z',
  requester: 'buyer',
  disclaimer: DISCLAIMER
}
const facts: RequesterFacts = { deliveryDate: '2027-01-15', endItemCountry: 'US' }

const sealed = (...of: Parameters<typeof dfarsReport>) => sealReport(dfarsReport(...of))
const json = (report: object) => [...jsonPieces(report)].join('')

t.test('a DFARS report', async (t) => {
  t.test('gives equal bytes for equal questions, however they are put', async (t) => {
    const [one, two] = [judged('b1', 'AU', facts), judged('b2', null, facts)]
    const first = await sealed(head, facts, rules.version, [one, two])
    const turned: RequesterFacts = { endItemCountry: 'US', deliveryDate: '2027-01-15' }
    const second = await sealed(head, turned, rules.version, [two, one])
    t.equal(json(first), json(second))
    t.equal(
      renderCsv(DFARS_COLUMNS, dfarsLines(first)),
      renderCsv(DFARS_COLUMNS, dfarsLines(second))
    )
  })

  t.test('carries a hash that anyone can compute from the JSON', async (t) => {
    const report = await sealed(head, facts, rules.version, [judged('b1', 'AU', facts)])
    const { contentHash, ...rest } = JSON.parse(json(report))
    t.equal(contentHash, canonicalHash(rest).toString('hex'))
    t.equal(rest.disclaimer, DISCLAIMER)
    t.match(DISCLAIMER, /evidence summary, not legal advice/i)
  })

  t.test('gives the worst verdict of the delivery and shows every batch', async (t) => {
    const batches = [
      judged('b1', 'AU', facts),
      judged('b2', null, facts),
      judged('b3', 'RU', facts)
    ]
    const two = await sealed(head, facts, rules.version, batches.slice(0, 2))
    t.same(two.verdict, { literal: 'unknown', conservative: 'unknown' })
    const report = await sealed(head, facts, rules.version, batches)
    t.same(report.verdict, { literal: 'fail', conservative: 'fail' })
    t.same(
      report.batches.map(({ readings }) => readings.literal.verdict),
      ['pass', 'unknown', 'fail']
    )
    t.match(report.batches[1]?.readings.literal.gaps, [
      { element: 'Fe', step: 'mined', share: '1', closers: [{ party: { organization: 'maker' } }] }
    ])
    const rows = parse(renderCsv(DFARS_COLUMNS, dfarsLines(report)), { columns: true }) as Record<
      string,
      string
    >[]
    t.same(
      [...new Set(rows.map((row) => `${row['batch']} ${row['verdict']}`))],
      ['b1 pass', 'b2 unknown', 'b3 fail']
    )
    t.ok(rows.every((row) => row['delivery_verdict'] === 'fail'))
  })

  t.test('keeps the row of a restricted facility, with country and share', async (t) => {
    const report = await sealed(head, facts, rules.version, [judged('b1', 'AU', facts)])
    const row = report.batches[0]?.readings.literal.evidence.find(({ country }) => country === 'TR')
    t.match(row, { party: { id: null, name: null }, country: 'TR', share: '1', place: 'TR' })
    t.notOk(JSON.stringify(report).includes('plant-TR'))
  })

  t.test(
    'becomes a table with one line an execution or gap, and no formula in any cell',
    async (t) => {
      const report = await sealed(head, facts, rules.version, [
        judged('b1', null, facts, '=cmd|calc!A1')
      ])
      const text = renderCsv(DFARS_COLUMNS, dfarsLines(report))
      const rows: Record<string, string>[] = parse(text, {
        columns: true,
        record_delimiter: '\r\n'
      })
      const { literal, conservative } = report.batches[0]!.readings
      const lines = [literal, conservative].flatMap(({ evidence, reasons }) => [
        ...evidence,
        ...reasons
      ])
      t.equal(rows.length, lines.length)
      t.ok(rows.every(({ batch_number }) => batch_number === "'=cmd|calc!A1"))
      t.ok(rows.every(({ content_hash }) => content_hash === report.contentHash))
      const gap = rows.find(({ outcome }) => outcome === 'no_evidence')
      t.match(gap, {
        element: 'Fe',
        step: 'mined',
        gap_reason: 'no_record',
        gap_closed_by: 'maker'
      })
      t.match(rows[0], {
        product: 'N42SH, 10 × 5 × 2 mm',
        net_mass_kg: '125.5',
        reading: 'literal'
      })
      t.match(rows[0], {
        delivery_date: '2027-01-15',
        declared_by_requester: 'endItemCountry=US',
        verified: 'true',
        evidence_complete: 'true'
      })
      t.match(rows[0], { evidence_event_id: 'event-1', evidence_issuer: `'=HYPERLINK("http://x")` })
    }
  )

  t.test('keeps apart the issuers of several documents, whose names have spaces', async (t) => {
    const several = judgedBatch('b1', 'AU', facts)
    const issued = (issuer: string) => ({
      kind: 'mill_certificate',
      event: 'event-1',
      sha256: null,
      level: 'verified' as const,
      issuer
    })
    const section = batchSection({
      ...several,
      supportOf: () => ({ dates: [], references: ['SGS Minerals', 'Bureau Veritas'].map(issued) })
    })
    const report = await sealed(head, facts, rules.version, [section])
    const [row] = parse(renderCsv(DFARS_COLUMNS, dfarsLines(report)), { columns: true }) as {
      evidence_issuer: string
    }[]
    t.equal(row?.evidence_issuer, 'SGS Minerals; Bureau Veritas')
  })

  t.test('has a line for a batch about which nothing is known or asked', async (t) => {
    const bare = judged('b1', 'AU', facts)
    const empty = { ...bare.readings.literal, evidence: [], reasons: [], gaps: [] }
    const readings = { literal: empty, conservative: empty }
    const report = await sealed(head, facts, rules.version, [{ ...bare, readings }])
    t.equal(dfarsLines(report).length, 2)
  })
})

t.test('a report of many rows', async (t) => {
  const row = fc.record(
    { a: fc.jsonValue({ maxDepth: 3 }), b: fc.string(), none: fc.constant(undefined) },
    { requiredKeys: [] }
  )
  const [first, second] = fc.sample(fc.array(row, { minLength: 300, maxLength: 400 }), 2)
  const report = { head: 1, rows: first, none: [], empty: {}, more: { within: second, undefined } }

  t.test('is written in pieces, to the text that it has as a whole', async (t) => {
    t.equal(json(report), `${JSON.stringify(report, null, 2)}\n`)
    t.ok([...jsonPieces(report)].length > 600)
    const absent = Object.fromEntries(Array.from({ length: 300 }, (_, n) => [`n${n}`, undefined]))
    for (const odd of [{}, absent, { absent }, [absent, undefined, ...Array(300).fill(null)]]) {
      t.equal(json(odd), `${JSON.stringify(odd, null, 2)}\n`)
    }
  })

  t.test('is a table of all its rows, whatever their number', async (t) => {
    for (const count of [0, 1, 62, 63, 64, 65, 127, 128, 1_000]) {
      const rows = Array.from({ length: count }, (_, n) => n)
      const text = renderCsv([{ header: 'n', cell: (n) => n }], rows)
      t.equal(text, ['n', ...rows].map((line) => `${line}\r\n`).join(''))
    }
  })
})

t.test('a CSV cell', (t) => {
  const cellOf = (cell: string | number | boolean | null) => {
    const text = renderCsv([{ header: 'h', cell: () => cell }], [null])
    return (parse(text, { record_delimiter: '\r\n', skip_empty_lines: false }) as string[][])[1]![0]
  }
  t.test('that a spreadsheet would run becomes text', (t) => {
    const formulas = [
      '=1+1',
      '+1+1',
      '-1+1',
      '@SUM(A1)',
      '\t=1',
      '\r=1',
      '\n=1',
      ' =1',
      '＝1',
      '|x'
    ]
    for (const formula of formulas) t.equal(cellOf(formula), `'${formula}`, JSON.stringify(formula))
    t.equal(cellOf('\ufeff=1'), "'\ufeff=1")
    t.end()
  })
  t.test('that is a number or plain text stays as it is', (t) => {
    for (const plain of ['-1.5', '0.000000000001', 'a=b', 'Nd2Fe14B', 'Søndre, "Bjørn"', 'a\nb']) {
      t.equal(cellOf(plain), plain)
    }
    t.equal(cellOf(null), '')
    t.equal(cellOf(-2), '-2')
    t.equal(cellOf(true), 'true')
    t.end()
  })
  t.test('never begins with what starts a formula', (t) => {
    const seed = 8505
    t.comment(`seed ${seed}`)
    fc.assert(
      fc.property(fc.string({ unit: 'binary' }), (text) => {
        const cell = cellOf(text) ?? ''
        return /^-?\d+(\.\d+)?$/.test(cell) || !/^\s*[=+\-@]/.test(cell)
      }),
      { seed, numRuns: 500 }
    )
    t.end()
  })
  t.end()
})

t.test('shares are exact decimals', (t) => {
  t.same([WHOLE, 1, 0, 900_000_000_000].map(shareFraction), ['1', '0.000000000001', '0', '0.9'])
  t.end()
})

t.test('every kind is listed once, with what it needs', (t) => {
  const kinds = REPORT_KINDS.map(({ kind }) => kind)
  t.equal(new Set(kinds).size, kinds.length)
  for (const { parameters } of REPORT_KINDS) {
    t.ok(parameters.some(({ name, required }) => name === 'batch' && required))
  }
  t.end()
})
