import type { Registered } from '../chain/cast.ts'
import { Random } from '../chain/random.ts'
import { cloneBooks } from '../clone.ts'
import type { Context } from '../context.ts'
import { figure, inRotation, type Row } from '../figure.ts'
import { recordChains } from '../record-chains.ts'
import { recordRecall } from '../record-recall.ts'
import { partsOf } from '../register-cast.ts'

/** Questions about batches, in small books and in large ones. */
export async function traceFigures(context: Context): Promise<Row[]> {
  const { here, plan, progress } = context
  await recordChains(context, plan.smallBatches)
  const ore = await recordRecall(context, plan.recall)
  await here.db.query({ text: 'analyze' })
  const small = await originsLatency(context)
  progress(`copying up to ${plan.largeBatches} batches`)
  await cloneBooks(here.db, plan.largeBatches, progress)
  const large = await originsLatency(context)
  const walks = await walkLatency(context, ore)
  const size = plan.largeBatches.toLocaleString('en-US')
  return [
    figure(
      {
        figure: `GET /v1/batches/{id}/origins at ${size} batches, p50 against one index lookup by the same server`,
        unit: 'ms',
        floor: 3,
        aim: 1.5,
        better: 'less'
      },
      large.origins,
      large.raw
    ),
    figure(
      {
        figure: `The same, growth of p50 from ${plan.smallBatches.toLocaleString('en-US')} batches`,
        unit: 'ms',
        floor: 1.5,
        aim: 1.1,
        better: 'less'
      },
      large.origins,
      small.origins
    ),
    figure(
      {
        figure: `Upstream graph at ${size} batches, 8 levels, p99`,
        unit: 'ms',
        floor: 15,
        aim: 8,
        better: 'less'
      },
      walks.upstream
    ),
    figure(
      {
        figure: `Downstream recall of ${plan.recall.toLocaleString('en-US')} batches, p99`,
        unit: 'ms',
        floor: 60,
        aim: 25,
        better: 'less'
      },
      walks.downstream
    )
  ]
}

interface Held {
  readonly id: string
  readonly custodian: string
}

/** Finished magnets, drawn from all of the books, each asked about by whoever holds it. */
async function heldMagnets({ here, nextSeed }: Context, count: number): Promise<readonly Held[]> {
  const from = new Random(nextSeed()).uuid()
  return here.db.query<Held>({
    text: `select v.batch as id, a.custodian from batch_version v
      join account a on a.batch = v.batch and a.place = 'on_hand' and a.balance_ug > 0
      where v.product_class = 'magnet' and v.batch > $1 order by v.batch limit $2`,
    values: [from, count]
  })
}

async function originsLatency(context: Context) {
  const { here, plan } = context
  const holder = mostFrequent(
    await heldMagnets(context, 2_000),
    partsOf(here.service.cast).companies
  )
  const ask = (pathOf: (id: string) => string) => async () =>
    (await latency(context, holder.party.token, holder.ids.map(pathOf), plan.seconds)).p50Ms
  return inRotation(
    plan.rounds,
    {
      raw: ask((id) => `/bench/raw/${id}`),
      origins: ask((id) => `/v1/batches/${id}/origins`)
    },
    context.progress
  )
}

async function walkLatency(context: Context, ore: string) {
  const { here, plan } = context
  const { companies, house } = partsOf(here.service.cast)
  const holder = mostFrequent(await heldMagnets(context, 2_000), companies)
  const upstream = holder.ids.map((id) => `/v1/batches/${id}/upstream?depth=8`)
  const downstream = [`/v1/batches/${ore}/downstream?depth=64&limit=20000`]
  return inRotation(
    plan.rounds,
    {
      upstream: async () =>
        (await latency(context, holder.party.token, upstream, plan.seconds)).p99Ms,
      downstream: async () => (await latency(context, house.token, downstream, plan.seconds)).p99Ms
    },
    context.progress
  )
}

async function latency(
  { here }: Context,
  token: string,
  paths: readonly string[],
  seconds: number
) {
  const outcome = await here.load({
    kind: 'get',
    address: here.service.address,
    paths,
    token,
    connections: 1,
    seconds
  })
  if (outcome.complaint !== null) throw new Error(`${paths[0]}: ${outcome.complaint}`)
  return outcome
}

function mostFrequent(held: readonly Held[], companies: readonly Registered[]) {
  const byParty = Map.groupBy(held, ({ custodian }) => custodian)
  const [most] = [...byParty].sort((a, b) => b[1].length - a[1].length)
  const party = companies.find(({ organization }) => organization === most?.[0])
  if (!party || !most) throw new Error('nobody holds magnets')
  return { party, ids: most[1].map(({ id }) => id) }
}
