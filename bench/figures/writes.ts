import type { Context } from '../context.ts'
import { figure, inRotation, median, type Row } from '../figure.ts'
import { findPgbench, type Limit, prepareLimit } from '../pgbench.ts'
import { partsOf } from '../register-cast.ts'

const EVENTS = 'POST /v1/events, all rules, vectors, journal and log'
/** So many requests make the code as fast as it gets, and the plans of PostgreSQL with it. */
const WARM_UP_SECONDS = 6

/** Events by one connection and by many, signed and not, against the rows alone in PostgreSQL. */
export async function writeFigures(context: Context): Promise<Row[]> {
  const { plan, here, progress } = context
  const pgbench = findPgbench()
  if (pgbench === null) {
    const skipped =
      'pgbench is neither on the PATH nor beside pg_config: install postgresql-contrib'
    return [64, 1].map((connections) => ({
      figure: `${EVENTS}, ${connections} connections`,
      skipped
    }))
  }
  progress('warming up')
  await events(context, 64, plan.quick ? 3 : WARM_UP_SECONDS)
  await events(context, 1, plan.quick ? 1 : WARM_UP_SECONDS)
  const limit = await prepareLimit(here.db, here.databaseUrl, pgbench)
  try {
    return rows(await measure(context, limit))
  } finally {
    await limit.close()
  }
}

function measure(context: Context, limit: Limit) {
  const { seconds, rounds } = context.plan
  return inRotation(
    rounds,
    {
      '64 connections': () => events(context, 64, seconds),
      'pgbench, 16 clients': () => limit.run(16, seconds),
      '1 connection': () => events(context, 1, seconds),
      'pgbench, 1 client': () => limit.run(1, seconds),
      '64 connections, signed': () => events(context, 64, seconds, true),
      'pgbench, 64 clients': () => limit.run(64, seconds),
      'pgbench, 8 clients': () => limit.run(8, seconds)
    },
    context.progress
  )
}

function rows(results: Awaited<ReturnType<typeof measure>>): Row[] {
  const limits = [
    results['pgbench, 8 clients'],
    results['pgbench, 16 clients'],
    results['pgbench, 64 clients']
  ]
  const best = limits.reduce((a, b) => (median(b) > median(a) ? b : a))
  const unit = 'events/s'
  return [
    figure(
      {
        figure: `${EVENTS}, 64 connections, unsigned, against the best of pgbench`,
        unit,
        floor: 0.5,
        aim: 1,
        better: 'more'
      },
      results['64 connections'],
      best
    ),
    figure(
      { figure: 'The same with every event signed', unit, floor: 0.3, aim: 0.6, better: 'more' },
      results['64 connections, signed'],
      best
    ),
    figure(
      {
        figure: 'The same at 1 connection, unsigned, against pgbench with 1 client',
        unit,
        floor: 0.4,
        aim: 0.7,
        better: 'more'
      },
      results['1 connection'],
      results['pgbench, 1 client']
    )
  ]
}

async function events(
  { here, nextSeed, plan }: Context,
  connections: number,
  seconds: number,
  signed = false
): Promise<number> {
  const outcome = await here.load({
    kind: 'events',
    address: here.service.address,
    cast: partsOf(here.service.cast).companies,
    seed: nextSeed(),
    connections,
    seconds,
    most: Math.ceil(((connections === 1 ? 1_500 : 100) * seconds * (plan.quick ? 1 : 1.5)) | 0),
    signed
  })
  if (outcome.complaint !== null) throw new Error(`refused under load: ${outcome.complaint}`)
  return outcome.perSecond
}
