/** Writes migrations/ anew after a change of src/storage/schema; see generate/migration.ts. */
import { mkdirSync, rmSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { generateMigration } from './generate/migration.ts'

const root = dirname(import.meta.dirname)
const files = await generateMigration()
rmSync(join(root, 'migrations'), { recursive: true, force: true })
mkdirSync(join(root, 'migrations/meta'), { recursive: true })
for (const { path, content } of files) writeFileSync(join(root, path), content)
