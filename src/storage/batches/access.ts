import type { Disclosure } from '../../domain/custody/event.ts'
import type { EntryPoint } from '../../domain/lineage/sight.ts'
import { arrayParameter } from '../connection/array-parameter.ts'
import type { Queryable } from '../database.ts'

/** The facts of one batch from which visibility is decided. */
export interface Access {
  readonly batch: string
  readonly maker: string
  /** Of the newest version: rights are those of today, whatever position is asked about. */
  readonly disclosure: Disclosure
  /** The organization's own entry point, the strongest. */
  readonly entry: EntryPoint | null
  /** False only where the batch is restricted and its maker never dealt with the organization. */
  readonly knowsMaker: boolean
}

/** Who asks, and when: grants expire. */
export interface Asker {
  readonly organization: string
  readonly now: Date
}

const LIVE_GRANT = liveGrant('$2', '$3')

/**
 * Whether the maker of the restricted batch b dealt with the reader directly, or let it in. Parameters by
 * their places in the text.
 */
export function makerDealtWith(reader: string, now: string): string {
  return `(exists (select from shipment_line l join shipment s on s.id = l.shipment
                  where l.batch = b.id and s.sender = b.organization and s.receiver = ${reader})
      or exists (select from account a
                  where a.batch = b.id and a.custodian = b.organization and a.owner = ${reader})
      or exists (select from batch_grant g where ${liveGrant(reader, now)}
                  and g.grantor = b.organization))`
}

function liveGrant(reader: string, now: string): string {
  return `g.batch = b.id and g.grantee = ${reader} and g.revoked_position is null
  and (g.expires_at is null or g.expires_at > ${now})`
}

/**
 * Columns and tables of the facts, to be completed by `where b.id = ...`. $2 is the organization,
 * $3 the time. CASE stops at the first entry point, so the common case, a holder who asks, costs
 * one probe of account_key.
 */
const ACCESS_COLUMNS = `b.id as batch, b.organization as maker, d.disclosure,
  case
    when b.organization = $2 then 'maker'
    when exists (select from account a where a.batch = b.id and a.custodian = $2) then 'holder'
    when exists (select from account a where a.batch = b.id and a.owner = $2) then 'holder'
    when exists (select from shipment_line l join shipment s on s.id = l.shipment
                  where l.batch = b.id and s.receiver = $2 and s.status <> 'void') then 'counterparty'
    when exists (select from batch_grant g where ${LIVE_GRANT} and g.scope = 'chain')
      then 'grantee'
    when exists (select from batch_grant g where ${LIVE_GRANT}) then 'grantee_batch'
  end as entry,
  case
    when d.disclosure <> 'restricted' or b.organization = $2 then true
    else ${makerDealtWith('$2', '$3')}
  end as "knowsMaker"`

const ACCESS_TABLES = `batch b
  cross join lateral (
    select disclosure from batch_version where batch = b.id order by position desc limit 1
  ) d`

/** The facts of several batches; unknown ones are missing. */
export async function readAccess(
  db: Queryable,
  batches: readonly string[],
  asker: Asker
): Promise<ReadonlyMap<string, Access>> {
  if (batches.length === 0) return new Map()
  const rows = await db.query<Access>({
    name: 'access_read',
    text: `select ${ACCESS_COLUMNS} from ${ACCESS_TABLES} where b.id = any($1::uuid[])`,
    values: [arrayParameter('uuid', batches), asker.organization, asker.now.toISOString()]
  })
  return new Map(rows.map((row) => [row.batch, row]))
}

const RANKED = ['holder', 'counterparty', 'grantee', 'grantee_batch'] as const

/**
 * Those of many batches that the organization has an entry point of its own to, with the strongest;
 * a maker counts as the holder that it was. Set-wise, so thousands of batches cost one statement.
 */
export async function readEntries(
  db: Queryable,
  batches: readonly string[],
  asker: Asker
): Promise<ReadonlyMap<string, EntryPoint>> {
  if (batches.length === 0) return new Map()
  const rows = await db.query<{ rank: number; batches: string[] }>({
    name: 'access_entries',
    text: `with entries as (
        select batch, 0 as rank from account where custodian = $2 and batch = any($1::uuid[])
        union all
        select batch, 0 from account where owner = $2 and batch = any($1::uuid[])
        union all
        select l.batch, 1 from shipment_line l join shipment s on s.id = l.shipment
         where l.batch = any($1::uuid[]) and s.receiver = $2 and s.status <> 'void'
        union all
        select batch, case scope when 'chain' then 2 else 3 end from batch_grant
         where grantee = $2 and batch = any($1::uuid[]) and revoked_position is null
           and (expires_at is null or expires_at > $3)
      )
      select rank, json_agg(batch) as batches
        from (select batch, min(rank) as rank from entries group by batch) strongest group by rank`,
    values: [arrayParameter('uuid', batches), asker.organization, asker.now.toISOString()]
  })
  const entries = new Map<string, EntryPoint>()
  for (const { rank, batches } of rows) {
    const entry = RANKED[rank] ?? 'grantee_batch'
    for (const batch of batches) entries.set(batch, entry)
  }
  return entries
}

/** False for an organization that never had an entry point anywhere: no search will find one. */
export async function hasAnyEntry(db: Queryable, { organization }: Asker): Promise<boolean> {
  const [row] = await db.query<{ entered: boolean }>({
    name: 'access_any',
    text: `select exists (select from account where custodian = $1)
        or exists (select from account where owner = $1)
        or exists (select from shipment where receiver = $1)
        or exists (select from batch_grant where grantee = $1) as entered`,
    values: [organization]
  })
  return row?.entered ?? false
}

/** The stronger of two entry points. */
export function strongest(entries: Iterable<EntryPoint>): EntryPoint | null {
  const held = new Set(entries)
  return RANKED.find((entry) => held.has(entry)) ?? null
}

/** Those who granted the batch to the organization, as far as the grants are in force. */
export async function readGrantors(
  db: Queryable,
  batch: string,
  asker: Asker
): Promise<readonly string[]> {
  const rows = await db.query<{ grantor: string }>({
    name: 'access_grantors',
    text: `select distinct g.grantor from batch b join batch_grant g on ${LIVE_GRANT}
      where b.id = $1 order by g.grantor`,
    values: [batch, asker.organization, asker.now.toISOString()]
  })
  return rows.map((row) => row.grantor)
}

/** Those to whom the organization shipped some of the batches. */
export async function readReceivers(
  db: Queryable,
  batches: readonly string[],
  organization: string
): Promise<ReadonlySet<string>> {
  if (batches.length === 0) return new Set()
  const rows = await db.query<{ receiver: string }>({
    name: 'access_receivers',
    text: `select distinct s.receiver from shipment_line l join shipment s on s.id = l.shipment
      where l.batch = any($1::uuid[]) and s.sender = $2`,
    values: [arrayParameter('uuid', batches), organization]
  })
  return new Set(rows.map((row) => row.receiver))
}
