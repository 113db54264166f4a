import { execFileSync } from 'node:child_process'
import { writeFileSync } from 'node:fs'
import { cpus, release, totalmem } from 'node:os'
import { join } from 'node:path'
import type { Plan } from './context.ts'
import type { Row } from './figure.ts'

/** Facts beside the figures, such as how large a vector is. */
export type Facts = Readonly<Record<string, string>>

export interface Run {
  readonly plan: Plan
  readonly seed: number
  readonly rows: readonly Row[]
  readonly facts: Facts
  readonly minutes: number
}

const OUT = import.meta.dirname

/** Writes what was measured for readers and for machines; a quick run does not replace a full one. */
export function writeResults(run: Run): readonly string[] {
  const name = run.plan.quick
    ? { text: 'QUICK.md', json: 'quick.json' }
    : { text: 'RESULTS.md', json: 'results.json' }
  writeFileSync(join(OUT, name.text), asText(run))
  writeFileSync(join(OUT, name.json), `${JSON.stringify(run.rows, null, 2)}\n`)
  return [name.text, name.json]
}

function asText({ plan, seed, rows, facts, minutes }: Run): string {
  const command = `npm run bench${plan.quick ? ' -- --quick' : ''}`
  const lines = [
    '# What was measured',
    '',
    `\`${command}\`, ${new Date().toISOString().slice(0, 10)}, ${minutes.toFixed(0)} minutes, seed ${seed}, commit ${commit()}.`,
    `${machine()} Client, service and PostgreSQL share the machine, so the ratios travel and the absolute figures do not.`,
    `Medians of ${plan.rounds} rounds of ${plan.seconds} s, in rotation with what they are held against.`,
    '',
    '| figure | value | limit | ratio | floor | aim | spread | |',
    '|---|---|---|---|---|---|---|---|',
    ...rows.map(asLine),
    '',
    '## Sizes',
    '',
    ...Object.entries(facts).map(([name, value]) => `- ${name}: ${value}`),
    ''
  ]
  return lines.join('\n')
}

function asLine(row: Row): string {
  if ('skipped' in row) return `| ${row.figure} | **not measured** | | | | | | ${row.skipped} |`
  const { unit, value, limit, ratio, floor, aim, spread, floorMet, aimMet, note } = row
  const verdict = floorMet ? (aimMet ? 'aim met' : 'floor met') : '**floor missed**'
  const cells = [
    row.figure,
    `${short(value)} ${unit}`,
    limit === null ? '' : short(limit),
    short(ratio),
    short(floor),
    short(aim),
    `${short(spread[0])} to ${short(spread[1])}`,
    note === '' ? verdict : `${verdict}; ${note}`
  ]
  return `| ${cells.join(' | ')} |`
}

function short(value: number): string {
  return value >= 1000
    ? Math.round(value).toLocaleString('en-US')
    : `${Number(value.toPrecision(3))}`
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
