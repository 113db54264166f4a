import type { Queryable, Transaction } from '../database.ts'

/** An API client as it is stored; the secret itself is nowhere. */
export interface ClientRow {
  readonly id: string
  readonly organization: string
  readonly name: string
  readonly roles: string[]
  readonly secretHash: Buffer
  readonly createdAt: string
  readonly position: string
  readonly revokedAt: string | null
}

const COLUMNS = `id, organization, name, roles, secret_hash as "secretHash", position,
  created_at as "createdAt", revoked_at as "revokedAt"`

export async function findClient(db: Queryable, id: string): Promise<ClientRow | undefined> {
  const [row] = await db.query<ClientRow>({
    name: 'client_find',
    text: `select ${COLUMNS} from client where id = $1`,
    values: [id]
  })
  return row
}

/** Clients in the order they were made, revoked ones included; `organization` null means all. */
export function listClients(
  db: Queryable,
  page: { organization: string | null; after: number; limit: number }
): Promise<ClientRow[]> {
  return db.query<ClientRow>({
    name: 'client_list',
    text: `select ${COLUMNS} from client
      where position > $1 and ($2::uuid is null or organization = $2)
      order by position limit $3`,
    values: [page.after, page.organization, page.limit]
  })
}

export async function insertClient(
  tx: Transaction,
  client: Omit<ClientRow, 'position' | 'revokedAt'> & { readonly position: number }
): Promise<void> {
  await tx.query({
    text: `insert into client (id, organization, name, roles, secret_hash, created_at, position)
      values ($1, $2, $3, $4, $5, $6, $7)`,
    values: [
      client.id,
      client.organization,
      client.name,
      client.roles,
      client.secretHash,
      client.createdAt,
      client.position
    ]
  })
}

/** Marks the client revoked and returns true, or false when it already was. */
export async function revokeClient(tx: Transaction, id: string, at: string): Promise<boolean> {
  const rows = await tx.query({
    text: 'update client set revoked_at = $2 where id = $1 and revoked_at is null returning id',
    values: [id, at]
  })
  return rows.length > 0
}

/** True once any client holds the role, revoked ones included. */
export async function roleWasGiven(db: Queryable, role: string): Promise<boolean> {
  const rows = await db.query({
    text: 'select from client where $1 = any(roles) limit 1',
    values: [role]
  })
  return rows.length > 0
}
