import { canonicalHash } from '../../domain/canonical-json.ts'
import { RegistryError } from '../../errors.ts'
import type { Asker } from '../../storage/batches/access.ts'
import type { FindingRow } from '../../storage/batches/findings.ts'
import { lockFinding, resolveFinding as writeResolution } from '../../storage/batches/findings.ts'
import type { Transaction } from '../../storage/database.ts'
import type { Deps, Principal } from '../deps.ts'
import {
  acceptRequest,
  appendRequest,
  refuseOtherSubject,
  type SentRequest
} from '../signing/signed-request.ts'
import type { FindingRecord } from './finding-record.ts'
import { toldFindings } from './told-findings.ts'

export interface ResolutionCommand {
  readonly principal: Principal
  readonly finding: string
  readonly reason: string
  readonly evidence: readonly unknown[]
  /** The finding as the signed bytes name it. */
  readonly named?: string | undefined
  readonly sent: SentRequest
}

/**
 * Closes a finding with a reason, for good and in the log. Only whoever it is addressed to may; an
 * error is not argued away, a correction of the books closes it. The same resolution again changes
 * nothing. Throws `NOT_FOUND` for findings addressed to others, `TRANSITION_NOT_ALLOWED`, and as
 * `acceptRequest`.
 */
export async function resolveFinding(
  deps: Deps,
  command: ResolutionCommand
): Promise<FindingRecord> {
  const { principal, reason, evidence, named, sent } = command
  refuseOtherSubject('/finding', named, command.finding)
  const accepted = await acceptRequest(deps, principal, sent, {
    isBound: named !== undefined,
    by: `"finding": "${command.finding}"`
  })
  const asker = { organization: principal.organization, now: deps.now() }
  return deps.db.transaction(async (tx) => {
    const finding = await lockFinding(tx, command.finding)
    if (!finding || finding.organization !== principal.organization) {
      throw new RegistryError('NOT_FOUND', `There is no finding ${command.finding}.`)
    }
    const content = canonicalHash({ reason, evidence })
    if (finding.resolution) {
      const { reason, evidence } = finding.resolution
      if (canonicalHash({ reason, evidence }).equals(content)) return told(tx, finding, asker)
      throw new RegistryError('TRANSITION_NOT_ALLOWED', 'The finding has been closed already.')
    }
    if (finding.severity === 'error') {
      throw new RegistryError(
        'TRANSITION_NOT_ALLOWED',
        'An error is closed by a correction of the event that it speaks of, not by a statement.'
      )
    }
    const entry = {
      kind: 'finding_resolution',
      subject: finding.id,
      organization: principal.organization,
      document: null,
      blind: true,
      body: { code: finding.code, content: content.toString('hex') }
    }
    const { position } = await appendRequest(tx, entry, accepted, deps.now())
    const by = principal.organization
    await writeResolution(tx, finding.id, { position, reason, evidence, by })
    return told(tx, (await lockFinding(tx, finding.id)) ?? finding, asker)
  })
}

async function told(tx: Transaction, row: FindingRow, asker: Asker): Promise<FindingRecord> {
  const [record] = await toldFindings(tx, [row], asker)
  if (!record) throw new Error(`finding ${row.id} went away`)
  return record
}
