import type { Finding } from '../../domain/finding.ts'
import type { PlacedFinding } from '../findings.ts'

/** What became of one file. */
export interface Outcome {
  readonly file: string
  /** Documents that were recorded now, or would be in a dry run. */
  readonly accepted: number
  /** Documents that had been recorded before. */
  readonly repeated: number
  readonly refused: number
  /** Documents that are right in themselves and were not recorded because others are wrong. */
  readonly withheld: number
  readonly findings: readonly PlacedFinding[]
}

export function emptyOutcome(file: string): Outcome {
  return { file, accepted: 0, repeated: 0, refused: 0, withheld: 0, findings: [] }
}

export function addOutcomes(a: Outcome, b: Omit<Outcome, 'file'>): Outcome {
  return {
    file: a.file,
    accepted: a.accepted + b.accepted,
    repeated: a.repeated + b.repeated,
    refused: a.refused + b.refused,
    withheld: a.withheld + b.withheld,
    findings: [...a.findings, ...b.findings]
  }
}

/** Findings of the service with their place in the file. */
export function placed(
  findings: readonly Finding[] | undefined,
  where: (pointer: string) => string
): PlacedFinding[] {
  return (findings ?? []).map(({ pointer, ...finding }) => ({ ...finding, where: where(pointer) }))
}
