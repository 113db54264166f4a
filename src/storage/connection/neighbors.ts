import type { Queryable } from '../database.ts'

const PULSE = 'lodestone-pulse'
/** What PostgreSQL keeps of the name of a session. */
const NAME_LENGTH = 63

/**
 * The name of the session that asks for signs of life. With what a process has to have in common with the others of
 * its database in it, each can see whether it has: without a row that would outlive it.
 */
export function pulseName(common: string | undefined): string {
  return (common === undefined ? PULSE : `${PULSE} ${common}`).slice(0, NAME_LENGTH)
}

/** What other processes of this database say that all should have in common, where it is something else. */
export async function differingNeighbors(db: Queryable, common: string): Promise<string[]> {
  const rows = await db.query<{ name: string }>({
    // A session that has said nothing for so long is one that a pooler keeps.
    text: `select distinct application_name as name from pg_stat_activity
      where datname = current_database() and starts_with(application_name, $1) and application_name <> $2
        and state_change > clock_timestamp() - interval '10 seconds'
      order by 1`,
    values: [`${PULSE} `, pulseName(common)]
  })
  return rows.map(({ name }) => name.slice(PULSE.length + 1))
}
