import type { AcceptedEvent, GroupBooks } from './accepted.ts'
import type { Births } from './births.ts'
import type { Column, Statement } from './statement.ts'
import { insert } from './statement.ts'

const CAMPAIGN: readonly Column[] = [
  ['id', 'uuid'],
  ['organization', 'uuid'],
  ['name', 'text'],
  ['facility', 'uuid'],
  ['position', 'int8']
]

const CAMPAIGN_STEP: readonly Column[] = [
  ['batch', 'uuid'],
  ['campaign', 'uuid'],
  ['number', 'int4'],
  ['carry_to', 'uuid'],
  ['position', 'int8'],
  ['birth', 'int8']
]

/** New campaigns and their new pool batches. A batch that is declared again keeps its place. */
export function campaignRows(
  accepted: readonly AcceptedEvent[],
  { loaded }: GroupBooks,
  births: Births
): (Statement | null)[] {
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
  return [
    insert('campaign', CAMPAIGN, [...opened.values()]),
    insert('campaign_step', CAMPAIGN_STEP, steps),
    wentOn(accepted)
  ]
}

/** The next event of a campaign closes the finding that it was left open. */
function wentOn(accepted: readonly AcceptedEvent[]): Statement | null {
  const rows = accepted.flatMap(({ effect, position }) =>
    effect.newBatches.flatMap(({ state }) =>
      state.pool?.previous ? [{ batch: state.pool.previous, position }] : []
    )
  )
  if (rows.length === 0) return null
  return {
    name: 'write_campaign_went_on',
    text: `update finding set resolved_position = d.position, resolution = 'the campaign went on'
      from unnest($1::uuid[], $2::int8[]) as d(batch, position)
      where finding.batch = d.batch and finding.code = 'CAMPAIGN_OPEN'
        and finding.resolved_position is null`,
    values: [rows.map(({ batch }) => batch), rows.map(({ position }) => position)]
  }
}
