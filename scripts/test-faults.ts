/**
 * npm run test:faults [-- [--quick] [--record] [NAME...]]
 *
 * Injects every fault of docs/operations.md, again and again, and prints what was promised, what was
 * lost, and what was skipped here. NAME: only these files of test/faults, such as `kill`. --quick: as
 * few cycles as `npm test`. --record: writes the table to bench/FAULTS.md. FAULT_CYCLES: other than 20.
 */
import { spawn } from 'node:child_process'
import { writeFileSync } from 'node:fs'
import { cpus } from 'node:os'
import { join } from 'node:path'
import { createInterface } from 'node:readline'

const root = join(import.meta.dirname, '..')
const quick = process.argv.includes('--quick')
const record = process.argv.includes('--record')
const CYCLES = process.env['FAULT_CYCLES'] ?? '20'
const names = process.argv.slice(2).filter((word) => !word.startsWith('--'))
const files = names.map((name) => `test/faults/${name}.test.ts`)

const child = spawn(
  join(root, 'node_modules/.bin/tap'),
  ['--reporter=tap', '--jobs=1', '--timeout=3600', ...(files.length > 0 ? files : ['test/faults'])],
  {
    cwd: root,
    env: { ...process.env, ...(quick ? {} : { FAULT_CYCLES: CYCLES }) },
    stdio: ['ignore', 'pipe', 'inherit']
  }
)
const rows: string[] = []
const skipped: string[] = []
for await (const line of createInterface(child.stdout)) {
  process.stdout.write(`${line}\n`)
  const row = /^\s*# (\| F\d.*\|)$/.exec(line)?.[1]
  if (row) rows.push(row)
  const skip = /^\s*ok .* # SKIP (.*)$/.exec(line)?.[1]
  if (skip) skipped.push(skip)
}
const code = await new Promise<number>((resolve) => {
  if (child.exitCode !== null) resolve(child.exitCode)
  else child.on('close', (ended) => resolve(ended ?? 1))
})

const table = [
  '| fault | how | cycles | acknowledged | refused | unknown at the end | signed heads kept | problems |',
  '|---|---|---|---|---|---|---|---|',
  ...rows,
  ...skipped.map((why) => `\nSkipped here: ${why}`)
].join('\n')
process.stdout.write(`\n${table}\n\n${code === 0 ? 'All promises were kept.' : 'FAILED'}\n`)
if (record && code === 0) {
  const machine = `${cpus().length} cores, ${process.platform} ${process.arch}, Node ${process.version}`
  const day = new Date().toISOString().slice(0, 10)
  writeFileSync(
    join(root, 'bench/FAULTS.md'),
    `# Faults\n\nWritten by \`npm run test:faults -- --record\` on ${day} (${machine}). docs/operations.md says what\neach fault is and what must hold.\n\n${table}\n`
  )
}
process.exitCode = code
