import type {
  ElementMasses,
  FeedKind,
  PoolFacts,
  PoolTotals
} from '../../domain/custody/campaign.ts'
import { elementsText } from '../connection/statement.ts'

type Texts = Readonly<Record<string, string>>

interface PoolRow
  extends Omit<
    PoolFacts,
    'totals' | 'feeds' | 'gained' | 'counted' | 'outputUg' | 'heldUg' | 'magnets'
  > {
  readonly totals: Readonly<Record<keyof PoolTotals, Texts>>
  readonly feeds: readonly FeedRow[]
  /** Absent where nothing was gained. */
  readonly gained?: Texts
  /** Likewise. */
  readonly counted?: Texts
  readonly outputUg: string
  readonly heldUg?: string | null
  readonly magnets: { readonly inUg: string; readonly outUg: string }
}

interface FeedRow extends Omit<FeedKind, 'unassayedUg' | 'bounds'> {
  readonly unassayedUg: string
  /** Absent where no bound is stated. */
  readonly bounds?: Texts
}

/** What `batch_version.pool` holds. */
export function poolText(facts: PoolFacts): string {
  const { totals, feeds, gained, counted, outputUg, heldUg, magnets, ...rest } = facts
  const masses = Object.entries(totals).map(
    ([side, elements]) => `${JSON.stringify(side)}:${elementsText(elements)}`
  )
  const kinds = feeds.map(feedRow)
  const weighed = { inUg: `${magnets.inUg}`, outUg: `${magnets.outUg}` }
  const held = heldUg === null ? null : `${heldUg}`
  const texts = { feeds: kinds, outputUg: `${outputUg}`, heldUg: held, magnets: weighed }
  const gains = {
    ...(gained.size > 0 ? { gained: textsOf(gained) } : {}),
    ...(counted.size > 0 ? { counted: textsOf(counted) } : {})
  }
  const head = JSON.stringify({ ...rest, ...texts, ...gains })
  return `${head.slice(0, -1)},"totals":{${masses.join()}}}`
}

/** Reads it back. */
export function readPool(text: string): PoolFacts {
  const {
    totals,
    feeds,
    gained = {},
    counted = {},
    outputUg,
    heldUg = null,
    magnets,
    ...rest
  } = JSON.parse(text) as PoolRow
  return {
    ...rest,
    totals: {
      opening: masses(totals.opening),
      inputs: masses(totals.inputs),
      outputs: masses(totals.outputs),
      residues: masses(totals.residues),
      losses: masses(totals.losses),
      closing: masses(totals.closing)
    },
    feeds: feeds.map((feed) => ({
      ...feed,
      bounds: masses(feed.bounds ?? {}),
      unassayedUg: BigInt(feed.unassayedUg)
    })),
    gained: masses(gained),
    counted: masses(counted),
    outputUg: BigInt(outputUg),
    heldUg: heldUg === null ? null : BigInt(heldUg),
    magnets: { inUg: BigInt(magnets.inUg), outUg: BigInt(magnets.outUg) }
  }
}

function feedRow({ bounds, unassayedUg, ...kind }: FeedKind): FeedRow {
  return {
    ...kind,
    unassayedUg: `${unassayedUg}`,
    ...(bounds.size > 0 ? { bounds: textsOf(bounds) } : {})
  }
}

function textsOf(masses: ElementMasses): Texts {
  return Object.fromEntries([...masses].map(([element, ug]) => [element, `${ug}`]))
}

function masses(texts: Texts): ElementMasses {
  return new Map(Object.entries(texts).map(([element, ug]) => [element, BigInt(ug)]))
}
