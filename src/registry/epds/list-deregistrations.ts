import type { EpdSummary } from '../../domain/epd/summary.ts'
import { type DeregistrationRow, listDeregistrations } from '../../storage/epds/deregistrations.ts'
import type { Deps } from '../deps.ts'
import { inSnapshot } from '../moment.ts'
import { oneMore, type PageRequest, pageOf, type StampedPage } from '../page.ts'
import { type SignedBy, signerIn } from '../signing/signed-by.ts'

/** A version that was withdrawn: who, when, why, and under which number it had stood. */
export interface DeregistrationRecord {
  readonly id: string
  readonly version: string
  readonly name: EpdSummary['name']
  /** The owner. */
  readonly organization: string
  readonly ownerName: string
  /** The operator that withdrew it. */
  readonly operator: string
  readonly registrationNumber: string
  readonly reason: string
  readonly sha256: string
  readonly position: number
  readonly recordedAt: string
  readonly signedBy: SignedBy | null
}

/** The public list of withdrawals, in their order, as known then. Throws as `stampOf`. */
export function readDeregistrations(
  deps: Deps,
  request: PageRequest & { readonly operator: string | null; readonly asOf?: string }
): Promise<StampedPage<DeregistrationRecord>> {
  const { operator: programme, limit } = request
  return inSnapshot(deps, request.asOf, async (tx, stamp) => {
    const page = { ...oneMore(request), programme, asOf: stamp.position }
    const rows = await listDeregistrations(tx, page)
    return { ...stamp, ...pageOf(rows, limit, deregistrationRecord, positionOf) }
  })
}

const positionOf = ({ position }: DeregistrationRow): number => Number(position)

function deregistrationRecord(row: DeregistrationRow): DeregistrationRecord {
  const { name, ownerName } = JSON.parse(row.summary) as EpdSummary
  return {
    id: row.epd,
    version: row.version,
    name,
    organization: row.organization,
    ownerName,
    operator: row.programme,
    registrationNumber: row.registrationNumber,
    reason: row.reason,
    sha256: row.sha256.toString('hex'),
    position: Number(row.position),
    recordedAt: row.recordedAt,
    signedBy: signerIn(row.statement)
  }
}
