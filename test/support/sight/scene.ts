import { randomUUID } from 'node:crypto'
import type { Test } from 'tap'
import { campaignId } from '../../../src/domain/custody/campaign.ts'
import { reevaluateStep } from '../../../src/registry/books/reevaluate.ts'
import { kg, oxides } from '../books.ts'
import { testGuard } from '../log.ts'
import type { Party } from '../ore-chain.ts'
import { mined, NOW, oreChain } from '../ore-chain.ts'
import type { Actor, TestApp } from '../service.ts'
import type { AskerName, BatchName, PartyName } from './plan.ts'
import { BATCH_NAMES, BATCHES, GRANTS, PARTIES, SHIPMENTS } from './plan.ts'

const OXIDE = oxides({ Nd2O3: '73.24', Pr6O11: '26.24', La2O3: '0.02', CeO2: '0.03' })

/** A batch of the plan as it was recorded. */
export interface Recorded {
  readonly id: string
  readonly number: string
  readonly product: string
  /** The event that made it; of the correction where it was corrected. */
  readonly event: string
  readonly evidence: readonly string[]
  readonly note: string
  /** The declaration that it names, and why the finding about that was closed. */
  readonly epd: string
  readonly reason: string
}

export interface Sent {
  readonly id: string
  /** Null while it is on its way. */
  readonly receipt: string | null
  readonly evidence: readonly string[]
}

export interface Scene {
  readonly service: TestApp
  readonly parties: Readonly<Record<PartyName, Party>>
  readonly askers: Readonly<Record<AskerName, Actor>>
  readonly batches: Readonly<Record<BatchName, Recorded>>
  readonly shipments: readonly Sent[]
  /** The correction of the hidden ore, and what it replaced. */
  /** Of the rival's plant: its id, its name, and what went into it. */
  readonly campaign: {
    readonly id: string
    readonly name: string
    readonly number: string
    readonly lot: string
  }
  readonly correction: { readonly event: string; readonly replaced: string }
  /** The newest entry before anybody was let in. */
  readonly beforeGrants: number
  readonly newest: number
}

/** A word that occurs nowhere else. */
export function secretWord(kind: string): string {
  return `${kind}-${randomUUID().slice(0, 13)}`
}

const later = (ms: number) => new Date(Date.parse(NOW) + ms)

/** Records the plan in a service of its own, and lets the grants begin and end. */
export async function playScene(t: Test): Promise<Scene> {
  let now = later(0)
  const quiet = { guard: testGuard(t) }
  const chain = await oreChain(t, () => now, quiet)
  const { service } = chain
  const parties = {} as Record<PartyName, Party>
  for (const [name, country] of Object.entries(PARTIES)) {
    parties[name as PartyName] = await chain.party(secretWord(name), country)
  }
  const actors = {
    keeper: await service.actor(['admin']),
    auditor: await service.actor('auditor'),
    bearer: await service.actor('auditor'),
    revoked: await service.actor(['auditor']),
    expired: await service.actor(['buyer'])
  }
  const askers = { ...parties, ...actors }
  const batches = {} as Record<BatchName, Recorded>
  const shipments: Sent[] = []
  for (const name of BATCH_NAMES) {
    batches[name] = await make(parties, batches, name)
    for (const [index, leg] of SHIPMENTS.entries()) {
      if (leg.batch === name) shipments[index] = await send(parties, batches[name], index)
    }
  }
  const beforeGrants = (await newestOf(parties.bystander)) - 1
  await letIn(parties, askers, batches)
  now = later(120_000)
  const campaign = await runPlant(parties.rival)
  const correction = await correct(parties.hidden, batches)
  while ((await reevaluateStep(service.deps)) > 0);
  const newest = await newestOf(parties.bystander)
  return {
    service,
    parties,
    askers,
    batches,
    shipments,
    campaign,
    correction,
    beforeGrants,
    newest
  }
}

async function newestOf(party: Party): Promise<number> {
  return (await party.request('GET', '/v1/batches')).body.position
}

function evidenceOf(marks: readonly string[]) {
  const [href = '', issuer = ''] = marks
  const kind = 'assay_certificate'
  return [{ kind, level: 'documented', href: `https://evidence.test/${href}`, issuer }]
}

type Made = Partial<Record<BatchName, Recorded>>

async function make(
  parties: Readonly<Record<PartyName, Party>>,
  made: Made,
  name: BatchName
): Promise<Recorded> {
  const { maker, owner, level, mass, from } = BATCHES[name]
  const [id, event, number] = [randomUUID(), randomUUID(), secretWord('lot')]
  const [product, note] = [secretWord('product'), secretWord('note')]
  const evidence = [secretWord('href'), secretWord('issuer')]
  // Nobody publishes it, so that there is a finding, which names it.
  const [epd, reason] = [randomUUID(), secretWord('reason')]
  const inputs = Object.entries(from).map(([input, drawn]) => ({
    batch: made[input as BatchName]?.id,
    mass: kg(drawn)
  }))
  const owned = owner ? { owner: parties[owner].organization } : {}
  const more = { id, number, epd, disclosure: level, product: { class: 'ore', name: product } }
  const content = { id: event, note, evidence: evidenceOf(evidence) }
  if (inputs.length === 0) {
    const outputs = [{ ...mined(mass), ...more }]
    await parties[maker].record({ ...content, type: 'commission', outputs })
  } else {
    const outputs = [{ ...more, ...owned, mass: kg(mass), assay: 'inherited' }]
    const stages = ['storage_transport_trade']
    await parties[maker].record({ ...content, type: 'transform', stages, inputs, outputs })
  }
  await explain(parties[maker], id, reason)
  return { id, number, product, event, evidence, note, epd, reason }
}

/** Closes the findings of a batch in words that only those may read who may know who says them. */
async function explain(maker: Party, batch: string, reason: string): Promise<void> {
  const { items } = (await maker.request('GET', `/v1/findings?batch=${batch}`)).body
  for (const { id } of items) {
    const closed = await maker.request('POST', `/v1/findings/${id}/resolution`, { reason })
    if (closed.status !== 200) throw new Error(JSON.stringify(closed.body))
  }
}

async function send(
  parties: Readonly<Record<PartyName, Party>>,
  batch: Recorded,
  index: number
): Promise<Sent> {
  const leg = SHIPMENTS[index]
  if (!leg) throw new Error(`no shipment ${index}`)
  const { by, to, mass, ownership, received } = leg
  const [id, receipt] = [randomUUID(), randomUUID()]
  const evidence = [secretWord('waybill'), secretWord('carrier')]
  const lines = [{ batch: batch.id, mass: kg(mass) }]
  const papers = { id, evidence: evidenceOf(evidence) }
  const there = parties[to]
  await parties[by].record({
    ...papers,
    type: 'ship',
    to: there.organization,
    ownership,
    lines
  })
  if (!received) return { id, receipt: null, evidence }
  const accepted = { type: 'receive', shipment: id, outcome: 'accepted', lines }
  await there.record({ ...accepted, id: receipt })
  return { id, receipt, evidence }
}

async function letIn(
  parties: Readonly<Record<PartyName, Party>>,
  askers: Readonly<Record<AskerName, Actor>>,
  batches: Readonly<Record<BatchName, Recorded>>
): Promise<void> {
  for (const { batch, by, to, scope, link, ended } of GRANTS) {
    const url = `/v1/batches/${batches[batch].id}/grants`
    const { body } = await parties[by].request('POST', url, {
      scope,
      ...(link ? {} : { grantee: askers[to].organization }),
      ...(ended === 'expired' ? { expiresAt: later(60_000).toISOString() } : {})
    })
    if (link) {
      const redeemed = await parties[by].request('GET', url)
      if (redeemed.status !== 200) throw new Error(JSON.stringify(redeemed.body))
      await redeem(askers[to], body.secret)
    }
    if (ended === 'revoked') await parties[by].request('DELETE', `${url}/${body.id}`)
  }
}

async function redeem(bearer: Actor, secret: string): Promise<void> {
  const { status, body } = await bearer.request('POST', '/v1/grants/redemptions', { secret })
  if (status !== 200) throw new Error(`not redeemed: ${JSON.stringify(body)}`)
}

/** A run of the rival's plant that nobody else is told of. */
async function runPlant(rival: Party): Promise<Scene['campaign']> {
  const name = secretWord('campaign')
  const [lot, number] = [randomUUID(), secretWord('lot')]
  const product = { class: 'separated_oxide', name: 'Oxide' }
  const bought = { id: lot, number, product, entry: 'purchased', mass: kg('1000'), assay: OXIDE }
  await rival.record({ type: 'commission', outputs: [bought] })
  const inputs = [{ batch: lot, mass: kg('400') }]
  const run = { stages: ['metal_making'], campaign: name, inputs, outputs: [] }
  await rival.record({ type: 'transform', ...run })
  return { id: campaignId(rival.organization, name), name, number, lot }
}

/** The hidden mine states less ore than it sold, so that all made from it is contested; with evidence and a note of its own. */
async function correct(hidden: Party, batches: Record<BatchName, Recorded>) {
  const before = batches.hiddenOre
  const [event, corrective] = [randomUUID(), randomUUID()]
  await hidden.record({
    id: event,
    type: 'correct',
    event: before.event,
    reason: 'incorrect_data',
    correctiveEvent: corrective,
    note: before.note
  })
  const { id, number, product, evidence, note, epd } = before
  const output = { ...mined('150.000013'), id, number, epd, disclosure: 'restricted' }
  await hidden.record({
    id: corrective,
    corrects: event,
    type: 'commission',
    time: '2026-09-01T07:30:00.000Z',
    outputs: [{ ...output, product: { class: 'ore', name: product } }],
    evidence: evidenceOf(evidence),
    note
  })
  batches.hiddenOre = { ...before, event: corrective }
  return { event, replaced: before.event }
}
