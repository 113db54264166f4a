import { sqlState } from '../connection/sql-error.ts'
import type { Queryable, Transaction } from '../database.ts'

/** The login is no member of the role that may erase. */
export class ErasureRefused extends Error {
  override readonly name = 'ErasureRefused'
}

const NAMELESS = `'{"name": {"en": "(erased)"}, "ownerName": "(erased)"}'::jsonb`
/** Parties that are registered are found by their ids; what is left are names. */
const NAMES = '^(owner|operator):(?![0-9a-f]{32}$)'

/** What is left readable of the documents of parties. */
const ORGANIZATION_LEFT = `convert_to(
  jsonb_build_object('name', '(erased)', 'country', country)::text, 'UTF8')`
const FACILITY_LEFT = `convert_to(jsonb_build_object('name', '(erased)', 'country', country,
  'stages', stages, 'validFrom', valid_from)::text, 'UTF8')`

const HOW =
  'docs/operations.md, “Erase something lawfully”, has the statements that make role and login.'

/** What goes from the rows that were made from the entry at $1. */
const ERASED = [
  'update journal set salt = null where position = $1',
  `update event set document = '', details = (details::jsonb - 'note' - 'evidence')::text
    where position = $1`,
  `update organization_version set name = '(erased)', document = ${ORGANIZATION_LEFT}
    where position = $1`,
  `update facility_version set name = '(erased)', latitude = null, longitude = null,
      document = ${FACILITY_LEFT}
    where position = $1`,
  `update epd_version set document = '', report = '', practitioner_name = null, terms = '',
      facets = array(select facet from unnest(facets) as facet where facet !~ '${NAMES}'),
      summary = (summary::jsonb - 'operatorName' || ${NAMELESS})::text
    where position = $1`,
  `update finding set message = '(erased)', expected = null, actual = null, source = null
    where position = $1 and epd is not null`,
  `update epd_state_version set request = '', reason = null
    where position = $1 and request is not null`,
  `update finding set resolution = '(erased)', resolution_evidence = '[]'
    where resolved_position = $1 and resolved_by is not null`,
  `update signed_request set document = '' where position = $1`
]

/**
 * Removes the bytes of a document, the salt that opened its entry, and what names somebody in the
 * rows that were made from it; masses, shares and declared values stay, and so do the countries of
 * facilities. Runs as the role `lodestone_erasure`, which alone may touch these columns. Throws ErasureRefused where the login may not take that role.
 */
export async function eraseContent(tx: Transaction, position: number): Promise<void> {
  try {
    await tx.query({ text: 'set local role lodestone_erasure' })
  } catch (error) {
    throw new ErasureRefused(`This login may not take the role lodestone_erasure. ${HOW}`, {
      cause: error
    })
  }
  try {
    for (const text of ERASED) await tx.query({ text, values: [position] })
  } catch (error) {
    if (sqlState(error) === '42501') {
      throw new ErasureRefused(`The role lodestone_erasure lacks its grants. ${HOW}`, {
        cause: error
      })
    }
    throw error
  }
  await tx.query({ text: 'reset role' })
}

/** Keeps what the tree needs of an entry that is erased. */
export async function insertErasure(
  tx: Transaction,
  erasure: {
    readonly position: number
    readonly leafData: Buffer
    readonly erasedPosition: number
    readonly reason: string
  }
): Promise<void> {
  await tx.query({
    text: `insert into erasure (position, leaf_data, erased_position, reason)
      values ($1, $2, $3, $4)`,
    values: [erasure.position, erasure.leafData, erasure.erasedPosition, erasure.reason]
  })
}

/** Of each table that is erased from: which row stands for a position, and whether anything is there again. */
const ERASED_ROWS = `
  select position, document <> '' or details::jsonb ?| '{note,evidence}' as back from event
  union all
  select position, name <> '(erased)' or document <> ${ORGANIZATION_LEFT} from organization_version
  union all
  select position, name <> '(erased)' or latitude is not null or longitude is not null
      or document <> ${FACILITY_LEFT} from facility_version
  union all
  select position, document <> '' or report <> '' or practitioner_name is not null or terms <> ''
      or summary::jsonb ->> 'ownerName' <> '(erased)' from epd_version
  union all
  select position, request <> '' or reason is not null from epd_state_version
   where request is not null
  union all
  select resolved_position, resolution <> '(erased)' or resolution_evidence <> '[]' from finding
   where resolved_by is not null
  union all
  select position, document <> '' from signed_request`

/**
 * The entries that were erased and of which something is there again, as a backup that was restored
 * brings it, or nothing any more, though shares and states rest on the row.
 */
export function erasedOtherwise(
  db: Queryable
): Promise<readonly { readonly position: string; readonly isBack: boolean }[]> {
  return db.query({
    text: `select e.position, j.salt is not null or coalesce(bool_or(r.back), false) as "isBack"
      from erasure e join journal j on j.position = e.position
      left join (${ERASED_ROWS}) r on r.position = e.position
      group by e.position, j.salt
      having j.salt is not null or bool_or(r.back) or count(r.position) = 0
      order by e.position limit 1000`
  })
}
