import { LongMap } from '../../domain/lineage/long-map.ts'
import { POSITION_OF_BIRTH, positionOf } from '../books/birth.ts'
import type { Look } from '../books/made-text.ts'
import { type ArrayParameter, arrayParameter } from '../connection/array-parameter.ts'
import type { Queryable } from '../database.ts'
import type { BatchStatusText, StoredBatch } from './batches.ts'
import { birthsOf, type Met } from './graph.ts'
import type { Born, FarEdge } from './graph-level.ts'

/** What a node of the graph shows of a batch: all columns but the long ones. */
export type BatchOutline = Omit<StoredBatch, 'elements' | 'declaration' | 'epd' | 'hsCode'>

type Writable = { -readonly [Member in keyof BatchOutline]: BatchOutline[Member] }

/** `producedAt` is null where it is the time of the event. */
type Draft = Omit<Writable, 'producedAt'> & { producedAt: Look['producedAt'] }

/** What its own row says of a version. */
type Version = Pick<BatchOutline, 'id' | 'number' | 'position' | 'event' | 'massUg'>

/** What was decided about it. */
type Standing = Pick<BatchOutline, 'status' | 'voidedBy'>

/** What versions of batches that are alike have in common, and those versions. */
interface AlikeRow extends Look, Pick<BatchOutline, 'voidedBy'> {
  /** Those versions, each a `VersionText`, as JSON without its brackets. */
  readonly versions: string
}

type VersionText = readonly [
  birth: number,
  position: number,
  event: string,
  massUg: string,
  number: string | null
]

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

  /** Reads batches that have not been read yet: of those that the walk was told of, what was said of them later. */
  async read(db: Queryable, { batches, births }: Pick<Met, 'batches' | 'births'>): Promise<void> {
    const untold = batches.filter((born) => !isTold(born))
    const told = untold.length === 0 ? births : birthsOf(batches.filter(isTold))
    const [later, whole, statuses] = await Promise.all([
      untold.length === batches.length ? [] : readAlike(db, 'later', told),
      untold.length === 0 ? [] : readAlike(db, 'whole', birthsOf(untold)),
      readStatuses(
        db,
        arrayParameter(
          'uuid',
          batches.map(({ batch }) => batch)
        ),
        this.#asOf
      )
    ])
    const statusOf = (id: string) => (statuses.size > 0 && statuses.get(id)) || 'clear'
    for (const born of batches.filter(isTold)) {
      this.#keep(firstVersion(born, statusOf(born.batch)))
    }
    if (later.length + whole.length === 0) return
    const names = new Map(batches.map(({ birth, batch }) => [birth, batch]))
    for (const row of later) this.#unpack(row, names, statusOf)
    for (const row of whole) this.#unpack(row, names, statusOf)
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
   * are those of today. Batches that were not yet known are missing. `makerOf` tells who made one, `timeOf` when
   * an event that the walk met took place.
   */
  told(
    makerOf: (version: Pick<BatchOutline, 'id' | 'event'>) => string,
    timeOf: (event: string) => string
  ): ReadonlyMap<string, BatchOutline> {
    for (const [id, { disclosure }] of this.#later) {
      const version = this.#known.get(id)
      if (version) version.disclosure = disclosure
    }
    this.#known.forEach((version) => {
      version.organization = makerOf(version)
      version.producedAt ??= timeOf(version.event)
    })
    return this.#known as ReadonlyMap<string, BatchOutline>
  }

  #unpack(
    row: AlikeRow,
    names: ReadonlyMap<number, string>,
    statusOf: (id: string) => BatchStatusText
  ): void {
    for (const text of JSON.parse(`[${row.versions}]`) as readonly VersionText[]) {
      const [birth, position, event, mass, number] = text
      const id = names.get(birth)
      if (id === undefined) continue
      const version = { id, number, position, event, massUg: BigInt(mass) }
      this.#keep(draftOf(version, row, { status: statusOf(id), voidedBy: row.voidedBy }))
    }
  }

  #keep(version: Draft): void {
    const side = version.position <= this.#asOf ? this.#known : this.#later
    const other = side.get(version.id)
    if (other === undefined || other.position < version.position) side.set(version.id, version)
  }
}

type Told = FarEdge & { readonly look: Look }

/** Whether the walk was told of the first version. */
function isTold(born: Born | FarEdge): born is Told {
  return 'look' in born && born.look !== null
}

function firstVersion(
  { batch: id, event, birth, massUg, number, look }: Told,
  status: BatchStatusText
): Draft {
  const version = { id, number, position: positionOf(birth), event, massUg }
  return draftOf(version, look, { status, voidedBy: null })
}

function draftOf(version: Version, look: Look, { status, voidedBy }: Standing): Draft {
  const { id, number, position, event, massUg } = version
  // Member by member: copying what there is costs ten times as much, and there are thousands.
  return {
    id,
    organization: '',
    number,
    position,
    event,
    productClass: look.productClass,
    productName: look.productName,
    stage: look.stage,
    facility: look.facility,
    producedAt: look.producedAt,
    massUg,
    custodyModel: look.custodyModel,
    disclosure: look.disclosure,
    status,
    voidedBy
  }
}

const KEYS = `product_class, product_name, stage, facility, produced_at, custody_model, voided_by, disclosure`
const LOOK = `product_class as "productClass", product_name as "productName", stage, facility, produced_at as "producedAt",
  custody_model as "custodyModel", voided_by as "voidedBy", disclosure`

/** Versions by the births of their batches: all, or but for the first, of which the walk was told. */
function readAlike(
  db: Queryable,
  which: 'whole' | 'later',
  births: ArrayParameter
): Promise<readonly AlikeRow[]> {
  const later = which === 'later' ? `and position <> ${POSITION_OF_BIRTH}` : ''
  return db.query<AlikeRow>({
    name: `batch_outlines_${which}`,
    text: `select ${LOOK}, string_agg(concat('[',
          birth, ',', position, ',"', event, '","', mass_ug, '",', coalesce(to_json(number)::text, 'null'), ']'
        ), ',') as versions
      from batch_version where birth = any($1::int8[]) ${later} group by ${KEYS}`,
    values: [births]
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
