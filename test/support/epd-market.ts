import type { Test } from 'tap'
import { type EpdDocument, epdDocument } from './epds.ts'
import { type Actor, type Answer, type TestApp, testApp } from './service.ts'

export interface Market {
  readonly service: TestApp
  readonly owner: Actor
  readonly rival: Actor
  readonly operator: Actor
  readonly verifier: Actor
  submit(document?: EpdDocument): Promise<EpdDocument>
  publish(document: EpdDocument): Promise<Answer>
}

/** A producer, a competitor, a programme operator and a verifier, on the day of the demonstration. */
export async function market(
  t: Test,
  now = () => new Date('2026-11-23T12:00:00Z')
): Promise<Market> {
  const service = await testApp(t, { now })
  const owner = await service.actor('producer')
  const operator = await service.actor('operator')
  return {
    service,
    owner,
    operator,
    rival: await service.actor('producer'),
    verifier: await service.actor('verifier'),
    async submit(document = epdDocument('magnet-n48h')) {
      const answer = await owner.request('POST', '/v1/epds', document)
      if (answer.status !== 201) throw new Error(JSON.stringify(answer.body))
      return document
    },
    publish: ({ id, version }) =>
      operator.request('POST', `/v1/epds/${id}/transitions`, { version, transition: 'publish' })
  }
}
