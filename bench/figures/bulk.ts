import { chmodSync, mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { Stream } from '../chain/stream.ts'
import type { Context } from '../context.ts'
import { figure, inRotation, type Row } from '../figure.ts'
import { postLines } from '../post-lines.ts'
import { partsOf, within } from '../register-cast.ts'

/** Every table that receives rows of events, those that others refer to first. */
const TABLES = [
  'journal',
  'event',
  'batch',
  'batch_version',
  'origin_version',
  'step_version',
  'status_version',
  'account',
  'posting',
  'event_input',
  'event_output',
  'finding'
]

const LINES = 2_000

/** NDJSON of one house through the service, against binary COPY of the rows that it becomes. */
export async function bulkFigures(context: Context): Promise<Row[]> {
  const { here, plan, progress } = context
  const directory = mkdtempSync(join(tmpdir(), 'lodestone-copy-'))
  // PostgreSQL writes and reads the files itself, which is as fast as COPY gets.
  chmodSync(directory, 0o777)
  const events = plan.quick ? 2_000 : 20_000
  let rows = { from: 0, to: 0, events: 0 }
  try {
    await prepareCopies(context)
    const results = await inRotation(
      plan.quick ? 1 : 3,
      {
        'NDJSON through the service': async () => {
          const from = await nextPosition(context)
          const seconds = await importLines(context, events)
          rows = { from, to: await nextPosition(context), events }
          return events / seconds
        },
        'COPY of the same rows': () => copyRows(context, directory, rows)
      },
      progress
    )
    return [
      figure(
        {
          figure: 'Bulk NDJSON with all rules, against binary COPY of the same rows',
          unit: 'events/s',
          floor: 0.15,
          aim: 0.4,
          better: 'more'
        },
        results['NDJSON through the service'],
        results['COPY of the same rows']
      )
    ]
  } finally {
    rmSync(directory, { recursive: true, force: true })
    await here.db.query({ text: 'drop schema copies cascade' })
  }
}

/** Seconds that the service takes; two requests are under way at a time. */
async function importLines(context: Context, events: number): Promise<number> {
  const { here, nextSeed } = context
  const { house } = partsOf(here.service.cast)
  const sources = [0, 1].map(() => new Stream(within(house), nextSeed() * 100_003 + 99_991))
  const bodies = sources.map((stream) =>
    Array.from({ length: Math.ceil(events / 2 / LINES) }, () =>
      Array.from({ length: Math.min(LINES, events / 2) }, () =>
        JSON.stringify(stream.next().document)
      )
    )
  )
  const begun = performance.now()
  await Promise.all(
    bodies.map(async (list) => {
      for (const lines of list) await postLines(context, house.token, lines)
    })
  )
  return (performance.now() - begun) / 1000
}

async function nextPosition({ here }: Context): Promise<number> {
  const [head] = await here.db.query<{ next: string }>({ text: 'select next from journal_head' })
  return Number(head?.next)
}

/** The same tables with the same indexes, checks and foreign keys, empty. */
async function prepareCopies({ here: { db } }: Context): Promise<void> {
  await db.query({ text: 'create schema copies' })
  for (const table of TABLES) {
    await db.query({ text: `create table copies.${table} (like public.${table} including all)` })
  }
  await db.query({
    text: 'alter table copies.batch_version add foreign key (batch) references copies.batch (id)'
  })
}

async function copyRows(
  { here: { db } }: Context,
  directory: string,
  rows: { readonly from: number; readonly to: number; readonly events: number }
): Promise<number> {
  for (const table of TABLES) {
    await db.query({
      text: `copy (select * from ${table} where position >= ${rows.from} and position < ${rows.to})
        to '${join(directory, table)}' (format binary)`
    })
    await db.query({ text: `truncate copies.${table} cascade` })
  }
  const begun = performance.now()
  await db.transaction(async (tx) => {
    for (const table of TABLES) {
      await tx.query({
        text: `copy copies.${table} from '${join(directory, table)}' (format binary)`
      })
    }
  })
  return rows.events / ((performance.now() - begun) / 1000)
}
