import type { StoredInput } from '../../domain/custody/reevaluate.ts'
import { REOPENED, TOLD_BY_STATUS } from '../../domain/custody/reopen.ts'
import type { Finding } from '../../domain/finding.ts'
import { uuidFrom } from '../../domain/ids.ts'
import type { Queryable, Transaction } from '../database.ts'
import { findingStatement } from './write/finding-rows.ts'
import type { VersionRow } from './write/version-rows.ts'
import { statusVersions, versionStatements } from './write/version-rows.ts'

/** A recorded event with what it drew, for evaluating it again. */
export interface RecordedWork {
  readonly id: string
  readonly organization: string
  readonly type: string
  readonly facility: string
  /** Taken back without a replacement, an event of a campaign keeps its place in it. */
  readonly undone: boolean
  readonly document: Buffer
  readonly inputs: readonly StoredInput[]
  readonly outputs: readonly string[]
}

/** The events with their documents, inputs and outputs. */
export async function recordedWork(
  tx: Queryable,
  ids: readonly string[]
): Promise<readonly RecordedWork[]> {
  const events = await tx.query<Omit<RecordedWork, 'inputs'>>({
    name: 'work_events',
    text: `select e.id, e.organization, e.type, e.facility, e.document,
        e.undone_position is not null as undone,
        array(select o.batch from event_output o
               where o.position = e.position and o.undone_position is null order by o.line) as outputs
      from event e where e.id = any($1::uuid[])`,
    values: [ids]
  })
  const inputs = await tx.query<{
    event: string
    batch: string
    mass_ug: string
  }>({
    name: 'work_inputs',
    text: `select event, batch, mass_ug from event_input
      where position = any(array(select position from event where id = any($1::uuid[])))
        and undone_position is null order by event, line`,
    values: [ids]
  })
  return events.map((event) => ({
    ...event,
    inputs: inputs
      .filter((input) => input.event === event.id)
      .map((input) => ({
        batch: input.batch,
        massUg: BigInt(input.mass_ug)
      }))
  }))
}

/** One finding of a re-evaluation, and whom it concerns. */
export interface WorkFinding {
  readonly event: string
  readonly batch: string
  readonly organization: string
  readonly finding: Finding
}

/**
 * Writes new versions with their status, and findings. What was said of an event that is judged again (`judged`)
 * and can be told otherwise now is closed; what other events were told of the same batch stands.
 */
export async function writeReevaluated(
  tx: Transaction,
  versions: readonly VersionRow[],
  found: { readonly judged: readonly string[]; readonly findings: readonly WorkFinding[] },
  position: number
): Promise<void> {
  const { judged, findings } = found
  for (const statement of [...versionStatements(versions), statusVersions(versions)]) {
    if (statement) await tx.query(statement)
  }
  await tx.query({
    name: 'reevaluated_close_findings',
    text: `update finding set resolved_position = $2, resolution = 'evaluated again'
      where batch = any($1::uuid[]) and resolved_position is null
        and (code = any($3::text[]) and event = any($4::uuid[]) or code = any($5::text[]))`,
    values: [versions.map((row) => row.state.id), position, REOPENED, judged, TOLD_BY_STATUS]
  })
  const statement = findingStatement(
    findings.map((row, line) => ({
      ...row,
      id: uuidFrom('finding', `${position}`, `${line}`),
      position,
      line
    }))
  )
  if (statement) await tx.query(statement)
}

/** Organizations that hold mass of the batches now. */
export async function holdersOf(
  tx: Queryable,
  batches: readonly string[]
): Promise<readonly { readonly batch: string; readonly organization: string }[]> {
  return tx.query({
    name: 'work_holders',
    text: `select distinct batch, unnest(array[custodian, owner]) as organization
      from account where batch = any($1::uuid[]) and balance_ug > 0
      order by batch, organization`,
    values: [batches]
  })
}
