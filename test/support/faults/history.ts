import { type Checkpoint, openCheckpoint } from '../../../src/log/checkpoint.ts'
import { type NoteVerifier, parseVerifier } from '../../../src/log/note-key.ts'
import type { Act } from './act.ts'

/** Where to send to, and as whom. */
export interface Door {
  readonly url: string
  readonly token: string
}

/**
 * What a client remembers: every request with what came of it, every signed head that it saw. It
 * trusts a 2xx and a 4xx, believes nothing else, and repeats what it does not know.
 */
export class History {
  readonly acts: Act[] = []
  readonly checkpoints = new Map<string, Checkpoint>()
  /** What no fault excuses: a 500, an answer that contradicts an earlier one. */
  readonly failures: string[] = []
  /** Answers by status; `cut` where there was none. */
  readonly answers = new Map<string, number>()
  key: NoteVerifier | null = null

  async meet(url: string): Promise<void> {
    this.key ??= parseVerifier((await (await fetch(`${url}/log/key`)).text()).trim())
  }

  /** Sends the act, for the first time or again; resolves with what is known now. */
  async send(act: Act, door: Door, more: Record<string, string> = {}): Promise<Act['outcome']> {
    if (act.tries === 0) this.acts.push(act)
    act.tries += 1
    const headers: Record<string, string> = {
      authorization: `Bearer ${door.token}`,
      'content-type': 'application/json',
      'idempotency-key': act.name,
      ...more
    }
    if (act.kind === 'event') delete headers['idempotency-key']
    let answer: Response
    let text: string
    try {
      answer = await fetch(door.url + act.path, { method: 'POST', headers, body: act.body })
      text = await answer.text()
    } catch {
      this.#count('cut')
      return act.outcome
    }
    this.#count(String(answer.status))
    this.#learn(act, answer, text)
    return act.outcome
  }

  #learn(act: Act, answer: Response, text: string): void {
    const { status, headers } = answer
    if (status === 503) {
      if (!headers.get('content-type')?.startsWith('application/problem+json')) {
        this.failures.push(`503 without a problem: ${text.slice(0, 100)}`)
      }
      if (headers.get('retry-after') === null) this.failures.push('503 without Retry-After')
      return
    }
    if (status === 201 || status === 200) {
      const said = JSON.parse(text) as { position: number; receipt?: string }
      if (act.outcome === 'refused') this.failures.push(`${act.name} was refused, then accepted`)
      if (act.position !== null && act.position !== said.position) {
        this.failures.push(`${act.name} stands at ${act.position} and at ${said.position}`)
      }
      act.outcome = 'ok'
      act.position = said.position
      act.receipt = said.receipt ?? act.receipt
      return
    }
    if (act.outcome === 'ok') this.failures.push(`${act.name} was accepted, then ${status}`)
    if (status >= 500) this.failures.push(`${act.path}: ${status} ${text.slice(0, 300)}`)
    else if (act.outcome === 'unknown') act.outcome = 'refused'
  }

  /** Keeps every signed head that is published, until told to stop. */
  async watch(url: () => string, until: AbortSignal): Promise<void> {
    while (!until.aborted) {
      const note = await fetch(`${url()}/log/checkpoint`, { signal: until })
        .then((answer) => answer.text())
        .catch(() => '')
      const checkpoint = openCheckpoint(note, this.key ? [this.key] : [])
      if (checkpoint) this.checkpoints.set(note, checkpoint)
      await new Promise((resolve) => setTimeout(resolve, 30))
    }
  }

  /** Asks again for what nobody has told, until everything is known or `rounds` are over. */
  async settle(doorOf: (act: Act) => Door, rounds = 5): Promise<void> {
    for (let round = 0; round < rounds; round += 1) {
      const open = this.of('unknown')
      if (open.length === 0) return
      for (const act of open) await this.send(act, doorOf(act))
    }
  }

  of(outcome: Act['outcome']): Act[] {
    return this.acts.filter((act) => act.outcome === outcome)
  }

  counts(): string {
    const count = (outcome: Act['outcome']) => `${this.of(outcome).length} ${outcome}`
    const answers = [...this.answers].map(([status, n]) => `${n} x ${status}`).join(', ')
    return `${count('ok')}, ${count('refused')}, ${count('unknown')} (${answers}); ${this.checkpoints.size} heads`
  }

  #count(what: string): void {
    this.answers.set(what, (this.answers.get(what) ?? 0) + 1)
  }
}
