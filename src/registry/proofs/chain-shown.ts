import { nameOf } from '../../domain/custody/books.ts'
import { poolId } from '../../domain/custody/campaign.ts'
import { type OrganizationId, uuidFrom } from '../../domain/ids.ts'

/** An event that a bundle opens: its id, who recorded it, and its exact bytes. */
export interface ShownEvent {
  readonly event: string
  readonly organization: string | null
  readonly document: Uint8Array
}

/** What the document of an event says of batches: by their ids, and by organization and number. */
interface Told {
  readonly made: readonly string[]
  readonly used: readonly string[]
  readonly moved: readonly string[]
  /** The event that it takes back. */
  readonly undone: string | null
  readonly facility: string | null
}

const NOTHING: Told = { made: [], used: [], moved: [], undone: null, facility: null }

/** True where one of the events made or moved the batch. */
export function isNamedIn(events: readonly ShownEvent[], batch: string): boolean {
  return events.some((event) => {
    const { made, moved } = told(event)
    return made.includes(batch) || moved.includes(batch)
  })
}

/**
 * The batches, among `batch` and everything that the events used and was not taken back, that none of
 * them made: where nothing is withheld, the events that made them were left out.
 */
export function lackingIn(events: readonly ShownEvent[], batch: string): string[] {
  const all = events.map((shown) => ({ ...told(shown), event: shown.event }))
  const made = new Set(all.flatMap((one) => one.made))
  const undone = new Set(all.map((one) => one.undone))
  const standing = all.filter(({ event }) => !undone.has(event))
  const needed = new Set([batch, ...standing.flatMap(({ used }) => used)])
  return [...needed].filter((id) => !made.has(id))
}

/** Where the events that made something, and were not taken back, say that they happened. */
export function facilitiesIn(events: readonly ShownEvent[]): string[] {
  const all = events.map((shown) => ({ ...told(shown), event: shown.event }))
  const undone = new Set(all.map((one) => one.undone))
  const standing = all.filter(({ event, made, undone: wrong }) => {
    return made.length > 0 && wrong === null && !undone.has(event)
  })
  return [...new Set(standing.flatMap(({ facility }) => facility ?? []))]
}

function told({ document, ...shown }: ShownEvent): Told {
  try {
    return toldBy(shown, JSON.parse(Buffer.from(document).toString('utf8')))
  } catch {
    return NOTHING
  }
}

/**
 * A batch without an id of its own has the one that the registry gives it (`parseEvent`), as has what
 * stands for the material of a campaign. A corrective event keeps the place of the wrong one there. A
 * number is of whoever records the event that gives it.
 */
function toldBy(
  { event, organization }: Pick<ShownEvent, 'event' | 'organization'>,
  document: Document
): Told {
  const { type, outputs = [], inputs = [], lines = [] } = document
  const wrong = type === 'correct' && typeof document.event === 'string' ? document.event : null
  const pools = document.campaign === undefined ? [] : [poolId(event)]
  return {
    made: [
      ...outputs.map(({ id }, n) =>
        typeof id === 'string' ? id : uuidFrom('batch', event, `${n}`)
      ),
      ...outputs.flatMap(({ number }) => numbered({ organization, number })),
      ...pools,
      ...(wrong === null ? [] : [poolId(wrong)])
    ],
    used: inputs.flatMap(named),
    moved: lines.flatMap(named),
    undone: wrong,
    facility: typeof document.facility === 'string' ? document.facility : null
  }
}

/**
 * A batch is named by its id, or by the number that its organization gave it. What is neither stays what
 * it is, which nothing makes: else it would be used without having come from anywhere.
 */
function named({ batch }: { readonly batch?: unknown }): string[] {
  if (typeof batch === 'string') return [batch]
  const names = typeof batch === 'object' && batch !== null ? numbered(batch) : []
  return names.length > 0 ? names : [JSON.stringify(batch ?? null)]
}

function numbered({ organization, number }: Numbered): string[] {
  const isGiven = typeof organization === 'string' && typeof number === 'string'
  return isGiven ? [nameOf({ organization: organization as OrganizationId, number })] : []
}

interface Numbered {
  readonly organization?: unknown
  readonly number?: unknown
}

interface Document {
  readonly type?: unknown
  readonly event?: unknown
  readonly campaign?: unknown
  readonly facility?: unknown
  readonly outputs?: readonly { readonly id?: unknown; readonly number?: unknown }[]
  readonly inputs?: readonly { readonly batch?: unknown }[]
  readonly lines?: readonly { readonly batch?: unknown }[]
}
