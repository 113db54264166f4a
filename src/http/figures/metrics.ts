import type { Deps } from '../../registry/deps.ts'
import { FigureReader, type Figures } from '../../registry/read-figures.ts'
import type { RequestRates } from '../rate-limit.ts'
import { Exposition, type Labels } from './exposition.ts'
import type { Load } from './load.ts'
import type { RequestFigures } from './request-figures.ts'

const ALONE: Labels = {}
const ROLES = ['leading', 'following', 'refusing', 'stopped'] as const

interface Sources {
  readonly deps: Deps
  readonly requests: RequestFigures
  readonly load: Load
  readonly rates: RequestRates
  readonly version: string
}

/** Everything that `/metrics` tells; docs/operations.md says what to watch. */
export class Metrics {
  readonly #text = new Exposition()
  readonly #reader: FigureReader
  #figures: Figures | null = null

  constructor(sources: Sources) {
    this.#reader = new FigureReader(sources.deps)
    this.#requests(sources)
    this.#books()
    this.#database()
    this.#log()
    this.#process(sources)
  }

  get contentType(): string {
    return this.#text.contentType
  }

  async read(): Promise<string> {
    this.#figures = await this.#reader.read()
    return this.#text.text()
  }

  #requests({ requests, load, rates }: Sources): void {
    const text = this.#text
    text.histogram(
      'lodestone_http_request_duration_seconds',
      'From the arrival of a request until its answer was handed over, by route and status.',
      () => requests.all().map(({ labels, seconds }) => [labels, seconds])
    )
    text.counter(
      'lodestone_http_failures_total',
      'Requests that failed by a fault of the service and were answered 500.',
      () => [[ALONE, requests.failures()]]
    )
    text.gauge('lodestone_http_requests_in_flight', 'Requests that are being worked on.', () => [
      [ALONE, load.state().requests]
    ])
    text.gauge('lodestone_http_body_bytes', 'Bytes of bodies that are held.', () => [
      [ALONE, load.state().bodyBytes]
    ])
    text.gauge('lodestone_http_connections', 'Open connections of clients.', () => [
      [ALONE, load.connections.open]
    ])
    text.counter(
      'lodestone_http_turned_away_total',
      'Requests and connections that were answered OVERLOADED, by what there was too much of.',
      () => [
        ...Object.entries(load.turnedAway).map(([reason, count]) => [{ reason }, count] as const),
        [{ reason: 'connections' }, load.connections.refused]
      ]
    )
    text.counter(
      'lodestone_http_rate_limited_total',
      'Requests that were answered RATE_LIMITED, by policy.',
      () => [...rates.refused()].map(([policy, count]) => [{ policy }, count])
    )
  }

  #books(): void {
    const text = this.#text
    const books = () => this.#figures?.work.books
    const one = (value: number | undefined) =>
      value === undefined ? [] : [[ALONE, value] as const]
    text.gauge('lodestone_books_queue_events', 'Events that wait to be written.', () =>
      one(books()?.waiting)
    )
    text.gauge('lodestone_books_queue_bytes', 'Bytes of events that wait to be written.', () =>
      one(books()?.waitingBytes)
    )
    text.counter(
      'lodestone_books_turned_away_total',
      'Submissions that were refused because too much waited.',
      () => one(books()?.figures.turnedAway)
    )
    text.counter('lodestone_books_retries_total', 'Groups that had to be tried again.', () =>
      one(books()?.figures.retries)
    )
    text.counter(
      'lodestone_books_remembered_total',
      'Groups that were judged by what the process remembers of the books, without reading them.',
      () => one(books()?.remembered)
    )
    for (const [name, help, figure] of [
      ['lodestone_books_group_events', 'Events written in one transaction.', 'groupSizes'],
      ['lodestone_books_wait_seconds', 'From submission to the start of the group.', 'waits'],
      [
        'lodestone_books_group_seconds',
        'From the first lock of a group to its commit.',
        'groupTimes'
      ]
    ] as const) {
      text.histogram(name, help, () => {
        const tally = books()?.figures[figure]
        return tally ? [[ALONE, tally]] : []
      })
    }
    text.gauge('lodestone_corrections_pending', 'Batches that wait to be evaluated again.', () =>
      one(this.#figures?.stored?.suspects)
    )
    text.gauge('lodestone_imports_unfinished', 'Imports that are received or under way.', () =>
      one(this.#figures?.stored?.imports)
    )
    text.gauge(
      'lodestone_findings_open',
      'Open findings of the registry, by rule and severity.',
      () =>
        (this.#figures?.stored?.findings ?? []).map(({ rule, severity, count }) => [
          { rule, severity },
          count
        ])
    )
  }

  #database(): void {
    this.#text.gauge('lodestone_database_up', '1 where the database answers.', () => [
      [ALONE, this.#figures?.stored ? 1 : 0]
    ])
    this.#text.gauge(
      'lodestone_database_takes_writes',
      '1 where it takes writes, 0 for a replica or where it is set to take none or to lose what it takes.',
      () => {
        const stored = this.#figures?.stored
        return stored ? [[ALONE, stored.takesWrites ? 1 : 0]] : []
      }
    )
    this.#text.gauge(
      'lodestone_clock_ahead_seconds',
      'How far the clock of this process is ahead of that of the database, negative where behind; 0 where it is right enough. Else nothing is accepted.',
      () => [[ALONE, (this.#figures?.clockAheadMs ?? 0) / 1_000]]
    )
    this.#text.gauge(
      'lodestone_database_connections',
      'Connections to the database, and what waits for one.',
      () =>
        Object.entries(this.#figures?.work.pool ?? {}).map(([state, count]) => [{ state }, count])
    )
  }

  #log(): void {
    const one = (value: number | null | undefined) =>
      value === undefined || value === null ? [] : [[ALONE, value] as const]
    const text = this.#text
    text.gauge('lodestone_log_role', '1 for the part that this process plays for the log.', () =>
      ROLES.map((role) => [{ role }, this.#figures?.log.role === role ? 1 : 0])
    )
    text.gauge('lodestone_log_size', 'Entries that the newest signed head covers.', () =>
      one(this.#figures?.log.size)
    )
    text.gauge(
      'lodestone_log_lag_entries',
      'Accepted entries that no signed head covers yet.',
      () => one(this.#figures?.stored?.unsigned)
    )
    text.gauge('lodestone_log_head_age_seconds', 'Since the newest head was signed.', () =>
      one(this.#figures?.stored?.signedSeconds)
    )
    text.gauge(
      'lodestone_log_guard_refuses',
      '1 where the history contradicts what was signed: nothing is accepted.',
      () => one(this.#figures?.log.refusal ? 1 : 0)
    )
  }

  #process({ load, version }: Sources): void {
    this.#text.gauge(
      'lodestone_event_loop_delay_seconds',
      'Mean delay over the last second.',
      () => [[ALONE, load.state().delayMs / 1000]]
    )
    this.#text.gauge('lodestone_build_info', 'What runs.', () => [
      [{ version, node: process.version }, 1]
    ])
  }
}
