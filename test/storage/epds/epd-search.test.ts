import t from 'tap'
import type { EpdViewer } from '../../../src/domain/epd/viewer.ts'
import type { Database } from '../../../src/storage/database.ts'
import { type EpdFilter, epdListStatement, listEpds } from '../../../src/storage/epds/epd-search.ts'
import { LATEST } from '../../../src/storage/epds/epds.ts'
import { testDatabase } from '../../support/database.ts'

const MANY = 10_000
const OWNER = '11111111-1111-4111-8111-111111111111'
const everybody: EpdViewer = { organization: null, seesUnpublished: false }
const nothing: EpdFilter = {
  words: [],
  number: null,
  facets: [],
  state: null,
  validOn: null,
  changedAfter: null
}

/** Published declarations: one in ten of a stage, one in a thousand of an element and of a word. */
async function fill(db: Database): Promise<void> {
  const statements = [
    `insert into journal (position, at, kind, subject, statement, blind, leaf)
      select n, '2026-11-23'::timestamptz + n * interval '1 second', 'epd', n::text, '', false, ''
        from generate_series(1000, ${999 + MANY}) n`,
    `insert into epd (id, organization, position)
      select md5(n::text)::uuid, '${OWNER}', n from generate_series(1000, ${999 + MANY}) n`,
    `insert into epd_version
      (epd, version_key, version, position, client, media_type, document, sha256,
       rule_set, stage, product_class, valid_from, valid_until, terms, facets, summary,
       report, report_sha256, coverage)
      select md5(n::text)::uuid, '{1,0,0}', '1.0', n, '${OWNER}', 'application/json', '', '',
             'rules', 'x', 'x', '2026-01-01', case when n % 1000 = 7 then '2029-01-01'::date end,
             array_to_tsvector(array['magnet', 'word' || n % 1000]),
             array['element:' || n % 1000, 'stage:' || n % 10], '{}', '', '', '{}'
        from generate_series(1000, ${999 + MANY}) n`,
    `insert into epd_state_version
      (epd, version_key, position, state, transition, organization, client, programme,
       registration_number)
      select md5(n::text)::uuid, '{1,0,0}', n,
             case when n % 1000 = 5 then 'deregistered' else 'published' end, 'publish', '${OWNER}',
             '${OWNER}', '${OWNER}', 'N-' || n
        from generate_series(1000, ${999 + MANY}) n`,
    `insert into registration_number (operator, number, position, epd, used_position)
      select '${OWNER}', 'N-' || n, n, md5(n::text)::uuid, n
        from generate_series(1000, ${999 + MANY}) n`,
    'analyze epd',
    'analyze epd_version',
    'analyze epd_state_version',
    'analyze registration_number',
    'analyze journal'
  ]
  for (const text of statements) await db.query({ text })
}

t.test(`searches of ${MANY} declarations start from an index`, async (t) => {
  const db = await testDatabase(t)
  await fill(db)
  const view = { viewer: everybody, asOf: LATEST, today: '2026-11-23' }
  const page = { view, after: -1, limit: 51 }
  const searches: Readonly<Record<string, readonly [Partial<EpdFilter>, number]>> = {
    'the first page': [{}, 51],
    'a common stage': [{ facets: ['stage:3'] }, 51],
    'a rare element': [{ facets: ['element:3'] }, 10],
    'a rare element of a common stage': [{ facets: ['element:3', 'stage:3'] }, 10],
    'two facets that never meet': [{ facets: ['element:3', 'stage:4'] }, 0],
    'a rare word': [{ words: ['word77'] }, 51],
    'a rare word beside a common one': [{ words: ['magnet', 'word777'] }, 10],
    'a word that nobody has': [{ words: ['xyz'] }, 0],
    'a number that one is registered under': [{ words: ['n'], number: 'N-1042' }, 1],
    'a number of one that has no such element': [
      { words: ['n'], number: 'N-1042', facets: ['element:43'] },
      0
    ],
    'a rare word that is no number': [{ words: ['word777'], number: 'word777' }, 10],
    'a rare state': [{ state: 'deregistered' }, 10],
    'what changed last': [{ changedAfter: 999 + MANY - 20 }, 20],
    'a day': [{ validOn: { day: '2030-01-01', states: ['published'] } }, 51]
  }
  for (const [name, [filter, count]] of Object.entries(searches)) {
    const asked = { ...nothing, ...filter }
    const started = performance.now()
    const rows = await listEpds(db, asked, page)
    const took = performance.now() - started
    t.equal(rows.length, count, name)
    t.same(
      rows,
      rows.toSorted((a, b) => Number(a.firstPosition) - Number(b.firstPosition))
    )
    const { text, values } = epdListStatement(asked, page)
    const plan = await db.query<Record<string, string>>({ text: `explain ${text}`, values })
    const lines = plan.map((row) => row['QUERY PLAN'] ?? '')
    const scans = lines.filter((line) => /Seq Scan on (epd|registration_number)/.test(line))
    t.comment(`${name}: ${rows.length} in ${took.toFixed(1)} ms`)
    t.same(scans, [], `${name} reads no table from end to end`)
  }
})
