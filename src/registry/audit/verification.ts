import { createHash } from 'node:crypto'
import { canonicalHash } from '../../domain/canonical-json.ts'
import type { Undoing } from '../../domain/custody/effect.ts'
import type { CustodyEvent } from '../../domain/custody/event.ts'
import { Replay } from '../../domain/custody/replay.ts'
import type { Finding } from '../../domain/finding.ts'
import type { Reference } from '../../domain/reference.ts'
import { parseEvent } from '../../formats/native/event.ts'
import type {
  FacilityHistory,
  JournaledEntry,
  JournaledEvent
} from '../../storage/books/books-reading.ts'
import type { BookRow } from '../../storage/books/recorded-rows.ts'
import type { RuleSettingRow } from '../../storage/parties/rule-settings.ts'
import { ComputedRows } from './computed-rows.ts'
import { Differences } from './differences.ts'

/** Undefined for what nobody can have sent: a hand in the rows left it. */
function readable(document: Buffer): unknown {
  try {
    return JSON.parse(document.toString('utf8'))
  } catch {
    return undefined
  }
}

/** What a correction took back, and when. */
export interface Undone {
  readonly position: number
  /** Batches whose lines stay: the place of an event in its campaign. */
  readonly kept: readonly string[]
}

/** One pass over the journal: replays each entry and compares the rows that it wrote. */
export class Verification {
  readonly replay = new Replay()
  readonly differences = new Differences()
  /** By event; twice where its place was taken back as well. */
  readonly undone = new Map<string, readonly Undone[]>()
  /** Position at which each closed shipment closed. */
  readonly closed = new Map<string, number | null>()
  events = 0
  readonly #rows = new ComputedRows(this.replay)
  readonly #reference: Reference
  readonly #facilities: readonly FacilityHistory[]
  /** Not yet in force, in the order in which they were set. */
  readonly #settings: RuleSettingRow[]

  constructor(
    reference: Reference,
    known: {
      readonly facilities: readonly FacilityHistory[]
      readonly settings: readonly RuleSettingRow[]
    }
  ) {
    this.#settings = [...known.settings]
    this.#reference = reference
    this.#facilities = known.facilities
  }

  entry(entry: JournaledEntry, stored: readonly BookRow[]): void {
    this.#knowFacilities(entry.position)
    this.#knowFlags(entry.position)
    if (entry.kind === 'reevaluation') this.#reevaluation(entry.position, stored)
    else if (entry.event) this.#event(entry.event, entry, stored)
    else this.differences.compare(entry.subject, 'event', 'an event', 'none')
  }

  #reevaluation(position: number, stored: readonly BookRow[]): void {
    const batches = stored.flatMap(({ table, key }) => (table === 'batch_version' ? key : []))
    const events = this.replay.reevaluate(batches)
    this.differences.rows(position, this.#rows.ofReevaluation(events, position), stored)
  }

  #event(stored: JournaledEvent, entry: JournaledEntry, rows: readonly BookRow[]): void {
    this.events += 1
    const { id, organization } = stored
    const event = this.#document(stored, entry)
    if (!event) return
    try {
      const context = {
        actor: organization,
        nowMs: Date.parse(stored.recordedAt),
        reference: this.#reference
      }
      const step = this.replay.next({ event, context })
      const { findings, ...answer } = JSON.parse(stored.answer) as Answer
      const { position: at } = entry
      const computed = this.#rows.ofEvent({ id, organization, position: at, event, step, findings })
      this.differences.rows(entry.position, computed, rows)
      const made = step.effect.newBatches.map(({ state }) => state.id).join()
      const told = `${id} ${event.type} ${entry.position} ${made}`
      const { batches, position, type } = answer
      const said = `${answer.id} ${type} ${position} ${batches.map((batch) => batch.id).join()}`
      this.differences.compare(id, 'answer', told, said)
      this.#answer(stored, answer.recordedAt)
      this.#follow(step.effect, entry.position)
    } catch (error) {
      this.differences.compare(id, 'event', 'acceptable', (error as Error).message)
    }
  }

  /** What is left of the answer that a retry gets again: its time, and that nobody wrote into its text. */
  #answer({ id, recordedAt, answer }: JournaledEvent, told: string): void {
    const at = (time: string) => new Date(time).toISOString()
    this.differences.compare(id, 'time of the answer', at(recordedAt), at(told))
    this.differences.compare(id, 'text of the answer', JSON.stringify(JSON.parse(answer)), answer)
  }

  #document(stored: JournaledEvent, entry: JournaledEntry): CustodyEvent | null {
    const { id, document } = stored
    const hash = createHash('sha256').update(document).digest('hex')
    const { differences } = this
    differences.compare(id, 'recorded at', entry.at, stored.recordedAt)
    differences.compare(id, 'organization', entry.organization, stored.organization)
    differences.compare(id, 'document hash', hash, stored.sha256.toString('hex'))
    differences.compare(id, 'document hash in the journal', hash, entry.documentSha256)
    const value = readable(document)
    const content = value === undefined ? '' : canonicalHash(value).toString('hex')
    differences.compare(id, 'content hash', content, stored.contentHash.toString('hex'))
    const event = value === undefined ? null : parseEvent(value, () => id).event
    if (!event) differences.compare(id, 'document', 'a readable event', 'unreadable')
    return event
  }

  /** Remembers what later entries may change of the rows of earlier ones. */
  #follow(
    effect: { undoing?: Undoing; newShipment?: { id: string }; receivedLines: readonly Line[] },
    position: number
  ): void {
    const { undoing, newShipment, receivedLines } = effect
    if (undoing) {
      const before = this.undone.get(undoing.event) ?? []
      const kept = undoing.kept?.batches ?? []
      this.undone.set(undoing.event, [...before, { position, kept }])
      if (undoing.shipment) this.closed.set(undoing.shipment.id, null)
    }
    if (newShipment) this.closed.set(newShipment.id, null)
    for (const { shipment } of receivedLines) {
      const lines = this.replay.books.shipments.get(shipment)?.lines ?? []
      this.closed.set(shipment, lines.some(({ openUg }) => openUg > 0n) ? null : position)
    }
  }

  /** The facilities as they were known when the entry was written. */
  #knowFacilities(position: number): void {
    for (const { id, organization, versions } of this.#facilities) {
      const known = versions.filter((version) => version.position < position)
      if (known.length > 0)
        this.replay.books.facilities.set(id, { id, organization, versions: known })
    }
  }

  /** The settings in force when the entry was written. */
  #knowFlags(position: number): void {
    for (; (this.#settings[0]?.position ?? position) < position; this.#settings.shift()) {
      const [setting] = this.#settings
      if (!setting) return
      const { flags } = this.replay.books
      const rules = new Set(flags.get(setting.organization))
      if (setting.mode === 'flag') rules.add(setting.rule)
      else rules.delete(setting.rule)
      flags.set(setting.organization, rules)
    }
  }
}

interface Line {
  readonly shipment: string
}

interface Answer {
  readonly id: string
  readonly type: string
  readonly position: number
  readonly recordedAt: string
  readonly batches: readonly { readonly id: string }[]
  readonly findings: readonly Finding[]
}
