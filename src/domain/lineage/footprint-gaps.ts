import type { FootprintNode, RolledUp } from './footprint.ts'
import { isOpen } from './footprint.ts'
import { type FootprintGap, type FootprintUnknown, footprintUnknown } from './footprint-unknown.ts'

/** What is known about the nodes beside their figures. */
export interface FootprintFacts {
  /** Why a node has no figure, by node. */
  readonly gaps: ReadonlyMap<string, FootprintGap>
  readonly allocatedByMass: ReadonlyMap<string, unknown>
  /** Nodes behind which there is more that was not walked. */
  readonly open: ReadonlySet<string>
  /** What is inside of campaigns: its processes are those of what comes out. */
  readonly pools: ReadonlyMap<string, unknown>
}

/** Everything that keeps the figures from being the whole truth, in the order of the chain. */
export function footprintGaps(
  nodes: readonly FootprintNode[],
  facts: FootprintFacts,
  rolled: readonly RolledUp[]
): FootprintUnknown[] {
  return nodes.flatMap((node) => [
    ...gapsOfNode(node, facts).map((kind) => footprintUnknown(kind, node.id)),
    ...otherMethods(node, rolled)
  ])
}

function gapsOfNode(node: FootprintNode, facts: FootprintFacts): FootprintGap[] {
  const { stated } = node
  const gaps: FootprintGap[] = []
  if (isOpen(node) && facts.open.has(node.id)) gaps.push('not_walked')
  if (isOpen(node) && facts.allocatedByMass.has(node.id)) gaps.push('allocation')
  if (stated === null && facts.pools.has(node.id)) return gaps
  if (stated === null) return [missingFigure(node, facts), ...gaps]
  if (stated.boundary === null) gaps.push('boundary')
  if (stated.boundary === 'gate_to_gate' && node.inputs.length === 0) gaps.push('upstream')
  if (stated.primaryShare === null) gaps.push('primary_share')
  if (stated.values.has('')) gaps.push('method')
  return gaps
}

function missingFigure({ id, inputs }: FootprintNode, facts: FootprintFacts): FootprintGap {
  const gap = facts.gaps.get(id) ?? 'no_epd'
  return gap === 'no_epd' && inputs.length > 0 ? 'own_process' : gap
}

/** A figure of another method is no figure here: it is said, not converted. */
function otherMethods(
  { id, stated }: FootprintNode,
  rolled: readonly RolledUp[]
): FootprintUnknown[] {
  if (stated === null) return []
  return rolled
    .filter(({ missing }) => missing.includes(id))
    .map(({ method }) => footprintUnknown('other_method', id, method))
}
