import { birthAt } from '../src/storage/books/birth.ts'
import { madeText, readMade } from '../src/storage/books/made-text.ts'
import type { Database } from '../src/storage/database.ts'

/** How each column of a copied row follows from the original: ids and positions change, facts stay. */
type Changes = Readonly<
  Record<string, Readonly<Record<string, 'id' | 'position' | 'birth' | 'number'>>>
>

const EPDS: Changes = {
  epd: { id: 'id', position: 'position' },
  epd_version: { epd: 'id', position: 'position' },
  epd_state_version: { epd: 'id', position: 'position' }
}

const TABLES: Changes = {
  journal: { position: 'position' },
  event: { id: 'id', position: 'position', undone_position: 'position' },
  batch: { id: 'id', number: 'number', position: 'position', birth: 'birth' },
  batch_version: { batch: 'id', event: 'id', position: 'position', birth: 'birth' },
  origin_version: { batch: 'id', event: 'id', position: 'position' },
  step_version: { batch: 'id', event: 'id', position: 'position' },
  account: { id: 'id', batch: 'id', position: 'position' },
  posting: { event: 'id', account: 'id', batch: 'id', position: 'position' },
  event_input: { event: 'id', batch: 'id', position: 'position', birth: 'birth' },
  event_output: { event: 'id', batch: 'id', position: 'position', birth: 'birth' },
  shipment: { id: 'id', position: 'position', closed_position: 'position' },
  shipment_line: { shipment: 'id', batch: 'id', account: 'id' }
}

/**
 * Fills the books up to so many batches with copies of what the service has recorded: whole chains
 * with ids of their own, so every question has the same answer at every size. Copies are for reading:
 * their accounts have ids that the service would not give, so nothing can be drawn from them.
 */
export async function cloneBooks(
  db: Database,
  batches: number,
  progress: (text: string) => void
): Promise<void> {
  const [{ own, next } = { own: 0, next: 0 }] = await db.query<{ own: number; next: number }>({
    text: 'select (select count(*)::int from batch) as own, next::int as next from journal_head'
  })
  const copies = Math.ceil(batches / own) - 1
  await db.query({ text: CLONED_ID })
  const until = (
    await db.query<{ last: string }>({ text: 'select max(position) as last from journal' })
  )[0]
  const made = await db.query<{ body: string }>({ text: 'select body from event_made' })
  for (let copy = 1; copy <= copies; copy += 1) {
    await db.transaction(async (tx) => {
      for (const [table, changes] of Object.entries(TABLES)) {
        const shift = copy * next
        const own =
          table === 'shipment_line'
            ? `shipment in (select id from shipment where position <= ${until?.last})`
            : `position <= ${until?.last}`
        await tx.query({ text: await copyStatement(db, table, { changes, copy, shift, own }) })
      }
      await copyMade(tx, made, copy, copy * next)
      await tx.query({ text: `update journal_head set next = ${next * (copy + 1)}` })
    })
    if (copy % Math.ceil(copies / 10) === 0) progress(`${own * (copy + 1)} batches`)
  }
  await settle(db, [...Object.keys(TABLES), 'event_made'])
}

/** What events made stands in texts, with ids in them. */
async function copyMade(
  db: Pick<Database, 'query'>,
  rows: readonly { readonly body: string }[],
  copy: number,
  shift: number
): Promise<void> {
  const copied = rows.flatMap(({ body }) =>
    readMade(body, String).map(({ position, made }) => {
      const others = made.map((each) => ({
        ...each,
        birth: each.birth + birthAt(shift, 0),
        batch: clonedId(each.batch, copy),
        number: each.number === null ? null : `${each.number}-${copy}`
      }))
      return [position + shift, madeText(position + shift, others)] as const
    })
  )
  await db.query({
    text: 'insert into event_made (position, body) select * from unnest($1::int8[], $2::text[])',
    values: [copied.map(([position]) => position), copied.map(([, body]) => body)]
  })
}

/**
 * Copies every declaration so many times. The copies stand before the beginning of the journal, where
 * nothing else ever does.
 */
export async function cloneEpds(db: Database, copies: number): Promise<void> {
  await db.query({ text: CLONED_ID })
  const [{ next } = { next: 0 }] = await db.query<{ next: number }>({
    text: 'select next::int from journal_head'
  })
  for (let copy = 1; copy <= copies; copy += 1) {
    for (const [table, changes] of Object.entries(EPDS)) {
      const how = { changes, copy, shift: -copy * next, own: 'position >= 0' }
      await db.query({ text: await copyStatement(db, table, how) })
    }
  }
  await settle(db, Object.keys(EPDS))
}

/**
 * What autovacuum and the checkpointer would do within minutes of so large a load, done before
 * anything is measured: else they do it beside the first requests, on one of the two cores.
 */
async function settle(db: Database, tables: readonly string[]): Promise<void> {
  for (const table of tables) await db.query({ text: `vacuum (analyze) ${table}` })
  await db.query({ text: 'checkpoint' })
}

/** The same as `cloned_id`. */
function clonedId(id: string, copy: number): string {
  const mask = BigInt.asUintN(32, BigInt(copy) * 2654435761n)
  const head = BigInt(`0x${id.slice(0, 8)}`) ^ mask
  return `${head.toString(16).padStart(8, '0')}${id.slice(8)}`
}

/** Another id for each copy, as random as the original. */
const CLONED_ID = `create or replace function cloned_id(id uuid, copy int) returns uuid
  language sql immutable parallel safe
  return (lpad(to_hex((('x' || left(id::text, 8))::bit(32) # (copy * 2654435761)::bit(32))::bigint), 8, '0')
    || substr(id::text, 9))::uuid`

async function copyStatement(
  db: Database,
  table: string,
  how: {
    readonly changes: Changes[string]
    readonly copy: number
    readonly shift: number
    readonly own: string
  }
): Promise<string> {
  const columns = await db.query<{ name: string }>({
    text: `select attname as name from pg_attribute where attrelid = $1::regclass and attnum > 0
      and not attisdropped order by attnum`,
    values: [table]
  })
  const values = columns.map(({ name }) => {
    const kind = how.changes[name]
    if (kind === 'id') return `cloned_id(${name}, ${how.copy})`
    if (kind === 'position') return `${name} + ${how.shift}`
    if (kind === 'birth') return `${name} + ${birthAt(how.shift, 0)}`
    return kind === 'number' ? `${name} || '-${how.copy}'` : `"${name}"`
  })
  const names = columns.map(({ name }) => `"${name}"`).join(', ')
  return `insert into ${table} (${names}) select ${values.join(', ')} from ${table} where ${how.own}`
}
