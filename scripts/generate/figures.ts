import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import type { Measured } from '../../bench/figure.ts'
import { short, shortBeside } from '../../bench/short.ts'
import type { GeneratedFile } from '../generate.ts'

const root = fileURLToPath(new URL('../..', import.meta.url))
const RESULTS = 'bench/results.json'
const PAGES = ['README.md', 'docs/operations.md']
const BLOCK = /(<!-- figures of bench\/results\.json -->\n)[\s\S]*?(<!-- end of figures -->)/

/** The figures that the benchmark measured last, where pages quote them. */
export async function generateFigures(): Promise<readonly GeneratedFile[]> {
  const path = join(root, RESULTS)
  const rows = existsSync(path) ? (JSON.parse(readFileSync(path, 'utf8')) as Measured[]) : null
  const table = rows ? tableOf(rows) : 'Not measured yet: `npm run bench`.'
  return PAGES.map((page) => {
    const text = readFileSync(join(root, page), 'utf8')
    if (!BLOCK.test(text)) throw new Error(`${page} has no place for the figures`)
    return {
      path: page,
      content: text.replace(BLOCK, (_, begin, end) => `${begin}${table}\n${end}`)
    }
  })
}

function tableOf(rows: readonly Measured[]): string {
  const lines = rows.map((row) => {
    const command = `\`${row.command}\``
    if ('skipped' in row) return `| ${row.figure} | not measured: ${row.skipped} | | | ${command} |`
    const { figure, value, unit, limit, ratio, floor, floorMet } = row
    const against = limit === null ? '' : `${shortBeside(ratio, floor)} of ${short(limit)}`
    const verdict = floorMet ? short(floor) : `${short(floor)}, **missed**`
    return `| ${figure} | ${short(value)} ${unit} | ${against} | ${verdict} | ${command} |`
  })
  return [
    '| figure | measured | ratio | floor | again with |',
    '|---|---|---|---|---|',
    ...lines
  ].join('\n')
}
