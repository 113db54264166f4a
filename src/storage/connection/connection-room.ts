import type { Queryable } from '../database.ts'

/**
 * So many connections PostgreSQL lets this login have at most, by the limits of server, role and database; null where
 * none holds for it. Those of others count too, so there may be less room than this, and never more.
 */
export async function connectionRoom(db: Queryable): Promise<number | null> {
  const [row] = await db.query<{ room: number | null }>({
    text: `select least(
        current_setting('max_connections')::int - current_setting('superuser_reserved_connections')::int
          - coalesce(current_setting('reserved_connections', true)::int, 0),
        nullif(rolconnlimit, -1), nullif(datconnlimit, -1)) as room
      from pg_roles, pg_database
      where rolname = session_user and datname = current_database() and not rolsuper`
  })
  return row?.room ?? null
}
