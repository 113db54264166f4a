import { uuidFrom } from '../ids.ts'
import type { AccountState, AssayClosure, BatchState, Books } from './books.ts'
import type { Draw } from './draw.ts'

/** Product class of the material in a campaign; no event can declare it. */
export const POOL_CLASS = 'campaign_pool'

/** A continuous run as the next event of it sees it. */
export interface CampaignState {
  readonly id: string
  readonly organization: string
  readonly name: string
  readonly facility: string
  /** The batch that stands for its material now; null before its first event. */
  readonly head: string | null
  /** Remainders of closed campaigns that it takes over; those drawn already are passed by. */
  readonly carried: readonly string[]
}

/**
 * What a pool batch knows beside its content: the element masses that went in and out of the
 * campaign so far, so that tolerances count once over its whole life (rule R8).
 */
export interface PoolFacts {
  readonly campaign: string
  /** 1 for the first event of the campaign. */
  readonly number: number
  /** The pool batch before it. */
  readonly previous: string | null
  readonly closed: boolean
  /** The campaign that takes the remainder over. */
  readonly carryTo: string | null
  /** The earliest moment at which something was fed, milliseconds since 1970; null before that. */
  readonly fedMs: number | null
  /** All stages performed so far, sorted. */
  readonly stages: readonly string[]
  /** Product classes that were fed, sorted: storage gives out nothing else. */
  readonly classes: readonly string[]
  readonly totals: PoolTotals
  /** How far the assays of what went in were silent. */
  readonly feeds: readonly FeedKind[]
  /** What of all that went in had been gained before. */
  readonly gained: ElementMasses
  /** What events of it gained, as they were recorded: a feed that makes up for it comes later. */
  readonly counted: ElementMasses
  /** Mass of all outputs. */
  readonly outputUg: bigint
  /**
   * What is in it by what is known now. The mass of its batch stays as it was booked, since the next
   * event drew that; this weighs it. Null where it was booked before this was counted.
   */
  readonly heldUg: bigint | null
  /** Elements of which a source was fed (FEBO_ORIGIN), sorted. */
  readonly sources: readonly string[]
  /** Magnets that went in and came out (COATING_MASS). */
  readonly magnets: MagnetMass
}

export interface MagnetMass {
  readonly inUg: bigint
  readonly outUg: bigint
}

export type ElementMasses = ReadonlyMap<string, bigint>

export interface PoolTotals {
  /** Taken over from other campaigns. */
  readonly opening: ElementMasses
  readonly inputs: ElementMasses
  readonly outputs: ElementMasses
  readonly residues: ElementMasses
  readonly losses: ElementMasses
  /** Found when it was closed. */
  readonly closing: ElementMasses
}

/** Inputs whose assays state the same elements. */
export interface FeedKind {
  readonly stated: readonly string[]
  readonly closedFor: AssayClosure
  /** What bounds leave open, by element. */
  readonly bounds: ElementMasses
  readonly unassayedUg: bigint
}

/** A campaign is known by its organization and its name. */
export function campaignId(organization: string, name: string): string {
  return uuidFrom('campaign', organization, name)
}

/** The batch that stands for a campaign's material after an event. */
export function poolId(event: string): string {
  return uuidFrom('campaign pool', event)
}

/** Draws the whole of a pool batch; there is one account, its organization's. */
export function wholePool(books: Books, batch: BatchState): Draw | null {
  const account = poolAccount(books, batch.id)
  return account && { batch, account, massUg: batch.massUg, pointer: '/campaign' }
}

export function poolAccount(books: Books, batch: string): AccountState | null {
  const [id] = books.batchAccounts.get(batch) ?? []
  return (id === undefined ? undefined : books.accounts.get(id)) ?? null
}
