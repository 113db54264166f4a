import { randomUUID } from 'node:crypto'
import { readFileSync } from 'node:fs'
import type { Context } from '../context.ts'
import { figure, inRotation, type Row } from '../figure.ts'
import { partsOf } from '../register-cast.ts'

const FIXTURE = new URL('../../test/fixtures/epd/magnet-n48h.json', import.meta.url)
const CONNECTIONS = 16
/** More versions than any cache of the service keeps would be needed to measure misses alone. */
const VERSIONS = 400

/** Declarations: reading one that never changes, and taking one in. */
export async function documentFigures(context: Context): Promise<Row[]> {
  const { here, plan, progress } = context
  const { companies } = partsOf(here.service.cast)
  const maker = companies.find(({ trade }) => trade === 'magnets')
  if (!maker) throw new Error('nobody makes magnets')
  const begun = performance.now()
  const ids: string[] = []
  for (let index = 0; index < (plan.quick ? 60 : VERSIONS); index += 1) {
    ids.push(await submit(here.service.address, maker))
  }
  const perSecond = ids.length / ((performance.now() - begun) / 1000)
  const ask = (address: string, paths: readonly string[], token: string | null) => async () => {
    const outcome = await here.load({
      kind: 'get',
      address,
      paths,
      token,
      connections: CONNECTIONS,
      seconds: plan.seconds
    })
    if (outcome.complaint !== null) throw new Error(outcome.complaint)
    return outcome.perSecond
  }
  const documents = ids.map((id) => `/v1/epds/${id}/document`)
  const { address, constantAddress } = here.service
  const results = await inRotation(
    plan.rounds,
    {
      constant: ask(constantAddress, ['/'], null),
      'one document': ask(address, documents.slice(0, 1), maker.token),
      'many documents': ask(address, documents, maker.token)
    },
    progress
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
        note: `from the database; ${size} bytes`
      },
      results['many documents'],
      results.constant
    ),
    figure(
      {
        figure: 'The same version again and again',
        unit: 'requests/s',
        floor: 0.5,
        aim: 0.8,
        better: 'more'
      },
      results['one document'],
      results.constant
    ),
    figure(
      {
        figure: 'EPD parse, check and store, one after the other',
        unit: 'documents/s',
        floor: 50,
        aim: 200,
        better: 'more',
        note: `native JSON of ${size} bytes; ILCD XML of 200 KB is not measured yet`
      },
      [perSecond]
    )
  ]
}

async function submit(
  address: string,
  maker: { readonly token: string; readonly organization: string }
): Promise<string> {
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
  return document.id
}
