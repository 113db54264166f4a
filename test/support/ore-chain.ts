import { randomUUID } from 'node:crypto'
import type { Test } from 'tap'
import { kg, oxides } from './books.ts'
import { type Actor, type Answer, type TestApp, type TestAppOptions, testApp } from './service.ts'

/** The clock of the service; every event of the chain lies before it. */
export const NOW = '2026-11-23T12:00:00.000Z'

const ASSAY = oxides({ La2O3: '2.64', CeO2: '3.9536', Pr6O11: '0.344', Nd2O3: '0.96' })
const ORE = { class: 'ore', name: 'Bastnaesite ore' }

/** Somebody with a facility who records events. */
export interface Party extends Actor {
  readonly facility: string
  readonly name: string
  /** Records an event at the own facility, an hour after the last one of the chain. */
  record(event: Readonly<Record<string, unknown>>): Promise<Answer>
  /** A batch that enters the books. */
  commission(batch: Readonly<Record<string, unknown>>, event?: object): Promise<string>
  /** Mixes without changing anything, as a trader does. */
  blend(from: Readonly<Record<string, string>>, toKg: string, more?: Blend): Promise<string>
  /** Ships and lets the receiver record the receipt; the id of the ship event. */
  send(batch: string, massKg: string, to: Party, more?: Sending): Promise<string>
}

export interface Blend {
  readonly number?: string
  readonly disclosure?: string
  readonly epd?: string
  readonly allocation?: object
  readonly event?: object
}

export interface Sending {
  readonly ownership?: 'retained' | 'transferred'
  /** False leaves it on its way. */
  readonly received?: boolean
  readonly receivedKg?: string
}

export interface Chain {
  readonly service: TestApp
  party(name: string, country: string, role?: 'producer' | 'buyer'): Promise<Party>
}

/** A service with parties that mine, blend and ship ore: nothing in it needs chemistry. */
export async function oreChain(
  t: Test,
  now = () => new Date(NOW),
  options: Pick<TestAppOptions, 'guard' | 'settings'> = {}
): Promise<Chain> {
  const service = await testApp(t, { ...options, now })
  let hours = 0
  const next = () => new Date(Date.parse('2026-09-01T06:00:00Z') + 3_600_000 * ++hours)
  return { service, party: (name, country, role) => party(service, { name, country, role }, next) }
}

/** A mined batch as a commission states it. */
export const mined = (massKg: string, more: object = {}) => ({
  product: ORE,
  entry: 'mined',
  mass: kg(massKg),
  assay: ASSAY,
  ...more
})

/** A bought batch whose history nobody tells, unless `declared` does. */
export const bought = (massKg: string, more: object = {}) => ({
  ...mined(massKg, more),
  entry: 'purchased'
})

async function party(
  service: TestApp,
  of: { name: string; country: string; role: 'producer' | 'buyer' | undefined },
  next: () => Date
): Promise<Party> {
  const { name, country, role = 'producer' } = of
  const organization = await service.organization({ name, country })
  const actor = await service.actor(role, organization)
  const facility = await service.facility(organization, { name: `${name} works`, country })
  const record: Party['record'] = async (event) => {
    const time = next().toISOString()
    const answer = await actor.request('POST', '/v1/events', { facility, time, ...event })
    if (answer.status !== 201) throw new Error(`refused: ${JSON.stringify(answer.body)}`)
    return answer
  }
  return {
    ...actor,
    facility,
    name,
    record,
    commission: async (batch, event = {}) => {
      const id = randomUUID()
      const outputs = [{ id, ...batch }]
      await record({ type: 'commission', outputs, ...event })
      return id
    },
    blend: async (from, toKg, more = {}) => {
      const id = randomUUID()
      const { event = {}, ...batch } = more
      const output = { id, product: ORE, mass: kg(toKg), assay: 'inherited', ...batch }
      await record({
        type: 'transform',
        stages: ['storage_transport_trade'],
        inputs: Object.entries(from).map(([batch, mass]) => ({ batch, mass: kg(mass) })),
        outputs: [output],
        ...event
      })
      return id
    },
    send: async (batch, massKg, to, more = {}) => {
      const { ownership = 'transferred', received = true, receivedKg = massKg } = more
      const id = randomUUID()
      const lines = [{ batch, mass: kg(massKg) }]
      await record({ id, type: 'ship', to: to.organization, ownership, lines })
      if (!received) return id
      await to.record({
        type: 'receive',
        shipment: id,
        outcome: 'accepted',
        lines: [{ batch, mass: kg(receivedKg) }]
      })
      return id
    }
  }
}
