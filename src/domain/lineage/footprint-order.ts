/**
 * Everything that is reached from a root, each before all that it leads to. What is not acyclic has
 * no such order: a RangeError.
 */
export function byLevel(root: string, next: (id: string) => readonly string[]): readonly string[] {
  const waiting = countArrivals(root, next)
  const order: string[] = []
  // A root that something leads to stands in a circle: nothing is ready then.
  const ready = waiting.get(root) === 0 ? [root] : []
  for (let id = ready.pop(); id !== undefined; id = ready.pop()) {
    order.push(id)
    for (const each of new Set(next(id))) {
      const left = (waiting.get(each) ?? 0) - 1
      waiting.set(each, left)
      if (left === 0) ready.push(each)
    }
  }
  if (order.length < waiting.size) throw new RangeError(`${root} is made from itself`)
  return order
}

/** How many lead to each. */
function countArrivals(root: string, next: (id: string) => readonly string[]) {
  const arrivals = new Map<string, number>([[root, 0]])
  const open = [root]
  for (let id = open.pop(); id !== undefined; id = open.pop()) {
    for (const each of new Set(next(id))) {
      const known = arrivals.get(each)
      arrivals.set(each, (known ?? 0) + 1)
      if (known === undefined) open.push(each)
    }
  }
  return arrivals
}
