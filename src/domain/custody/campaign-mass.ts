import { MAX_MASS_UG, sumMass } from '../quantity/mass.ts'
import type { BatchState } from './books.ts'
import type { CampaignFlow } from './campaign-flow.ts'
import { massOf } from './content.ts'
import type { Draw } from './draw.ts'

/**
 * The mass of a pool batch weighs what no assay states, and no more: reagents and water come and go
 * unrecorded. At least a microgram, since a batch has a mass.
 */
export function pooledMass(flow: CampaignFlow): bigint {
  if (flow.closing) return flow.closing.massUg
  const left = leftAfter(flow, sumMass(flow.pools.map(({ content }) => content.massUg)))
  if (left < 1n) return 1n
  return left < MAX_MASS_UG ? left : MAX_MASS_UG
}

/**
 * The same of what is known to be in it. Where something was, a microgram stays, so that its origins
 * are kept; where nothing ever was, as after a feed that did not occur, it weighs nothing.
 */
export function heldAfter(flow: CampaignFlow): bigint {
  if (flow.closing) return flow.closing.massUg
  const before = sumMass(flow.pools.map(({ batch, content }) => heldBy(batch, content.massUg)))
  const left = leftAfter(flow, before)
  if (left > 0n) return left
  return before > 0n || flow.inputs.length > 0 ? 1n : 0n
}

/** What a batch weighs among others: of a pool what is known to be in it, of any other what is drawn. */
export function heldBy({ pool }: BatchState, drawnUg: bigint): bigint {
  return pool?.heldUg ?? drawnUg
}

/** What is known to go into an event of a campaign: what is fed, and what the pools before it hold. */
export function heldIn(draws: readonly Draw[]): bigint {
  return sumMass(draws.map(({ batch, massUg }) => heldBy(batch, massUg)))
}

function leftAfter({ inputs, outputs, residues }: CampaignFlow, beforeUg: bigint): bigint {
  return beforeUg + massOf(inputs) - massOf(outputs) - massOf(residues)
}
