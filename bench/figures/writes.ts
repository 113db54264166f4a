import type { Context } from '../context.ts'
import { measureCosts } from '../costs.ts'
import { figure, inRotation, median, type Row } from '../figure.ts'
import type { Outcome } from '../load/generator.ts'
import { findPgbench, type Limit, prepareLimit } from '../pgbench.ts'
import { partsOf } from '../register-cast.ts'

const EVENTS = 'POST /v1/events, all rules, vectors, journal and log'
const MANY = 64
const SOME = 16
/** More events than are taken in a second: they are made before the clock starts. */
const MOST_PER_SECOND = 4_000
const MOST_OF_ONE = 1_200

interface Play {
  readonly seconds?: number
  readonly signed?: boolean
  readonly receipts?: boolean
}

/** Events by one connection and by many, signed and not, against the rows alone in PostgreSQL. */
export async function writeFigures(context: Context): Promise<Row[]> {
  const { plan, here, progress } = context
  progress(`warming up for ${plan.writeWarmUpSeconds} s`)
  const young = await warmUp(context)
  await play(context, 1, { seconds: plan.warmUpSeconds })
  const pgbench = findPgbench()
  const limit = pgbench === null ? null : await prepareLimit(here.db, here.databaseUrl, pgbench)
  try {
    const results = await measure(context, limit)
    const figures = [...ingestRows(context, results, limit !== null, young), ...logRows(results)]
    context.costs.push(
      await measureCosts(here, 'ingest64', () => play(context, MANY, {})),
      await measureCosts(here, 'ingest1', () => play(context, 1, {})),
      await measureCosts(here, 'signed', () => play(context, MANY, { signed: true }))
    )
    return figures
  } finally {
    await limit?.close()
  }
}

/**
 * What is measured is a service at work, not one that has just started and whose code is not compiled
 * yet. Answers with the events per second of the start.
 */
async function warmUp(context: Context): Promise<number> {
  const { seconds, writeWarmUpSeconds } = context.plan
  const young = await play(context, MANY, {})
  for (let left = writeWarmUpSeconds - seconds; left > 0; left -= seconds) {
    await play(context, MANY, {})
  }
  return young.perSecond
}

type Results = Awaited<ReturnType<typeof measure>>

function measure(context: Context, limit: Limit | null) {
  const { here, plan } = context
  const { seconds, rounds } = plan
  const rate = async (connections: number, how: Play = {}) =>
    (await play(context, connections, how)).perSecond
  const p50 = async (how: Play) => (await play(context, SOME, how)).p50Ms
  const pgbench = (clients: number) => async () =>
    limit ? limit.run(clients, seconds) : Number.NaN
  return inRotation(
    rounds,
    {
      '64 connections': () => rate(MANY),
      'pgbench, 16 clients': pgbench(16),
      '1 connection': () => rate(1),
      'pgbench, 1 client': pgbench(1),
      '64 connections, signed': () => rate(MANY, { signed: true }),
      'pgbench, 64 clients': pgbench(64),
      '64 connections, log off': async () => {
        await here.ask('log off')
        try {
          return await rate(MANY)
        } finally {
          await here.ask('log on')
        }
      },
      'pgbench, 8 clients': pgbench(8),
      'p50 of 16 connections': () => p50({ seconds: seconds / 2 }),
      'p50 of 16 connections, with receipts': () => p50({ seconds: seconds / 2, receipts: true })
    },
    context.progress
  )
}

function ingestRows(
  { plan, progress }: Context,
  results: Results,
  limited: boolean,
  young: number
): Row[] {
  const names = [
    `${EVENTS}, 64 connections, unsigned, against the best of pgbench`,
    'The same with every event signed',
    'The same at 1 connection, unsigned, against pgbench with 1 client'
  ] as const
  if (!limited) {
    const skipped =
      'pgbench is neither on the PATH nor beside pg_config: install postgresql-contrib'
    progress(`NO LIMIT FOR EVENTS: ${skipped}`)
    return names.map((figure) => ({ figure, skipped }))
  }
  const limits = [
    results['pgbench, 8 clients'],
    results['pgbench, 16 clients'],
    results['pgbench, 64 clients']
  ]
  const best = limits.reduce((a, b) => (median(b) > median(a) ? b : a))
  const same = { unit: 'events/s', better: 'more' } as const
  return [
    figure(
      {
        figure: names[0],
        ...same,
        floor: 0.5,
        aim: 1,
        costs: 'ingest64',
        note: `${young.toFixed(0)} in the first ${plan.seconds} s of the process`
      },
      results['64 connections'],
      best
    ),
    figure(
      { figure: names[1], ...same, floor: 0.3, aim: 0.6, costs: 'signed' },
      results['64 connections, signed'],
      best
    ),
    figure(
      { figure: names[2], ...same, floor: 0.4, aim: 0.7, costs: 'ingest1' },
      results['1 connection'],
      results['pgbench, 1 client']
    )
  ]
}

/** What the log costs, and how soon it covers an event. */
function logRows(results: Results): Row[] {
  const plain = median(results['p50 of 16 connections'])
  return [
    figure(
      {
        figure: 'The same with the log on, against the log off (nothing is integrated or signed)',
        unit: 'events/s',
        floor: 0.8,
        aim: 0.95,
        better: 'more',
        costs: 'ingest64'
      },
      results['64 connections'],
      results['64 connections, log off']
    ),
    figure(
      {
        figure: 'From POST to receipt (Prefer: wait), 16 connections, p50',
        unit: 'ms',
        floor: 150,
        aim: 100,
        better: 'less',
        costs: 'ingest64',
        note: `${plain.toPrecision(3)} ms without the receipt`
      },
      results['p50 of 16 connections, with receipts']
    )
  ]
}

async function play(context: Context, connections: number, how: Play): Promise<Outcome> {
  const { here, nextSeed, plan } = context
  const { seconds = plan.seconds, signed = false, receipts = false } = how
  const most = connections === 1 ? MOST_OF_ONE : MOST_PER_SECOND / connections
  const outcome = await here.load({
    kind: 'events',
    address: here.service.address,
    cast: partsOf(here.service.cast).companies,
    seed: nextSeed(),
    connections,
    seconds,
    most: Math.ceil(most * seconds),
    signed,
    receipts
  })
  if (outcome.complaint !== null) throw new Error(`refused under load: ${outcome.complaint}`)
  return outcome
}
