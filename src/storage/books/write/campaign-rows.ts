import { insertInto, type RowsStatement, StatementOnRows } from '../../connection/statement.ts'
import type { AcceptedEvent, GroupBooks } from './accepted.ts'
import type { Births } from './births.ts'

const CAMPAIGN = insertInto('campaign', [
  ['id', 'uuid'],
  ['organization', 'uuid'],
  ['name', 'text'],
  ['facility', 'uuid'],
  ['position', 'int8']
])

const CAMPAIGN_STEP = insertInto('campaign_step', [
  ['batch', 'uuid'],
  ['campaign', 'uuid'],
  ['number', 'int4'],
  ['carry_to', 'uuid'],
  ['position', 'int8'],
  ['birth', 'int8']
])

const WENT_ON = new StatementOnRows(
  'write_campaign_went_on',
  [
    ['batch', 'uuid'],
    ['position', 'int8']
  ],
  (source) =>
    `update finding set resolved_position = d.position, resolution = 'the campaign went on'
      from ${source}
      where finding.batch = d.batch and finding.code = 'CAMPAIGN_OPEN'
        and finding.resolved_position is null`
)

/** New campaigns and their new pool batches. A batch that is declared again keeps its place. */
export function campaignRows(
  accepted: readonly AcceptedEvent[],
  { loaded }: GroupBooks,
  births: Births
): (RowsStatement | null)[] {
  const opened = new Map<string, unknown[]>()
  const steps: unknown[][] = []
  for (const { effect, position } of accepted) {
    for (const { id, organization, name, facility } of effect.campaigns ?? []) {
      if (loaded.campaigns.has(id) || opened.has(id)) continue
      opened.set(id, [id, organization, name, facility, position])
    }
    for (const { state } of effect.newBatches) {
      if (!state.pool || loaded.batches.has(state.id)) continue
      const { campaign, number, carryTo } = state.pool
      steps.push([state.id, campaign, number, carryTo, position, births.get(state.id)])
    }
  }
  return [CAMPAIGN.of([...opened.values()]), CAMPAIGN_STEP.of(steps), wentOn(accepted)]
}

/** The next event of a campaign closes the finding that it was left open. */
function wentOn(accepted: readonly AcceptedEvent[]): RowsStatement | null {
  const rows = accepted.flatMap(({ effect, position }) =>
    effect.newBatches.flatMap(({ state }) =>
      state.pool?.previous ? [[state.pool.previous, position]] : []
    )
  )
  return WENT_ON.of(rows)
}
