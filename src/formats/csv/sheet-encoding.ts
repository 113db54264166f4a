import { isUtf8 } from 'node:buffer'
import { type CellFinding, cellFinding } from './cell-finding.ts'
import { sheetLimits } from './sheet-size.ts'

const REMEDY = 'Save the sheet as "CSV UTF-8" and submit it again.'

/** A text, and whether some of its bytes are not UTF-8: they are U+FFFD in it. */
export interface Decoded {
  readonly text: string
  readonly mixed: boolean
}

/** The text of a sheet; null where it cannot be one. */
export function decodeSheet(bytes: Uint8Array, findings: CellFinding[]): Decoded | null {
  const buffer = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength)
  const found = encodingFinding(buffer)
  if (found) {
    findings.push(found)
    return null
  }
  return { text: buffer.toString('utf8').replace(/^\uFEFF/, ''), mixed: !isUtf8(buffer) }
}

function encodingFinding(buffer: Buffer): CellFinding | null {
  if (buffer.length > sheetLimits.bytes) {
    return cellFinding(
      'CSV_LIMIT',
      { row: 1 },
      {
        message: 'The file is too large.',
        expected: `at most ${sheetLimits.bytes / 1_000_000} MB`,
        actual: `${(buffer.length / 1_000_000).toFixed(1)} MB`,
        remedy: 'Split it; every row of one event must stay in one file.'
      }
    )
  }
  if (buffer.includes(0)) {
    return cellFinding(
      'CSV_ENCODING',
      { row: 1 },
      {
        message: 'The file is not a CSV file in UTF-8 (it may be UTF-16, or a workbook).',
        remedy: REMEDY
      }
    )
  }
  return null
}
