import type { Queryable } from '../database.ts'

/** An entry of the journal with everything that proves it. */
export interface StoredEntry {
  readonly position: number
  readonly kind: string
  readonly subject: string
  readonly organization: string | null
  readonly statement: Buffer
  /** Null for a plain entry, and after lawful erasure. */
  readonly salt: Buffer | null
  readonly blind: boolean
  /** RFC 9162 leaf hash as it was computed when the entry was accepted. */
  readonly leaf: Buffer
  /** The leaf data of an entry that was erased. */
  readonly erased: Buffer | null
}

interface Row extends Omit<StoredEntry, 'position'> {
  readonly position: string
}

const COLUMNS = `j.position, j.kind, j.subject, j.organization, j.statement, j.salt, j.blind, j.leaf,
  e.leaf_data as erased`

/** The entries at the positions, in their order; unknown positions are missing. */
export async function entriesAt(
  db: Queryable,
  positions: readonly number[]
): Promise<StoredEntry[]> {
  const rows = await db.query<Row>({
    name: 'journal_entries_at',
    text: `select ${COLUMNS} from journal j left join erasure e on e.position = j.position
      where j.position = any($1::int8[]) order by j.position`,
    values: [positions]
  })
  return rows.map(stored)
}

/** The entries from `begin` up to and without `end`, in order. */
export async function entriesBetween(
  db: Queryable,
  begin: number,
  end: number
): Promise<StoredEntry[]> {
  const rows = await db.query<Row>({
    name: 'journal_entries_between',
    text: `select ${COLUMNS} from journal j left join erasure e on e.position = j.position
      where j.position >= $1 and j.position < $2 order by j.position`,
    values: [begin, end]
  })
  return rows.map(stored)
}

function stored(row: Row): StoredEntry {
  return { ...row, position: Number(row.position) }
}
