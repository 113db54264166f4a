import { execFileSync } from 'node:child_process'
import { mkdirSync, writeFileSync } from 'node:fs'
import { cpus, release, totalmem } from 'node:os'
import { join } from 'node:path'
import type { Plan } from './context.ts'
import type { Costs } from './costs.ts'
import type { Measured, Row } from './figure.ts'
import { short, shortBeside } from './short.ts'

/** Facts beside the figures, such as how large a vector is. */
export type Facts = Readonly<Record<string, string>>

export interface Run {
  readonly plan: Plan
  /** Some of the figures only. */
  readonly partly: boolean
  /** False while more is to be measured. */
  readonly ended: boolean
  readonly seed: number
  readonly rows: readonly Measured[]
  readonly costs: readonly Costs[]
  readonly facts: Facts
  readonly minutes: number
}

const OUT = import.meta.dirname

const FILES = {
  full: { text: 'RESULTS.md', json: 'results.json' },
  quick: { text: 'QUICK.md', json: 'quick.json' },
  smoke: { text: 'SMOKE.md', json: 'smoke.json' },
  part: { text: 'PART.md', json: 'part.json' }
} as const

/** Writes what was measured for readers and for machines; only a full run replaces a full one. */
export function writeResults(run: Run, directory = OUT): readonly string[] {
  const name = run.plan.name === 'full' && run.partly ? 'part' : run.plan.name
  const { text, json } = FILES[name]
  const files = [join(directory, text), join(directory, json)] as const
  mkdirSync(directory, { recursive: true })
  writeFileSync(files[0], asText(run))
  writeFileSync(files[1], `${JSON.stringify(run.rows, null, 2)}\n`)
  return files
}

function asText({ plan, ended, seed, rows, costs, facts, minutes }: Run): string {
  const command = `npm run bench${plan.name === 'full' ? '' : ` -- --${plan.name}`}`
  const number = (value: number) => value.toLocaleString('en-US')
  const lines = [
    '# What was measured',
    '',
    `\`${command}\`, ${new Date().toISOString().slice(0, 10)}, ${minutes.toFixed(0)} minutes, seed ${seed}, commit ${commit()}.`,
    `${machine()} Client, service and PostgreSQL share the machine, so the ratios travel and the absolute figures do not.`,
    ...(ended ? [] : ['The run was not over when this was written: figures are missing.']),
    `Medians of ${plan.rounds} rounds of ${plan.seconds} s, in rotation with what they are held against.`,
    '',
    '| figure | value | limit | ratio | floor | aim | spread | |',
    '|---|---|---|---|---|---|---|---|',
    ...rows.map(asLine),
    '',
    '## What stands behind the figures',
    '',
    `- Books of ${number(plan.smallBatches)} and of ${number(plan.recordedBatches)} batches were recorded through the service itself, as NDJSON with all rules. Those of ${number(plan.largeBatches)} batches are made of copies of these rows, with ids and positions of their own, inserted by SQL: they are only read. Before anything is measured all books are vacuumed, as they would be within minutes. The smallest have a database and a service of their own and are asked in rotation with the largest, so that growth is not that of the machine.`,
    '- Beside a walk stands the bare recursive statement for the same: batches found and counted by PostgreSQL over the same tables. It reads no assay, status, right or edge, sends nothing, and no service is asked.',
    '- A recall takes so long that a round holds too few for a 99th percentile: it is played three times as long as the rest.',
    `- Events are measured after ${plan.writeWarmUpSeconds} s of the same load, other requests after ${plan.warmUpSeconds} s: a process that has just started compiles its code as it goes, and needs up to twice as much for an event.`,
    '- pgbench writes the rows of events that the service has just recorded, one statement a transaction, into the same tables with the same indexes and checks. It takes no positions, verifies nothing, leaves out the updates of what is drawn from, and nobody vacuums behind it, which would take processors from what is measured next.',
    '- One index lookup means a route of the same application in the same process, with the same hooks and the same check of the token.',
    '- The constant is the document itself, returned by a bare Fastify in the same process: as many bytes, and none of the work.',
    '',
    ...missedAims(rows, costs),
    ...asCostTable(costs),
    '## Sizes',
    '',
    ...Object.entries(facts).map(([name, value]) => `- ${name}: ${value}`),
    ''
  ]
  return lines.join('\n')
}

const MOST_AREAS = 6

/** Each aim that is not met, and what its time is spent on. */
function missedAims(rows: readonly Row[], costs: readonly Costs[]): string[] {
  const missed = rows.flatMap((row) => ('skipped' in row || row.aimMet ? [] : [row]))
  if (missed.length === 0) return []
  const told = missed.map(({ figure, ratio, aim, costs: name }) => {
    const cost = costs.find((each) => each.name === name)
    const spent = cost
      ? ` ${spentOn(cost)}`
      : ' No profile was taken: it is memory, or the start of processes.'
    return `- **${figure}**: ${short(ratio)} instead of ${short(aim)}.${spent}`
  })
  return ['## Aims that are not met, and what costs it', '', ...told, '']
}

function spentOn({ serviceUs, postgresUs, busy, areas }: Costs): string {
  const most = areas.slice(0, MOST_AREAS).map(({ area, share }) => `${area} ${percent(share)}`)
  const postgres = postgresUs === null ? '' : ` and PostgreSQL ${short(postgresUs)} us`
  return `One takes the service ${short(serviceUs)} us of processor time${postgres}; the service was busy ${percent(busy)} of the time, with ${most.join(', ')}.`
}

function asCostTable(costs: readonly Costs[]): string[] {
  if (costs.length === 0) return []
  const lines = costs.map(({ name, serviceUs, postgresUs, busy, areas }) => {
    const most = areas.slice(0, 2 * MOST_AREAS).map((each) => `${each.area} ${percent(each.share)}`)
    const postgres = postgresUs === null ? '' : short(postgresUs)
    return `| ${name} | ${short(serviceUs)} | ${postgres} | ${percent(busy)} | ${most.join(', ')} |`
  })
  return [
    '## What one costs',
    '',
    'Processor time of the service (all threads) and of PostgreSQL for one request or event, and where',
    'the service spends it, sampled while the load was played once more.',
    '',
    '| load | service us | PostgreSQL us | service busy | of which |',
    '|---|---|---|---|---|',
    ...lines,
    ''
  ]
}

function percent(share: number): string {
  return `${(share * 100).toFixed(0)} %`
}

function asLine(row: Row): string {
  if ('skipped' in row) return `| ${row.figure} | **not measured** | | | | | | ${row.skipped} |`
  const { unit, value, limit, ratio, floor, aim, spread, floorMet, aimMet, note } = row
  const verdict = floorMet ? (aimMet ? 'aim met' : 'floor met') : '**floor missed**'
  const cells = [
    row.figure,
    `${short(value)} ${unit}`,
    limit === null ? '' : short(limit),
    shortBeside(ratio, floor),
    short(floor),
    short(aim),
    `${short(spread[0])} to ${short(spread[1])}`,
    note === '' ? verdict : `${verdict}; ${note}`
  ]
  return `| ${cells.join(' | ')} |`
}

function machine(): string {
  const [first] = cpus()
  const memory = Math.round(totalmem() / 2 ** 30)
  return `${cpus().length} x ${first?.model.trim()}, ${memory} GB, Linux ${release()}, Node ${process.versions.node}.`
}

function commit(): string {
  try {
    return execFileSync('git', ['rev-parse', '--short', 'HEAD'], { encoding: 'utf8' }).trim()
  } catch {
    return 'unknown'
  }
}
