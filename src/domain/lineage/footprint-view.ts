import {
  formatDecimal,
  multiply,
  type Rational,
  rational,
  roundHalfEven
} from '../quantity/rational.ts'
import type { RolledUp } from './footprint.ts'
import type { FootprintUnknown } from './footprint-unknown.ts'

/** The figure of one product under one method, as it is shown. */
export interface FootprintView {
  /** Null where the figures name no method. */
  readonly method: string | null
  readonly unit: 'kg CO2e per kg'
  /** Exactly the sum of the contributions as shown; of what is known, where it is not complete. */
  readonly value: string
  /** False where something upstream has no figure under this method. */
  readonly complete: boolean
  /** Percent of the value that rests on primary data; what is not declared counts as none. */
  readonly primaryDataSharePct: string | null
  /** Percent of the mass whose way from the cradle a figure speaks for. */
  readonly coveragePct: string
  readonly contributions: readonly ContributionView[]
}

export interface ContributionView {
  /** The batch, or `withheld` for all that the reader may not know, in one line. */
  readonly node: string
  /** Its maker's own lot number, where it has one. */
  readonly number: string | null
  readonly epd?: NamedEpd
  readonly value: string
}

/** How a node may be shown. */
export interface NodeName {
  readonly node: string
  /** Its maker's own lot number; null where it has none, or is withheld. */
  readonly number: string | null
  readonly epd?: NamedEpd
}

/** The version of a declaration that a figure is from. */
export interface NamedEpd {
  readonly id: string
  readonly version: string
  /** True where it is registered elsewhere, and so was not verified here. */
  readonly external?: true
  /** How it split burdens between co-products, where it says so: figures are not comparable without. */
  readonly allocation?: string
}

/** What part of a run's burdens a product carries in the roll-up, and why so much. */
export interface AllocationView {
  readonly node: string
  readonly number: string | null
  /** As the event says; `mass` where it says nothing; `campaign` of what stayed in a continuous run. */
  readonly method: string
  /** 0 to 1; in a campaign of what left it with the same event. */
  readonly share: string
}

const PLACES = 12
const SCALE = rational(10n ** BigInt(PLACES))
const PERCENT = rational(100n)

/** The text of a roll-up: contributions are rounded once, the value is their sum. */
export function viewFootprint(
  rolled: RolledUp,
  nameOf: (node: string) => NodeName,
  unknowns: readonly FootprintUnknown[]
): FootprintView {
  const lines = new Map<string, { name: NodeName; parts: bigint }>()
  for (const { node, value } of rolled.contributions) {
    const name = nameOf(node)
    const line = lines.get(name.node) ?? { name, parts: 0n }
    line.parts += roundHalfEven(multiply(value, SCALE))
    lines.set(name.node, line)
  }
  const shown = [...lines.values()]
  const sum = shown.reduce((all, { parts }) => all + parts, 0n)
  return {
    method: rolled.method === '' ? null : rolled.method,
    unit: 'kg CO2e per kg',
    value: decimal(sum),
    complete: !unknowns.some(({ affects }) => affects === 'value'),
    primaryDataSharePct: rolled.primaryShare && percent(rolled.primaryShare),
    coveragePct: percent(rolled.coverage),
    contributions: shown.map(({ name, parts }) => ({ ...name, value: decimal(parts) }))
  }
}

function percent(share: Rational): string {
  return formatDecimal(multiply(share, PERCENT), 4)
}

function decimal(parts: bigint): string {
  return formatDecimal(rational(parts, SCALE.n), PLACES)
}
