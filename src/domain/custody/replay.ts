import type { Finding } from '../finding.ts'
import type { BatchState, Books } from './books.ts'
import type { BookedPosting, Effect, KeptPlace } from './effect.ts'
import { enter } from './effect.ts'
import type { CustodyEvent } from './event.ts'
import { effectOf } from './fold.ts'
import { noteEvent } from './note-event.ts'
import type { StoredInput } from './reevaluate.ts'
import { drawable, inDeficit } from './reevaluate.ts'
import type { RunEvent } from './reevaluate-campaign.ts'
import { emptied, followsInputs, reevaluateRun } from './reevaluate-campaign.ts'
import type { FoldContext } from './review.ts'
import { emptyBooks } from './shelves.ts'

/** One event of the journal, as it was accepted. */
export interface ReplayedEvent {
  readonly event: CustodyEvent
  readonly context: FoldContext
}

/** What an event did to the books. */
export interface ReplayedStep {
  readonly effect: Effect
  readonly booked: readonly BookedPosting[]
  /** Batches that existed before and that it declares again. */
  readonly again: ReadonlySet<string>
  /** Batches that became suspect with it: their evaluation is pending. */
  readonly marked: ReadonlySet<string>
}

/** An event that was evaluated again. */
export interface ReplayedEvaluation {
  readonly id: string
  readonly organization: string
  readonly findings: readonly Finding[]
  readonly states: readonly BatchState[]
}

interface Known extends ReplayedEvent {
  readonly inputs: readonly StoredInput[]
  readonly outputs: readonly string[]
  undone: boolean
}

/**
 * The books made again from the events alone, in the order of the journal, corrections and their
 * re-evaluations included: after every step they are what the stored books were at that position.
 */
export class Replay {
  readonly books: Books = emptyBooks()
  /** Batches that wait for their evaluation. */
  readonly suspects = new Set<string>()
  readonly #events = new Map<string, Known>()
  /** Batch -> events that drew on it. */
  readonly #consumers = new Map<string, string[]>()
  /** Batch -> event that made it. */
  readonly #makers = new Map<string, string>()

  /** Replays the next event; throws when it cannot have been accepted. */
  next({ event, context }: ReplayedEvent): ReplayedStep {
    const alone = event.type === 'correct' || event.corrects !== undefined
    const effect = effectOf(this.books, event, context)
    const touched = [...new Set(effect.postings.map(({ account }) => account.batch))]
    const before = new Map(alone ? touched.map((id) => [id, drawable(this.books, id, event)]) : [])
    const again = new Set(
      effect.newBatches.flatMap(({ state }) => (this.books.batches.get(state.id) ? state.id : []))
    )
    const booked = enter(this.books, effect)
    this.#remember(event, context, effect)
    const turned = [...before].flatMap(([id, was]) =>
      drawable(this.books, id, event) === was ? [] : id
    )
    const marked = alone
      ? this.#spread(effect, again, turned)
      : new Set(effect.newBatches.flatMap(bornSuspect))
    const declared = new Map(effect.newBatches.map(({ state }) => [state.id, state.status]))
    for (const batch of marked) this.#mark(batch, declared.get(batch))
    for (const { id } of effect.undoing?.voided ?? []) this.suspects.delete(id)
    return { effect, booked, again, marked }
  }

  /** Evaluates batches again, as the books did at one position; tells what each event makes of it. */
  reevaluate(batches: readonly string[]): readonly ReplayedEvaluation[] {
    const makers = new Set(batches.flatMap((batch) => this.#makers.get(batch) ?? []))
    return [...makers].flatMap((id) => {
      const maker = this.#events.get(id)
      if (!maker || maker.undone) return []
      const { findings, batches: states } = followsInputs(maker.event)
        ? reevaluateRun(this.books, maker.event, maker, maker.context)
        : { findings: [], batches: this.#standing(maker.outputs) }
      for (const state of states) {
        this.books.batches.set(state.id, state)
        this.suspects.delete(state.id)
      }
      return [{ id, organization: maker.context.actor, findings, states }]
    })
  }

  /** What was just declared waits for its evaluation and stands as it is, unless it is in deficit. */
  #mark(batch: string, declared: BatchState['status'] | undefined): void {
    this.suspects.add(batch)
    const state = this.books.batches.get(batch)
    if (!state) return
    const status = declared && !inDeficit(this.books, batch) ? declared : 'suspect'
    this.books.batches.set(batch, { ...state, status })
  }

  #remember(event: CustodyEvent, context: FoldContext, effect: Effect): void {
    const outputs = effect.newBatches.map(({ state }) => state.id)
    this.#events.set(event.id, { event, context, inputs: effect.inputs, outputs, undone: false })
    for (const { batch } of effect.inputs) {
      this.#consumers.set(batch, [...(this.#consumers.get(batch) ?? []), event.id])
    }
    for (const batch of outputs) this.#makers.set(batch, event.id)
    noteEvent(this.books, { event, actor: context.actor, effect })
    if (!effect.undoing) return
    const { kept } = effect.undoing
    const target = this.#events.get(effect.undoing.event)
    if (target && kept && followsInputs(target.event)) this.#keepPlace(target, kept)
    else if (target) target.undone = true
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

  /** Everything downstream of what a correction changed, and what of it stands itself. */
  #spread(effect: Effect, again: ReadonlySet<string>, turned: readonly string[]): Set<string> {
    const { voided = [], kept = null } = effect.undoing ?? {}
    const place = kept ? [kept.pool.id] : []
    const marked = new Set<string>()
    const open = [...voided.map(({ id }) => id), ...place, ...again, ...turned]
    for (let batch = open.pop(); batch !== undefined; batch = open.pop()) {
      for (const output of this.#madeFrom(batch)) {
        if (marked.has(output)) continue
        marked.add(output)
        open.push(output)
      }
    }
    const short = [...again].filter((batch) => inDeficit(this.books, batch))
    const also = [...turned, ...short, ...effect.newBatches.flatMap(bornSuspect), ...place]
    for (const batch of also) {
      if (this.books.batches.get(batch)?.voidedBy === null) marked.add(batch)
    }
    return marked
  }

  #madeFrom(batch: string): string[] {
    const events = (this.#consumers.get(batch) ?? []).map((id) => this.#events.get(id))
    return events.flatMap((known) => (known && !known.undone ? known.outputs : []))
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

function bornSuspect({ state }: Effect['newBatches'][number]): string | [] {
  return state.status === 'suspect' ? state.id : []
}
