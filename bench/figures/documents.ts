import { randomUUID } from 'node:crypto'
import { readFileSync } from 'node:fs'
import type { Registered } from '../chain/cast.ts'
import { cloneEpds } from '../clone.ts'
import type { Context } from '../context.ts'
import { measureCosts } from '../costs.ts'
import { figure, inRotation, type Row } from '../figure.ts'
import { partsOf } from '../register-cast.ts'
import { signature } from '../signer.ts'

const FIXTURE = new URL('../../test/fixtures/epd/magnet-n48h.json', import.meta.url)
const VERSION = JSON.parse(readFileSync(FIXTURE, 'utf8')).version as string
const CONNECTIONS = 16

/** Reading a declaration that never changes. */
export async function documentFigures(context: Context): Promise<Row[]> {
  const { here, plan, progress } = context
  const { companies } = partsOf(here.service.cast)
  const maker = companies.find(({ trade }) => trade === 'magnets')
  const publisher = companies.find(({ trade }) => trade === 'motors')
  if (!maker || !publisher) throw new Error('nobody makes magnets, or nobody publishes')
  const submitted: Submitted[] = []
  for (let index = 0; index < plan.declarations; index += 1) {
    submitted.push(await submit(here.service.address, maker))
  }
  for (const epd of submitted) await publish(here.service.address, publisher, epd)
  await cloneEpds(here.db, plan.copies)
  const all = await here.db.query<{ id: string }>({ text: 'select id from epd order by id' })
  const load = async (address: string, paths: readonly string[], seconds = plan.seconds) => {
    const outcome = await here.load({
      kind: 'get',
      address,
      paths,
      token: null,
      connections: CONNECTIONS,
      seconds
    })
    if (outcome.complaint !== null) throw new Error(outcome.complaint)
    return outcome
  }
  const ask = (address: string, paths: readonly string[]) => async () =>
    (await load(address, paths)).perSecond
  const documents = all.map(({ id }) => `/v1/epds/${id}/document?version=${VERSION}`)
  const { address, constantAddress } = here.service
  for (const paths of [documents, documents.slice(0, 20)]) {
    await load(address, paths, plan.warmUpSeconds)
  }
  await load(constantAddress, ['/'], plan.warmUpSeconds)
  // More bytes than the service remembers, so asking for one after the other finds none there.
  const results = await inRotation(
    plan.rounds,
    {
      constant: ask(constantAddress, ['/']),
      'remembered documents': ask(address, documents.slice(0, 20)),
      'documents from the database': ask(address, documents)
    },
    progress
  )
  context.costs.push(
    await measureCosts(here, 'stored', () => load(address, documents)),
    await measureCosts(here, 'remembered', () => load(address, documents.slice(0, 20)))
  )
  const size = readFileSync(FIXTURE).length
  return [
    figure(
      {
        figure: 'GET of an immutable document version, against Fastify returning a constant',
        unit: 'requests/s',
        floor: 0.2,
        aim: 0.35,
        better: 'more',
        costs: 'stored',
        note: `from the database; ${size} bytes`
      },
      results['documents from the database'],
      results.constant
    ),
    figure(
      {
        figure: 'The same version again and again',
        unit: 'requests/s',
        floor: 0.5,
        aim: 0.8,
        better: 'more',
        costs: 'remembered'
      },
      results['remembered documents'],
      results.constant
    )
  ]
}

/** Verification, registration and publication, the first two as signed statements. */
async function publish(
  address: string,
  { token, signer }: Registered,
  { id, sha256, reportSha256 }: Submitted
): Promise<void> {
  const about = { version: VERSION, documentSha256: sha256 }
  const statements = [
    { version: VERSION, transition: 'start_verification' },
    { ...about, transition: 'verify', reportSha256 },
    { ...about, transition: 'register', registrationNumber: `BENCH-${id}` },
    { version: VERSION, transition: 'publish' }
  ]
  for (const statement of statements) {
    const body = Buffer.from(JSON.stringify(statement))
    const answer = await fetch(`${address}/v1/epds/${id}/transitions`, {
      method: 'POST',
      headers: {
        authorization: `Bearer ${token}`,
        'content-type': 'application/json',
        'lodestone-signature': signature(signer, body)
      },
      body
    })
    if (answer.status >= 300) throw new Error(`an EPD was not published: ${await answer.text()}`)
  }
}

interface Submitted {
  readonly id: string
  readonly sha256: string
  readonly reportSha256: string
}

async function submit(
  address: string,
  maker: { readonly token: string; readonly organization: string }
): Promise<Submitted> {
  const document = { ...JSON.parse(readFileSync(FIXTURE, 'utf8')), id: randomUUID() }
  const answer = await fetch(`${address}/v1/epds`, {
    method: 'POST',
    headers: {
      authorization: `Bearer ${maker.token}`,
      'content-type': 'application/vnd.lodestone.epd+json'
    },
    body: JSON.stringify(document)
  })
  if (answer.status !== 201) throw new Error(`an EPD was refused: ${await answer.text()}`)
  return (await answer.json()) as Submitted
}
