import type { Queryable } from '../database.ts'
import type { NewEpdValue, NewEpdVersion } from './epd-versions.ts'

/** A version as it is kept, with its owner. */
export type KeptVersion = Omit<NewEpdVersion, 'client' | 'external'> & {
  readonly owner: string
}

/** Versions after a position that were not erased, in the order of their entries. */
export async function keptVersions(
  db: Queryable,
  after: number,
  limit: number
): Promise<readonly KeptVersion[]> {
  const rows = await db.query<Omit<KeptVersion, 'position'> & { readonly position: string }>({
    name: 'epd_versions_kept',
    text: `select e.organization as owner, v.epd, version_key as "versionKey", version, v.position,
        media_type as "mediaType", document, sha256, report, report_sha256 as "reportSha256",
        rule_set as "ruleSet", stage, product_class as "productClass", operator, practitioner,
        practitioner_name as "practitionerName", verifier,
        registration_number as "registrationNumber", valid_from::text as "validFrom",
        valid_until::text as "validUntil", coverage, tsvector_to_array(terms) as terms, facets, summary
      from epd_version v join epd e on e.id = v.epd
      where v.position > $1 and not exists (select from erasure x where x.position = v.position)
      order by v.position limit $2`,
    values: [after, limit]
  })
  return rows.map((row) => ({ ...row, position: Number(row.position) }))
}

/** The values of the version at a position; `amount` is its value as PostgreSQL reads it. */
export async function keptValues(
  db: Queryable,
  position: number
): Promise<readonly (NewEpdValue & { readonly isRead: boolean })[]> {
  return db.query({
    name: 'epd_values_kept',
    text: `select indicator, method, module, scenario, unit, status, value,
        case when value ~ '^[-+]?([0-9]+[.]?[0-9]*|[.][0-9]+)([eE][-+]?[0-9]{1,4})?$'
          then amount is not distinct from value::numeric else value is null and amount is null
        end as "isRead"
      from epd_value where position = $1`,
    values: [position]
  })
}

/** Under which ids the findings of the version at a position are kept, and whose they are. */
export async function keptFindingIds(
  db: Queryable,
  epd: string,
  position: number
): Promise<readonly { readonly id: string; readonly line: number; readonly owner: string }[]> {
  return db.query({
    name: 'epd_finding_ids_kept',
    text: `select id, line, organization as owner from finding
      where epd = $1 and position = $2 order by line`,
    values: [epd, position]
  })
}

/** A version of a party with the hash that tells the same content again. */
export interface KeptParty {
  readonly what: 'organization' | 'facility'
  readonly id: string
  readonly position: number
  readonly document: Buffer
  readonly contentHash: Buffer
}

/** Versions of parties after a position that were not erased, in the order of their entries. */
export async function keptParties(
  db: Queryable,
  after: number,
  limit: number
): Promise<readonly KeptParty[]> {
  const rows = await db.query<Omit<KeptParty, 'position'> & { readonly position: string }>({
    name: 'parties_kept',
    text: `select what, id, position, document, content_hash as "contentHash" from (
        select 'organization' as what, organization as id, position, document, content_hash
          from organization_version
        union all
        select 'facility', facility, position, document, content_hash from facility_version
      ) v
      where position > $1 and not exists (select from erasure x where x.position = v.position)
      order by position limit $2`,
    values: [after, limit]
  })
  return rows.map((row) => ({ ...row, position: Number(row.position) }))
}

/** What somebody said to close a finding, with the hash of it that was logged. */
export interface KeptResolution {
  readonly id: string
  readonly position: string
  readonly reason: string
  readonly evidence: string
  readonly content: string
}

/** Resolutions that were not erased. */
export function keptResolutions(db: Queryable): Promise<readonly KeptResolution[]> {
  return db.query<KeptResolution>({
    text: `select f.id, f.resolved_position as position, f.resolution as reason,
        f.resolution_evidence as evidence,
        convert_from(j.statement, 'UTF8')::jsonb #>> '{body,content}' as content
      from finding f join journal j
        on j.position = f.resolved_position and j.kind = 'finding_resolution'
      where not exists (select from erasure x where x.position = f.resolved_position)
      order by f.resolved_position`
  })
}
