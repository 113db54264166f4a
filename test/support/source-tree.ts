import { globSync, readFileSync } from 'node:fs'
import { dirname, join, relative } from 'node:path'
import { fileURLToPath } from 'node:url'

/** The root of the checkout. */
export const root = dirname(dirname(dirname(fileURLToPath(import.meta.url))))

export interface SourceFile {
  /** Relative to `src/`, with forward slashes: `domain/finding.ts`. */
  readonly path: string
  readonly text: string
  readonly lines: number
  readonly imports: readonly Import[]
}

export interface Import {
  /** As written: `./finding.ts`, `node:crypto`, `fastify`. */
  readonly specifier: string
  /** Relative to `src/` for a file of ours, `null` for a package. */
  readonly target: string | null
  /** True when nothing of it is left at run time. */
  readonly typeOnly: boolean
  /** What is taken by name. */
  readonly names: readonly string[]
  readonly line: number
}

/** Every TypeScript file under `src/`, in the order of their paths. */
export function sourceFiles(): SourceFile[] {
  return globSync('**/*.ts', { cwd: join(root, 'src') })
    .map((path) => path.replaceAll('\\', '/'))
    .sort()
    .map((path) => sourceFile(path, readFileSync(join(root, 'src', path), 'utf8')))
}

/** A file as the checks see it. */
export function sourceFile(path: string, text: string): SourceFile {
  const lines = text.split('\n').length - (text.endsWith('\n') ? 1 : 0)
  return { path, text, lines, imports: importsOf(path, text) }
}

/**
 * The imports and re-exports of a file. The formatter puts every static one at the start of a line,
 * so no parser is needed.
 */
function importsOf(path: string, text: string): Import[] {
  const found: Import[] = []
  const add = (clause: string, specifier: string, index: number) =>
    found.push({
      specifier,
      target: specifier.startsWith('.') ? within(path, specifier) : null,
      typeOnly: isTypeOnly(clause),
      names: namesOf(clause),
      line: text.slice(0, index).split('\n').length
    })
  for (const match of text.matchAll(/^(?:import|export)\s+([^'";=]*?)\s*from\s+'([^']+)'/gm)) {
    add(match[1] ?? '', match[2] ?? '', match.index)
  }
  for (const match of text.matchAll(/^import\s+'([^']+)'/gm)) add('', match[1] ?? '', match.index)
  for (const match of text.matchAll(/\bimport\(\s*['"`]([^'"`]+)['"`]/g)) {
    const isType = /(?::|<|typeof|\|)\s*$/.test(text.slice(0, match.index))
    add(isType ? 'type' : '', match[1] ?? '', match.index)
  }
  return found
}

function within(path: string, specifier: string): string {
  return relative('/src', join('/src', dirname(path), specifier)).replaceAll('\\', '/')
}

function isTypeOnly(clause: string): boolean {
  if (/^type\b/.test(clause)) return true
  const inner = /^\{([^}]*)\}$/.exec(clause.trim())?.[1]
  if (inner === undefined) return false
  const names = inner.split(',').map((name) => name.trim())
  return names.filter(Boolean).every((name) => name.startsWith('type '))
}

function namesOf(clause: string): string[] {
  const inner = /\{([^}]*)\}/.exec(clause)?.[1] ?? ''
  return inner
    .split(',')
    .map((name) =>
      name
        .trim()
        .replace(/^type\s+/, '')
        .replace(/\s+as\s+.*$/, '')
    )
    .filter(Boolean)
}

/**
 * The text without comments and with empty quotes, so that a word found in it is code. Line numbers
 * stay.
 */
export function codeOnly(text: string): string {
  return text.replace(/'(?:[^'\\\n]|\\.)*'|\/\*[\s\S]*?\*\/|\/\/[^\n]*/g, (piece) =>
    piece.startsWith("'") ? "''" : piece.replace(/[^\n]/g, ' ')
  )
}

/** The lines, counted from 1, on which the pattern is found. */
export function linesMatching(text: string, pattern: RegExp): number[] {
  return text.split('\n').flatMap((line, index) => (pattern.test(line) ? [index + 1] : []))
}
