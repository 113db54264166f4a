import type { Queryable, Transaction } from '../database.ts'

/** An API client as it is stored; the secret itself is nowhere. */
export interface ClientRow {
  readonly id: string
  readonly organization: string
  readonly name: string
  readonly roles: string[]
  /** Null where another issuer speaks for it. */
  readonly secretHash: Buffer | null
  /** Of its tokens, and the subject that they name; null where it has a secret. */
  readonly issuer: string | null
  readonly subject: string | null
  readonly createdAt: string
  readonly position: string
  readonly revokedAt: string | null
}

const COLUMNS = `id, organization, name, roles, secret_hash as "secretHash", issuer, subject, position,
  created_at as "createdAt", revoked_at as "revokedAt"`

export async function findClient(db: Queryable, id: string): Promise<ClientRow | undefined> {
  const [row] = await db.query<ClientRow>({
    name: 'client_find',
    text: `select ${COLUMNS} from client where id = $1`,
    values: [id]
  })
  return row
}

/** The client, not revoked, that an issuer speaks for when it names this subject. */
export async function findClientOf(
  db: Queryable,
  issuer: string,
  subject: string
): Promise<ClientRow | undefined> {
  const [row] = await db.query<ClientRow>({
    name: 'client_of_identity',
    text: `select ${COLUMNS} from client
      where issuer = $1 and subject = $2 and revoked_at is null`,
    values: [issuer, subject]
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
    text: `insert into client (id, organization, name, roles, secret_hash, issuer, subject, created_at,
        position)
      values ($1, $2, $3, $4, $5, $6, $7, $8, $9)`,
    values: [
      client.id,
      client.organization,
      client.name,
      client.roles,
      client.secretHash,
      client.issuer,
      client.subject,
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
