import { positionOf } from '../books/birth.ts'
import type { Look } from '../books/made-text.ts'
import { arrayParameter } from '../connection/array-parameter.ts'
import { rfc3339 } from '../connection/value-parsers.ts'
import type { Queryable } from '../database.ts'
import type { BatchStatusText, StoredBatch } from './batches.ts'
import { type Born, isTold, type Told } from './graph-level.ts'
import { Listed } from './listed.ts'
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
  readonly #known: Draft[] = []

  constructor(asOf: number) {
    this.#asOf = asOf
  }

  /**
   * Takes batches that were not taken yet, with what is stored about them, and returns them as they are known so far, in
   * their order; those that were not yet known at the position are missing.
   */
  take({ batches }: Pick<Met, 'batches'>, { versions, statuses }: Known): readonly BatchSoFar[] {
    const standing = new Map(statuses)
    const statusOf = (id: string) => (standing.size > 0 && standing.get(id)) || 'clear'
    const drafts = batches.map((born) =>
      isTold(born) ? firstVersion(born, statusOf(born.batch)) : undefined
    )
    if (versions.length > 0) this.#unpack(versions, batches, drafts, statusOf)
    const known: Draft[] = []
    for (const draft of drafts) {
      if (draft === undefined) continue
      known.push(draft)
      this.#known.push(draft)
    }
    return known
  }

  /** Those whose version was declared by none of the events. */
  madeElsewhere(events: Pick<ReadonlyMap<string, unknown>, 'has'>): readonly string[] {
    const elsewhere: string[] = []
    let last: string | null = null
    for (const { id, event } of this.#known) {
      if (event === last) continue
      if (events.has(event)) last = event
      else elsewhere.push(id)
    }
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
    for (const version of this.#known) completed(version, makerOf(version), timeOf)
    return new Listed(this.#known as readonly BatchOutline[])
  }

  /** Puts the newest version of each batch up to the position among the drafts. */
  #unpack(
    alike: readonly AlikeVersions[],
    batches: readonly Born[],
    drafts: (Draft | undefined)[],
    statusOf: (id: string) => BatchStatusText
  ): void {
    const places = new Map(batches.map(({ birth, batch }, place) => [birth, { batch, place }]))
    const later: (Draft | undefined)[] = []
    for (const { birth, look, voidedBy, ...version } of versionsIn(alike)) {
      const at = places.get(birth)
      if (at === undefined) continue
      const { batch: id, place } = at
      const draft = draftOf({ ...version, id }, look, { status: statusOf(id), voidedBy })
      const side = draft.position > this.#asOf ? later : drafts
      if (isNewer(draft, side[place])) side[place] = draft
    }
    later.forEach((newest, place) => {
      const known = drafts[place]
      if (newest && known) known.disclosure = newest.disclosure
    })
  }
}

function isNewer(version: Draft, other: Draft | undefined): boolean {
  return other === undefined || other.position < version.position
}

function* versionsIn(alike: readonly AlikeVersions[]) {
  for (const [row, versions] of alike) {
    const [productClass, productName, stage, facility, time, custodyModel, voidedBy, disclosure] =
      row
    const producedAt = rfc3339(time)
    const made = { productClass, productName, stage, facility, producedAt }
    const look = { ...made, custodyModel, disclosure }
    for (const [birth, position, event, mass, number] of versions) {
      yield { birth, position, event, massUg: BigInt(mass), number, look, voidedBy }
    }
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
