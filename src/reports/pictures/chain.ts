import type { Tree, TreeEvent, TreeNode } from '../../domain/lineage/tree.ts'
import { fitted, line, svg, tag, textOf, widthOf } from '../render/svg.ts'
import { boxOf, type Place, textsOf } from './chain-box.ts'
import { type Arrow, type Placed, placeInLayers } from './layers.ts'

/** So many batches and events one can still look at. */
export const MOST_IN_PICTURE = 400

/** What was made from what, with what the picture is about. */
export interface Chain extends Tree {
  readonly title: string
  /** The node that was asked about. */
  readonly root: string
  /** Nodes at which something is not known. */
  readonly open: ReadonlySet<string>
  readonly notes: readonly string[]
}

const BOX = { width: 200, height: 66 }
const PILL = { width: 150, height: 22 }
const GAP = { x: 20, y: 34 }
const MARGIN = 24
const TOP = 60

/**
 * Batches as boxes and events between them, from top to bottom in the order in which things were made; a
 * thicker line is a larger part of what the event drew. What is withheld keeps its place, dashed.
 */
export function drawChain(chain: Chain): string {
  const events = chain.events.filter(drawsOrOmits)
  const arrows = arrowsOf(events)
  const ids = [...chain.nodes.map(({ node }) => node), ...events.map(({ event }) => event)]
  const places = placesOf(events, placeInLayers(ids, arrows))
  const right = Math.max(0, ...[...places.values()].map(({ x, width }) => x + width))
  const bottom = Math.max(0, ...[...places.values()].map(({ y, height }) => y + height))
  const notes = [
    ...chain.notes,
    ...chain.beyond.map(
      ({ depth, batches, massKg }) =>
        `Beyond what you may see, ${depth} steps on: ${batches} batches, ${massKg} kg.`
    )
  ]
  const size = {
    width: Math.max(right, 536, ...notes.map((text) => MARGIN + widthOf(text))) + MARGIN,
    height: bottom + 28 + notes.length * 18 + 8
  }
  return svg(
    { ...size, title: chain.title, description: describe(chain) },
    line({
      x: MARGIN,
      y: 34,
      text: fitted(chain.title, size.width - 2 * MARGIN, 18),
      attributes: { 'font-size': 18, 'font-weight': 600 }
    }),
    ...arrows.map((arrow) => arrowOf(arrow, places)),
    ...events.map((event) => pillOf(event, places)),
    ...chain.nodes.map((node) => boxAt(node, places, chain)),
    ...notes.map((text, index) =>
      line({ x: MARGIN, y: bottom + 28 + index * 18, text, attributes: { fill: '#57606a' } })
    )
  )
}

/** That a batch entered the books is told by the box at which lines begin. */
function drawsOrOmits({ inputs, omitted }: TreeEvent): boolean {
  return inputs.length > 0 || omitted !== undefined
}

interface Weighed extends Arrow {
  /** Part of what the event drew, for the eye; null where it is not told. */
  readonly share: number | null
  readonly title: string
}

function arrowsOf(events: readonly TreeEvent[]): Weighed[] {
  return events.flatMap(({ event, inputs, outputs }) => [
    ...inputs.map(({ node, share, massKg }) => ({
      from: node,
      to: event,
      share: share === undefined ? null : Number(share),
      title: [massKg && `${massKg} kg`, share && `share ${share}`].filter(Boolean).join(', ')
    })),
    ...outputs.map(({ node, massKg }) => ({
      from: event,
      to: node,
      share: null,
      title: massKg ? `${massKg} kg` : ''
    }))
  ])
}

/** Layers stand under each other, each in the middle of the width; every place is as wide as a box. */
function placesOf(
  events: readonly TreeEvent[],
  placed: ReadonlyMap<string, Placed>
): ReadonlyMap<string, Place> {
  const pills = new Set(events.map(({ event }) => event))
  const sizeOf = (id: string) => (pills.has(id) ? PILL : BOX)
  const layers = Map.groupBy([...placed.keys()], (id) => placed.get(id)?.layer ?? 0)
  const widthOf = (ids: readonly string[]) => ids.length * (BOX.width + GAP.x) - GAP.x
  const widest = Math.max(0, ...[...layers.values()].map(widthOf))
  const places = new Map<string, Place>()
  let y = TOP
  for (const [, ids] of [...layers].sort(([a], [b]) => a - b)) {
    const height = Math.max(...ids.map((id) => sizeOf(id).height))
    let x = MARGIN + (widest - widthOf(ids)) / 2
    const order = (id: string) => placed.get(id)?.place ?? 0
    for (const id of ids.toSorted((a, b) => order(a) - order(b))) {
      const size = sizeOf(id)
      places.set(id, { x: x + (BOX.width - size.width) / 2, y, ...size })
      x += BOX.width + GAP.x
    }
    y += height + GAP.y
  }
  return places
}

function arrowOf({ from, to, share, title }: Weighed, places: ReadonlyMap<string, Place>): string {
  const start = places.get(from)
  const end = places.get(to)
  if (!start || !end) return ''
  const a = { x: start.x + start.width / 2, y: start.y + start.height }
  const b = { x: end.x + end.width / 2, y: end.y }
  const bend = Math.max(GAP.y / 2, (b.y - a.y) / 2)
  const at = (x: number, y: number) => `${Math.round(x * 10) / 10} ${Math.round(y * 10) / 10}`
  const path = `M${at(a.x, a.y)}C${at(a.x, a.y + bend)} ${at(b.x, b.y - bend)} ${at(b.x, b.y)}`
  const width = share === null ? 1.5 : 1.5 + share * 6
  return tag(
    'path',
    { d: path, fill: 'none', stroke: '#8c959f', 'stroke-width': width, 'stroke-opacity': '0.7' },
    title === '' ? '' : tag('title', {}, textOf(title))
  )
}

function pillOf(
  { event, type, stages = [], time, omitted }: TreeEvent,
  places: ReadonlyMap<string, Place>
): string {
  const place = places.get(event)
  if (!place) return ''
  const { x, y, width, height } = place
  const name = stages.length > 0 ? stages.join(', ') : (type ?? 'withheld')
  const more = omitted ? ` and ${omitted.batches} that are not shown` : ''
  return tag(
    'g',
    {},
    tag('title', {}, textOf([name, time].filter(Boolean).join(', ') + more)),
    tag('rect', {
      x,
      y,
      width,
      height,
      rx: 11,
      fill: type ? '#ddf4ff' : '#eaeef2',
      stroke: '#8c959f'
    }),
    line({
      x: x + width / 2,
      y: y + 15,
      text: fitted(`${name}${omitted ? ' …' : ''}`, width - 16, 11),
      attributes: { 'text-anchor': 'middle', 'font-size': 11 }
    })
  )
}

function boxAt(node: TreeNode, places: ReadonlyMap<string, Place>, chain: Chain): string {
  const place = places.get(node.node)
  if (!place) return ''
  const isOpen = chain.open.has(node.node)
  return boxOf(node, place, { isOpen, isAsked: node.node === chain.root })
}

function describe({ nodes, events, open }: Chain): string {
  const list = nodes.slice(0, 20).map((node) => {
    const { head, mass, lines } = textsOf(node)
    return [head, mass, ...lines].filter(Boolean).join(', ')
  })
  const more = nodes.length > 20 ? [`and ${nodes.length - 20} more`] : []
  return `${nodes.length} batches, ${events.length} events, something unknown at ${open.size} batches. ${[...list, ...more].join('; ')}.`
}
