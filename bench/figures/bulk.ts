import { chmodSync, mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { Context } from '../context.ts'
import { measureCosts } from '../costs.ts'
import { figure, inRotation, type Row } from '../figure.ts'
import { importLines } from '../import-lines.ts'

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
  'event_made',
  'finding'
]

/** NDJSON of one house through an import, against binary COPY of the rows that it becomes. */
export async function bulkFigures(context: Context): Promise<Row[]> {
  const { here, plan, progress } = context
  const directory = mkdtempSync(join(tmpdir(), 'lodestone-copy-'))
  // PostgreSQL writes and reads the files itself, which is as fast as COPY gets.
  chmodSync(directory, 0o777)
  const bytes = plan.importBytes / 6
  let rows = { from: 0, to: 0, events: 0 }
  try {
    await prepareCopies(context)
    const results = await inRotation(
      plan.quick ? 1 : 3,
      {
        'NDJSON through the service': async () => {
          const from = await nextPosition(context)
          const { accepted, perSecond } = await importLines(context, bytes)
          rows = { from, to: await nextPosition(context), events: accepted }
          return perSecond
        },
        'COPY of the same rows': () => copyRows(context, directory, rows)
      },
      progress
    )
    context.costs.push(await measureCosts(here, 'bulk', () => costly(context, bytes)))
    return [
      figure(
        {
          figure: 'Bulk NDJSON with all rules, against binary COPY of the same rows',
          unit: 'events/s',
          floor: 0.15,
          aim: 0.4,
          better: 'more',
          costs: 'bulk',
          note: 'POST /v1/imports, from the first byte of the upload to the last event in the books'
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

async function costly(context: Context, bytes: number) {
  const { accepted, perSecond } = await importLines(context, bytes)
  return { requests: accepted, seconds: accepted / perSecond }
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
