import { randomUUID } from 'node:crypto'
import { campaignId } from '../../src/domain/custody/campaign.ts'
import { elements } from './books.ts'
import { programme } from './epd-programme.ts'
import { epdDocument } from './epds.ts'
import type { Actor, TestApp } from './service.ts'
import { registeredKey } from './signer.ts'

/** Who the owned things belong to, and how to make them. */
export interface Owner {
  readonly service: TestApp
  readonly producer: Actor
}

/**
 * What `{name}` in the matrix stands for: each makes one thing of the owner and returns its id. To
 * cover a new resource, add a function here.
 */
export const fixtures: Readonly<Record<string, (owner: Owner) => Promise<string>>> = {
  newId: async () => randomUUID(),
  organization: async ({ producer }) => producer.organization,
  facility: ({ service, producer }) => service.facility(producer.organization),
  client: async ({ service, producer }) =>
    (await service.actor('producer', producer.organization)).client,
  key: async ({ producer }) => (await registeredKey(producer)).id,
  /** What has a receipt by its position only. */
  entry: async (owner) => String((await grantLink(owner)).position),
  event: async (owner) => (await commission(owner)).event,
  batch: async (owner) => (await commission(owner)).batch,
  magnets: async (owner) =>
    (
      await commission(owner, {
        product: { class: 'magnet', name: 'Magnets' },
        entry: 'purchased',
        assay: elements({ Nd: '30', B: '1', Fe: '69' })
      })
    ).batch,
  campaign: startedCampaign,
  /** Nobody works on it: the worker is not started here. */
  import: async ({ producer }) => {
    const lines = { 'content-type': 'application/x-ndjson' }
    const answer = await producer.request('POST', '/v1/imports', '{"type":"commission"}', lines)
    if (answer.status !== 202) throw new Error(`no import: ${JSON.stringify(answer.body)}`)
    // So that no organization ever has too many that wait.
    await producer.request('DELETE', `/v1/imports/${answer.body.id}`)
    return answer.body.id
  },
  epd: publishedEpd,
  submittedEpd: (owner) => sentEpd(owner, 'submitted'),
  draftEpd: (owner) => sentEpd(owner, 'draft'),
  correction: async (owner) => {
    const { event, facility } = await commission(owner)
    const id = randomUUID()
    const answer = await owner.producer.request('POST', '/v1/events', {
      type: 'correct',
      id,
      time: '2026-09-02T06:00:00Z',
      facility,
      event,
      reason: 'did_not_occur'
    })
    if (answer.status !== 201) throw new Error(`no correction: ${JSON.stringify(answer.body)}`)
    return id
  },
  /** A batch and its grant, as the path of the grant names them. */
  grant: async (owner) => {
    const { batch, id } = await grantLink(owner)
    return `${batch}/grants/${id}`
  },
  /** Ore on its way to the owner. */
  shipment: async ({ service, producer }) => {
    const sender = await service.actor('producer')
    const { batch, facility } = await commission({ service, producer: sender })
    const id = randomUUID()
    const answer = await sender.request('POST', '/v1/events', {
      type: 'ship',
      id,
      time: '2026-09-02T06:00:00Z',
      facility,
      to: producer.organization,
      lines: [{ batch, mass: { value: '10', unit: 'KGM', basis: 'dry' } }]
    })
    if (answer.status !== 201) throw new Error(`no shipment: ${JSON.stringify(answer.body)}`)
    return id
  },
  /** A warning: the ore is said to come from a deposit of another kind. */
  finding: async (owner) => {
    const { batch } = await commission(owner, { deposit: 'longnan' })
    const { body } = await owner.producer.request('GET', `/v1/findings?batch=${batch}`)
    return body.items[0].id
  },
  link: async (owner) => (await grantLink(owner)).secret
}

async function commission(
  owner: Owner,
  more: object = {}
): Promise<{ event: string; batch: string; facility: string }> {
  const event = randomUUID()
  const batch = randomUUID()
  const facility = await owner.service.facility(owner.producer.organization)
  const answer = await owner.producer.request('POST', '/v1/events', {
    type: 'commission',
    id: event,
    time: '2026-09-01T06:00:00Z',
    facility,
    outputs: [
      {
        id: batch,
        product: { class: 'ore', name: 'Bastnaesite ore' },
        entry: 'mined',
        mass: { value: '1000', unit: 'KGM', basis: 'dry' },
        assay: { basis: 'oxide', unit: 'P1', values: { Nd2O3: '9.6' } },
        ...more
      }
    ]
  })
  if (answer.status !== 201) throw new Error(`no event: ${JSON.stringify(answer.body)}`)
  return { event, batch, facility }
}

async function startedCampaign(owner: Owner): Promise<string> {
  const { batch, facility } = await commission(owner)
  const answer = await owner.producer.request('POST', '/v1/events', {
    type: 'transform',
    time: '2026-09-02T06:00:00Z',
    facility,
    stages: ['storage_transport_trade'],
    campaign: batch,
    inputs: [{ batch, mass: { value: '10', unit: 'KGM', basis: 'dry' } }],
    outputs: []
  })
  if (answer.status !== 201) throw new Error(`no campaign: ${JSON.stringify(answer.body)}`)
  return campaignId(owner.producer.organization, batch)
}

async function sentEpd({ producer }: Owner, state: 'submitted' | 'draft'): Promise<string> {
  const document = epdDocument('magnet-n48h')
  const answer = await producer.request('POST', `/v1/epds?state=${state}`, document)
  if (answer.status !== 201) throw new Error(`no EPD: ${JSON.stringify(answer.body)}`)
  return document['id']
}

async function publishedEpd(owner: Owner): Promise<string> {
  const id = await sentEpd(owner, 'submitted')
  await (await programme(owner.service)).published({ id, version: '1.0' })
  return id
}

async function grantLink(
  owner: Owner
): Promise<{ batch: string; id: string; secret: string; position: number }> {
  const { batch } = await commission(owner)
  const answer = await owner.producer.request('POST', `/v1/batches/${batch}/grants`, {})
  if (answer.status !== 201) throw new Error(`no grant: ${JSON.stringify(answer.body)}`)
  const { id, secret, position } = answer.body
  return { batch, id, secret, position }
}
