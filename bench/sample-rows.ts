import type { Database } from '../src/storage/database.ts'

/** Tables that receive rows of an event, and the column that says of which. */
const TABLES: Readonly<Record<string, 'position' | 'shipment'>> = {
  journal: 'position',
  event: 'position',
  batch: 'position',
  batch_version: 'position',
  origin_version: 'position',
  step_version: 'position',
  status_version: 'position',
  account: 'position',
  posting: 'position',
  event_input: 'position',
  event_output: 'position',
  event_made: 'position',
  shipment: 'position',
  shipment_line: 'shipment',
  finding: 'position'
}

interface Sampled {
  readonly id: string
  readonly position: string
}

type Row = Readonly<Record<string, string | null>>

/**
 * Scripts of pgbench that write the rows of recorded events again, one statement an event: ids of
 * what the event made are drawn anew each time, everything else stays. The events are drawn evenly
 * from the journal, so their kinds are as frequent as in the load.
 */
export async function sampleScripts(db: Database, count: number): Promise<string[]> {
  const events = await db.query<Sampled>({
    text: `select id, position from (
        select id, position, row_number() over (order by type, length(document), id) n,
               count(*) over () total
          from event) numbered
      where n % greatest(total / $1, 1) = greatest(total / $1, 1) / 2 limit $1`,
    values: [count]
  })
  const scripts: string[] = []
  for (const event of events) scripts.push(await scriptOf(db, event))
  return scripts
}

async function scriptOf(db: Database, { id, position }: Sampled): Promise<string> {
  const made = new Map<string, string>([[id, 'event']])
  const inserts: string[] = []
  for (const [table, key] of Object.entries(TABLES)) {
    const columns = await columnsOf(db, table)
    const rows = await db.query<Row>({
      text: `select ${columns.map(([name]) => `"${name}"::text as "${name}"`).join(', ')} from ${table} where ${key} = $1`,
      values: [key === 'position' ? position : id]
    })
    if (table === 'batch' || table === 'account' || table === 'finding') {
      for (const row of rows) made.set(row['id'] ?? '', `made_${made.size}`)
    }
    // An account that is opened on a batch of another event: each time on another one.
    for (const row of table === 'account' ? rows : []) {
      if (!made.has(row['batch'] ?? '')) made.set(row['batch'] ?? '', `made_${made.size}`)
    }
    if (rows.length > 0) inserts.push(insertOf(table, columns, rows, { made, position }))
  }
  const ids = [...made.values()].map((name) => `gen_random_uuid() as ${name}`)
  const keys = `k as materialized (select nextval('bench_position') as position, ${ids.join(', ')})`
  const named = inserts.map((insert, index) => `i${index} as (${insert})`)
  return `with ${[keys, ...named].join(', ')} select 1;\n`
}

async function columnsOf(db: Database, table: string): Promise<readonly [string, string][]> {
  const rows = await db.query<{ name: string; type: string }>({
    text: `select attname as name, format_type(atttypid, atttypmod) as type from pg_attribute
      where attrelid = $1::regclass and attnum > 0 and not attisdropped order by attnum`,
    values: [table]
  })
  return rows.map(({ name, type }) => [name, type])
}

function insertOf(
  table: string,
  columns: readonly [string, string][],
  rows: readonly Row[],
  event: { readonly made: ReadonlyMap<string, string>; readonly position: string }
): string {
  const selects = rows.map((row) => {
    const values = columns.map(([name, type]) => {
      const text = row[name] ?? null
      if (text === null) return `null::${type}`
      if (name === 'position') return 'k.position'
      const replaced = event.made.get(text)
      if (replaced !== undefined) return type === 'uuid' ? `k.${replaced}` : `k.${replaced}::text`
      if (table === 'batch' && name === 'number') return `k.position || ${literal(text)}`
      return `${literal(text)}::${type}`
    })
    return `select ${values.join(', ')} from k`
  })
  const names = columns.map(([name]) => `"${name}"`).join(', ')
  return `insert into ${table} (${names}) ${selects.join(' union all ')}`
}

/** pgbench takes `:name` for a variable of its own, also inside of quotes. */
function literal(text: string): string {
  const escaped = text.replaceAll('\\', '\\\\').replaceAll("'", "''").replaceAll(':', '\\072')
  return `E'${escaped}'`
}
