import { LongMap } from '../../domain/lineage/long-map.ts'
import { positionOf } from '../books/birth.ts'
import type { Look } from '../books/made-text.ts'
import { arrayParameter } from '../connection/array-parameter.ts'
import { rfc3339 } from '../connection/value-parsers.ts'
import type { Queryable } from '../database.ts'
import type { BatchStatusText, StoredBatch } from './batches.ts'
import { isTold, type Told } from './graph-level.ts'
import type { Met } from './walk-findings.ts'
import type { AlikeVersions, Known } from './walk-known.ts'

/** What a node of the graph shows of a batch: all columns but the long ones. */
export type BatchOutline = Omit<StoredBatch, 'elements' | 'declaration' | 'epd' | 'hsCode'>

type Writable = { -readonly [Member in keyof BatchOutline]: BatchOutline[Member] }

/** `producedAt` is null where it is the time of the event. */
type Draft = Omit<Writable, 'producedAt'> & { producedAt: Look['producedAt'] }

/** What its own row says of a version. */
type Version = Pick<BatchOutline, 'id' | 'number' | 'position' | 'event' | 'massUg'>

/** What was decided about it. */
type Standing = Pick<BatchOutline, 'status' | 'voidedBy'>

/**
 * Batches as they were known at a position, without what is long to read, asked for in parts while a
 * walk still looks for more of them. A graph holds thousands of batches, most of which share what they
 * are with others, and turning rows into objects costs more than finding them: hence one row for all
 * that are alike, whatever their version.
 */
export class BatchOutlines {
  readonly #asOf: number
  readonly #known = new LongMap<string, Draft>()
  readonly #later = new LongMap<string, Draft>()

  constructor(asOf: number) {
    this.#asOf = asOf
  }

  /** Takes batches that were not taken yet, with what is stored about them, and returns them as they are known so far. */
  take({ batches }: Pick<Met, 'batches'>, { versions, statuses }: Known): readonly BatchSoFar[] {
    const known = new Map(statuses)
    const statusOf = (id: string) => (known.size > 0 && known.get(id)) || 'clear'
    const first: BatchSoFar[] = []
    for (const born of batches) {
      if (!isTold(born)) continue
      const version = firstVersion(born, statusOf(born.batch))
      this.#known.add(version.id, version)
      first.push(version)
    }
    if (versions.length === 0) return first
    const names = new Map(batches.map(({ birth, batch }) => [birth, batch]))
    for (const alike of versions) this.#unpack(alike, names, statusOf)
    return batches.flatMap(({ batch }) => this.#known.get(batch) ?? [])
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
    makerOf: (version: BatchSoFar) => string,
    timeOf: (event: string) => string
  ): ReadonlyMap<string, BatchOutline> {
    for (const [id, { disclosure }] of this.#later.entries()) {
      const version = this.#known.get(id)
      if (version) version.disclosure = disclosure
    }
    this.#known.forEach((version) => {
      completed(version, makerOf(version), timeOf)
    })
    return this.#known as ReadonlyMap<string, BatchOutline>
  }

  #unpack(
    [row, versions]: AlikeVersions,
    names: ReadonlyMap<number, string>,
    statusOf: (id: string) => BatchStatusText
  ): void {
    const [productClass, productName, stage, facility, time, custodyModel, voidedBy, disclosure] =
      row
    const producedAt = rfc3339(time)
    const made = { productClass, productName, stage, facility, producedAt }
    const look = { ...made, custodyModel, disclosure }
    for (const [birth, position, event, mass, number] of versions) {
      const id = names.get(birth)
      if (id === undefined) continue
      const version = { id, number, position, event, massUg: BigInt(mass) }
      this.#keep(draftOf(version, look, { status: statusOf(id), voidedBy }))
    }
  }

  #keep(version: Draft): void {
    const side = version.position <= this.#asOf ? this.#known : this.#later
    const other = side.get(version.id)
    if (other === undefined) side.add(version.id, version)
    else if (other.position < version.position) side.set(version.id, version)
  }
}

/** A batch of which it has not been said yet who made it. */
export type BatchSoFar = Draft

/** The batch, with what was left to be said. */
export function completed(
  version: BatchSoFar,
  maker: string,
  timeOf: (event: string) => string
): BatchOutline {
  version.organization = maker
  version.producedAt ??= timeOf(version.event)
  return version as BatchOutline
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
