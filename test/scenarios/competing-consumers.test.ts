/** Two service processes on one database: what is there is given out once, in whatever order. */
import { randomUUID } from 'node:crypto'
import t from 'tap'
import { kg, oxides } from '../support/books.ts'
import { testDatabaseUrl } from '../support/database.ts'
import { type HttpAnswer, type HttpClient, httpClient, signIn } from '../support/http-client.ts'
import { startServiceProcess } from '../support/service-process.ts'

const NDPR = oxides({ Nd2O3: '75', Pr6O11: '24.5' })

interface Registry {
  /** The same client at either process. */
  readonly doors: readonly [HttpClient, HttpClient]
  readonly facility: string
}

t.test('one database, two processes', async (t) => {
  const url = await testDatabaseUrl()
  const services = await Promise.all([
    startServiceProcess(t, { DATABASE_URL: url }),
    startServiceProcess(t, { DATABASE_URL: url })
  ])
  const announced = services.flatMap(({ administrator }) => administrator ?? [])
  t.equal(announced.length, 1, 'one of two that start at once makes the first administrator')
  const [administrator] = announced
  if (!administrator) throw new Error('there is no administrator')
  const registry = await furnish(services, administrator)

  await t.test('200 consumers of one batch take exactly what is there', (t) => compete(t, registry))
})

async function furnish(
  services: readonly { readonly url: string }[],
  administrator: { readonly id: string; readonly secret: string }
): Promise<Registry> {
  const [first = '', second = ''] = services.map(({ url }) => url)
  const admin = await signIn(first, administrator)
  const organization = await admin.made('/v1/organizations', { name: 'Separator', country: 'EE' })
  const client = await admin.made('/v1/clients', {
    organization: organization.id,
    name: 'Plant',
    roles: ['producer']
  })
  const door = await signIn(first, client)
  const facility = await door.made('/v1/facilities', {
    name: 'Works',
    country: 'EE',
    stages: ['mining', 'beneficiation', 'cracking_leaching', 'separation'],
    validFrom: '2020-01-01'
  })
  return { doors: [door, httpClient(second, door.token)], facility: facility.id }
}

async function compete(t: Tap, { doors, facility }: Registry): Promise<void> {
  const batch = randomUUID()
  const [left] = doors
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
      (doors[index % 2] ?? left).post('/v1/events', draw('0.7'))
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

type Tap = Pick<typeof t, 'equal' | 'ok' | 'strictSame' | 'comment'>

function isOverdrawn({ body }: HttpAnswer): boolean {
  const codes = (body.findings ?? []).map(({ code }: { readonly code: string }) => code)
  return codes.length > 0 && codes.every((code: string) => code === 'BATCH_OVERDRAWN')
}
