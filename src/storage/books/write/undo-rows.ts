import type { Undoing } from '../../../domain/custody/effect.ts'
import { OUTLASTS_ITS_EVENT } from '../../../domain/custody/reopen.ts'
import { packLineage } from '../../../domain/lineage/codec.ts'
import type { PreparedStatement, RowsStatement } from '../../connection/statement.ts'
import type { AcceptedEvent, GroupBooks } from './accepted.ts'
import { shipmentUpdates } from './shipment-rows.ts'
import { signedBalances } from './signed-balances.ts'
import type { VersionRow } from './version-rows.ts'
import { statusVersions, versionStatements } from './version-rows.ts'

const CARRIERS = ['posting', 'event_input', 'event_output'] as const

/**
 * What a correct event takes back: the rows of the wrong event carry the position that undid them,
 * what was said of it is closed, its outputs are void, accounts stand as the fold left them (a shortfall
 * as a deficit).
 */
export function undoRows(
  accepted: readonly AcceptedEvent[],
  group: GroupBooks
): (PreparedStatement | RowsStatement | null)[] {
  return accepted.flatMap(({ effect, position, event }) => {
    const { undoing } = effect
    if (!undoing) return []
    const { kept } = undoing
    const changed = [...undoing.voided, ...(kept ? [kept.pool] : [])]
    const versions = changed.map((state): VersionRow => {
      const { origins, steps } = packLineage(state.lineage)
      return { state, position, event: event.id, origins, steps }
    })
    return [
      ...CARRIERS.map((table) => undoneLines(table, undoing, position)),
      undoneEvent(undoing.event, position),
      undoneMade(undoing.event, position),
      closedFindings(undoing.event, position),
      ...versionStatements(versions),
      statusVersions(versions),
      signedBalances(
        effect.postings.map(({ account }) => account.batch),
        group.books
      ),
      ...shipmentUpdates(undoing.shipment ? [undoing.shipment] : [], () => null)
    ]
  })
}

/** What an event of a campaign leaves behind of its place stays as it was. */
function undoneLines(table: string, { event, kept }: Undoing, position: number): PreparedStatement {
  return {
    name: `undo_${table}`,
    text: `update ${table} set undone_position = $2
      where position = (select position from event where id = $1)
        and undone_position is null and batch <> all($3::uuid[])`,
    values: [event, position, kept?.batches ?? []]
  }
}

function undoneEvent(event: string, position: number): PreparedStatement {
  return {
    name: 'undo_event',
    text: 'update event set undone_position = $2 where id = $1 and undone_position is null',
    values: [event, position]
  }
}

/** Where an event of a campaign leaves something behind, the edges that stay tell of it. */
function undoneMade(event: string, position: number): PreparedStatement {
  return {
    name: 'undo_event_made',
    text: `update event_made set undone_position = $2
      where position = (select position from event where id = $1) and undone_position is null`,
    values: [event, position]
  }
}

/** Once, where it is undone first: an event of a campaign that is corrected once more was closed then. */
function closedFindings(event: string, position: number): PreparedStatement {
  return {
    name: 'undo_findings',
    text: `update finding set resolved_position = $2, resolution = 'the event was corrected'
      from event e where e.id = $1 and e.undone_position = $2 and finding.event = e.id
        and finding.resolved_position is null and finding.code <> all($3::text[])`,
    values: [event, position, OUTLASTS_ITS_EVENT]
  }
}
