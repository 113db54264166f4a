import type { Queryable, Transaction } from '../database.ts'

export type GrantScope = 'chain' | 'batch'

/** A grant as it is stored; of a one-time link only the hash of its secret. */
export interface GrantRow {
  readonly id: string
  readonly batch: string
  readonly grantor: string
  /** Null while a link waits to be redeemed. */
  readonly grantee: string | null
  readonly isLink: boolean
  readonly scope: GrantScope
  readonly expiresAt: string | null
  /** As the driver gives int8. */
  readonly position: string
  readonly grantedAt: string
  readonly revokedPosition: string | null
  readonly usedAt: string | null
  /** Of its entry: whose signature it carries. */
  readonly statement: Buffer
}

const COLUMNS = `g.id, g.batch, g.grantor, g.grantee, g.link_hash is not null as "isLink", g.scope,
  g.expires_at as "expiresAt", g.position, j.at as "grantedAt",
  g.revoked_position as "revokedPosition", g.used_at as "usedAt", j.statement`

const TABLES = 'batch_grant g join journal j on j.position = g.position'

export async function findGrant(db: Queryable, id: string): Promise<GrantRow | undefined> {
  const [row] = await db.query<GrantRow>({
    name: 'grant_find',
    text: `select ${COLUMNS} from ${TABLES} where g.id = $1`,
    values: [id]
  })
  return row
}

/** The grants that an organization made of a batch, in their order, revoked ones included. */
export function listGrants(
  db: Queryable,
  page: {
    readonly batch: string
    readonly grantor: string
    readonly after: number
    readonly limit: number
  }
): Promise<GrantRow[]> {
  return db.query<GrantRow>({
    name: 'grant_list',
    text: `select ${COLUMNS} from ${TABLES}
      where g.batch = $1 and g.grantor = $2 and g.position > $3 order by g.position limit $4`,
    values: [page.batch, page.grantor, page.after, page.limit]
  })
}

export interface NewGrant {
  readonly id: string
  readonly batch: string
  readonly grantor: string
  readonly grantee: string | null
  readonly linkHash: Buffer | null
  readonly scope: GrantScope
  readonly expiresAt: string | null
}

export async function insertGrant(
  tx: Transaction,
  grant: NewGrant,
  position: number
): Promise<void> {
  await tx.query({
    text: `insert into batch_grant
      (id, batch, grantor, grantee, link_hash, scope, expires_at, position)
      values ($1, $2, $3, $4, $5, $6, $7, $8)`,
    values: [
      grant.id,
      grant.batch,
      grant.grantor,
      grant.grantee,
      grant.linkHash,
      grant.scope,
      grant.expiresAt,
      position
    ]
  })
}

/** Locks the grant that a link's secret belongs to; undefined when there is none. */
export async function lockLink(tx: Transaction, linkHash: Buffer): Promise<GrantRow | undefined> {
  const [row] = await tx.query<{ id: string }>({
    text: 'select id from batch_grant where link_hash = $1 for no key update',
    values: [linkHash]
  })
  return row && findGrant(tx, row.id)
}

/** Locks a grant; undefined when there is none. */
export async function lockGrant(tx: Transaction, id: string): Promise<GrantRow | undefined> {
  const rows = await tx.query({
    text: 'select from batch_grant where id = $1 for no key update',
    values: [id]
  })
  return rows.length === 0 ? undefined : findGrant(tx, id)
}

/** Binds a link to the organization that redeemed it. */
export async function bindGrant(
  tx: Transaction,
  id: string,
  to: { readonly grantee: string; readonly at: string }
): Promise<void> {
  await tx.query({
    text: 'update batch_grant set grantee = $2, used_at = $3 where id = $1 and grantee is null',
    values: [id, to.grantee, to.at]
  })
}

export async function revokeGrant(tx: Transaction, id: string, position: number): Promise<void> {
  await tx.query({
    text: `update batch_grant set revoked_position = $2
      where id = $1 and revoked_position is null`,
    values: [id, position]
  })
}
