import { createHash } from 'node:crypto'
import type { Database } from '../../src/storage/database.ts'
import { SEED } from './seed.ts'

/** A column of the books. */
export interface EditedColumn {
  readonly table: string
  readonly column: string
  readonly type: string
  /** What a text is cast to, to be stored in it. */
  readonly cast: string
}

/** All columns of these tables, as the database lists them. */
export async function columnsOf(
  db: Database,
  tables: readonly string[]
): Promise<readonly EditedColumn[]> {
  return db.query<EditedColumn>({
    text: `select table_name as table, column_name as column, data_type as type,
        udt_name as cast
      from information_schema.columns
      where table_schema = current_schema() and table_name = any($1) order by 1, 2`,
    values: [tables]
  })
}

const OTHER: Readonly<Record<string, string>> = {
  bigint: 'X + 1',
  integer: 'X + 1',
  smallint: 'X + 1',
  boolean: 'not X',
  numeric: 'X + 1',
  date: 'X + 2',
  ARRAY: 'X || X[1:1]',
  uuid: `md5(X::text || ' edited')::uuid`,
  text: `replace(replace(X, '1', '2') || ' ', '  ', ' ')`,
  tsvector: `X || array_to_tsvector(array['edited'])`,
  bytea: `X || '\\x20'::bytea`,
  'timestamp with time zone': `X + interval '1 second'`
}

/** Takes away what keeps a hand out of the tables: triggers, checks, keys and unique indexes. */
export async function unguard(db: Database, tables: readonly string[]): Promise<void> {
  const constraints = await db.query<{ table: string; name: string }>({
    text: `select conrelid::regclass::text as table, quote_ident(conname) as name from pg_constraint
      where conrelid::regclass::text = any($1) and contype in ('c', 'f', 'p', 'u') order by contype = 'p', contype <> 'f'`,
    values: [tables]
  })
  for (const { table, name } of constraints) {
    await db.query({ text: `alter table ${table} drop constraint if exists ${name} cascade` })
  }
  const indexes = await db.query<{ name: string }>({
    text: `select indexrelid::regclass::text as name from pg_index
      where indrelid::regclass::text = any($1) and indisunique`,
    values: [tables]
  })
  for (const { name } of indexes) await db.query({ text: `drop index if exists ${name} cascade` })
  for (const table of tables) {
    await db.query({ text: `alter table ${table} disable trigger user` })
  }
}

/** Changes one value of one row and gives back how to undo it; null where no row has one. */
export async function editOne(
  db: Database,
  { table, column, type, cast }: EditedColumn
): Promise<(() => Promise<unknown>) | null> {
  const change = OTHER[type]
  if (change === undefined) throw new Error(`no other value for ${type} (${table}.${column})`)
  const place = await oneOf(db, table, column)
  if (place === null) return null
  const [row] = await db.query<{ value: string }>({
    text: `select ${column}::text as value from ${table} where ctid = $1::tid`,
    values: [place]
  })
  const text = `update ${table} set ${column} = ${change.replaceAll('X', column)}
    where ctid = $1::tid returning ctid::text as place`
  const [edited] = await db.query<{ place: string }>({ text, values: [place] })
  return () =>
    db.query({
      text: `update ${table} set ${column} = $2::${cast} where ctid = $1::tid`,
      values: [edited?.place, row?.value]
    })
}

/**
 * Where one row of a table is that has a value in the column; null where none has. Which one follows
 * from the seed: rows are counted in the order of their whole numbers, which are places in the journal
 * and in documents, and then as they were written. Identifiers are others in every run.
 */
export async function oneOf(db: Database, table: string, column: string): Promise<string | null> {
  const numbers = (await columnsOf(db, [table]))
    .filter(({ type }) => ['bigint', 'integer', 'smallint'].includes(type))
    .map((one) => one.column)
  const rows = await db.query<{ place: string }>({
    text: `select ctid::text as place from ${table} where ${column} is not null
      order by ${[...numbers, 'ctid'].join(', ')}`
  })
  if (rows.length === 0) return null
  const chance = createHash('sha256').update(`${SEED} ${table}.${column}`).digest().readUInt32BE()
  return rows[chance % rows.length]?.place ?? null
}
