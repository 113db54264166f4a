import type { Context } from '../context.ts'
import { figure, type Row } from '../figure.ts'
import { importLines } from '../import-lines.ts'
import { partsOf } from '../register-cast.ts'

const MEBIBYTE = 2 ** 20

/** Resident memory of a service that has just started and then takes events in, one way or another. */
export async function memoryFigures(context: Context): Promise<Row[]> {
  const { here, plan, nextSeed } = context
  const load = await watched(context, ({ address, cast }) =>
    here.load({
      kind: 'events',
      address,
      cast: partsOf(cast).companies,
      seed: nextSeed(),
      connections: 64,
      seconds: plan.seconds * 3,
      most: 150 * plan.seconds,
      signed: false
    })
  )
  const bulk = await watched(context, () => importLines(context, plan.importBytes))
  await here.restartService()
  const megabytes = (plan.importBytes / 1e6).toFixed(0)
  const same = { unit: 'MB', better: 'less' } as const
  return [
    figure(
      {
        figure: 'Resident memory of the service under the ingest load, 64 connections, at most',
        ...same,
        floor: 300,
        aim: 200,
        note: load.note
      },
      [load.mostMb]
    ),
    figure(
      {
        figure: `Resident memory during the import of ${megabytes} MB of NDJSON, at most`,
        ...same,
        floor: 350,
        aim: 250,
        note: `${bulk.note}; POST /v1/imports, ${Math.round(bulk.result.perSecond)} events/s`
      },
      [bulk.mostMb]
    )
  ]
}

async function watched<Result>(
  { here, progress }: Context,
  work: (service: Context['here']['service']) => Promise<Result>
) {
  const service = await here.restartService('alone')
  const idleMb = Math.round((await here.usage()).rssBytes / MEBIBYTE)
  progress(`after the start ${idleMb} MB`)
  const result = await work(service)
  const { maxRssBytes, delayP99Ms } = await here.usage()
  const note = `${idleMb} MB after the start; event-loop delay p99 ${delayP99Ms.toFixed(0)} ms`
  return { result, mostMb: maxRssBytes / MEBIBYTE, note }
}
