import type { FindingOnRecord } from '../../domain/finding.ts'
import type { FindingRow, ResolutionRow } from '../../storage/batches/findings.ts'
import { type SignedBy, signerIn } from '../signing/signed-by.ts'

/** A finding as whoever it is addressed to sees it. */
export interface FindingRecord extends FindingOnRecord {
  readonly id: string
  readonly status: 'open' | 'resolved'
  readonly position: number
  readonly recordedAt: string
  readonly event?: string
  readonly batch?: string
  readonly epd?: string
  readonly resolution?: Omit<ResolutionRow, 'statement'> & { readonly signedBy: SignedBy | null }
  /** How it is closed: by its addressee, or only by a correction of the books. */
  readonly closedBy: 'resolution' | 'correction'
}

export function findingRecord(row: FindingRow): FindingRecord {
  const { event, batch, epd, resolution, ...rest } = row
  const { organization: _addressee, line: _line, eventBy: _by, ...finding } = rest
  return {
    ...finding,
    status: resolution === null ? 'open' : 'resolved',
    ...(event === null ? {} : { event }),
    ...(batch === null ? {} : { batch }),
    ...(epd === null ? {} : { epd }),
    ...(resolution === null ? {} : { resolution: signed(resolution) }),
    closedBy: row.severity === 'error' ? 'correction' : 'resolution'
  }
}

function signed({ statement, ...resolution }: ResolutionRow) {
  return { ...resolution, signedBy: signerIn(statement) }
}
