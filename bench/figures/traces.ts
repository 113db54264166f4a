import { bareWalkMs } from '../bare-walk.ts'
import type { Registered } from '../chain/cast.ts'
import { Random } from '../chain/random.ts'
import { cloneBooks } from '../clone.ts'
import type { Context, Plan } from '../context.ts'
import { measureCosts } from '../costs.ts'
import { figure, inRotation, median, type Row } from '../figure.ts'
import { recordChains } from '../record-chains.ts'
import { recordRecall } from '../record-recall.ts'
import { partsOf } from '../register-cast.ts'
import { short } from '../short.ts'
import { prepare } from '../surroundings.ts'

/**
 * Questions about batches, in books of three sizes. The small ones have a database and a service of their own:
 * how an answer grows with the books can only be told by asking both in turns, since the machine is another ten
 * minutes later.
 */
export async function traceFigures(context: Context): Promise<Row[]> {
  const small = await prepare()
  try {
    return await measure(context, { ...context, here: small })
  } finally {
    await small.close()
  }
}

async function measure(context: Context, smallContext: Context): Promise<Row[]> {
  const { here, plan, progress } = context
  await smallContext.here.renewTokens()
  await recordChains(smallContext, plan.smallBatches)
  await smallContext.here.db.query({ text: 'vacuum (analyze)' })
  const ore = await recordRecall(context, plan.recall)
  await recordChains(context, plan.recordedBatches)
  await here.renewTokens()
  await here.db.query({ text: 'vacuum (analyze)' })
  const middle = await inTurns(context, await originsLatency(context))
  progress(`copying up to ${plan.largeBatches} batches`)
  await cloneBooks(here.db, plan.largeBatches, progress)
  await here.renewTokens()
  await smallContext.here.renewTokens()
  const [few, many] = [await originsLatency(smallContext), await originsLatency(context)]
  const { fewRaw, fewOrigins, ...large } = await inTurns(context, {
    fewRaw: few.raw,
    fewOrigins: few.origins,
    ...many
  })
  const walks = await walkLatency(context, ore)
  await explainTraces(context, ore)
  const small = { raw: fewRaw, origins: fewOrigins }
  return [...originRows(plan, small, middle, large), ...walkRows(plan, walks)]
}

const OF_RAW = 'p50 against one index lookup by the same process'

type Latencies = Readonly<Record<'raw' | 'origins', readonly number[]>>

function originRows(plan: Plan, small: Latencies, middle: Latencies, large: Latencies): Row[] {
  const [few, some, many] = [plan.smallBatches, plan.recordedBatches, plan.largeBatches].map((n) =>
    n.toLocaleString('en-US')
  )
  const ofRaw = { unit: 'ms', floor: 3, aim: 1.5, better: 'less', costs: 'origins' } as const
  return [
    figure(
      { figure: `GET /v1/batches/{id}/origins at ${many} batches, ${OF_RAW}`, ...ofRaw },
      large.origins,
      large.raw
    ),
    figure({ figure: `The same at ${some} batches`, ...ofRaw }, middle.origins, middle.raw),
    figure({ figure: `The same at ${few} batches`, ...ofRaw }, small.origins, small.raw),
    figure(
      {
        figure: `The same, growth of p50 from ${few} to ${many} batches`,
        unit: 'ms',
        floor: 1.5,
        aim: 1.1,
        better: 'less',
        costs: 'origins'
      },
      large.origins,
      small.origins
    )
  ]
}

function walkRows(plan: Plan, walks: Awaited<ReturnType<typeof walkLatency>>): Row[] {
  const size = plan.largeBatches.toLocaleString('en-US')
  return [
    figure(
      {
        figure: `Upstream graph at ${size} batches, 8 levels, p99`,
        unit: 'ms',
        floor: 15,
        aim: 8,
        better: 'less',
        costs: 'upstream',
        note: besideBare(walks.bareUpstream)
      },
      walks.upstream
    ),
    figure(
      {
        figure: `Downstream recall of ${plan.recall.toLocaleString('en-US')} batches, p99`,
        unit: 'ms',
        floor: 60,
        aim: 25,
        better: 'less',
        costs: 'downstream',
        note: besideBare(walks.bareDownstream)
      },
      walks.downstream
    )
  ]
}

function besideBare(values: readonly number[]): string {
  return `${short(median(values))} ms p99 for the bare recursive statement that only counts the batches`
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
      where v.product_class = 'magnet' order by (v.batch < $1), v.batch limit $2`,
    values: [from, count]
  })
}

async function originsLatency(context: Context) {
  const { here, plan } = context
  const { address, rawAddress } = here.service
  const holder = mostFrequent(
    await heldMagnets(context, 2_000),
    partsOf(here.service.cast).companies
  )
  const ask = (where: string, pathOf: (id: string) => string) => (seconds: number) =>
    latency(context, holder.party.token, holder.ids.map(pathOf), where, seconds)
  const raw = ask(rawAddress, (id) => `/bench/raw/${id}`)
  const origins = ask(address, (id) => `/v1/batches/${id}/origins`)
  await warmUp(context, [raw, origins])
  const p50 = (play: typeof raw) => async () => (await play(plan.seconds / 2)).p50Ms
  return { raw: p50(raw), origins: p50(origins) }
}

function inTurns<Name extends string>(
  { plan, progress }: Context,
  latencies: Readonly<Record<Name, () => Promise<number>>>
) {
  return inRotation(plan.rounds, latencies, progress)
}

/**
 * A service that has just started runs code that is not compiled yet, and the first answers of a kind
 * take several times as long as any after them: what is held to a latency is a service at work.
 */
async function warmUp(
  { plan, progress }: Context,
  loads: readonly ((seconds: number) => Promise<unknown>)[]
): Promise<void> {
  progress(`warming up, ${plan.warmUpSeconds} s for each kind of question`)
  for (const play of loads) await play(plan.warmUpSeconds)
}

async function walkLatency(context: Context, ore: string) {
  const { here, plan, progress } = context
  const { upstream, downstream } = await walkPaths(context, ore)
  const play = (walk: typeof upstream) => (seconds: number) =>
    latency(context, walk.token, walk.paths, here.service.address, seconds)
  await warmUp(context, [play(upstream), play(downstream)])
  const p99 = (walk: typeof upstream, seconds: number) => async () =>
    (await play(walk)(seconds)).p99Ms
  return inRotation(
    plan.rounds,
    {
      upstream: p99(upstream, plan.seconds),
      bareUpstream: () => bareWalkMs(here.db, 'upstream', upstream.batches, plan.seconds / 2),
      downstream: p99(downstream, plan.seconds * RECALL_TURNS),
      bareDownstream: () => bareWalkMs(here.db, 'downstream', downstream.batches, plan.seconds)
    },
    progress
  )
}

/**
 * How much longer recalls are asked for than anything else: one turn holds some sixty of them, and the
 * 99th percentile of sixty is their worst, whatever the machine did meanwhile.
 */
const RECALL_TURNS = 3

async function walkPaths(context: Context, ore: string) {
  const { companies, house } = partsOf(context.here.service.cast)
  const holder = mostFrequent(await heldMagnets(context, 2_000), companies)
  return {
    upstream: {
      token: holder.party.token,
      batches: holder.ids,
      paths: holder.ids.map((id) => `/v1/batches/${id}/upstream?depth=8`)
    },
    downstream: {
      token: house.token,
      batches: [ore],
      paths: [`/v1/batches/${ore}/downstream?depth=64&limit=20000`]
    }
  }
}

async function explainTraces(context: Context, ore: string): Promise<void> {
  const { here, costs } = context
  const { upstream, downstream } = await walkPaths(context, ore)
  const origins = upstream.paths.map((path) => path.replace('/upstream?depth=8', '/origins'))
  const play = (token: string, paths: readonly string[]) => () =>
    latency(context, token, paths, here.service.address)
  costs.push(
    await measureCosts(here, 'origins', play(upstream.token, origins)),
    await measureCosts(here, 'upstream', play(upstream.token, upstream.paths)),
    await measureCosts(here, 'downstream', play(downstream.token, downstream.paths))
  )
}

async function latency(
  { here, plan }: Context,
  token: string,
  paths: readonly string[],
  address: string,
  seconds = plan.seconds
) {
  const outcome = await here.load({
    kind: 'get',
    address,
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
