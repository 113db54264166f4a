import type { CustodyModel, Disclosure } from '../../domain/custody/event.ts'
import { POSITION_OF_BIRTH } from '../books/birth.ts'
import { type AlikeEvents, alikeEvents } from '../books/event-facts.ts'
import type { Look } from '../books/made-text.ts'
import { arrayParameter, numbersParameter } from '../connection/array-parameter.ts'
import type { Queryable } from '../database.ts'
import { type NameRow, namesText, type SiteRow, sitesText } from '../parties/directory.ts'
import type { BatchStatusText } from './batches.ts'
import { isTold } from './graph-level.ts'
import type { Met } from './walk-findings.ts'

/** Versions of batches that are alike: what they have in common, and those versions. */
export type AlikeVersions = readonly [look: LookRow, versions: readonly VersionRow[]]

type LookRow = readonly [
  productClass: string,
  productName: string,
  stage: string | null,
  facility: string,
  /** As PostgreSQL writes it. */
  producedAt: string,
  custodyModel: CustodyModel,
  voidedBy: string | null,
  disclosure: Disclosure
]

type VersionRow = readonly [
  birth: number,
  position: number,
  event: string,
  massUg: string,
  number: string | null
]

/** What is stored about part of a walk. */
export interface Known {
  readonly versions: readonly AlikeVersions[]
  /** Of batches that have ever had another than `clear`. */
  readonly statuses: readonly (readonly [batch: string, status: BatchStatusText])[]
  readonly events: readonly AlikeEvents[]
  /** Facilities of all of them, and the organizations that recorded the events. */
  readonly sites: readonly SiteRow[]
  readonly organizations: readonly NameRow[]
}

const KEYS = `product_class, product_name, stage, facility, produced_at, custody_model, voided_by, disclosure`
const VERSION = `${KEYS}, birth, position, event, mass_ug, number`

/**
 * One answer for five questions, each a JSON text of arrays: a statement costs more than the few rows that most
 * walks need, and a question that waits for the answer to another one costs both sides a sleep. What
 * thousands have in common is written once.
 */
const SQL = `with made as materialized (
    select ${VERSION} from batch_version where birth = any($1::int8[])
    union all
    select ${VERSION} from batch_version where birth = any($2::int8[]) and position <> ${POSITION_OF_BIRTH}
  ), done as materialized (
    select id, position, at, type, organization, facility, disclosure, details
      from event where position = any($3::int8[])
  )
  select
  (select string_agg(alike, ',') from (
     select concat('[', json_build_array(product_class, product_name, stage, facility, produced_at::text, custody_model,
              voided_by, disclosure), ',[', string_agg(concat('[', birth, ',', position, ',"', event, '","', mass_ug, '",',
              coalesce(to_json(number)::text, 'null'), ']'), ','), ']]') as alike
       from made group by ${KEYS}) alike) as versions,
  (select string_agg(concat('["', batch, '","', status, '"]'), ',') from (
     select distinct on (batch) batch, status from status_version
      where batch = any($4::uuid[]) and position <= $6 order by batch, position desc) newest) as statuses,
  (${alikeEvents('done')}) as events,
  (${sitesText('select facility from made union select facility from done union select unnest($5::uuid[])', '$6')}) as sites,
  (${namesText('select distinct organization from done', '$6')}) as organizations`

/** What is stored about part of a walk, as known at a position. */
export async function readKnown(db: Queryable, met: Met, asOf: number): Promise<Known> {
  const { batches, births, events } = met
  const { told, untold, facilities } = byTold(batches)
  const asParameter = (some: readonly number[]) =>
    some.length === batches.length ? births : numbersParameter(some)
  const ids = batches.map(({ batch }) => batch)
  const [row] = await db.query<Readonly<Record<keyof Known, string | null>>>({
    name: 'walk_known',
    text: SQL,
    values: [
      asParameter(untold),
      asParameter(told),
      numbersParameter(events.map(({ position }) => position)),
      arrayParameter('uuid', ids),
      arrayParameter('uuid', [...facilities]),
      asOf
    ]
  })
  return {
    versions: rowsIn(row?.versions),
    statuses: rowsIn(row?.statuses),
    events: rowsIn(row?.events),
    sites: rowsIn(row?.sites),
    organizations: rowsIn(row?.organizations)
  }
}

/** Births of batches whose first version the walk was told of, and of the rest; and where the former were made. */
function byTold(batches: Met['batches']) {
  const [told, untold]: [number[], number[]] = [[], []]
  const facilities = new Set<string>()
  let look: Look | null = null
  for (const born of batches) {
    if (isTold(born)) {
      told.push(born.birth)
      // What follows each other mostly looks alike, and is one object then.
      if (born.look !== look) facilities.add(born.look.facility)
      look = born.look
    } else untold.push(born.birth)
  }
  return { told, untold, facilities }
}

function rowsIn<Row>(text: string | null | undefined): readonly Row[] {
  return text ? JSON.parse(`[${text}]`) : []
}
