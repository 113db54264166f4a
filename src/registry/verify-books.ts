import { createHash } from 'node:crypto'
import type { BookedPosting, Effect } from '../domain/custody/effect.ts'
import { Replay } from '../domain/custody/replay.ts'
import { shipmentStatus } from '../domain/custody/shipment.ts'
import { packLineage } from '../domain/lineage/codec.ts'
import type { Reference } from '../domain/reference.ts'
import { parseEvent } from '../formats/native/event.ts'
import type {
  FacilityHistory,
  JournaledEvent,
  StoredBatch,
  StoredShipmentLine
} from '../storage/books-reading.ts'
import {
  facilityHistories,
  journaledEvents,
  organizationIds,
  storedAccounts,
  storedBatches,
  storedInputs,
  storedPostings,
  storedShipmentLines
} from '../storage/books-reading.ts'
import type { Database, Queryable } from '../storage/database.ts'
import { poolText } from '../storage/pool-text.ts'
import type { RuleSettingRow } from '../storage/rule-settings.ts'
import { ruleSettingHistory } from '../storage/rule-settings.ts'
import { limitsText } from '../storage/write/batch-rows.ts'
import { elementsText } from '../storage/write/statement.ts'

/** One place where the stored books differ from what their events say. */
export interface Difference {
  /** Batch or event that it concerns. */
  readonly subject: string
  readonly what: string
  readonly computed: string
  readonly stored: string
}

export interface BooksReport {
  readonly events: number
  readonly batches: number
  /** Batches whose re-evaluation is pending; they are not compared. */
  readonly pending: number
  readonly differences: readonly Difference[]
}

/**
 * Makes the books again from the accepted documents and compares every mass, element, balance, edge,
 * origin, step, status and shipment with what is stored. One snapshot; nothing is written.
 */
export function verifyBooks(
  deps: { readonly db: Database; readonly reference: Reference },
  onProgress: (events: number) => void = () => {}
): Promise<BooksReport> {
  return deps.db.transaction(
    async (tx) => {
      const run = new Verification(tx, deps.reference, {
        facilities: await facilityHistories(tx),
        settings: await ruleSettingHistory(tx)
      })
      for (const id of await organizationIds(tx)) run.replay.books.organizations.set(id, true)
      for await (const event of journaledEvents(tx)) {
        await run.event(event)
        if (run.events % 500 === 0) onProgress(run.events)
      }
      run.replay.settle()
      for await (const batch of storedBatches(tx)) await run.batch(batch)
      for await (const line of storedShipmentLines(tx)) run.shipmentLine(line)
      return run.report()
    },
    { isolation: 'repeatable read', readOnly: true }
  )
}

class Verification {
  readonly replay = new Replay()
  events = 0
  #batches = 0
  #pending = 0
  readonly #differences: Difference[] = []
  readonly #db: Queryable
  readonly #reference: Reference
  readonly #facilities: readonly FacilityHistory[]
  /** Not yet in force, in the order in which they were set. */
  readonly #settings: RuleSettingRow[]

  constructor(
    db: Queryable,
    reference: Reference,
    known: {
      readonly facilities: readonly FacilityHistory[]
      readonly settings: readonly RuleSettingRow[]
    }
  ) {
    this.#db = db
    this.#settings = [...known.settings]
    this.#reference = reference
    this.#facilities = known.facilities
  }

  report(): BooksReport {
    return {
      events: this.events,
      batches: this.#batches,
      pending: this.#pending,
      differences: this.#differences
    }
  }

  async event(stored: JournaledEvent): Promise<void> {
    this.events += 1
    const hash = createHash('sha256').update(stored.document).digest('hex')
    this.#compare(stored.id, 'document hash', hash, stored.sha256.toString('hex'))
    const parsed = parseEvent(JSON.parse(stored.document.toString('utf8')), stored.id)
    if (!parsed.event) {
      this.#differs(stored.id, 'document', 'a readable event', 'unreadable')
      return
    }
    this.#knowFacilities(stored.position)
    this.#knowFlags(stored.position)
    try {
      const { effect, booked, settled } = this.replay.next({
        event: parsed.event,
        context: {
          actor: stored.organization,
          nowMs: Date.parse(stored.recordedAt),
          reference: this.#reference
        }
      })
      if (!effect.undoing) await this.#postings(stored, booked, settled)
      await this.#edges(stored, effect)
    } catch (error) {
      this.#differs(stored.id, 'event', 'acceptable', (error as Error).message)
    }
  }

  async batch(stored: StoredBatch): Promise<void> {
    this.#batches += 1
    if (stored.pending) {
      this.#pending += 1
      return
    }
    const state = this.replay.books.batches.get(stored.id)
    if (!state) {
      this.#differs(stored.id, 'batch', 'no such batch', 'a batch')
      return
    }
    const { origins, steps } = packLineage(state.lineage)
    const pairs: [string, string, string | null][] = [
      ['mass (ug)', `${state.massUg}`, stored.mass_ug],
      ['drawn (ug)', `${state.drawnUg}`, stored.drawn_ug],
      ['found (ug)', `${state.foundUg}`, stored.found_ug],
      ['elements', elementsText(state.elements), stored.elements],
      ['assay limits', limitsText(state), stored.assay_limits],
      ['product class', state.productClass, stored.product_class],
      ['custody model', state.custodyModel, stored.custody_model],
      ['campaign', state.pool ? poolText(state.pool) : 'none', stored.pool ?? 'none'],
      ['voided by', `${state.voidedBy}`, `${stored.voided_by}`],
      ['origins', origins, stored.origins],
      ['steps', steps, stored.steps],
      ['status', state.status, stored.status ?? 'clear']
    ]
    for (const [what, computed, found] of pairs) this.#compare(stored.id, what, computed, found)
    await this.#accounts(stored.id)
  }

  shipmentLine(stored: StoredShipmentLine): void {
    const shipment = this.replay.books.shipments.get(stored.shipment)
    const line = shipment?.lines.find((candidate) => candidate.line === stored.line)
    if (!shipment || !line) {
      this.#differs(stored.shipment, 'shipment', 'no such line', `line ${stored.line}`)
      return
    }
    const pairs: [string, string, string][] = [
      ['status', shipmentStatus(shipment), stored.status],
      ['open (ug)', `${line.openUg}`, stored.open_ug],
      ['received (ug)', `${line.receivedUg}`, stored.received_ug],
      ['returned (ug)', `${line.returnedUg}`, stored.returned_ug],
      ['lost (ug)', `${line.lostUg}`, stored.lost_ug],
      ['disputed', `${line.disputed}`, `${stored.disputed}`]
    ]
    for (const [what, computed, found] of pairs) {
      this.#compare(stored.shipment, `line ${stored.line} ${what}`, computed, found)
    }
  }

  async #accounts(batch: string): Promise<void> {
    const accounts = this.replay.books.batchAccounts.get(batch) ?? []
    const stored = new Map((await storedAccounts(this.#db, [batch])).map((row) => [row.id, row]))
    this.#compare(batch, 'number of accounts', `${accounts.length}`, `${stored.size}`)
    for (const id of accounts) {
      const computed = this.replay.books.accounts.get(id)
      const row = stored.get(id)
      const what = `account ${computed?.place} of ${computed?.custodian}`
      this.#compare(
        batch,
        `${what}: balance (ug)`,
        `${computed?.balanceUg}`,
        row?.balance_ug ?? 'none'
      )
      this.#compare(
        batch,
        `${what}: deficit (ug)`,
        `${computed?.deficitUg}`,
        row?.deficit_ug ?? 'none'
      )
    }
  }

  async #postings(
    event: JournaledEvent,
    booked: readonly BookedPosting[],
    settled: boolean
  ): Promise<void> {
    const rows = await storedPostings(this.#db, event.position)
    this.#compare(event.id, 'number of postings', `${booked.length}`, `${rows.length}`)
    booked.forEach((posting, line) => {
      const row = rows[line]
      const { batch } = posting.account
      this.#compare(
        batch,
        `posting ${event.position}/${line} account`,
        posting.accountId,
        row?.account ?? 'none'
      )
      this.#compare(
        batch,
        `posting ${event.position}/${line} mass (ug)`,
        `${posting.massUg}`,
        row?.mass_ug ?? 'none'
      )
      this.#compare(
        batch,
        `posting ${event.position}/${line} balance (ug)`,
        `${posting.balanceUg}`,
        row?.balance_ug ?? 'none'
      )
      if (!settled) return
      const elements = posting.elements ? elementsText(posting.elements) : 'none'
      this.#compare(
        batch,
        `posting ${event.position}/${line} elements`,
        elements,
        row?.elements ?? 'none'
      )
    })
  }

  async #edges(event: JournaledEvent, effect: Effect): Promise<void> {
    if (effect.inputs.length === 0) return
    const rows = await storedInputs(this.#db, event.id)
    effect.inputs.forEach((input, line) => {
      const row = rows[line]
      const computed = `${input.batch} ${input.massUg}`
      const stored = row ? `${row.batch} ${row.mass_ug}` : 'none'
      this.#compare(input.batch, `input ${line} of event ${event.id}`, computed, stored)
    })
  }

  /** The facilities as they were known when the event was accepted. */
  #knowFacilities(position: number): void {
    for (const { id, organization, versions } of this.#facilities) {
      const known = versions.filter((version) => version.position < position)
      if (known.length > 0)
        this.replay.books.facilities.set(id, { id, organization, versions: known })
    }
  }

  /** The settings in force when the event was accepted. */
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

  #compare(subject: string, what: string, computed: string, stored: string | null): void {
    if (computed !== stored) this.#differs(subject, what, computed, `${stored}`)
  }

  #differs(subject: string, what: string, computed: string, stored: string): void {
    this.#differences.push({ subject, what, computed, stored })
  }
}
