import type { FootprintNode, FootprintNodes } from './footprint.ts'
import { isOpen, reached } from './footprint.ts'

/** Two figures of which one may hold the other already. */
export interface DoubleCount {
  /** The product whose own figure cannot be added to what lies upstream. */
  readonly node: string
  /** What lies upstream and is stated too. */
  readonly upstream: string
  readonly because: 'boundary_undeclared' | 'includes_upstream'
}

/**
 * The pairs of figures that would be counted twice in the roll-up of a product: one that does not
 * say, or not without contradiction, whether it holds what lies upstream, or that says gate-to-gate and yet includes declarations,
 * beside a figure of what it was made from. Where there is one, there is no sum.
 */
export function doubleCounts(root: string, nodes: FootprintNodes): readonly DoubleCount[] {
  return reached(root, nodes).flatMap((node): DoubleCount[] => {
    const { stated } = node
    if (stated === null || stated.values.size === 0 || !isOpen(node)) return []
    const undeclared = stated.boundary === null
    if (!undeclared && stated.includes.length === 0) return []
    const upstream = nearestStated(node, nodes)
    if (upstream === undefined) return []
    const because = undeclared ? 'boundary_undeclared' : 'includes_upstream'
    return [{ node: node.id, upstream, because }]
  })
}

function nearestStated(node: FootprintNode, nodes: FootprintNodes): string | undefined {
  return reached(node.id, nodes).find(
    ({ id, stated }) => id !== node.id && stated !== null && stated.values.size > 0
  )?.id
}
