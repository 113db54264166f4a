import { execFileSync } from 'node:child_process'
import { createHash } from 'node:crypto'
import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { join, relative } from 'node:path'
import type { GeneratedFile } from '../generate.ts'

const root = join(import.meta.dirname, '../..')
/** The journal wants a time; this one is fixed and lies before every later migration. */
const INIT_AT = Date.UTC(2026, 10, 23)

/**
 * migrations/: the one migration that exists before the first release, from src/storage/schema as
 * drizzle-kit derives it, then src/storage/append-only.sql. No time and no random id stays in it, so
 * that it can be compared. From the first release on, migrations are added and never generated anew.
 */
export async function generateMigration(): Promise<readonly GeneratedFile[]> {
  const draft = mkdtempSync(join(root, '.migration-'))
  try {
    runDrizzleKit(draft)
    return [
      { path: 'migrations/0000_init.sql', content: withTriggers(join(draft, '0000_init.sql')) },
      {
        path: 'migrations/meta/_journal.json',
        content: journal(join(draft, 'meta/_journal.json'))
      },
      {
        path: 'migrations/meta/0000_snapshot.json',
        content: snapshot(join(draft, 'meta/0000_snapshot.json'))
      }
    ]
  } finally {
    rmSync(draft, { recursive: true, force: true })
  }
}

function runDrizzleKit(out: string): void {
  const tool = join(root, 'node_modules/drizzle-kit/bin.cjs')
  const source = ['--dialect', 'postgresql', '--schema', './src/storage/schema/*.ts']
  const target = ['--out', `./${relative(root, out)}`, '--name', 'init']
  execFileSync(process.execPath, [tool, 'generate', ...source, ...target], {
    cwd: root,
    stdio: ['ignore', 'ignore', 'inherit']
  })
}

/** Tables are made where the login looks for them first, and so have to be what they refer to. */
function withTriggers(path: string): string {
  const triggers = readFileSync(join(root, 'src/storage/append-only.sql'), 'utf8')
  const tables = readFileSync(path, 'utf8').replaceAll('"public".', '')
  return `${tables}\n--> statement-breakpoint\n${triggers}`
}

function journal(path: string): string {
  const content = JSON.parse(readFileSync(path, 'utf8'))
  for (const entry of content.entries) entry.when = INIT_AT
  return `${JSON.stringify(content, null, 2)}\n`
}

function snapshot(path: string): string {
  const { id: _random, ...content } = JSON.parse(readFileSync(path, 'utf8'))
  const hash = createHash('sha256').update(JSON.stringify(content)).digest('hex')
  const id = hash.replace(/^(.{8})(.{4})(.{4})(.{4})(.{12}).*/, '$1-$2-$3-$4-$5')
  return `${JSON.stringify({ id, ...content }, null, 2)}\n`
}
