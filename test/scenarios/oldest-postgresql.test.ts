/** The main job on the oldest PostgreSQL that is promised: newer ones forgive what it does not. */
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { existsSync } from 'node:fs'
import { join } from 'node:path'
import t from 'tap'

const ROOT = join(import.meta.dirname, '../..')
const BIN = '/usr/lib/postgresql/15/bin'

/** Together they write the books, walk them and report on them. */
const FILES = [
  'test/storage/batches/graph.test.ts',
  'test/http/batches.test.ts',
  'test/http/campaigns.test.ts',
  'test/http/reports.test.ts'
]

const skip = existsSync(join(BIN, 'postgres'))
  ? false
  : `${FILES.length} files are not run on PostgreSQL 15, which is not installed (Debian: postgresql-15)`

t.test('PostgreSQL 15', { skip }, async (t) => {
  const tap = join(ROOT, 'node_modules/.bin/tap')
  const child = spawn(
    process.execPath,
    [tap, '--jobs=2', '--reporter=tap', '--no-color', ...FILES],
    {
      cwd: ROOT,
      env: { ...process.env, TEST_POSTGRES_BIN: BIN },
      stdio: ['ignore', 'pipe', 'inherit']
    }
  )
  let output = ''
  child.stdout.setEncoding('utf8').on('data', (text) => {
    output += text
  })
  const [code] = await once(child, 'exit')
  const lines = output.split('\n')
  const passed = lines.filter((line) => /^ *ok /.test(line)).length
  t.comment(`${passed} assertions passed`)
  t.strictSame(
    lines.filter((line) => /^ *not ok/.test(line)),
    []
  )
  t.ok(passed > 300, 'hundreds of assertions ran')
  t.equal(code, 0)
})
