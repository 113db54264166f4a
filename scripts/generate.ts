/**
 * `npm run generate` writes every generated file; `--check` compares them instead and exits 1 naming
 * what is stale. To add one, add a function to `generators` that returns paths and contents.
 */
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { generateEpdPages } from './generate/epd-pages.ts'
import { generateFigures } from './generate/figures.ts'
import { generateMigration } from './generate/migration.ts'
import { generateOpenapi } from './generate/openapi.ts'
import { generatePictures } from './generate/pictures.ts'
import { generateProfilePages } from './generate/profile-pages.ts'
import { generateReferencePages } from './generate/reference-pages.ts'
import { generateRulePages } from './generate/rule-pages.ts'
import { generateSchemaTypes } from './generate/schema-types.ts'

/** A file under the root of the repository, as it should be. */
export interface GeneratedFile {
  readonly path: string
  readonly content: string
}

const generators: readonly (() => Promise<readonly GeneratedFile[]>)[] = [
  generateMigration,
  generateSchemaTypes,
  generateOpenapi,
  generateReferencePages,
  generateRulePages,
  generateEpdPages,
  generateProfilePages,
  generateFigures,
  generatePictures
]

const root = fileURLToPath(new URL('..', import.meta.url))
const check = process.argv.includes('--check')
const stale: string[] = []

for (const generate of generators) {
  for (const { path, content } of await generate()) {
    const file = join(root, path)
    if (existsSync(file) && readFileSync(file, 'utf8') === content) continue
    stale.push(path)
    if (check) continue
    mkdirSync(dirname(file), { recursive: true })
    writeFileSync(file, content)
    console.log(`wrote ${path}`)
  }
}

if (check && stale.length > 0) {
  console.error(`Stale: ${stale.join(', ')}. Run npm run generate and commit the result.`)
  process.exitCode = 1
}
