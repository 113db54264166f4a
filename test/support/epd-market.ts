import type { Test } from 'tap'
import { type Programme, programme, type SigningActor } from './epd-programme.ts'
import { type EpdDocument, epdDocument } from './epds.ts'
import { type Actor, type Answer, type TestApp, testApp } from './service.ts'

export interface Market {
  readonly service: TestApp
  readonly owner: Actor
  readonly rival: Actor
  readonly operator: SigningActor
  readonly verifier: SigningActor
  readonly programme: Programme
  submit(document?: EpdDocument): Promise<EpdDocument>
  /** Verified, registered and published by those whose part it is. */
  publish(document: EpdDocument): Promise<Answer>
}

/** A producer, a competitor, a programme operator and a verifier, on the day of the demonstration. */
export async function market(
  t: Test,
  now = () => new Date('2026-11-23T12:00:00Z')
): Promise<Market> {
  const service = await testApp(t, { now })
  const owner = await service.actor('producer')
  const its = await programme(service)
  return {
    service,
    owner,
    operator: its.operator,
    verifier: its.verifier,
    programme: its,
    rival: await service.actor('producer'),
    async submit(document = epdDocument('magnet-n48h')) {
      const answer = await owner.request('POST', '/v1/epds', document)
      if (answer.status !== 201) throw new Error(JSON.stringify(answer.body))
      return document
    },
    publish: ({ id, version }) => its.published({ id, version })
  }
}
