/**
 * Measures the figures that the service is held to, side by side with their limits:
 * `npm run bench`, or `npm run bench -- --quick` for a short look and `--smoke` for none at all.
 * `--set rounds=3,seconds=4` shortens a run (context.ts has the names), `--only writes,traces` measures some of them, `--seed N` repeats the chains of another run,
 * `--directory D` puts the database elsewhere.
 */
import { mkdirSync } from 'node:fs'
import { join } from 'node:path'
import { parseArgs } from 'node:util'
import { type Context, full, type Plan, quick, smoke } from './context.ts'
import type { Costs } from './costs.ts'
import type { Measured, Row } from './figure.ts'
import { bulkFigures } from './figures/bulk.ts'
import { demoFigures } from './figures/demo.ts'
import { documentFigures } from './figures/documents.ts'
import { epdFigures } from './figures/epds.ts'
import { memoryFigures } from './figures/memory.ts'
import { proofFigures } from './figures/proofs.ts'
import { traceFigures } from './figures/traces.ts'
import { writeFigures } from './figures/writes.ts'
import { type Facts, writeResults } from './report.ts'
import { measureSizes } from './sizes.ts'
import { prepare } from './surroundings.ts'

/** Each part has a database of its own, since what one writes would be what another measures. */
const PARTS = {
  ingest: { writes: writeFigures, bulk: bulkFigures, epds: epdFigures, memory: memoryFigures },
  books: { traces: traceFigures, proofs: proofFigures, documents: documentFigures },
  demonstration: { demo: demoFigures }
} as const

type Measure = (context: Context) => Promise<Row[]>

const { values } = parseArgs({
  options: {
    quick: { type: 'boolean', default: false },
    smoke: { type: 'boolean', default: false },
    only: { type: 'string' },
    set: { type: 'string', default: '' },
    seed: { type: 'string' },
    directory: { type: 'string' },
    output: { type: 'string' }
  }
})
const plan = changed(values.smoke ? smoke : values.quick ? quick : full, values.set)
const seed = Number(values.seed ?? Math.floor(Math.random() * 1e6))
const only = values.only?.split(',')
const begun = performance.now()
const rows: Measured[] = []
const costs: Costs[] = []
let facts: Facts = {}
let seeds = seed

const all = Object.values(PARTS).flatMap((part) => Object.keys(part))
const unknown = only?.find((name) => !all.includes(name))
if (unknown !== undefined) throw new Error(`--only knows ${all.join(', ')}, not ${unknown}`)
progress(`seed ${seed}`)
for (const [part, figures] of Object.entries(PARTS)) {
  const wanted = Object.entries(figures).filter(([name]) => only?.includes(name) ?? true)
  if (wanted.length > 0) await measurePart(part, wanted)
}
progress(`written: ${write(true).join(', ')}`)
process.exitCode = rows.every((row) => 'skipped' in row || row.floorMet || values.smoke) ? 0 : 1

/** After each group of figures, so that a run that is interrupted leaves what it has measured. */
function write(ended: boolean): readonly string[] {
  const minutes = (performance.now() - begun) / 60_000
  const run = { plan, partly: only !== undefined, ended, seed, rows, costs, facts, minutes }
  return writeResults(run, values.output)
}

/** The plan with other numbers; what the results say of themselves follows from them. */
function changed(plan: Plan, settings: string): Plan {
  const numbers = settings.split(',').flatMap((setting) => {
    const [name = '', value] = setting.split('=')
    if (name === '') return []
    if (typeof plan[name as keyof Plan] !== 'number') throw new Error(`--set knows no ${name}`)
    return [[name, Number(value)]]
  })
  return { ...plan, ...Object.fromEntries(numbers) }
}

async function measurePart(part: string, figures: readonly [string, Measure][]): Promise<void> {
  const directory = values.directory && join(values.directory, part)
  if (directory) mkdirSync(directory, { recursive: true })
  const here = await prepare(directory ? { directory } : {})
  try {
    for (const [name, measure] of figures) {
      progress(name)
      await here.renewTokens()
      const context: Context = { plan, here, nextSeed: () => seeds++, progress, costs }
      for (const row of await measure(context)) {
        rows.push({ ...row, command: `npm run bench -- --only ${name}` })
        progress('skipped' in row ? `NOT MEASURED: ${row.figure}: ${row.skipped}` : told(row))
      }
      write(false)
    }
    if (part === 'books') facts = await measureSizes(here.db)
  } finally {
    await here.close()
  }
}

function progress(text: string): void {
  const seconds = ((performance.now() - begun) / 1000).toFixed(0)
  process.stderr.write(`${seconds.padStart(5)} s  ${text}\n`)
}

function told(row: Exclude<Row, { skipped: string }>): string {
  const limit = row.limit === null ? '' : ` of ${row.limit.toPrecision(4)}`
  return `${row.figure}: ${row.value.toPrecision(4)} ${row.unit}${limit}, ratio ${row.ratio.toPrecision(3)}, floor ${row.floor} ${row.floorMet ? 'met' : 'MISSED'}`
}
