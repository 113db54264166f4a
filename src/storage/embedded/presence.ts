import pg from 'pg'
import { SUPERUSER } from './create-cluster.ts'

/**
 * Each service that uses an embedded server holds one connection under this name. The server itself
 * thus knows who uses it, and forgets whoever dies: no files to clean up, no numbers to mistake.
 */
const PRESENCE = 'lodestone-presence'

/** Whoever only looks whether the server is used. */
export const WATCHDOG = 'lodestone-watchdog'

const CONNECT_MS = 5_000

/** Connects to the server of a socket directory; rejects where none answers. */
export async function connect(socket: string, applicationName: string): Promise<pg.Client> {
  const client = new pg.Client({
    host: socket,
    port: 5432,
    user: SUPERUSER,
    database: 'postgres',
    application_name: applicationName,
    connectionTimeoutMillis: CONNECT_MS,
    options: '-c idle_session_timeout=0 -c statement_timeout=0'
  })
  client.on('error', () => {})
  await client.connect()
  return client
}

/** Makes our presence known to the server of a socket directory. */
export async function announce(socket: string): Promise<pg.Client> {
  return await connect(socket, PRESENCE)
}

/** Who uses the server, besides the connection that asks. */
export interface Users {
  /** Services that look after it. */
  readonly services: number
  /** Connections of anybody, such as a service that came by the address of the socket, or `psql`. */
  readonly connections: number
}

export async function othersPresent(client: pg.Client): Promise<Users> {
  const { rows } = await client.query<Users>(
    `select count(*) filter (where application_name = $1)::int as services,
        count(*)::int as connections
      from pg_stat_activity
      where backend_type = 'client backend' and application_name <> $2 and pid <> pg_backend_pid()`,
    [PRESENCE, WATCHDOG]
  )
  return rows[0] ?? { services: 0, connections: 0 }
}

/** The database of the service, made unless it is there. */
export async function ensureDatabase(client: pg.Client, name: string): Promise<void> {
  const { rows } = await client.query('select 1 from pg_database where datname = $1', [name])
  if (rows.length > 0) return
  try {
    await client.query(`create database ${pg.escapeIdentifier(name)}`)
  } catch (error) {
    if (!isDuplicate(error)) throw error
  }
}

/** Two services may start at once; 23505 is what the catalog says when both get that far. */
function isDuplicate(error: unknown): boolean {
  return error instanceof pg.DatabaseError && ['42P04', '23505'].includes(error.code ?? '')
}
