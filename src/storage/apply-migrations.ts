import type { MigrationMeta } from 'drizzle-orm/migrator'
import type pg from 'pg'

/** As drizzle-kit writes an index of the schema that is `.concurrently()`. */
const ASIDE = /^create (?:unique )?index concurrently "(\w+)"/i

/**
 * Migrations by what is committed together: all that stand side by side, except for one that only builds indexes
 * aside (`create index concurrently`), which PostgreSQL does outside of a transaction while others write.
 */
export function stepsOf(pending: readonly MigrationMeta[]): readonly MigrationMeta[][] {
  const steps: MigrationMeta[][] = []
  for (const migration of pending) {
    const last = steps.at(-1)
    const goesAlong = last?.every((one) => !isAside(one)) && !isAside(migration)
    if (goesAlong) last?.push(migration)
    else steps.push([migration])
  }
  return steps
}

export interface StepTerms {
  /** So long a transaction waits for a table, and whoever comes later waits behind it. */
  readonly lockMs: number
  /** Told of each index before it is built. */
  readonly onIndex?: (name: string) => void
}

/** Does a step and keeps that it was done. Where it was interrupted, it may be asked for again. */
export async function applyStep(
  client: pg.PoolClient,
  step: readonly MigrationMeta[],
  { lockMs, onIndex }: StepTerms
): Promise<void> {
  for (const statement of step.filter(isAside).flatMap(statementsOf)) {
    await buildAside(client, statement, onIndex)
  }
  await client.query(`begin; set local lock_timeout = ${lockMs}`)
  try {
    await client.query('create schema if not exists drizzle')
    await client.query(
      `create table if not exists drizzle.__drizzle_migrations
        (id serial primary key, hash text not null, created_at bigint)`
    )
    for (const migration of step) {
      if (!isAside(migration)) for (const text of statementsOf(migration)) await client.query(text)
      const text = 'insert into drizzle.__drizzle_migrations (hash, created_at) values ($1, $2)'
      await client.query(text, [migration.hash, migration.folderMillis])
    }
    await client.query('commit')
  } catch (error) {
    await client.query('rollback').catch(() => {})
    throw error
  }
}

/**
 * Waits without a limit for transactions that were open before: nobody waits behind it. What was interrupted has left
 * an index that is kept up to date and never used: it is built anew.
 */
async function buildAside(
  client: pg.PoolClient,
  statement: string,
  onIndex: StepTerms['onIndex']
): Promise<void> {
  const name = ASIDE.exec(statement)?.[1] ?? ''
  const { rows } = await client.query<{ whole: boolean }>(
    'select indisvalid as whole from pg_index where indexrelid = to_regclass(quote_ident($1))',
    [name]
  )
  if (rows[0]?.whole) return
  onIndex?.(name)
  if (rows[0]) await client.query(`drop index concurrently "${name}"`)
  await client.query(statement)
}

function isAside(migration: MigrationMeta): boolean {
  return statementsOf(migration).every((statement) => ASIDE.test(statement))
}

function statementsOf({ sql }: MigrationMeta): string[] {
  return sql.map((statement) => statement.trim()).filter((statement) => statement !== '')
}
