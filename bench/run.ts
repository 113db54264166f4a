/**
 * Measures the figures that the service is held to, side by side with their limits:
 * `npm run bench`, or `npm run bench -- --quick` for a short look. `--only writes,reads` measures some
 * of them, `--seed N` repeats the chains of another run, `--directory D` puts the database elsewhere.
 */
import { parseArgs } from 'node:util'
import { type Context, full, quick } from './context.ts'
import type { Row } from './figure.ts'
import { bulkFigures } from './figures/bulk.ts'
import { demoFigures } from './figures/demo.ts'
import { documentFigures } from './figures/documents.ts'
import { memoryFigures } from './figures/memory.ts'
import { proofFigures } from './figures/proofs.ts'
import { traceFigures } from './figures/traces.ts'
import { writeFigures } from './figures/writes.ts'
import { writeResults } from './report.ts'
import { measureSizes } from './sizes.ts'
import { prepare } from './surroundings.ts'

const FIGURES = {
  writes: writeFigures,
  bulk: bulkFigures,
  memory: memoryFigures,
  traces: traceFigures,
  proofs: proofFigures,
  documents: documentFigures,
  demo: demoFigures
} as const

const { values } = parseArgs({
  options: {
    quick: { type: 'boolean', default: false },
    only: { type: 'string' },
    seed: { type: 'string' },
    directory: { type: 'string' }
  }
})
const seed = Number(values.seed ?? Math.floor(Math.random() * 1e6))
const names = values.only?.split(',') ?? Object.keys(FIGURES)
const begun = performance.now()
const progress = (text: string) =>
  process.stderr.write(
    `${((performance.now() - begun) / 1000).toFixed(0).padStart(5)} s  ${text}\n`
  )
progress(`seed ${seed}`)
const here = await prepare(values.directory === undefined ? {} : { directory: values.directory })
let seeds = seed
const context: Context = {
  plan: values.quick ? quick : full,
  here,
  nextSeed: () => seeds++,
  progress
}
const rows: Row[] = []
try {
  for (const name of names) {
    const measure = FIGURES[name as keyof typeof FIGURES]
    if (!measure) throw new Error(`--only knows ${Object.keys(FIGURES).join(', ')}, not ${name}`)
    progress(name)
    for (const row of await measure(context)) {
      rows.push(row)
      progress('skipped' in row ? `NOT MEASURED: ${row.figure}: ${row.skipped}` : told(row))
    }
  }
  const facts = await measureSizes(here.db)
  const minutes = (performance.now() - begun) / 60_000
  const files = writeResults({ plan: context.plan, seed, rows, facts, minutes })
  progress(`written: bench/${files.join(', bench/')}`)
} finally {
  await here.close()
}
process.exitCode = rows.every((row) => 'skipped' in row || row.floorMet) ? 0 : 1

function told(row: Exclude<Row, { skipped: string }>): string {
  const limit = row.limit === null ? '' : ` of ${row.limit.toPrecision(4)}`
  return `${row.figure}: ${row.value.toPrecision(4)} ${row.unit}${limit}, ratio ${row.ratio.toPrecision(3)}, floor ${row.floor} ${row.floorMet ? 'met' : 'MISSED'}`
}
