import { randomUUID } from 'node:crypto'
import { Agent, request } from 'node:http'
import type { Cast } from './cast.ts'
import type { RawAnswer } from './check-answer.ts'
import type { Plan } from './request-arbitrary.ts'

/** What was sent in the end. */
export interface Sent {
  readonly method: string
  readonly target: string
  readonly headers: Readonly<Record<string, string>>
  readonly body: string | null
}

class StaleConnection extends Error {}

/** Sends plans over connections that stay open, with the ids, tokens and cursors of the run. */
export class Asker {
  readonly #url: URL
  readonly #cast: Cast
  readonly #agent = new Agent({ keepAlive: true, maxSockets: 8 })
  readonly #cursors: string[] = ['none']

  constructor(url: string, cast: Cast) {
    this.#url = new URL(url)
    this.#cast = cast
  }

  filled(plan: Plan): Sent {
    const { tokens } = this.#cast
    const token =
      plan.token === 'garbage'
        ? 'garbage'
        : plan.token === 'none'
          ? null
          : tokens[plan.token % tokens.length]
    return {
      method: plan.method,
      target: this.#fill(plan.target),
      headers: { ...plan.headers, ...(token ? { authorization: `Bearer ${token}` } : {}) },
      body: plan.body === null ? null : this.#fill(plan.body)
    }
  }

  async ask(sent: Sent): Promise<RawAnswer> {
    const answer = await this.#once(sent).catch((error) => {
      // The service ended a connection that was idle, as it may: nothing of the request was read.
      if (error instanceof StaleConnection) return this.#once(sent)
      throw error
    })
    const cursor = /"next":"([\w.-]+)"/.exec(answer.body.toString('latin1').slice(-600))?.[1]
    if (cursor && this.#cursors.length < 100) this.#cursors.push(cursor)
    return answer
  }

  #once({ method, target, headers, body }: Sent): Promise<RawAnswer> {
    const bytes = body === null ? null : Buffer.from(body)
    const length = bytes === null ? {} : { 'content-length': bytes.length }
    return new Promise((resolve, reject) => {
      const asked = request({
        agent: this.#agent,
        host: this.#url.hostname,
        port: this.#url.port,
        method,
        path: target,
        headers: { ...headers, ...length },
        timeout: 60_000
      })
      asked.on('response', (response) => {
        const chunks: Buffer[] = []
        response.on('data', (chunk) => chunks.push(chunk))
        response.on('error', reject)
        response.on('end', () =>
          resolve({
            status: response.statusCode ?? 0,
            headers: response.headers,
            body: Buffer.concat(chunks)
          })
        )
      })
      asked.on('timeout', () => asked.destroy(new Error('no answer within a minute')))
      asked.on('error', (error: NodeJS.ErrnoException) =>
        reject(asked.reusedSocket && error.code === 'ECONNRESET' ? new StaleConnection() : error)
      )
      asked.end(bytes ?? undefined)
    })
  }

  close(): void {
    this.#agent.destroy()
  }

  #fill(text: string): string {
    const { ids } = this.#cast
    return text
      .replace(/\{\{cursor (\d+)\}\}/g, (_, n) => this.#cursors[n % this.#cursors.length] ?? '')
      .replace(/\{\{(\d+) (\w*)\}\}/g, (_, n, kind) => {
        if (kind === 'new') return randomUUID()
        const fitting = kind === '' ? ids : ids.filter(({ name }) => name === kind)
        return fitting[n % fitting.length]?.id ?? ''
      })
  }
}
