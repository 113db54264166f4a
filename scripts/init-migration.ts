/**
 * Writes the one migration that exists before the first release: the tables as drizzle-kit derives
 * them from src/storage/schema, then src/storage/append-only.sql. Deterministic, so that CI can
 * compare: no time and no random id stays in the output.
 */
import { execFileSync } from 'node:child_process'
import { createHash } from 'node:crypto'
import { mkdtempSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs'
import { dirname, join, relative } from 'node:path'
import { fileURLToPath } from 'node:url'

const root = dirname(dirname(fileURLToPath(import.meta.url)))
const migrations = join(root, 'migrations')
const drizzleKit = join(root, 'node_modules/drizzle-kit/bin.cjs')
/** The journal wants a time; this one is fixed and lies before every later migration. */
const INIT_AT = Date.UTC(2026, 10, 23)

const draft = mkdtempSync(join(root, '.migration-'))
try {
  generate(draft)
  appendSql(join(draft, '0000_init.sql'))
  fixJournal(join(draft, 'meta/_journal.json'))
  fixSnapshot(join(draft, 'meta/0000_snapshot.json'))
  rmSync(migrations, { recursive: true, force: true })
  renameSync(draft, migrations)
} finally {
  rmSync(draft, { recursive: true, force: true })
}

function generate(out: string): void {
  const schema = './src/storage/schema/*.ts'
  const args = ['generate', '--dialect', 'postgresql', '--schema', schema]
  execFileSync(
    process.execPath,
    [drizzleKit, ...args, '--out', `./${relative(root, out)}`, '--name', 'init'],
    { cwd: root, stdio: ['ignore', 'ignore', 'inherit'] }
  )
}

function appendSql(path: string): void {
  const custom = readFileSync(join(root, 'src/storage/append-only.sql'), 'utf8')
  writeFileSync(path, `${readFileSync(path, 'utf8')}\n--> statement-breakpoint\n${custom}`)
}

function fixJournal(path: string): void {
  const journal = JSON.parse(readFileSync(path, 'utf8'))
  for (const entry of journal.entries) entry.when = INIT_AT
  writeFileSync(path, `${JSON.stringify(journal, null, 2)}\n`)
}

function fixSnapshot(path: string): void {
  const { id: _random, ...snapshot } = JSON.parse(readFileSync(path, 'utf8'))
  const hash = createHash('sha256').update(JSON.stringify(snapshot)).digest('hex')
  const id = hash.replace(/^(.{8})(.{4})(.{4})(.{4})(.{12}).*/, '$1-$2-$3-$4-$5')
  writeFileSync(path, `${JSON.stringify({ id, ...snapshot }, null, 2)}\n`)
}
