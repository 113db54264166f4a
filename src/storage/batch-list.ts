import type { Queryable } from './database.ts'

/** What a list is narrowed to; null does not narrow. */
export interface BatchFilter {
  /** The organization that made it. */
  readonly organization: string | null
  /** The organization that has some of it now, in an account that the reader may see. */
  readonly holder: string | null
  readonly product: string | null
  readonly stage: string | null
  /** Symbol of an element that its assay states. */
  readonly element: string | null
  readonly number: string | null
  readonly identifier: { readonly scheme: string; readonly value: string } | null
  readonly status: string | null
}

export interface BatchPage {
  readonly reader: string
  readonly now: Date
  readonly asOf: number
  /** The last id of the page before; null for the first page. */
  readonly after: string | null
  readonly limit: number
}

/**
 * Ids of the batches that match, in the order of ids. A list holds what the reader has an entry
 * point to; a question for a number or an identifier names its batches, so those may be anybody's
 * and the caller decides which of them the reader sees.
 */
export async function listBatchIds(
  db: Queryable,
  filter: BatchFilter,
  page: BatchPage
): Promise<readonly string[]> {
  const values: unknown[] = []
  const bind: Bind = (value, type) => `$${values.push(value)}::${type}`
  const asOf = bind(page.asOf, 'int8')
  const after = bind(page.after ?? NIL, 'uuid')
  const where = conditions(filter, { reader: page.reader, asOf }, bind)
  const rows = await db.query<{ id: string }>({
    text: `select b.id from (${candidates(filter, page, { after, bind })}) c
      join batch b on b.id = c.batch
      cross join lateral (
        select * from batch_version where batch = b.id and position <= ${asOf}
         order by position desc limit 1
      ) v
      ${where.length > 0 ? `where ${where.join(' and ')}` : ''}
      order by c.batch limit ${bind(page.limit, 'int8')}`,
    values
  })
  return rows.map((row) => row.id)
}

const NIL = '00000000-0000-0000-0000-000000000000'

/** Adds a parameter and returns its place in the text. */
type Bind = (value: unknown, type: 'uuid' | 'text' | 'int8' | 'timestamptz') => string

/** A number or an identifier names few batches: the search starts there. */
function candidates(
  filter: BatchFilter,
  page: BatchPage,
  { after, bind }: { readonly after: string; readonly bind: Bind }
): string {
  if (filter.number !== null) {
    return `select id as batch from batch
      where number = ${bind(filter.number, 'text')} and id > ${after}`
  }
  if (filter.identifier !== null) {
    const { scheme, value } = filter.identifier
    return `select batch from batch_identifier
      where scheme = ${bind(scheme, 'text')} and value = ${bind(value, 'text')} and batch > ${after}`
  }
  return own(bind(page.reader, 'uuid'), bind(page.now.toISOString(), 'timestamptz'), after)
}

/**
 * What the reader has an entry point to, in the order of ids, which is the order of the indexes:
 * Merge Append reads no more of its accounts than the page needs, however many there are.
 */
function own(reader: string, now: string, after: string): string {
  return `select distinct batch from (
      select batch from account where custodian = ${reader} and batch > ${after}
      union all
      select batch from account where owner = ${reader} and batch > ${after}
      union all
      select l.batch from shipment s join shipment_line l on l.shipment = s.id
       where s.receiver = ${reader} and s.closed_position is null and l.batch > ${after}
      union all
      select batch from batch_grant
       where grantee = ${reader} and batch > ${after} and revoked_position is null
         and (expires_at is null or expires_at > ${now})
    ) entries`
}

function conditions(
  filter: BatchFilter,
  { reader, asOf }: { readonly reader: string; readonly asOf: string },
  bind: Bind
): string[] {
  const { organization, holder, product, stage, element, status } = filter
  const where: string[] = []
  if (organization !== null) where.push(`b.organization = ${bind(organization, 'uuid')}`)
  if (product !== null) where.push(`v.product_class = ${bind(product, 'text')}`)
  if (stage !== null) where.push(`v.stage = ${bind(stage, 'text')}`)
  if (element !== null) where.push(`v.elements::jsonb ? ${bind(element, 'text')}`)
  if (status !== null) {
    where.push(`coalesce((select status from status_version where batch = b.id
      and position <= ${asOf} order by position desc limit 1), 'clear') = ${bind(status, 'text')}`)
  }
  if (holder !== null) {
    const me = bind(reader, 'uuid')
    where.push(`exists (select from account a where a.batch = b.id and a.balance_ug > 0
      and a.custodian = ${bind(holder, 'uuid')} and (a.custodian = ${me} or a.owner = ${me}))`)
  }
  return where
}
