import { randomUUID } from 'node:crypto'
import t from 'tap'
import { verifyBooks } from '../../src/registry/audit/verify-books.ts'
import { remindOfCampaigns } from '../../src/registry/books/remind-of-campaigns.ts'
import { findingsClosedOtherwise } from '../../src/storage/audit/audit-hands.ts'
import { elements, kg, oxides } from '../support/books.ts'
import { type Actor, testApp } from '../support/service.ts'

const OXIDE = oxides({ Nd2O3: '73.24', Pr6O11: '26.24', La2O3: '0.02', CeO2: '0.03' })
const METAL = elements({ Nd: '73.9', Pr: '25.6', Fe: '0.3' })

let today = new Date('2026-04-01T12:00:00Z')
const service = await testApp(t, { now: () => today })
let maker = await service.actor('producer')
let other = await service.actor('producer')
const facility = await service.facility(maker.organization)

/** Tokens do not last so long. */
async function jump(to: string): Promise<void> {
  today = new Date(to)
  maker = await service.actor('producer', maker.organization)
  other = await service.actor('producer', other.organization)
}

async function accept(document: object) {
  const answer = await maker.request('POST', '/v1/events', { facility, ...document })
  if (answer.status !== 201) throw new Error(JSON.stringify(answer.body))
  return answer.body
}

const open = async (actor: Actor) =>
  (await actor.request('GET', '/v1/findings?code=CAMPAIGN_OPEN&status=open')).body.items

const run = (day: string, more: object) => ({
  type: 'transform',
  time: `${day}T06:00:00Z`,
  stages: ['metal_making'],
  campaign: 'Cells',
  inputs: [],
  outputs: [],
  ...more
})

t.test('a campaign that was never closed is told to whoever can close it', async (t) => {
  const lot = randomUUID()
  const product = { class: 'separated_oxide', name: 'NdPr oxide' }
  const bought = { id: lot, product, entry: 'purchased', mass: kg('1000'), assay: OXIDE }
  await accept({ type: 'commission', time: '2026-03-01T06:00:00Z', outputs: [bought] })
  await accept(run('2026-03-10', { inputs: [{ batch: lot, mass: kg('1000') }] }))
  // 180 days after 10 March 06:00 is 6 September 06:00.
  await jump('2026-09-06T06:00:00Z')
  t.equal(await remindOfCampaigns(service.deps), 0, 'not on the last day')
  await jump('2026-09-06T06:00:01Z')
  const told = await Promise.all([1, 2, 3].map(() => remindOfCampaigns(service.deps)))
  t.same(told.sort(), [0, 0, 1], 'once, whatever processes look')
  const [finding] = await open(maker)
  t.match(finding, { code: 'CAMPAIGN_OPEN', severity: 'warning', rule: 'R8', actual: /2026-03-10/ })
  t.same(await open(other), [], 'and to nobody else')

  t.test('its next event closes the finding; after as long a silence it comes again', async (t) => {
    const metal = { class: 'ree_metal', name: 'Metal' }
    const output = { id: randomUUID(), product: metal, mass: kg('800'), assay: METAL }
    await accept(run('2026-09-06', { outputs: [output] }))
    t.same(await open(maker), [])
    t.equal(await remindOfCampaigns(service.deps), 0)
    await jump('2027-03-06T00:00:00Z')
    t.equal(await remindOfCampaigns(service.deps), 1)
    const [again] = await open(maker)
    const resolution = { reason: 'The cells stand still for a rebuild.' }
    const url = `/v1/findings/${again.id}/resolution`
    t.equal((await other.request('POST', url, resolution)).status, 404)
    t.equal((await maker.request('POST', url, resolution)).status, 200, 'or a reason does')
    t.equal(await remindOfCampaigns(service.deps), 0, 'it is not told twice')
  })

  t.test('a closed one is not told', async (t) => {
    await accept({ type: 'close_campaign', time: '2027-03-05T06:00:00Z', campaign: 'Cells' })
    await jump('2028-03-06T00:00:00Z')
    t.equal(await remindOfCampaigns(service.deps), 0)
    t.same((await verifyBooks(service.deps)).differences, [])
    t.same(
      await findingsClosedOtherwise(service.deps.db),
      [],
      'fsck expects what the next event closed'
    )
  })
})
