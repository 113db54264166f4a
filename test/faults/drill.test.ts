/** The rehearsal of backup and restore (docs/operations.md), as operators run it. */
import { spawn } from 'node:child_process'
import { existsSync, readdirSync } from 'node:fs'
import { join } from 'node:path'
import t, { type Test } from 'tap'
import { root } from '../support/source-tree.ts'

t.test('npm run drill, on the embedded PostgreSQL', { timeout: 280_000 }, (t) => rehearse(t, []))

const tools = process.env['FAULT_CYCLES'] === undefined ? null : newestTools()
const why = 'pg_basebackup is tried by FAULT_CYCLES=1, where Debian has a PostgreSQL 15 or newer'
t.test(
  'npm run drill, with pg_basebackup',
  { timeout: 280_000, skip: tools === null ? why : false },
  (t) => rehearse(t, [`--bin=${tools}`])
)

async function rehearse(t: Test, args: readonly string[]): Promise<void> {
  const { PATH = '', HOME = '/' } = process.env
  const child = spawn('npm', ['run', '--silent', 'drill', '--', ...args], {
    cwd: root,
    env: { PATH, HOME },
    stdio: ['ignore', 'pipe', 'pipe']
  })
  let output = ''
  for (const stream of [child.stdout, child.stderr]) {
    stream.on('data', (chunk) => {
      output += chunk
    })
  }
  const code = await new Promise((resolve) => child.on('close', resolve))
  for (const line of output.split('\n')) if (/\S/.test(line)) t.comment(line)
  t.equal(code, 0)
  t.match(output, /degraded: The database holds \d+ entries, but \d+ were signed/)
  t.match(output, /ok {2}lodestone fsck\n/)
  t.match(output, /ok {2}lodestone books verify\n/)
  t.match(output, /The drill passed\./)
}

/** The programs of the newest PostgreSQL that Debian has installed. */
function newestTools(): string | null {
  const home = '/usr/lib/postgresql'
  const [newest] = (existsSync(home) ? readdirSync(home) : [])
    .filter((version) => Number(version) >= 15)
    .sort((one, other) => Number(other) - Number(one))
  const bin = join(home, newest ?? '', 'bin')
  return newest !== undefined && existsSync(join(bin, 'pg_basebackup')) ? bin : null
}
