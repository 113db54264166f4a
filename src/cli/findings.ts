import { isCutShort } from '../domain/bounded-findings.ts'
import type { FindingOnRecord } from '../domain/finding.ts'
import type { Terminal } from './terminal.ts'

/** A finding with the place in words: a cell, or a line and a JSON pointer. */
export interface PlacedFinding extends Omit<FindingOnRecord, 'pointer' | 'rule'> {
  readonly rule?: string
  readonly where: string
}

const COLORS = { error: 'red', warning: 'yellow', info: 'cyan' } as const

/** So many findings that say the same of other lines or rows are told in full. */
const TOLD = 5

/** Findings for people: where, what, expected and found, how to mend it. Of many alike the last only where. */
export function findingLines(
  findings: readonly PlacedFinding[],
  { style, columns }: Pick<Terminal, 'style' | 'columns'>
): string[] {
  const alike = Map.groupBy(findings, kindOf)
  const seen = new Map<string, number>()
  return findings.flatMap((finding) => {
    const kind = kindOf(finding)
    const same = alike.get(kind) ?? []
    const at = seen.get(kind) ?? 0
    seen.set(kind, at + 1)
    if (at > TOLD) return []
    if (at === TOLD && same.length > TOLD + 1) {
      const more = same.slice(TOLD).map(({ where }) => where)
      const told = `The same ${more.length} times more: ${placesOf(more)}.`
      return [
        `  ${style(COLORS[finding.severity], finding.severity)} ${style('bold', finding.code)}${ruleOf(finding)}`,
        ...wrap(told, '    ', columns)
      ]
    }
    return linesOf(finding, { style, columns })
  })
}

function linesOf(
  finding: PlacedFinding,
  { style, columns }: Pick<Terminal, 'style' | 'columns'>
): string[] {
  return [
    `  ${style(COLORS[finding.severity], finding.severity)} ${style('bold', finding.code)}${ruleOf(finding)}  ${finding.where}`,
    ...wrap(finding.message, '    ', columns),
    ...compared(finding).flatMap((line) =>
      wrap(line, '    ', columns).map((part) => style('dim', part))
    ),
    ...(finding.remedy === undefined ? [] : wrap(`→ ${finding.remedy}`, '    ', columns))
  ]
}

/** `row 12, column G (mass_value)`: where in the file, and what of it. */
const NUMBERED = /^(row|line) (\d+)(.*)$/

/** The same for findings that say the same of the same part of other rows; any other is alone. */
function kindOf({ code, severity, rule, message, remedy, where }: PlacedFinding): string {
  const [, of, , part] = NUMBERED.exec(where) ?? [null, where, '', '']
  return JSON.stringify([code, severity, rule, message, remedy, of, part])
}

/** `rows 7 to 12, 15, 19 to 2501, column G (mass_value)`. */
function placesOf(wheres: readonly string[]): string {
  const [, of = '', , part = ''] = NUMBERED.exec(wheres[0] ?? '') ?? []
  const numbers = wheres.map((where) => Number(NUMBERED.exec(where)?.[2]))
  const runs: { readonly first: number; last: number }[] = []
  for (const number of numbers) {
    const run = runs.at(-1)
    if (run && number === run.last + 1) run.last = number
    else runs.push({ first: number, last: number })
  }
  const told = runs.map(({ first, last }) => (first === last ? `${first}` : `${first} to ${last}`))
  return `${of}s ${told.join(', ')}${part}`
}

/** Lines of at most `columns` characters, broken at spaces, each behind the indent. */
function wrap(text: string, indent: string, columns: number): string[] {
  const lines: string[] = []
  let line = ''
  for (const word of text.split(' ')) {
    if (line !== '' && indent.length + line.length + 1 + word.length > columns) {
      lines.push(indent + line)
      line = word
    } else {
      line = line === '' ? word : `${line} ${word}`
    }
  }
  return [...lines, indent + line]
}

function ruleOf({ rule }: PlacedFinding): string {
  return rule !== undefined && /^R\d/.test(rule) ? ` (${rule})` : ''
}

function compared({ expected, actual }: PlacedFinding): string[] {
  return [
    ...(expected === undefined ? [] : [`expected  ${expected}`]),
    ...(actual === undefined ? [] : [`found     ${actual}`])
  ]
}

/** `2 errors, 1 warning`; empty when there is nothing to count. */
export function countFindings(
  findings: readonly Pick<FindingOnRecord, 'severity' | 'code'>[]
): string {
  return (['error', 'warning', 'info'] as const)
    .map((severity) => ({
      severity,
      those: findings.filter((finding) => finding.severity === severity)
    }))
    .filter(({ those }) => those.length > 0)
    .map(({ severity, those }) => {
      const word = severity === 'info' ? 'note' : severity
      const least = isCutShort(those) ? 'at least ' : ''
      return `${least}${those.length} ${word}${those.length === 1 ? '' : 's'}`
    })
    .join(', ')
}
