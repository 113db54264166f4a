import type { Context } from '../context.ts'
import { figure, type Row } from '../figure.ts'
import { partsOf } from '../register-cast.ts'

const MEBIBYTE = 2 ** 20

/** Resident memory of a service that has just started and then takes events in. */
export async function memoryFigures(context: Context): Promise<Row[]> {
  const { here, plan, nextSeed, progress } = context
  const service = await here.restartService()
  const idle = await here.usage()
  progress(`after the start ${Math.round(idle.rssBytes / MEBIBYTE)} MB`)
  await here.load({
    kind: 'events',
    address: service.address,
    cast: partsOf(service.cast).companies,
    seed: nextSeed(),
    connections: 64,
    seconds: plan.seconds * 3,
    most: 400 * plan.seconds,
    signed: false
  })
  const loaded = await here.usage()
  return [
    figure(
      {
        figure: 'Resident memory of the service under the ingest load, 64 connections, at most',
        unit: 'MB',
        floor: 300,
        aim: 200,
        better: 'less',
        note: `${Math.round(idle.rssBytes / MEBIBYTE)} MB after the start; event-loop delay p99 ${loaded.delayP99Ms.toFixed(0)} ms`
      },
      [loaded.maxRssBytes / MEBIBYTE]
    )
  ]
}
