import type { CustodyModel } from '../custody/event.ts'
import type { Distribution, Touches } from '../lineage/share.ts'
import type { Rational } from '../quantity/rational.ts'
import type { MaterialId } from './rule-set.ts'

/** All that an evaluation may know of one batch. What is missing here stays unknown. */
export interface Dossier {
  readonly batch: string
  readonly material: MaterialId
  /** Element symbol -> mass fraction of the batch; an absent element was not assayed. */
  readonly composition: ReadonlyMap<string, Rational>
  /** True when an element that the assay does not list is known to be absent. */
  readonly compositionComplete: boolean
  /** Element symbol -> step id -> touch shares (keys of `stepKey`). */
  readonly steps: ReadonlyMap<string, ReadonlyMap<string, Touches>>
  /** Element symbol -> feed class; `*` answers for elements without their own. */
  readonly feed: ReadonlyMap<string, Distribution>
  /** The weakest model on the way to the batch. */
  readonly custodyModel: CustodyModel
  readonly status: 'clear' | 'suspect' | 'contested'
  /** Who could tell more: the batches where recorded history begins. */
  readonly sources: readonly HistorySource[]
  /** Organization that made or holds the batch: it answers for what no source could know. */
  readonly holder?: Party
}

/** A batch that entered the books without recorded inputs: history before it is only declared. */
export interface HistorySource {
  /** Null where the requester may not know which batch it is. */
  readonly batch: string | null
  readonly organization: Party
  readonly steps: ReadonlyMap<string, ReadonlyMap<string, Touches>>
  /** Order of the last stage that its material has behind it; null when that may be any (scrap). */
  readonly reach: number | null
  /** Steps that its material had behind it when it came in, told or not. */
  readonly behind: ReadonlySet<string>
}

/** An organization, or only that there is one where the requester may not know which. */
export interface Party {
  readonly organization: string | null
}

/**
 * What only the requester can know, echoed in the answer as declared by them. Percentages are
 * decimal text, by weight of the end item.
 */
export interface RequesterFacts {
  /** Calendar date of delivery under the contract. */
  readonly deliveryDate: string
  readonly clauseVersion?: string
  /** Needed only where the assay does not show it. */
  readonly material?: MaterialId
  readonly cots?: boolean
  readonly coveredMaterialSharePct?: string
  readonly tungstenSharePct?: string
  /** Loose bar, block, blank, plate ... not built into anything. */
  readonly millProduct?: boolean
  readonly electronicDevice?: boolean
  /** ISO 3166-1 alpha-2 or ISO 3166-2 of where the end item is manufactured. */
  readonly endItemCountry?: string
  readonly simplifiedAcquisition?: boolean
  readonly outsideUnitedStates?: boolean
  readonly nonavailability?: boolean
}
