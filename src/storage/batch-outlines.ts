import type { CustodyModel, Disclosure } from '../domain/custody/event.ts'
import { type ArrayParameter, arrayParameter } from './array-parameter.ts'
import type { BatchStatusText, StoredBatch } from './batches.ts'
import type { Queryable } from './database.ts'
import type { Met } from './graph.ts'

/** What a node of the graph shows of a batch: all columns but the long ones. */
export type BatchOutline = Omit<StoredBatch, 'elements' | 'declaration' | 'epd' | 'hsCode'>

type Draft = { -readonly [Member in keyof BatchOutline]: BatchOutline[Member] }

const FIELDS = 4

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
  /** `FIELDS` of each as one JSON array: birth, position, event and micrograms. */
  readonly versions: string
  /** What each is called by whoever made it. */
  readonly numbers: readonly (string | null)[]
}

/**
 * Batches as they were known at a position, without what is long to read, asked for in parts while a
 * walk still looks for more of them. A graph holds thousands of batches, most of which share what they
 * are with others, and turning rows into objects costs more than finding them: hence one row for all
 * that are alike, whatever their version.
 */
export class BatchOutlines {
  readonly #asOf: number
  readonly #known = new Map<string, Draft>()
  readonly #later = new Map<string, Draft>()

  constructor(asOf: number) {
    this.#asOf = asOf
  }

  /** Reads batches that have not been read yet. */
  async read(db: Queryable, { batches, births }: Pick<Met, 'batches' | 'births'>): Promise<void> {
    const ids = batches.map(({ batch }) => batch)
    const [rows, statuses] = await Promise.all([
      db.query<AlikeRow>({
        name: 'batch_outlines',
        text: `select product_class, product_name, stage, facility, produced_at, custody_model,
            voided_by, disclosure, json_agg(number) as numbers,
            '[' || string_agg(concat(birth, ',', position, ',"', event, '","', mass_ug, '"'), ',') || ']'
              as versions
          from batch_version where birth = any($1::int8[])
          group by product_class, product_name, stage, facility, produced_at, custody_model,
            voided_by, disclosure`,
        values: [births]
      }),
      readStatuses(db, arrayParameter('uuid', ids), this.#asOf)
    ])
    const born = new Map(batches.map(({ birth, batch }) => [birth, batch]))
    for (const row of rows) this.#unpack(row, born, statuses)
  }

  /** Those whose version was declared by none of the events. */
  madeElsewhere(events: Pick<ReadonlyMap<string, unknown>, 'has'>): readonly string[] {
    const elsewhere: string[] = []
    for (const { id, event } of this.#known.values()) if (!events.has(event)) elsewhere.push(id)
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
    for (const version of this.#known.values()) version.organization = makerOf(version)
    return this.#known
  }

  #unpack(
    row: AlikeRow,
    born: ReadonlyMap<number, string>,
    statuses: ReadonlyMap<string, BatchStatusText>
  ): void {
    const fields: readonly (string | number)[] = JSON.parse(row.versions)
    let at = 0
    for (const number of row.numbers) {
      const [birth, event] = [fields[at] as number, fields[at + 2] as string]
      const [position, mass] = [fields[at + 1] as number, fields[at + 3] as string]
      at += FIELDS
      const id = born.get(birth)
      if (id === undefined) continue
      this.#keep({
        id,
        organization: '',
        number,
        position,
        event,
        productClass: row.product_class,
        productName: row.product_name,
        stage: row.stage,
        facility: row.facility,
        producedAt: row.produced_at,
        massUg: BigInt(mass),
        custodyModel: row.custody_model,
        disclosure: row.disclosure,
        status: (statuses.size > 0 && statuses.get(id)) || 'clear',
        voidedBy: row.voided_by
      })
    }
  }

  #keep(version: Draft): void {
    const side = version.position <= this.#asOf ? this.#known : this.#later
    const other = side.get(version.id)
    if (other === undefined || other.position < version.position) side.set(version.id, version)
  }
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
