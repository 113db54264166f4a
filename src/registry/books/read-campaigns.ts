import type { PoolTotals } from '../../domain/custody/campaign.ts'
import { formatKg } from '../../domain/quantity/mass.ts'
import { RegistryError } from '../../errors.ts'
import type { StoredCampaign } from '../../storage/books/campaigns.ts'
import { readCampaigns } from '../../storage/books/campaigns.ts'
import { readCampaignEpds } from '../../storage/epds/campaign-epds.ts'
import type { Deps, Principal } from '../deps.ts'
import { inSnapshot } from '../moment.ts'
import { oneMore, pageOf } from '../page.ts'

export interface CampaignsQuestion {
  readonly facility: string | null
  readonly status: 'open' | 'closed' | null
  readonly asOf?: string
  readonly after: number
  readonly limit: number
}

/**
 * The campaigns of the caller's organization in the order in which they began; nobody else's plant
 * is in it. One that was never closed stays in the list as open.
 */
export function listCampaigns(deps: Deps, principal: Principal, question: CampaignsQuestion) {
  return inSnapshot(deps, question.asOf, async (tx, stamp) => {
    const { facility, status, after, limit } = question
    const rows = await readCampaigns(tx, {
      ...oneMore({ after, limit }),
      organization: principal.organization,
      asOf: stamp.position,
      id: null,
      facility,
      closed: status === null ? null : status === 'closed'
    })
    return { ...stamp, ...pageOf(rows, limit, campaignRecord, (row) => row.position) }
  })
}

/** One campaign with the balance of every element. Throws `NOT_FOUND`, also for another's. */
export function readCampaign(
  deps: Deps,
  principal: Principal,
  question: { readonly id: string; readonly asOf?: string }
) {
  return inSnapshot(deps, question.asOf, async (tx, stamp) => {
    const [row] = await readCampaigns(tx, {
      organization: principal.organization,
      asOf: stamp.position,
      id: question.id,
      facility: null,
      closed: null,
      after: -1,
      limit: 1
    })
    if (!row) throw new RegistryError('NOT_FOUND', `There is no campaign ${question.id}.`)
    const { facts } = row.pool ?? {}
    const balance = facts ? balanceOf(facts.totals, facts.closed) : []
    const links = await readCampaignEpds(tx, row.id, stamp.position)
    const epds = links.map(({ epd, from, until, position }) => ({ epd, from, until, position }))
    return { ...stamp, ...campaignRecord(row), epds, balance }
  })
}

function campaignRecord({ id, name, facility, pool }: StoredCampaign) {
  return {
    id,
    name,
    facility,
    status: pool?.pending ? 'pending' : pool?.facts.closed ? 'closed' : 'open',
    events: pool?.facts.number ?? 0,
    stages: pool?.facts.stages ?? [],
    lastEvent: pool?.lastEvent ?? null,
    carryTo: pool?.facts.carryTo ?? null,
    pool: pool ? { batch: pool.batch, status: pool.status } : null
  }
}

/** Opening + in - out - residues - losses, and what of it was not found at the end. */
function balanceOf(totals: PoolTotals, closed: boolean) {
  const { opening, inputs, outputs, residues, losses, closing } = totals
  const sides = [opening, inputs, outputs, residues, losses, closing]
  const elements = [...new Set(sides.flatMap((side) => [...side.keys()]))].sort()
  return elements.map((element) => {
    const [opened = 0n, fed = 0n, out = 0n, left = 0n, lost = 0n, found = 0n] = sides.map(
      (side) => side.get(element) ?? 0n
    )
    const book = opened + fed - out - left - lost
    return {
      element,
      openingKg: kilograms(opened),
      inKg: kilograms(fed),
      outKg: kilograms(out),
      residuesKg: kilograms(left),
      lossesKg: kilograms(lost),
      bookKg: kilograms(book),
      closingKg: closed ? kilograms(found) : null,
      unaccountedKg: closed ? kilograms(book - found) : null
    }
  })
}

function kilograms(ug: bigint): string {
  return ug < 0n ? `-${formatKg(-ug)}` : formatKg(ug)
}
