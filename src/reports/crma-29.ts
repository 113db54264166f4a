import type { BatchStatus } from '../domain/custody/books.ts'
import type { CustodyModel } from '../domain/custody/event.ts'
import { FEED_CLASSES, type FeedClass } from '../domain/lineage/recycled.ts'
import type { ScrapSource } from '../domain/lineage/scrap-sources.ts'
import { formatKg, sumMass } from '../domain/quantity/mass.ts'
import { compare, formatDecimal, parseDecimal, rational } from '../domain/quantity/rational.ts'
import {
  type ElementContent,
  type Presence,
  shareOf,
  summed
} from '../domain/regulation/recycled-magnets.ts'
import type { MagnetTypeId, RecycledRuleSet } from '../domain/regulation/recycled-rules.ts'
import type { EvidenceReference } from '../domain/regulation/support.ts'
import type { ReportHead } from './report.ts'

export const CRMA_29 = 'crma-29'

const MICROGRAMS = 1_000_000_000n
/** Digits of a share, half to even. */
const PLACES = 6

/** What only the requester knows; echoed and not checked. */
export interface Crma29Facts {
  /** What the magnets are built into. */
  readonly product?: string
  /** The type of the magnets, where the assay does not show it. */
  readonly material?: MagnetTypeId
}

/** What of an element is in the magnets; masses in kilograms, null where it is not in them or nobody told. */
export interface ElementLine {
  readonly element: string
  readonly presence: Presence
  readonly totalKg: string | null
  /** By feed; these add up to `totalKg`. */
  readonly feedKg: Readonly<Record<FeedClass, string>> | null
  /** Of its mass less rework of the same process. */
  readonly postConsumerShare: string | null
  readonly preConsumerShare: string | null
}

/** A batch of magnets in the product. */
export interface MagnetBatch {
  readonly batch: string
  readonly number: string | null
  readonly product: { readonly class: string; readonly name: string }
  readonly type: MagnetTypeId
  /** Kilograms of the whole batch, and of what is in the product. */
  readonly massKg: string
  readonly quantityKg: string
  readonly status: BatchStatus
  readonly custodyModel: CustodyModel
  /** False where nothing can be claimed of it. */
  readonly verified: boolean
  readonly unverifiedBecause: 'batch_status' | 'claim_only' | null
  /** False when the chain is so long that not every document behind it is named. */
  readonly evidenceComplete: boolean
  readonly elements: readonly BatchElement[]
}

export interface BatchElement extends ElementLine {
  /**
   * Scrap that was taken into the books as such; shares of all of the element's mass, rework with what it was
   * made from. What a recorded process left to others has the origins of its material and is not among it.
   */
  readonly scrapFrom: readonly ScrapLine[]
}

/** Scrap of one kind and country, with the events that took it in and their documents. */
export interface ScrapLine extends ScrapSource {
  readonly references: readonly EvidenceReference[]
}

export interface ProductElement extends ElementLine {
  /** Batches whose assays leave open whether they hold it: they are in neither mass nor share. */
  readonly leftOpenIn: readonly string[]
}

export interface Crma29Report extends ReportHead {
  readonly ruleVersion: {
    readonly ruleSet: string
    readonly revision: string
    readonly cite: string
  }
  readonly declaredByRequester: Crma29Facts
  readonly totalMagnetsKg: string
  readonly threshold: { readonly kg: string; readonly exceeded: boolean; readonly cite: string }
  readonly appliesFrom: RecycledRuleSet['appliesFrom']
  /** Which products are to publish their shares where the threshold is exceeded. */
  readonly appliesTo: RecycledRuleSet['appliesTo']
  /** True where every batch is. */
  readonly verified: boolean
  /** The elements that the regulation names, in its order. */
  readonly elements: readonly ProductElement[]
  readonly batches: readonly MagnetBatch[]
}

/** A batch as the registry found it: what it is, and what of each element is in the product. */
export interface FoundMagnets {
  readonly batch: Omit<MagnetBatch, 'quantityKg' | 'elements'>
  readonly quantityUg: bigint
  /** By element, in the order of the rules. */
  readonly contents: ReadonlyMap<string, ElementContent>
  readonly scrap: (element: string) => readonly ScrapLine[]
}

/** The report on the magnets of one product. Batches come in the order of their ids: equal questions give equal bytes. */
export function crma29Report(
  head: Omit<ReportHead, 'report' | 'ruleVersion'>,
  facts: Crma29Facts,
  rules: RecycledRuleSet,
  found: readonly FoundMagnets[]
): Crma29Report {
  const sorted = [...found].sort((a, b) => (a.batch.batch < b.batch.batch ? -1 : 1))
  const totalUg = sumMass(sorted.map(({ quantityUg }) => quantityUg))
  const limit = parseDecimal(rules.threshold.kg)
  if (limit === null) throw new Error(`${rules.id} has no threshold`)
  const { id, revision, cite, appliesFrom, appliesTo, threshold } = rules
  return {
    report: CRMA_29,
    ...head,
    ruleVersion: { ruleSet: id, revision, cite },
    declaredByRequester: facts,
    totalMagnetsKg: formatKg(totalUg),
    threshold: {
      kg: threshold.kg,
      exceeded: compare(rational(totalUg, MICROGRAMS), limit) > 0,
      cite: threshold.cite
    },
    appliesFrom,
    appliesTo,
    verified: sorted.every(({ batch }) => batch.verified),
    elements: rules.elements.map((element) => productElement(element, sorted)),
    batches: sorted.map(({ batch, quantityUg, contents, scrap }) => ({
      ...batch,
      quantityKg: formatKg(quantityUg),
      elements: rules.elements.map((element) => ({
        ...line(element, contentIn(contents, element)),
        scrapFrom: scrap(element)
      }))
    }))
  }
}

function productElement(element: string, found: readonly FoundMagnets[]): ProductElement {
  const contents = found.map((each) => contentIn(each.contents, element))
  const open = found.filter((_, n) => OPEN.includes(contents[n]?.presence ?? 'absent'))
  return {
    ...line(element, summed(contents)),
    leftOpenIn: open.map(({ batch }) => batch.batch)
  }
}

const OPEN: readonly Presence[] = ['below_limit', 'not_stated']

function contentIn(contents: FoundMagnets['contents'], element: string): ElementContent {
  const content = contents.get(element)
  if (!content) throw new Error(`nothing was found out about ${element}`)
  return content
}

function line(element: string, content: ElementContent): ElementLine {
  const { presence, totalUg, byFeedUg } = content
  if (presence !== 'present') return { element, presence, ...NOT_THERE }
  const share = (name: 'post_consumer' | 'pre_consumer') => {
    const exact = shareOf(content, name)
    return exact && formatDecimal(exact, PLACES)
  }
  return {
    element,
    presence,
    totalKg: formatKg(totalUg),
    feedKg: Object.fromEntries(
      FEED_CLASSES.map((name) => [name, formatKg(byFeedUg[name])])
    ) as Record<FeedClass, string>,
    postConsumerShare: share('post_consumer'),
    preConsumerShare: share('pre_consumer')
  }
}

const NOT_THERE = {
  totalKg: null,
  feedKg: null,
  postConsumerShare: null,
  preConsumerShare: null
} as const
