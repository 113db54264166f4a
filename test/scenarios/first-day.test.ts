/** A new registry from its first start to its first report, over a real socket; then the power goes. */
import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import t, { type Test } from 'tap'
import { kg } from '../support/books.ts'
import { commission, declaration, first, magnets, receipt, shipment } from '../support/first-day.ts'
import { type HttpAnswer, type HttpClient, httpClient, signIn } from '../support/http-client.ts'
import {
  dataDirectory,
  type ServiceProcess,
  startServiceProcess
} from '../support/service-process.ts'

const ORIGINS = `/v1/batches/${first.magnets}/origins`
const REPORT = `/v1/reports/dfars-252.225-7052?batch=${first.magnets}&deliveryDate=2027-01-15`
const MAKING = ['powder', 'press_sinter', 'machining', 'magnetization']

interface Party {
  readonly organization: string
  readonly facility: string
  readonly client: HttpClient
}

t.test('the first day of a registry', async (t) => {
  const directory = dataDirectory(t)
  const settings = { LODESTONE_DATA_DIR: directory }
  const service = await startServiceProcess(t, settings)
  const { administrator } = service
  if (!administrator) throw new Error('the first start shows no administrator')
  const admin = await signIn(service.url, administrator)
  const maker = await enroll(service, admin, 'Magnet maker', 'producer', MAKING)
  const buyer = await enroll(service, admin, 'Motor maker', 'buyer', ['assembly'])
  const stranger = await enroll(service, admin, 'Bystander', 'buyer', ['assembly'])

  await t.test('the maker declares, buys, makes and ships', async (t) => {
    const { client, organization, facility } = maker
    accepted(t, await client.post('/v1/epds', declaration(organization, facility)), 'the EPD')
    accepted(t, await client.post('/v1/events', commission(facility)), 'the alloy')
    accepted(t, await client.post('/v1/events', magnets(facility)), 'the magnets')
    accepted(t, await client.post('/v1/events', shipment(facility, buyer.organization)), 'a part')
    const again = await client.post('/v1/events', magnets(facility))
    t.equal(again.status, 200, 'a repetition is answered as the first time')
  })

  await t.test('the books refuse magnets out of nothing', async (t) => {
    const { id: _, ...event } = magnets(maker.facility)
    const draw = { batch: first.magnets, mass: kg('30') }
    const more = event.outputs.map(({ id: _, number: __, ...output }) => ({
      ...output,
      mass: kg('40')
    }))
    const refused = await maker.client.post('/v1/events', {
      ...event,
      stages: ['magnetization'],
      inputs: [draw],
      outputs: more,
      residues: []
    })
    t.equal(refused.status, 422)
    t.match(refused.body, { code: 'FINDINGS', findings: [{ code: 'MB_ELEMENT_GAIN', rule: 'R3' }] })
  })

  await t.test('the buyer receives and asks where the magnets come from', async (t) => {
    const { client, facility } = buyer
    accepted(t, await client.post('/v1/events', receipt(facility)), 'the receipt')
    const { body } = await client.get(ORIGINS)
    const of = (element: string) =>
      body.elements.find((entry: { readonly element: string }) => entry.element === element)
    t.match(of('Nd'), { shares: [{ kind: 'declared', country: 'AU', share: '1' }], unknown: '0' })
    t.match(of('B'), { unknown: '1' }, 'nobody has said where the boron comes from')
    const graph = await client.get(`/v1/batches/${first.magnets}/upstream`)
    const batches = graph.body.nodes.map(({ batch }: { readonly batch: string }) => batch)
    t.strictSame(batches, [first.magnets, first.alloy])
    t.ok(graph.body.gaps.length > 0, 'and says who can close the gaps')
  })

  let report = ''
  await t.test('and draws up the DFARS report', async (t) => {
    const answer = await buyer.client.get(REPORT)
    t.equal(answer.status, 200)
    t.match(answer.body.verdict, { literal: 'unknown', conservative: 'unknown' })
    report = answer.text
    const csv = await buyer.client.get(REPORT, { accept: 'text/csv' })
    t.match(csv.headers.get('content-type'), /^text\/csv/)
  })

  await t.test('others do not learn that there are such magnets', async (t) => {
    for (const path of ['', '/origins', '/upstream', '/custody', '/history']) {
      const answer = await stranger.client.get(`/v1/batches/${first.magnets}${path}`)
      t.equal(answer.status, 404, path || 'the batch')
    }
    t.equal((await stranger.client.get(REPORT)).status, 404, 'the report')
    t.equal((await fetch(`${service.url}${ORIGINS}`)).status, 401, 'without a token')
  })

  await t.test('kill -9 loses nothing: the next start adopts the database', async (t) => {
    const pidFile = join(directory, 'postgres/data/postmaster.pid')
    const postmaster = firstLine(pidFile)
    t.strictSame(await service.stop('SIGKILL'), { code: null, signal: 'SIGKILL' })
    const next = await startServiceProcess(t, settings)
    t.equal(firstLine(pidFile), postmaster, 'the same server runs on')
    t.match(next.output(), /"Adopted [^"]*PostgreSQL"/)
    t.equal(next.administrator, null, 'the secret is shown once')
    const client = httpClient(next.url, buyer.client.token)
    t.equal((await client.get(REPORT)).text, report, 'the report is the same, byte for byte')
    const repeated = await httpClient(next.url, maker.client.token).post(
      '/v1/events',
      magnets(maker.facility)
    )
    t.equal(repeated.status, 200, 'what was acknowledged is known')

    t.strictSame(await next.stop('SIGTERM'), { code: 0, signal: null }, 'SIGTERM ends with 0')
    t.notOk(existsSync(pidFile), 'and leaves no database running')
  })
})

async function enroll(
  service: ServiceProcess,
  admin: HttpClient,
  name: string,
  role: string,
  stages: readonly string[]
): Promise<Party> {
  const { id: organization } = await admin.made('/v1/organizations', { name, country: 'DE' })
  const credentials = await admin.made('/v1/clients', { organization, name, roles: [role] })
  const client = await signIn(service.url, credentials)
  const facility = await client.made('/v1/facilities', {
    name: `${name}, works`,
    country: 'DE',
    stages,
    validFrom: '2020-01-01'
  })
  return { organization, facility: facility.id, client }
}

function accepted(t: Test, answer: HttpAnswer, what: string): void {
  t.equal(answer.status, 201, answer.status === 201 ? what : `${what}: ${answer.text}`)
}

function firstLine(path: string): string {
  return readFileSync(path, 'utf8').split('\n', 1)[0] ?? ''
}
