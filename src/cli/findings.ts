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
  style: Terminal['style']
): string[] {
  return findings.flatMap((finding) => [
    `  ${style(COLORS[finding.severity], finding.severity)} ${style('bold', finding.code)}${ruleOf(finding)}  ${finding.where}`,
    `    ${finding.message}`,
    ...compared(finding).map((line) => `    ${style('dim', line)}`),
    ...(finding.remedy === undefined ? [] : [`    → ${finding.remedy}`])
  ])
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
export function countFindings(findings: readonly Pick<Finding, 'severity'>[]): string {
  return (['error', 'warning', 'info'] as const)
    .map((severity) => ({
      severity,
      count: findings.filter((finding) => finding.severity === severity).length
    }))
    .filter(({ count }) => count > 0)
    .map(({ severity, count }) => {
      const word = severity === 'info' ? 'note' : severity
      return `${count} ${word}${count === 1 ? '' : 's'}`
    })
    .join(', ')
}
