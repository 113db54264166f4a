import type { Queryable } from '../database.ts'
import { makerDealtWith } from './access.ts'

/** What a list is narrowed to; null does not narrow. */
export interface BatchFilter {
  /** The organization that made it, as far as the reader may know that. */
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
  /** The `next` of the page before; null for the first page. */
  readonly after: string | null
  readonly limit: number
}

export interface BatchIds {
  readonly ids: readonly string[]
  /** The id after which the next page starts; null where nothing follows. */
  readonly next: string | null
}

/** Batches looked at in one statement where a filter may leave most of them out. */
const CHUNK = 1_000
/** Statements for one page at most: a page is short rather than slow. */
const CHUNKS = 10

/**
 * Ids of the batches that match, in the order of ids. A list holds what the reader has an entry
 * point to; a question for a number or an identifier names its batches, so those may be anybody's
 * and the caller decides which of them the reader sees. Where few of very many batches match, a
 * page may be short although another follows.
 */
export async function listBatchIds(
  db: Queryable,
  filter: BatchFilter,
  page: BatchPage
): Promise<BatchIds> {
  const narrows = conditions(filter, page, '', () => '').length > 0
  const size = narrows ? Math.max(CHUNK, page.limit + 1) : page.limit + 1
  const ids: string[] = []
  let after = page.after
  for (let chunk = 0; chunk < CHUNKS; chunk += 1) {
    const rows = await readChunk(db, filter, { ...page, after, limit: size })
    for (const { id, fits } of rows) {
      if (ids.length === page.limit) return { ids, next: after }
      if (fits) ids.push(id)
      after = id
    }
    if (rows.length < size) return { ids, next: null }
  }
  return { ids, next: after }
}

/** The next batches in order, and whether each of them matches. */
function readChunk(
  db: Queryable,
  filter: BatchFilter,
  page: BatchPage
): Promise<{ id: string; fits: boolean }[]> {
  const values: unknown[] = []
  const bind: Bind = (value, type) => `$${values.push(value)}::${type}`
  const asOf = bind(page.asOf, 'int8')
  const limit = bind(page.limit, 'int8')
  // A client may have named a batch by the lowest id there is.
  const after = `${page.after === null ? '>=' : '>'} ${bind(page.after ?? NIL, 'uuid')}`
  const where = conditions(filter, page, asOf, bind)
  return db.query<{ id: string; fits: boolean }>({
    text: `select b.id, v.batch is not null${where.map((each) => ` and ${each}`).join('')} as fits
      from (${candidates(filter, page, { after, limit, bind })}) c
      join batch b on b.id = c.batch
      left join lateral (
        select * from batch_version where batch = b.id and position <= ${asOf}
         order by position desc limit 1
      ) v on true
      order by b.id`,
    values
  })
}

const NIL = '00000000-0000-0000-0000-000000000000'

/** Adds a parameter and returns its place in the text. */
type Bind = (value: unknown, type: 'uuid' | 'text' | 'int8' | 'timestamptz') => string

interface Bounds {
  /** Where ids begin, with the sign of the comparison. */
  readonly after: string
  readonly limit: string
  readonly bind: Bind
}

/** A number or an identifier names few batches: the search starts there. */
function candidates(filter: BatchFilter, page: BatchPage, bounds: Bounds): string {
  const { after, limit, bind } = bounds
  if (filter.number !== null) {
    return `select id as batch from batch
      where number = ${bind(filter.number, 'text')} and id ${after} order by id limit ${limit}`
  }
  if (filter.identifier !== null) {
    const { scheme, value } = filter.identifier
    return `select batch from batch_identifier
      where scheme = ${bind(scheme, 'text')} and value = ${bind(value, 'text')}
        and batch ${after} order by batch limit ${limit}`
  }
  return own(page, bounds)
}

/**
 * What the reader has an entry point to, in the order of ids, which is the order of the indexes.
 * Each way in gives no more than is asked for, so the cost is that of the page, not of the holdings.
 */
function own(page: BatchPage, { after, limit, bind }: Bounds): string {
  const reader = bind(page.reader, 'uuid')
  const now = bind(page.now.toISOString(), 'timestamptz')
  const ways = [
    `select batch from account where custodian = ${reader} and batch ${after}`,
    `select batch from account where owner = ${reader} and batch ${after}`,
    `select l.batch from shipment s join shipment_line l on l.shipment = s.id
      where s.receiver = ${reader} and s.closed_position is null and l.batch ${after}`,
    `select batch from batch_grant
      where grantee = ${reader} and batch ${after} and revoked_position is null
        and (expires_at is null or expires_at > ${now})`
  ].map((way) => `(select distinct batch from (${way}) way order by batch limit ${limit})`)
  return `select distinct batch from (${ways.join(' union all ')}) ways
    order by batch limit ${limit}`
}

function conditions(filter: BatchFilter, page: BatchPage, asOf: string, bind: Bind): string[] {
  const { organization, holder, product, stage, element, status } = filter
  const where: string[] = []
  if (organization !== null) where.push(madeBy(organization, page, bind))
  if (product !== null) where.push(`v.product_class = ${bind(product, 'text')}`)
  if (stage !== null) where.push(`v.stage = ${bind(stage, 'text')}`)
  if (element !== null) where.push(`v.elements::jsonb ? ${bind(element, 'text')}`)
  if (status !== null) {
    where.push(`coalesce((select status from status_version where batch = b.id
      and position <= ${asOf} order by position desc limit 1), 'clear') = ${bind(status, 'text')}`)
  }
  if (holder !== null) {
    const me = bind(page.reader, 'uuid')
    where.push(`exists (select from account a where a.batch = b.id and a.balance_ug > 0
      and a.custodian = ${bind(holder, 'uuid')} and (a.custodian = ${me} or a.owner = ${me}))`)
  }
  return where
}

/** Whoever may not know the maker must not find it out by trying who fits, nor by how a page ends. */
function madeBy(organization: string, { reader, now }: BatchPage, bind: Bind): string {
  const me = bind(reader, 'uuid')
  return `b.organization = ${bind(organization, 'uuid')} and (b.organization = ${me}
    or (select disclosure from batch_version where batch = b.id
         order by position desc limit 1) <> 'restricted'
    or ${makerDealtWith(me, bind(now.toISOString(), 'timestamptz'))})`
}
