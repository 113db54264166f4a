import type { CustodyModel, Disclosure } from '../../domain/custody/event.ts'
import { LongMap } from '../../domain/lineage/long-map.ts'
import { POSITION_OF_BIRTH, positionOf } from '../books/birth.ts'
import { type ArrayParameter, arrayParameter } from '../connection/array-parameter.ts'
import type { Queryable } from '../database.ts'
import type { BatchStatusText, StoredBatch } from './batches.ts'
import { birthsOf, type Met } from './graph.ts'
import type { Born, FarEdge } from './graph-level.ts'

/** What a node of the graph shows of a batch: all columns but the long ones. */
export type BatchOutline = Omit<StoredBatch, 'elements' | 'declaration' | 'epd' | 'hsCode'>

type Draft = { -readonly [Member in keyof BatchOutline]: BatchOutline[Member] }

/** What versions of batches that are alike have in common, and those versions. */
interface AlikeRow {
  readonly product_class: string
  readonly product_name: string
  readonly stage: string | null
  readonly facility: string
  readonly produced_at: string
  readonly custody_model: CustodyModel
  readonly voided_by: string | null
  readonly disclosure: Disclosure
  /** Those versions, each a `VersionText`, as JSON without its brackets. */
  readonly versions: string
}

/**
 * A version: its birth alone where the walk knows what else there is to tell, with a number where it has
 * one, or with all that is told: birth, position, event, micrograms and number.
 */
type VersionText =
  | number
  | readonly [birth: number, number: string]
  | readonly [birth: number, position: number, event: string, massUg: string, number: string | null]

/**
 * Batches as they were known at a position, without what is long to read, asked for in parts while a
 * walk still looks for more of them. A graph holds thousands of batches, most of which share what they
 * are with others, and turning rows into objects costs more than finding them: hence one row for all
 * that are alike, whatever their version.
 */
export class BatchOutlines {
  readonly #asOf: number
  readonly #known = new LongMap<string, Draft>()
  readonly #later = new Map<string, Draft>()

  constructor(asOf: number) {
    this.#asOf = asOf
  }

  /** Reads batches that have not been read yet. */
  async read(db: Queryable, { batches, births }: Pick<Met, 'batches' | 'births'>): Promise<void> {
    const untold = batches.filter((born) => !isTold(born))
    const told = untold.length === 0 ? births : birthsOf(batches.filter(isTold))
    const [rows, more, statuses] = await Promise.all([
      untold.length === batches.length ? [] : readAlike(db, told, false),
      untold.length === 0 ? [] : readAlike(db, birthsOf(untold), true),
      readStatuses(
        db,
        arrayParameter(
          'uuid',
          batches.map(({ batch }) => batch)
        ),
        this.#asOf
      )
    ])
    const born = new Map(batches.map((each) => [each.birth, each]))
    for (const row of rows) this.#unpack(row, born, statuses)
    for (const row of more) this.#unpack(row, born, statuses)
  }

  /** Those whose version was declared by none of the events. */
  madeElsewhere(events: Pick<ReadonlyMap<string, unknown>, 'has'>): readonly string[] {
    const elsewhere: string[] = []
    let last: string | null = null
    this.#known.forEach(({ id, event }) => {
      if (event === last) return
      if (events.has(event)) last = event
      else elsewhere.push(id)
    })
    return elsewhere
  }

  /**
   * Of each batch the newest version up to the position, with the disclosure of its newest one: rights
   * are those of today. Batches that were not yet known are missing. `makerOf` tells who made one.
   */
  told(makerOf: (version: BatchOutline) => string): ReadonlyMap<string, BatchOutline> {
    for (const [id, { disclosure }] of this.#later) {
      const version = this.#known.get(id)
      if (version) version.disclosure = disclosure
    }
    this.#known.forEach((version) => {
      version.organization = makerOf(version)
    })
    return this.#known
  }

  #unpack(
    row: AlikeRow,
    born: ReadonlyMap<number, Born | FarEdge>,
    statuses: ReadonlyMap<string, BatchStatusText>
  ): void {
    const keep = (birth: number, number: string | null, stored?: StoredVersion): void => {
      const batch = born.get(birth)
      if (batch === undefined) return
      const { event, position, massUg } = stored ?? firstVersion(batch)
      this.#keep({
        id: batch.batch,
        organization: '',
        number,
        position,
        event,
        productClass: row.product_class,
        productName: row.product_name,
        stage: row.stage,
        facility: row.facility,
        producedAt: row.produced_at,
        massUg,
        custodyModel: row.custody_model,
        disclosure: row.disclosure,
        status: (statuses.size > 0 && statuses.get(batch.batch)) || 'clear',
        voidedBy: row.voided_by
      })
    }
    for (const version of JSON.parse(`[${row.versions}]`) as readonly VersionText[]) {
      if (typeof version === 'number') keep(version, null)
      else if (version.length === 2) keep(version[0], version[1])
      else {
        const [birth, position, event, mass, number] = version
        keep(birth, number, { position, event, massUg: BigInt(mass) })
      }
    }
  }

  #keep(version: Draft): void {
    const side = version.position <= this.#asOf ? this.#known : this.#later
    const other = side.get(version.id)
    if (other === undefined || other.position < version.position) side.set(version.id, version)
  }
}

type StoredVersion = Pick<BatchOutline, 'event' | 'position' | 'massUg'>

/** Whether the walk knows what the first version says of its event and its mass. */
function isTold(born: Born | FarEdge): born is FarEdge {
  return 'isFirst' in born && born.isFirst
}

function firstVersion(born: Born | FarEdge): StoredVersion {
  if (!isTold(born)) throw new Error(`nothing is known of what made batch ${born.batch}`)
  return { event: born.event, position: positionOf(born.birth), massUg: born.massUg }
}

const KEYS = `product_class, product_name, stage, facility, produced_at, custody_model, voided_by, disclosure`

/**
 * Versions by the births of their batches: all in `whole`, or but for what the walk knows of first
 * versions, which are most and whose texts take longer to write than the rest takes to find. One text for
 * all three kinds, in the order in which they are found.
 */
function readAlike(
  db: Queryable,
  births: ArrayParameter,
  whole: boolean
): Promise<readonly AlikeRow[]> {
  return db.query<AlikeRow>({
    name: 'batch_outlines',
    text: `select ${KEYS}, string_agg(
        case
          when $2::bool or position <> ${POSITION_OF_BIRTH} then concat('[',
            birth, ',', position, ',"', event, '","', mass_ug, '",', coalesce(to_json(number)::text, 'null'), ']')
          when number is null then birth::text
          else concat('[', birth, ',', to_json(number), ']')
        end, ',') as versions
      from batch_version where birth = any($1::int8[]) group by ${KEYS}`,
    values: [births, whole]
  })
}

/** The status at a position of those batches that have ever had another than `clear`. */
async function readStatuses(
  db: Queryable,
  listed: ArrayParameter,
  asOf: number
): Promise<ReadonlyMap<string, BatchStatusText>> {
  const rows = await db.query<{ status: BatchStatusText; batches: string[] }>({
    name: 'batch_statuses',
    text: `select status, json_agg(batch) as batches from (
        select distinct on (batch) batch, status from status_version
         where batch = any($1::uuid[]) and position <= $2 order by batch, position desc
      ) newest group by status`,
    values: [listed, asOf]
  })
  return new Map(rows.flatMap(({ status, batches }) => batches.map((id) => [id, status] as const)))
}

/** Who made batches, by batch; unknown ones are missing. */
export async function readMakers(
  db: Queryable,
  ids: readonly string[]
): Promise<ReadonlyMap<string, string>> {
  if (ids.length === 0) return new Map()
  const rows = await db.query<{ id: string; organization: string }>({
    name: 'batch_makers',
    text: 'select id, organization from batch where id = any($1::uuid[])',
    values: [arrayParameter('uuid', ids)]
  })
  return new Map(rows.map(({ id, organization }) => [id, organization]))
}
