import { existsSync, readFileSync } from 'node:fs'

/** Data that products are checked against; it lies beside the repository and is not part of it. */
export const SHARED = new URL('../../../shared/data/', import.meta.url)

/** The text of a file of the shared data, or null where the folder is not here. */
export function sharedData(path: string): string | null {
  const file = new URL(path, SHARED)
  return existsSync(file) ? readFileSync(file, 'utf8') : null
}

/** The bytes of a file of the shared data, or null where the folder is not here. */
export function sharedBytes(path: string): Buffer | null {
  const file = new URL(path, SHARED)
  return existsSync(file) ? readFileSync(file) : null
}

/** Test options: a loud skip that says how many cases did not run, nothing where the data is here. */
export function unlessAbsent(
  data: Readonly<Record<string, string | Buffer | null>>,
  cases: number
): { skip: string } | Record<string, never> {
  const absent = Object.keys(data).filter((path) => data[path] === null)
  if (absent.length === 0) return {}
  const message = `${cases} cases not run: ${absent.join(', ')} not found beside the repository`
  console.error(`SKIPPED ${message}`)
  return { skip: message }
}

/** The same for a folder of them. */
export function unlessFolderAbsent(path: string, cases: number): ReturnType<typeof unlessAbsent> {
  return unlessAbsent({ [`data/${path}`]: existsSync(new URL(path, SHARED)) ? '' : null }, cases)
}

/** Rows of a simple CSV table as records; fields may be quoted. */
export function csvRows(text: string): Record<string, string>[] {
  const [header = [], ...rows] = text
    .split(/\r?\n/)
    .filter((line) => line !== '')
    .map(fieldsOf)
  return rows.map((row) => Object.fromEntries(header.map((name, i) => [name, row[i] ?? ''])))
}

function fieldsOf(line: string): string[] {
  const fields = line.matchAll(/("(?:[^"]|"")*"|[^,]*)(?:,|$)/g)
  return [...fields]
    .map(([, field = '']) =>
      field.startsWith('"') ? field.slice(1, -1).replaceAll('""', '"') : field
    )
    .slice(0, line.endsWith(',') ? undefined : -1)
}
