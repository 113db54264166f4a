import { randomBytes } from 'node:crypto'
import {
  blindLeaf,
  type EntryDocument,
  leafHash,
  plainLeaf,
  prepareStatement,
  SALT_BYTES
} from '../../log/entry.ts'
import { arrayParameter } from '../connection/array-parameter.ts'
import type { Places } from '../connection/expected-head.ts'
import {
  type Form,
  type RowsStatement,
  type Said,
  StatementOnRows
} from '../connection/statement.ts'

/** One accepted thing, as it enters the one order of everything (trust.md item 2). */
export interface JournalEntry {
  readonly kind: string
  readonly subject: string
  /** Lower-case UUID of the organization that it belongs to. */
  readonly organization: string | null
  readonly document: EntryDocument | null
  /** Everything but what is public by law enters the log as a salted hash. */
  readonly blind: boolean
  /** Ids, hashes and whole numbers; decimals as text. */
  readonly body: Readonly<Record<string, unknown>>
}

/**
 * The statements arrive as one run of bytes, which takes a third less than `bytea[]`. Divides by zero
 * where the places have not been taken.
 */
const insertFrom = (entries: string) => `
  insert into journal (position, at, kind, subject, organization, document_sha256, statement, salt,
                       blind, leaf)
  select $1::bigint + n - 1, $2::timestamptz, kind, subject, organization, document_sha256,
         substring($3::bytea from start for length), salt, salt is not null,
         substring($4::bytea from 32 * (n::int - 1) + 1 for 32)
    from ${entries}
   where 1 / (select (next >= $1::bigint + cardinality($5::text[]))::int from journal_head) = 1`

const COLUMNS = {
  kind: '$5::text[]',
  subject: '$6::text[]',
  organization: '$7::uuid[]',
  document_sha256: '$8::bytea[]',
  start: '$9::int[]',
  length: '$10::int[]',
  salt: '$11::bytea[]'
}

const INSERT = insertFrom(
  `unnest(${Object.values(COLUMNS).join(', ')}) with ordinality as entry (${Object.keys(COLUMNS).join(', ')}, n)`
)

/** The same where they are few: see `Form`. */
const INSERT_FEW = insertFrom(`(
  select ${Object.entries(COLUMNS).map(([name, array]) => `(${array})[n] as ${name}`)}, n
    from generate_series(1, cardinality($5::text[])) n) entry`)

/** The same of values of their own. */
const EACH = new StatementOnRows(
  'journal_insert',
  [
    ['position', 'int8'],
    ['at', 'timestamptz'],
    ['statement', 'bytea'],
    ['leaf', 'bytea'],
    ['kind', 'text'],
    ['subject', 'text'],
    ['organization', 'uuid'],
    ['document_sha256', 'bytea'],
    ['salt', 'bytea']
  ],
  (source) => `
  insert into journal (position, at, kind, subject, organization, document_sha256, statement, salt,
                       blind, leaf)
  select d.position, d.at, d.kind, d.subject, d.organization, d.document_sha256, d.statement, d.salt,
         d.salt is not null, d.leaf
    from ${source}
   where 1 / (select (next > d.position)::int from journal_head) = 1`
)

/** What can be done before the places are known. */
export function prepared(entries: readonly JournalEntry[]) {
  return { statements: entries.map(prepareStatement), salts: drawSalts(entries) }
}

/** Writes entries into their places. */
export function writing(
  entries: readonly JournalEntry[],
  { statements: unfinished, salts }: ReturnType<typeof prepared>,
  { first, at }: Places
): RowsStatement {
  const statements = unfinished.map((finish) => finish(at))
  const leaves = statements.map((statement, n) => {
    const salt = salts[n] ?? null
    return leafHash(salt === null ? plainLeaf(statement) : blindLeaf(statement, salt))
  })
  const said = (form: Form) => {
    if (form === 'each') return eachOf(entries, { first, at, statements, leaves, salts })
    return {
      text: form === 'few' ? INSERT_FEW : INSERT,
      values: [
        first,
        at,
        Buffer.concat(statements),
        Buffer.concat(leaves),
        column('text', entries, (entry) => entry.kind),
        column('text', entries, (entry) => entry.subject),
        column('uuid', entries, (entry) => entry.organization),
        column('bytea', entries, (entry) => entry.document?.sha256 ?? null),
        arrayParameter('int4', starts(statements)),
        column('int4', statements, (statement) => statement.length),
        arrayParameter('bytea', salts)
      ]
    }
  }
  return { name: 'journal_insert', rows: entries.length, said }
}

interface Finished extends Places {
  readonly statements: readonly Buffer[]
  readonly leaves: readonly Buffer[]
  readonly salts: readonly (Buffer | null)[]
}

function eachOf(entries: readonly JournalEntry[], finished: Finished): Said {
  const { first, at, statements, leaves, salts } = finished
  const rows = entries.map(({ kind, subject, organization, document }, n) => [
    first + n,
    at,
    statements[n],
    leaves[n],
    kind,
    subject,
    organization,
    document?.sha256 ?? null,
    salts[n] ?? null
  ])
  return EACH.said('each', rows)
}

function column<Item>(type: string, items: readonly Item[], of: (item: Item) => unknown) {
  return arrayParameter(type, items.map(of))
}

/** One draw from the system's generator for all; null for a plain entry. */
function drawSalts(entries: readonly JournalEntry[]): (Buffer | null)[] {
  const random = randomBytes(SALT_BYTES * entries.length)
  return entries.map(({ blind }, n) =>
    blind ? random.subarray(n * SALT_BYTES, (n + 1) * SALT_BYTES) : null
  )
}

/** Where each part begins in the concatenation, counted from 1 as SQL does. */
function starts(parts: readonly Buffer[]): number[] {
  let next = 1
  return parts.map(({ length }) => {
    const start = next
    next += length
    return start
  })
}
