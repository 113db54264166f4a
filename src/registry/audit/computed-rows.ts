import type { BatchState } from '../../domain/custody/books.ts'
import type { NewBatch } from '../../domain/custody/effect.ts'
import { inDeficit } from '../../domain/custody/reevaluate.ts'
import type { Replay } from '../../domain/custody/replay.ts'
import { uuidFrom } from '../../domain/ids.ts'
import { birthAt } from '../../storage/books/birth.ts'
import { poolText } from '../../storage/books/pool-text.ts'
import type { BookRow } from '../../storage/books/recorded-rows.ts'
import { limitsText, uniqueIdentifiers } from '../../storage/books/write/batch-rows.ts'
import { detailsOf } from '../../storage/books/write/event-rows.ts'
import { elementsText } from '../../storage/connection/statement.ts'
import type { EvaluatedEvent } from '../books/reevaluation-findings.ts'
import { reevaluationFindings } from '../books/reevaluation-findings.ts'
import {
  bodies,
  type ComputedEvent,
  findingRows,
  findingValues,
  instant,
  madeRow,
  row,
  shipmentRows,
  type Values
} from './computed-row.ts'

/**
 * The rows that the events of the journal must have written, as text: what a replay computes, laid
 * out like the tables. Remembers what later versions of a batch carry over.
 */
export class ComputedRows {
  readonly #replay: Replay
  readonly #declared = new Map<string, Values>()
  readonly #births = new Map<string, number>()
  readonly #accounts = new Set<string>()
  readonly #campaigns = new Set<string>()
  readonly #identifiers = new Set<string>()

  constructor(replay: Replay) {
    this.#replay = replay
  }

  /** What one event wrote. */
  ofEvent(entry: ComputedEvent): BookRow[] {
    const { effect } = entry.step
    const { voided = [], kept = null } = effect.undoing ?? {}
    for (const [line, { state }] of effect.newBatches.entries()) {
      if (entry.step.again.has(state.id)) continue
      this.#births.set(state.id, birthAt(entry.position, line))
    }
    return [
      this.#event(entry),
      ...effect.newBatches.flatMap((batch) => this.#newBatch(entry, batch)),
      ...this.carried([...voided, ...(kept ? [kept.pool] : [])], entry.id),
      ...this.#marks(entry),
      ...this.#postings(entry),
      ...this.#edges(entry),
      ...madeRow(entry, this.#births),
      ...this.#campaignRows(entry),
      ...shipmentRows(entry),
      ...findingRows(entry)
    ]
  }

  /** What one re-evaluation wrote. */
  ofReevaluation(events: readonly EvaluatedEvent[], position: number): BookRow[] {
    const holders = events.flatMap(({ states }) =>
      states.flatMap(({ id, status }) => (status === 'contested' ? this.#holders(id) : []))
    )
    return [
      ...events.flatMap(({ id, states }) => this.carried(states, id)),
      ...reevaluationFindings(events, holders).map(
        ({ event, batch, organization, finding }, line) => {
          const id = uuidFrom('finding', `${position}`, `${line}`)
          return row('finding', `${line}`, batch, {
            id,
            event,
            organization,
            ...findingValues(finding)
          })
        }
      )
    ]
  }

  #holders(batch: string) {
    const { accounts, batchAccounts } = this.#replay.books
    const holding = (batchAccounts.get(batch) ?? []).flatMap((id) => {
      const account = accounts.get(id)
      return account && account.balanceUg > 0n ? [account.custodian, account.owner] : []
    })
    return [...new Set(holding)].map((organization) => ({ batch, organization }))
  }

  /** New versions of batches that were not declared again: what was declared goes on. */
  carried(states: readonly BatchState[], event: string): BookRow[] {
    return states.flatMap((state) => {
      const { id, voidedBy } = state
      const values = {
        ...this.#declared.get(id),
        elements: elementsText(state.elements),
        assay_limits: limitsText(state),
        custody_model: state.custodyModel,
        stage: state.stage,
        voided_by: voidedBy,
        flagged: `${state.flagged}`,
        pool: state.pool ? poolText(state.pool) : null
      }
      return [
        row('batch_version', id, id, values),
        ...bodies(state, event),
        row('status_version', id, id, { status: state.status, cause: event })
      ]
    })
  }

  #event({ id, organization, event, step }: ComputedEvent): BookRow {
    const corrective = event.type === 'correct' ? (event.correctiveEvent ?? null) : null
    return row('event', id, id, {
      organization,
      type: event.type,
      at: instant(event.time),
      facility: event.facility,
      disclosure: event.disclosure ?? 'chain',
      details: detailsOf(event, step.effect),
      corrective_event: corrective
    })
  }

  #newBatch(entry: ComputedEvent, { state, declaration }: NewBatch): BookRow[] {
    const { id, organization, number } = state
    const again = entry.step.again.has(id)
    const birth = this.#birthOf(id)
    const values = {
      birth,
      event: state.event,
      number,
      product_class: state.productClass,
      product_name: state.productName,
      stage: state.stage,
      facility: state.facility,
      produced_at: instant(state.pool ? state.producedAt : entry.event.time),
      mass_ug: `${state.massUg}`,
      elements: elementsText(state.elements),
      assay_limits: limitsText(state),
      custody_model: state.custodyModel,
      disclosure: state.disclosure,
      epd: declaration.epd ?? null,
      hs_code: declaration.hsCode ?? null,
      voided_by: null,
      flagged: `${state.flagged}`,
      pool: state.pool ? poolText(state.pool) : null,
      declaration: JSON.stringify(declaration)
    }
    this.#declared.set(id, values)
    const status = inDeficit(this.#replay.books, id) ? 'suspect' : state.status
    const stated = again || state.status !== 'clear'
    return [
      ...(again ? [] : [row('batch', id, id, { organization, birth })]),
      row('batch_version', id, id, values),
      ...bodies(state, state.event),
      ...(stated ? [row('status_version', id, id, { status, cause: entry.id })] : []),
      ...uniqueIdentifiers(declaration.identifiers).flatMap(({ scheme, value }) => {
        const key = `${id} ${scheme} ${value}`
        if (this.#identifiers.has(key)) return []
        this.#identifiers.add(key)
        return [row('batch_identifier', key, id, { scheme, value })]
      })
    ]
  }

  /** What a correction made suspect, where it says nothing else of the batch. */
  #marks({ id, organization, event, step }: ComputedEvent): BookRow[] {
    if (event.type !== 'correct' && event.corrects === undefined) return []
    const { voided = [], kept = null } = step.effect.undoing ?? {}
    const said = new Set([
      ...[...voided, ...(kept ? [kept.pool] : [])].map((state) => state.id),
      ...step.effect.newBatches.flatMap(({ state }) =>
        step.again.has(state.id) || state.status !== 'clear' ? state.id : []
      )
    ])
    const marks = [...step.marked].filter((batch) => !said.has(batch))
    return [
      ...marks.map((batch) =>
        row('status_version', batch, batch, { status: 'suspect', cause: id })
      ),
      row('reevaluation', id, id, { organization, affected: `${step.marked.size}` })
    ]
  }

  #postings({ id, step }: ComputedEvent): BookRow[] {
    if (step.effect.undoing) return []
    return step.booked.flatMap((posting, line) => {
      const { accountId, account, massUg, balanceUg, elements } = posting
      const { batch, custodian, owner, place } = account
      const opened = !this.#accounts.has(accountId)
      this.#accounts.add(accountId)
      const values = {
        event: id,
        account: accountId,
        mass_ug: `${massUg}`,
        balance_ug: `${balanceUg}`,
        elements: elements ? elementsText(elements) : null
      }
      return [
        row('posting', `${line}`, batch, values),
        ...(opened ? [row('account', accountId, batch, { custodian, owner, place })] : [])
      ]
    })
  }

  #edges({ id, step }: ComputedEvent): BookRow[] {
    const { inputs, newBatches } = step.effect
    return [
      ...inputs.map(({ batch, massUg, elements }, line) => {
        const birth = this.#birthOf(batch)
        const values = { event: id, mass_ug: `${massUg}`, elements: elementsText(elements), birth }
        return row('event_input', `${line}`, batch, values)
      }),
      ...newBatches.map(({ state: { id: batch, massUg } }, line) => {
        const values = { event: id, mass_ug: `${massUg}`, birth: this.#birthOf(batch) }
        return row('event_output', `${line}`, batch, values)
      })
    ]
  }

  #birthOf(batch: string): string | null {
    const birth = this.#births.get(batch)
    return birth === undefined ? null : `${birth}`
  }

  #campaignRows({ step }: ComputedEvent): BookRow[] {
    const opened = (step.effect.campaigns ?? []).filter(({ id }) => !this.#campaigns.has(id))
    for (const { id } of opened) this.#campaigns.add(id)
    return [
      ...opened.map(({ id, organization, name, facility }) =>
        row('campaign', id, id, { organization, name, facility })
      ),
      ...step.effect.newBatches.flatMap(({ state }) => {
        if (!state.pool || step.again.has(state.id)) return []
        const { campaign, number, carryTo } = state.pool
        const birth = this.#birthOf(state.id)
        const values = { campaign, number: `${number}`, carry_to: carryTo, birth }
        return [row('campaign_step', state.id, state.id, values)]
      })
    ]
  }
}
