/** Two service processes on one database: what is there is given out once, in whatever order. */
import { randomUUID } from 'node:crypto'
import t, { type Test } from 'tap'
import { kg, oxides } from '../support/books.ts'
import { batchesOf, type ChainEvent, type ChainSetting, chain } from '../support/chain.ts'
import { testDatabaseUrl } from '../support/database.ts'
import { type HttpAnswer, type HttpClient, httpClient, signIn } from '../support/http-client.ts'
import { SEED, seeded } from '../support/seed.ts'
import { dataDirectory, startServiceProcess } from '../support/service-process.ts'

const NDPR = oxides({ Nd2O3: '75', Pr6O11: '24.5' })

/** Copies of the chain that are submitted all at once. */
const COPIES = 6

/** Why an event is refused that comes before what it needs. */
const EARLY = new Set(['BATCH_UNKNOWN', 'BATCH_NOT_HELD', 'SHIPMENT_UNKNOWN'])

/** The same client at either process. */
type Doors = readonly [HttpClient, HttpClient]

interface Registry {
  readonly refiner: Doors
  readonly smelter: Doors
  readonly setting: ChainSetting
}

t.test('one database, two processes', async (t) => {
  const settings = { DATABASE_URL: await testDatabaseUrl(), LODESTONE_DATA_DIR: dataDirectory(t) }
  const services = await Promise.all([
    startServiceProcess(t, settings),
    startServiceProcess(t, settings)
  ])
  const announced = services.flatMap(({ administrator }) => administrator ?? [])
  t.equal(announced.length, 1, 'one of two that start at once makes the first administrator')
  const [administrator] = announced
  if (!administrator) throw new Error('there is no administrator')
  const registry = await furnish(
    services.map(({ url }) => url),
    administrator
  )

  await t.test('200 consumers of one batch take exactly what is there', (t) => compete(t, registry))
  await t.test('a chain ends in the same books in whatever order it arrives', (t) =>
    shuffle(t, registry)
  )
})

async function furnish(
  urls: readonly string[],
  administrator: { readonly id: string; readonly secret: string }
): Promise<Registry> {
  const [left = '', right = ''] = urls
  const admin = await signIn(left, administrator)
  const enroll = async (name: string, country: string) => {
    const { id } = await admin.made('/v1/organizations', { name, country })
    const roles = ['producer']
    const credentials = await admin.made('/v1/clients', { organization: id, name, roles })
    const client = await signIn(left, credentials)
    const facility = async (country: string, ...stages: readonly string[]): Promise<string> => {
      const place = { name: `${name}, ${country}`, country, stages, validFrom: '2020-01-01' }
      return (await client.made('/v1/facilities', place)).id
    }
    return { id, facility, doors: [client, httpClient(right, client.token)] as Doors }
  }
  const refiner = await enroll('Refiner', 'EE')
  const smelter = await enroll('Smelter', 'GB')
  const mining = ['mining', 'beneficiation', 'cracking_leaching']
  return {
    refiner: refiner.doors,
    smelter: smelter.doors,
    setting: {
      mines: [await refiner.facility('AU', ...mining), await refiner.facility('US', ...mining)],
      separation: await refiner.facility('EE', 'separation'),
      furnace: await smelter.facility('GB', 'metal_making', 'alloying'),
      smelter: smelter.id
    }
  }
}

async function compete(t: Test, { refiner, setting }: Registry): Promise<void> {
  const facility = setting.separation
  const batch = randomUUID()
  const [left, right] = refiner
  await left.made('/v1/events', {
    type: 'commission',
    time: '2026-06-01T08:00:00Z',
    facility,
    outputs: [
      {
        id: batch,
        entry: 'purchased',
        product: { class: 'separated_oxide', name: 'NdPr oxide' },
        mass: kg('100'),
        assay: NDPR
      }
    ]
  })
  const draw = (mass: string) => ({
    type: 'transform',
    time: '2026-06-02T08:00:00Z',
    facility,
    stages: ['separation'],
    inputs: [{ batch, mass: kg(mass) }],
    outputs: [
      { product: { class: 'separated_oxide', name: 'NdPr oxide' }, mass: kg(mass), assay: NDPR }
    ]
  })

  const answers = await Promise.all(
    Array.from({ length: 200 }, (_, index) =>
      (index % 2 === 0 ? left : right).post('/v1/events', draw('0.7'))
    )
  )
  const accepted = answers.filter(({ status }) => status === 201)
  t.equal(accepted.length, 142, '142 times 0.7 kg are in 100 kg')
  const refused = answers.filter(({ status }) => status !== 201)
  t.ok(refused.every(isOverdrawn), 'the others are told that not enough is there')
  t.strictSame(new Set(refused.map(({ status }) => status)), new Set([422]))

  t.equal((await left.post('/v1/events', draw('0.600000001'))).status, 422, 'a microgram too much')
  t.equal((await left.post('/v1/events', draw('0.6'))).status, 201, 'the rest, to the microgram')
  t.ok(isOverdrawn(await left.post('/v1/events', draw('0.000000001'))), 'and nothing more')
}

/** One copy in order, one request after the other; the others all at once, in any order, anywhere. */
async function shuffle(t: Test, registry: Registry): Promise<void> {
  t.comment(`seed ${SEED}`)
  const random = seeded(SEED)
  for (const event of chain('in order', registry.setting)) {
    if (!isAccepted(await submit(registry, event, 0))) throw new Error('the chain is out of order')
  }
  const copies = Array.from({ length: COPIES }, (_, index) => `shuffled ${index}`)
  const rounds = await submitAll(
    registry,
    copies.flatMap((copy) => chain(copy, registry.setting)),
    random
  )
  t.comment(`${COPIES} copies in ${rounds} rounds`)
  t.ok(rounds > 1, 'some came before what they need')
  const expected = await books(registry, 'in order')
  t.comment(`${expected.length} facts a copy`)
  for (const copy of copies) {
    const found = await books(registry, copy)
    const differ = found.filter((fact, index) => fact !== expected[index])
    t.strictSame(differ, [], `${copy} ends in the same books`)
  }
}

/** Submits until all are accepted; what is refused for coming early comes again. */
async function submitAll(
  registry: Registry,
  events: readonly ChainEvent[],
  random: () => number
): Promise<number> {
  let waiting = events
  for (let round = 1; round <= events.length; round += 1) {
    const order = waiting
      .map((event) => ({ event, rank: random(), door: random() < 0.5 ? 0 : 1 }) as const)
      .sort((a, b) => a.rank - b.rank)
    const answers = await Promise.all(order.map(({ event, door }) => submit(registry, event, door)))
    waiting = order.filter((_, index) => !isAccepted(answers[index])).map(({ event }) => event)
    if (waiting.length === 0) return round
  }
  throw new Error(`${waiting.length} events are never accepted`)
}

function submit(registry: Registry, { by, document }: ChainEvent, door: 0 | 1) {
  return registry[by][door].post('/v1/events', document)
}

/** False for an event that came early; any other refusal is a failure. */
function isAccepted(answer: HttpAnswer | undefined): boolean {
  if (answer?.status === 201) return true
  const codes: readonly string[] = (answer?.body.findings ?? []).map(
    ({ code }: { readonly code: string }) => code
  )
  if (codes.length > 0 && codes.every((code) => EARLY.has(code))) return false
  throw new Error(`${answer?.status} ${answer?.text}`)
}

/** What the books say of the batches of a copy, one line a fact, without what differs by name. */
async function books({ refiner, smelter }: Registry, copy: string): Promise<string[]> {
  const facts = [...batchesOf(copy)].map(async ([name, id]) => {
    const [client] = /metal|iron|ferro|alloy/.test(name) ? smelter : refiner
    const ask = async (path: string) => (await client.get(`/v1/batches/${id}${path}`)).body
    const { massKg, elementsKg, holdings, custodyModel, status } = await ask('')
    const { batch: _, position: __, asOf: ___, ...origins } = await ask('/origins?by=facility')
    const { batch: _a, position: _b, asOf: _c, ...steps } = await ask('/origins?by=step')
    const record = { massKg, elementsKg, holdings, custodyModel, status }
    return factsOf({ record, origins, steps }, name)
  })
  return (await Promise.all(facts)).flat()
}

function factsOf(value: unknown, path: string): string[] {
  if (typeof value !== 'object' || value === null) return [`${path} = ${value}`]
  return Object.entries(value).flatMap(([key, part]) => factsOf(part, `${path} ${key}`))
}

function isOverdrawn({ body }: HttpAnswer): boolean {
  const codes = (body.findings ?? []).map(({ code }: { readonly code: string }) => code)
  return codes.length > 0 && codes.every((code: string) => code === 'BATCH_OVERDRAWN')
}
