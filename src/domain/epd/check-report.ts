import type { Finding } from '../finding.ts'

/** What a review of a version found. */
export interface CheckReport {
  readonly epd: string
  readonly version: string
  /** Hex, of the exact bytes that were reviewed. */
  readonly documentSha256: string
  /** The dated set of rules that it was judged by. */
  readonly ruleSet: string
  readonly findings: readonly Finding[]
}

/** The report as bytes that are kept as they are: a verifier signs their hash. UTF-8 JSON. */
export function checkReportBytes(report: CheckReport): Buffer {
  const { epd, version, documentSha256, ruleSet, findings } = report
  const stated = { epd, version, documentSha256, ruleSet, findings }
  return Buffer.from(
    `${JSON.stringify({ format: 'lodestone-epd-report@v1', ...stated }, null, 2)}\n`
  )
}
