import { arrayParameter } from '../connection/array-parameter.ts'
import type { PreparedStatement } from '../connection/statement.ts'
import type { Queryable, Transaction } from '../database.ts'

/** A registered key; the newest state of it. */
export interface SigningKeyRow {
  readonly id: string
  readonly organization: string
  readonly algorithm: 'EdDSA' | 'ES256'
  readonly jwk: string
  readonly label: string | null
  readonly position: string
  readonly recordedAt: string
  readonly revokedPosition: string | null
  readonly revocationReason: string | null
}

const SELECT = `select k.id, k.organization, k.algorithm, k.jwk, k.label, k.position,
  j.at as "recordedAt", k.revoked_position as "revokedPosition",
  k.revocation_reason as "revocationReason"
  from signing_key k join journal j on j.position = k.position`

export async function findSigningKey(
  db: Queryable,
  id: string
): Promise<SigningKeyRow | undefined> {
  const [row] = await db.query<SigningKeyRow>({
    name: 'signing_key_find',
    text: `${SELECT} where k.id = $1`,
    values: [id]
  })
  return row
}

/** Keys in the order of registration, revoked ones included; `organization` null means all. */
export function listSigningKeys(
  db: Queryable,
  page: { readonly organization: string | null; readonly after: number; readonly limit: number }
): Promise<SigningKeyRow[]> {
  return db.query<SigningKeyRow>({
    name: 'signing_key_list',
    text: `${SELECT} where k.position > $1 and ($2::uuid is null or k.organization = $2)
      order by k.position limit $3`,
    values: [page.after, page.organization, page.limit]
  })
}

/**
 * Locks the keys against revocation until the transaction ends and returns those that are in force:
 * so a signature is accepted before its key is revoked, or not at all.
 */
export async function holdSigningKeys(
  tx: Transaction,
  ids: readonly string[]
): Promise<ReadonlySet<string>> {
  const rows = await tx.query<{ id: string }>({
    name: 'signing_keys_hold',
    text: `select id from signing_key where id = any($1) and revoked_position is null
      order by id for share`,
    values: [ids]
  })
  return new Set(rows.map(({ id }) => id))
}

/** The same together with what is written: the transaction fails where one of them is not in force. */
export function holdSigningKeysOrFail(tx: Transaction, ids: readonly string[]): void {
  tx.send({
    name: 'signing_keys_hold_or_fail',
    text: `with held as materialized (
        select id from signing_key where id = any($1) and revoked_position is null order by id for share)
      select 1 / (count(*) = $2)::int from held`,
    values: [ids, ids.length]
  })
}

export async function insertSigningKey(
  tx: Transaction,
  key: Pick<SigningKeyRow, 'id' | 'organization' | 'algorithm' | 'jwk' | 'label'> & {
    readonly position: number
  }
): Promise<void> {
  await tx.query({
    text: `insert into signing_key (id, organization, algorithm, jwk, label, position)
      values ($1, $2, $3, $4, $5, $6)`,
    values: [key.id, key.organization, key.algorithm, key.jwk, key.label, key.position]
  })
}

/** Takes the lock that `revokeSigningKey` needs, before the journal head is locked. */
export async function lockSigningKey(tx: Transaction, id: string): Promise<boolean> {
  const rows = await tx.query({
    text: 'select from signing_key where id = $1 for no key update',
    values: [id]
  })
  return rows.length > 0
}

export async function revokeSigningKey(
  tx: Transaction,
  id: string,
  position: number,
  reason: string
): Promise<void> {
  await tx.query({
    text: `update signing_key set revoked_position = $2, revocation_reason = $3 where id = $1`,
    values: [id, position, reason]
  })
}

/** True where the organization ever registered a key, also one that is revoked now. */
export async function hasSigningKey(db: Queryable, organization: string): Promise<boolean> {
  const rows = await db.query({
    text: 'select from signing_key where organization = $1 limit 1',
    values: [organization]
  })
  return rows.length > 0
}

/** What becomes of unsigned submissions of an organization. */
export interface SigningPolicy {
  readonly unsigned: 'accepted' | 'refused'
  /** Of the entry that says so; null where the organization never said anything. */
  readonly position: number | null
}

/** The policy in force; an organization lets unsigned submissions in until it says otherwise. */
export async function signingPolicyOf(db: Queryable, organization: string): Promise<SigningPolicy> {
  const [row] = await db.query<{ unsigned: string; position: string }>({
    name: 'signing_policy_read',
    text: `select unsigned, position from signing_policy where organization = $1
      order by position desc limit 1`,
    values: [organization]
  })
  return {
    unsigned: row?.unsigned === 'refused' ? 'refused' : 'accepted',
    position: row ? Number(row.position) : null
  }
}

/** Those of the organizations in $1 that refuse what nobody signed; most never said anything. */
const REFUSING = `select organization from signing_policy p
  where organization = any($1::uuid[]) and unsigned = 'refused' and not exists (
    select from signing_policy later
     where later.organization = p.organization and later.position > p.position)`

/**
 * Those of the organizations that refuse what nobody signed. A policy has its place before it holds: who
 * asks with places of its own in the journal is told of every policy that stands before them.
 */
export async function refusingUnsigned(
  tx: Transaction,
  organizations: readonly string[]
): Promise<readonly string[]> {
  const rows = await tx.query<{ organization: string }>({
    name: 'signing_policy_refusing',
    text: REFUSING,
    values: [organizations]
  })
  return rows.map(({ organization }) => organization)
}

/** The same together with what is written: the transaction fails where one of them does. */
export function failWhereRefusing(organizations: readonly string[]): PreparedStatement {
  return {
    name: 'signing_policy_refusing_or_fail',
    text: `select 1 / (count(*) = 0)::int from (${REFUSING}) refusing`,
    values: [arrayParameter('uuid', organizations)],
    mustReturn: 1
  }
}

export async function insertSigningPolicy(
  tx: Transaction,
  policy: {
    readonly position: number
    readonly organization: string
    readonly unsigned: 'accepted' | 'refused'
  }
): Promise<void> {
  await tx.query({
    text: 'insert into signing_policy (position, organization, unsigned) values ($1, $2, $3)',
    values: [policy.position, policy.organization, policy.unsigned]
  })
}
