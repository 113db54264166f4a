import type { FastifyReply, FastifyRequest } from 'fastify'
import { Tally } from '../../registry/tally.ts'

const SECONDS = [0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60]
const METHODS = new Set(['GET', 'HEAD', 'POST', 'PUT', 'PATCH', 'DELETE', 'OPTIONS'])

/** Answers of one kind: labels, and how long they took in seconds. */
export interface RequestTally {
  readonly labels: { readonly method: string; readonly route: string; readonly status: string }
  readonly seconds: Tally
}

/**
 * How long answers took, by route and status. Routes are named by their pattern, and what matches
 * none of them is one route, so that nobody makes up labels. Two lookups and an addition a request.
 */
export class RequestFigures {
  /** Found by what is at hand; several may lead to one tally, as all methods that nobody knows do. */
  readonly #byRoute = new Map<object, Map<string, RequestTally>>()
  /** Each tally once: Prometheus takes no answer in which a series comes twice. */
  readonly #byLabels = new Map<string, RequestTally>()

  /** A client has all of an answer. */
  answered(request: FastifyRequest, reply: FastifyReply, milliseconds: number): void {
    const { terms, method } = request
    let tallies = this.#byRoute.get(terms)
    if (!tallies) {
      tallies = new Map()
      this.#byRoute.set(terms, tallies)
    }
    const kind = `${method} ${reply.statusCode}`
    let tally = tallies.get(kind)
    if (!tally) {
      tally = this.#tallyOf(request, reply)
      tallies.set(kind, tally)
    }
    tally.seconds.add(milliseconds / 1000)
  }

  all(): RequestTally[] {
    return [...this.#byLabels.values()]
  }

  /**
   * Answers 500, also where there are none: the tally of a route begins with its first one, which no
   * monitor takes for a rise.
   */
  failures(): number {
    return this.all()
      .filter(({ labels }) => labels.status === '500')
      .reduce((sum, { seconds }) => sum + seconds.count, 0)
  }

  #tallyOf(request: FastifyRequest, { statusCode }: FastifyReply): RequestTally {
    const labels = {
      method: METHODS.has(request.method) ? request.method : 'other',
      route: request.is404 ? 'none' : (request.routeOptions.url ?? 'none'),
      status: String(statusCode)
    }
    const key = Object.values(labels).join(' ')
    const tally = this.#byLabels.get(key) ?? { labels, seconds: new Tally(SECONDS) }
    this.#byLabels.set(key, tally)
    return tally
  }
}
