import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import t from 'tap'

const ROOT = join(import.meta.dirname, '../..')
/** All but the demonstration and the memory of a service, which have tests of their own. */
const FIGURES = 'writes,bulk,epds,traces,proofs,documents'

interface Row {
  readonly figure: string
  readonly skipped?: string
  readonly value?: number
  readonly ratio?: number
  readonly floorMet?: boolean
}

t.test('the benchmark', async (t) => {
  await t.test('runs whole, in miniature, and writes what it measured', async (t) => {
    const directory = mkdtempSync(join(tmpdir(), 'lodestone-bench-test-'))
    t.teardown(() => rmSync(directory, { recursive: true, force: true }))
    const args = ['bench/run.ts', '--smoke', '--only', FIGURES, '--output', directory]
    const child = spawn(process.execPath, args, { cwd: ROOT, stdio: ['ignore', 'ignore', 'pipe'] })
    let told = ''
    child.stderr.setEncoding('utf8').on('data', (text) => {
      told += text
    })
    const [code] = await once(child, 'exit')
    t.equal(code, 0, told.slice(-2_000))

    const rows = JSON.parse(readFileSync(join(directory, 'smoke.json'), 'utf8')) as Row[]
    const measured = rows.filter(({ skipped }) => skipped === undefined)
    for (const { figure, value = 0, ratio = 0, floorMet } of measured) {
      t.ok(value > 0 && ratio > 0, `${figure} is a number`)
      t.type(floorMet, 'boolean')
    }
    t.comment(`${measured.length} figures, ${rows.length - measured.length} not measured here`)
    t.ok(measured.length >= 13, 'only pgbench may be missing')
    const text = readFileSync(join(directory, 'SMOKE.md'), 'utf8')
    for (const { figure } of rows) t.match(text, figure)
  })
})

t.test('the flags of Node', async (t) => {
  await t.test('are the same however the service is started', (t) => {
    const read = (path: string) => readFileSync(join(ROOT, path), 'utf8')
    const flagsIn = (text: string) =>
      text.match(
        /--(?:max-semi-space-size=\d+|heap-growing-percent=\d+|no-allocation-site-pretenuring)/g
      )
    const { scripts } = JSON.parse(read('package.json'))
    const flags = flagsIn(scripts.start)
    t.equal(flags?.length, 3)
    t.strictSame(flagsIn(read('Dockerfile')), flags)
    t.strictSame(flagsIn(read('bin/lodestone')), flags)
    t.end()
  })
})
