import { readdirSync, readFileSync } from 'node:fs'

/** A file that decides what is accepted or answered: a schema, or a dated table of rules or facts. */
export interface Publication {
  readonly kind: 'schema' | 'rule_set'
  /** Its path in the project. */
  readonly subject: string
  readonly bytes: Buffer
}

const ROOT = new URL('../../', import.meta.url)

/** Every schema and every dated table that this version of the software judges by. */
export function readPublications(): Publication[] {
  return [...filesOf('schemas', 'schema'), ...filesOf('data', 'rule_set')]
}

function filesOf(folder: string, kind: Publication['kind']): Publication[] {
  const names = readdirSync(new URL(folder, ROOT), { recursive: true, encoding: 'utf8' })
  return names
    .map((name) => `${folder}/${name.replaceAll('\\', '/')}`)
    .filter((subject) => subject.endsWith('.json'))
    .sort()
    .map((subject) => ({ kind, subject, bytes: readFileSync(new URL(subject, ROOT)) }))
}
