/** An arrow of a graph without cycles. */
export interface Arrow {
  readonly from: string
  readonly to: string
}

export interface Placed {
  /** From 0 at the beginning: every arrow leads to a later layer. */
  readonly layer: number
  /** Place in the layer, from 0. */
  readonly place: number
}

const SWEEPS = 6

/**
 * Places the nodes of a graph without cycles in layers, each as near to the end as its arrows let it, and
 * orders the layers so that arrows cross seldom: each node goes to the middle of its neighbors, sweep by
 * sweep (the method of Sugiyama, Tagawa and Toda, 1981).
 */
export function placeInLayers(
  ids: readonly string[],
  arrows: readonly Arrow[]
): ReadonlyMap<string, Placed> {
  const next = Map.groupBy(arrows, ({ from }) => from)
  const before = Map.groupBy(arrows, ({ to }) => to)
  const distance = distancesToEnd(ids, next, before)
  const longest = Math.max(0, ...distance.values())
  const layers: string[][] = Array.from({ length: longest + 1 }, () => [])
  for (const id of ids) layers[longest - (distance.get(id) ?? 0)]?.push(id)
  const places = new Map<string, number>()
  for (const layer of layers) settle(layer, places)
  for (let sweep = 0; sweep < SWEEPS; sweep += 1) {
    const forward = sweep % 2 === 0
    const near = (id: string) =>
      forward ? before.get(id)?.map(({ from }) => from) : next.get(id)?.map(({ to }) => to)
    for (const layer of forward ? layers : layers.toReversed()) order(layer, near, places)
  }
  return new Map(
    layers.flatMap((ids, layer) => ids.map((id, place) => [id, { layer, place }] as const))
  )
}

function order(
  layer: string[],
  near: (id: string) => readonly string[] | undefined,
  places: Map<string, number>
): void {
  const middle = new Map(
    layer.map((id) => {
      const neighbors = near(id)
      if (!neighbors) return [id, places.get(id) ?? 0] as const
      const sum = neighbors.reduce((total, each) => total + (places.get(each) ?? 0), 0)
      return [id, sum / neighbors.length] as const
    })
  )
  layer.sort((a, b) => (middle.get(a) ?? 0) - (middle.get(b) ?? 0))
  settle(layer, places)
}

/** Counted from the middle, since layers of different width are drawn around one middle. */
function settle(layer: readonly string[], places: Map<string, number>): void {
  for (const [place, id] of layer.entries()) places.set(id, place - (layer.length - 1) / 2)
}

/** Of each node the longest way to an end, in arrows: settled where everything behind it is. */
function distancesToEnd(
  ids: readonly string[],
  next: ReadonlyMap<string, readonly Arrow[]>,
  before: ReadonlyMap<string, readonly Arrow[]>
): ReadonlyMap<string, number> {
  const left = new Map(ids.map((id) => [id, next.get(id)?.length ?? 0]))
  const distance = new Map<string, number>()
  const settled = ids.filter((id) => left.get(id) === 0)
  for (const id of settled) distance.set(id, 0)
  for (let id = settled.shift(); id !== undefined; id = settled.shift()) {
    for (const { from } of before.get(id) ?? []) {
      distance.set(from, Math.max(distance.get(from) ?? 0, (distance.get(id) ?? 0) + 1))
      const open = (left.get(from) ?? 0) - 1
      left.set(from, open)
      if (open === 0) settled.push(from)
    }
  }
  return distance
}
