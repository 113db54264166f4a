import { randomUUID } from 'node:crypto'
import type { Test } from 'tap'
import { kg, oxides } from './books.ts'
import { type Actor, type Answer, type TestApp, testApp } from './service.ts'

export const LINES = { 'content-type': 'application/x-ndjson' }
export const SHEET = { 'content-type': 'text/csv' }

export const OXIDE = oxides({ Nd2O3: '73.24', Pr6O11: '26.24', La2O3: '0.02', CeO2: '0.03' })

/** Starts the worker of a test's service, and ends it before the database goes. */
export function startImports(t: Test, { deps }: TestApp): void {
  deps.imports.start(deps, {
    documentLimitBytes: 64 * 1024,
    keepBytesHours: 24,
    keepResultsDays: 30,
    onFailure: (error) => console.error(error)
  })
  t.teardown(() => deps.imports.close())
}

/** A producer with a facility, at a service that works on imports. */
export async function works(t: Test) {
  const service = await testApp(t)
  startImports(t, service)
  const producer = await service.actor('producer')
  const facility = await service.facility(producer.organization)
  return { service, producer, facility }
}

/** Waits until the import has ended. */
export async function ended(actor: Actor, id: string): Promise<Answer['body']> {
  for (let asked = 0; asked < 12; asked += 1) {
    const { body } = await actor.request('GET', `/v1/imports/${id}`, undefined, {
      prefer: 'wait=10'
    })
    if (body.finishedAt !== undefined) return body
  }
  throw new Error(`import ${id} does not end`)
}

/** Sends an upload and waits for its end; anything but 202 is an error. */
export async function imported(
  actor: Actor,
  body: string | Buffer,
  options: { readonly url?: string; readonly headers?: Readonly<Record<string, string>> } = {}
): Promise<Answer['body']> {
  const { url = '/v1/imports', headers = LINES } = options
  const answer = await actor.request('POST', url, body, headers)
  if (answer.status !== 202) throw new Error(`${answer.status} ${JSON.stringify(answer.body)}`)
  return ended(actor, answer.body.id)
}

/** Every result of an import. */
export async function results(actor: Actor, id: string): Promise<Answer['body'][]> {
  const { body } = await actor.request('GET', `/v1/imports/${id}/results?limit=10000`)
  return body.items
}

/** A purchase of oxide, as the document of an event; `id` is left out where null. */
export function purchase(
  facility: string,
  batch: string,
  more: { readonly id?: string | null; readonly mass?: string; readonly note?: string } = {}
): Record<string, unknown> {
  const { id = randomUUID(), mass = '700', note } = more
  return {
    ...(id === null ? {} : { id }),
    type: 'commission',
    time: '2026-09-02T06:00:00Z',
    facility,
    ...(note === undefined ? {} : { note }),
    outputs: [
      {
        id: batch,
        product: { class: 'separated_oxide', name: 'NdPr oxide' },
        entry: 'purchased',
        mass: kg(mass),
        assay: OXIDE
      }
    ]
  }
}

/** Documents as NDJSON; text goes in as it is. */
export function lines(...documents: readonly unknown[]): string {
  return documents
    .map((each) => `${typeof each === 'string' ? each : JSON.stringify(each)}\n`)
    .join('')
}
