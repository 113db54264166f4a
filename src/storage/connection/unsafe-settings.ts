import type pg from 'pg'

interface Unsafe {
  readonly value: string
  /** What it would do. */
  readonly so: string
  readonly right: string
}

const LOSES = { value: 'off', so: 'an accepted document could be lost in a crash', right: 'on' }
const HIDES = { value: 'on', so: 'damage to what is stored would not be told', right: 'off' }

/** Settings that would let an acknowledged write disappear, or be changed unseen, and the values that do so. */
const UNSAFE: Readonly<Record<string, Unsafe>> = {
  fsync: LOSES,
  synchronous_commit: LOSES,
  full_page_writes: LOSES,
  zero_damaged_pages: HIDES,
  ignore_checksum_failure: HIDES,
  session_replication_role: {
    value: 'replica',
    so: 'nothing would keep what was accepted from being changed',
    right: 'origin'
  }
}

const SETTINGS = Object.keys(UNSAFE)
  .map((name) => `current_setting('${name}') as ${name}`)
  .join(', ')

/**
 * What is set so that acknowledged writes could be lost or damage be kept quiet, each with what to set instead; empty
 * where all is well. The settings are those of the session that asks, so those of role and database count too.
 */
export async function unsafeSettings(db: Pick<pg.ClientBase, 'query'>): Promise<string[]> {
  const { rows } = await db.query<Readonly<Record<string, string>>>(`select ${SETTINGS}`)
  return Object.entries(UNSAFE).flatMap(([name, { value, so, right }]) =>
    rows[0]?.[name] === value ? [`${name} is ${value}, so ${so}; set it to ${right}`] : []
  )
}
