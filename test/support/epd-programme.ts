import type { Actor, Answer, TestApp } from './service.ts'
import { registeredKey, type Signer } from './signer.ts'

/** Somebody who signs what they say. */
export interface SigningActor extends Actor {
  readonly signer: Signer
  /** Sends a transition, signed over its exact bytes. */
  state(id: string, statement: Statement): Promise<Answer>
}

export interface Statement {
  readonly version: string
  readonly transition: string
  readonly [field: string]: string
}

export interface NamedVersion {
  readonly id: string
  readonly version: string
}

/** A programme: who verifies its declarations, and who registers and publishes them. */
export interface Programme {
  readonly verifier: SigningActor
  readonly operator: SigningActor
  /** Each brings a submitted version so far, and answers with the last transition. */
  verified(version: NamedVersion): Promise<Answer>
  registered(version: NamedVersion, registrationNumber?: string): Promise<Answer>
  published(version: NamedVersion, registrationNumber?: string): Promise<Answer>
  deregistered(version: NamedVersion, reason: string): Promise<Answer>
}

/** Gives an actor a key of their own. */
export async function signing(actor: Actor): Promise<SigningActor> {
  const signer = await registeredKey(actor)
  return {
    ...actor,
    signer,
    state: async (id, statement) => {
      const bytes = JSON.stringify(statement)
      const signature = { 'lodestone-signature': await signer.sign(bytes) }
      return actor.request('POST', `/v1/epds/${id}/transitions`, bytes, signature)
    }
  }
}

/** Who verifies and who registers, where the test does not bring its own. */
export async function programme(
  service: TestApp,
  who: { readonly verifier?: Actor; readonly operator?: Actor } = {}
): Promise<Programme> {
  const verifier = await signing(who.verifier ?? (await service.actor('verifier')))
  const operator = await signing(who.operator ?? (await service.actor('operator')))
  let numbers = 0
  const hashes = async ({ id, version }: NamedVersion) => {
    const { body } = await operator.request('GET', `/v1/epds/${id}?version=${version}`)
    return { documentSha256: body.sha256, reportSha256: body.reportSha256 }
  }
  const made: Programme = {
    verifier,
    operator,
    async verified({ id, version }) {
      const start = { version, transition: 'start_verification' }
      good(await verifier.request('POST', `/v1/epds/${id}/transitions`, start))
      const about = await hashes({ id, version })
      return good(await verifier.state(id, { version, transition: 'verify', ...about }))
    },
    async registered({ id, version }, number) {
      numbers += 1
      const registrationNumber = number ?? `TEST-${numbers}`
      await made.verified({ id, version })
      const { documentSha256 } = await hashes({ id, version })
      const statement = { version, transition: 'register', documentSha256, registrationNumber }
      return good(await operator.state(id, statement))
    },
    async published({ id, version }, registrationNumber) {
      await made.registered({ id, version }, registrationNumber)
      const publish = { version, transition: 'publish' }
      return good(await operator.request('POST', `/v1/epds/${id}/transitions`, publish))
    },
    async deregistered({ id, version }, reason) {
      const { documentSha256 } = await hashes({ id, version })
      const statement = { version, transition: 'deregister', documentSha256, reason }
      return good(await operator.state(id, statement))
    }
  }
  return made
}

function good(answer: Answer): Answer {
  if (answer.status === 200) return answer
  throw new Error(`${answer.status} ${JSON.stringify(answer.body)}`)
}
