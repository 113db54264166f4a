import { isCutShort } from '../domain/bounded-findings.ts'
import type { Finding } from '../domain/finding.ts'
import type { Terminal } from './terminal.ts'

/** A finding with the place in words: a cell, or a line and a JSON pointer. */
export interface PlacedFinding extends Omit<Finding, 'pointer' | 'rule'> {
  readonly rule?: string
  readonly where: string
}

const COLORS = { error: 'red', warning: 'yellow', info: 'cyan' } as const

/** Findings for people: where, what, expected and found, how to mend it. */
export function findingLines(
  findings: readonly PlacedFinding[],
  { style, columns }: Pick<Terminal, 'style' | 'columns'>
): string[] {
  return findings.flatMap((finding) => [
    `  ${style(COLORS[finding.severity], finding.severity)} ${style('bold', finding.code)}${ruleOf(finding)}  ${finding.where}`,
    ...wrap(finding.message, '    ', columns),
    ...compared(finding).flatMap((line) =>
      wrap(line, '    ', columns).map((part) => style('dim', part))
    ),
    ...(finding.remedy === undefined ? [] : wrap(`→ ${finding.remedy}`, '    ', columns))
  ])
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
export function countFindings(findings: readonly Pick<Finding, 'severity' | 'code'>[]): string {
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
