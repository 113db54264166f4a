import type { BatchState, Books, RecordedEvent } from './books.ts'
import { emptyBooks } from './books.ts'
import type { BookedPosting, Effect, KeptPlace } from './effect.ts'
import { enter } from './effect.ts'
import type { CustodyEvent } from './event.ts'
import { effectOf } from './fold.ts'
import type { StoredInput } from './reevaluate.ts'
import { inDeficit } from './reevaluate.ts'
import type { RunEvent } from './reevaluate-campaign.ts'
import { emptied, followsInputs, reevaluateRun } from './reevaluate-campaign.ts'
import type { FoldContext } from './review.ts'

/** One event of the journal, as it was accepted. */
export interface ReplayedEvent {
  readonly event: CustodyEvent
  readonly context: FoldContext
}

interface Known extends ReplayedEvent {
  readonly inputs: readonly StoredInput[]
  readonly outputs: readonly string[]
  undone: boolean
}

/**
 * The books made again from the events alone, in the order of the journal, corrections included.
 * What it ends with is what the stored books must say.
 */
export class Replay {
  readonly books: Books = emptyBooks()
  readonly #events = new Map<string, Known>()
  /** Batch -> events that drew on it. */
  readonly #consumers = new Map<string, string[]>()
  /** Batch -> event that made it. */
  readonly #makers = new Map<string, string>()
  readonly #suspects = new Set<string>()

  /** Replays the next event and returns what it did; throws when it cannot have been accepted. */
  next({ event, context }: ReplayedEvent): {
    readonly effect: Effect
    readonly booked: readonly BookedPosting[]
    /** False when an earlier correction may since have changed what it computed. */
    readonly settled: boolean
  } {
    const corrects = event.type === 'correct' || event.corrects !== undefined
    const before = corrects ? this.#deficits() : null
    const effect = effectOf(this.books, event, context)
    const settled = !this.#touchesSuspects(effect)
    const redeclared = effect.newBatches.filter(({ state }) => this.books.batches.get(state.id))
    const booked = enter(this.books, effect)
    this.#remember(event, context, effect)
    if (before) {
      const { voided = [], kept = null } = effect.undoing ?? {}
      const again = [...redeclared.map(({ state }) => state), ...(kept ? [kept.pool] : [])]
      this.#spread([...voided, ...again], before)
      if (kept) this.#suspects.add(kept.pool.id)
    }
    for (const { state } of effect.newBatches) {
      if (!settled || state.status === 'suspect') this.#suspects.add(state.id)
    }
    return { effect, booked, settled }
  }

  /** Evaluates everything again that a correction reached, inputs first. */
  settle(): void {
    for (;;) {
      const ready = [...this.#suspects].filter((batch) => !this.#waits(batch))
      if (ready.length === 0) return
      for (const batch of ready) this.#settleBatch(batch)
    }
  }

  #touchesSuspects(effect: Effect): boolean {
    return effect.postings.some(({ account }) => this.#suspects.has(account.batch))
  }

  #remember(event: CustodyEvent, context: FoldContext, effect: Effect): void {
    const outputs = effect.newBatches.map(({ state }) => state.id)
    this.#events.set(event.id, { event, context, inputs: effect.inputs, outputs, undone: false })
    for (const { batch } of effect.inputs) {
      this.#consumers.set(batch, [...(this.#consumers.get(batch) ?? []), event.id])
    }
    for (const batch of outputs) this.#makers.set(batch, event.id)
    this.books.events.set(event.id, recorded(event, context, effect))
    if (!effect.undoing) return
    const { kept } = effect.undoing
    const target = this.#events.get(effect.undoing.event)
    if (target && kept && followsInputs(target.event)) this.#keepPlace(target, kept)
    else if (target) target.undone = true
    const known = this.books.events.get(effect.undoing.event)
    if (known) this.books.events.set(known.id, { ...known, undone: true })
  }

  /** Of a campaign's event that nothing takes the place of, the pool and what it came from stay. */
  #keepPlace(target: Known, { pool, batches }: KeptPlace): void {
    const { id } = target.event
    const inputs = target.inputs.filter(({ batch }) => batches.includes(batch))
    for (const { batch } of target.inputs) {
      if (batches.includes(batch)) continue
      const others = (this.#consumers.get(batch) ?? []).filter((consumer) => consumer !== id)
      this.#consumers.set(batch, others)
    }
    const event = emptied(target.event as RunEvent)
    this.#events.set(id, { ...target, event, inputs, outputs: [pool.id] })
  }

  #deficits(): (batch: string) => boolean {
    const short = new Set<string>()
    for (const batch of this.#makers.keys()) if (inDeficit(this.books, batch)) short.add(batch)
    return (batch) => short.has(batch)
  }

  #spread(roots: readonly BatchState[], before: (batch: string) => boolean): void {
    const turned = [...this.#makers.keys()].filter(
      (batch) => inDeficit(this.books, batch) !== before(batch)
    )
    const again = roots.map((state) => state.id)
    const short = again.filter((batch) => inDeficit(this.books, batch))
    const open = [...again, ...turned]
    const seen = new Set<string>()
    for (let batch = open.pop(); batch !== undefined; batch = open.pop()) {
      for (const output of this.#madeFrom(batch)) {
        if (seen.has(output)) continue
        seen.add(output)
        open.push(output)
      }
    }
    for (const batch of [...seen, ...turned, ...short]) this.#suspects.add(batch)
    for (const state of roots) if (state.voidedBy !== null) this.#suspects.delete(state.id)
  }

  #madeFrom(batch: string): string[] {
    const events = (this.#consumers.get(batch) ?? []).map((id) => this.#events.get(id))
    return events.flatMap((known) => (known && !known.undone ? known.outputs : []))
  }

  #waits(batch: string): boolean {
    const maker = this.#events.get(this.#makers.get(batch) ?? '')
    return maker?.inputs.some((input) => this.#suspects.has(input.batch)) ?? false
  }

  #settleBatch(batch: string): void {
    if (!this.#suspects.has(batch)) return
    const maker = this.#events.get(this.#makers.get(batch) ?? '')
    const states =
      maker && !maker.undone && followsInputs(maker.event)
        ? reevaluateRun(this.books, maker.event, maker, maker.context).batches
        : this.#standing(maker && !maker.undone ? maker.outputs : [])
    for (const state of states) this.books.batches.set(state.id, state)
    for (const output of [batch, ...(maker?.outputs ?? [])]) this.#suspects.delete(output)
  }

  #standing(outputs: readonly string[]): BatchState[] {
    return outputs.flatMap((id) => {
      const state = this.books.batches.get(id)
      if (!state) return []
      const contested = state.voidedBy !== null || state.flagged || inDeficit(this.books, id)
      return [{ ...state, status: contested ? 'contested' : 'clear' } as const]
    })
  }
}

function recorded(event: CustodyEvent, context: FoldContext, effect: Effect): RecordedEvent {
  return {
    id: event.id,
    organization: context.actor,
    type: event.type,
    atMs: Date.parse(event.time),
    undone: false,
    correctiveEvent: event.type === 'correct' ? (event.correctiveEvent ?? null) : null,
    outputs: effect.newBatches.map(({ state }) => state.id),
    postings: effect.undoing ? [] : effect.postings,
    shipment: event.type === 'ship' ? event.id : event.type === 'receive' ? event.shipment : null,
    receipts: effect.receivedLines
  }
}
