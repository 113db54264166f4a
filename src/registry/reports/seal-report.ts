import { createHash } from 'node:crypto'
import { canonicalPieces } from '../../domain/canonical-json.ts'
import type { ReportHead, Sealed } from '../../reports/report.ts'
import { handOn } from '../breath.ts'

/** Adds the hash of a report, which is megabytes where it has many rows, turn by turn. */
export async function sealReport<Report extends ReportHead>(
  report: Report
): Promise<Sealed<Report>> {
  const hash = createHash('sha256')
  await handOn(canonicalPieces(report), (text) => hash.update(text))
  return { ...report, contentHash: hash.digest('hex') }
}
