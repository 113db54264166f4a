import { fitted, line, tag, widthOf } from '../render/svg.ts'
import type { Bar } from './share-bars.ts'

const MOST_COLUMNS = 3
/** What a key takes beside its name. */
const BESIDE_KEY = 28

/** Colors that people with the usual kinds of color blindness tell apart (Okabe and Ito), then lighter ones. */
const COLORS = [
  '#0072b2',
  '#e69f00',
  '#009e73',
  '#cc79a7',
  '#56b4e9',
  '#d55e00',
  '#b8a900',
  '#7f7f7f',
  '#6baed6',
  '#fdd0a2',
  '#74c476',
  '#e7b6d0',
  '#9ecae1',
  '#f4a582',
  '#dfd36b',
  '#bdbdbd'
] as const

/** What the legend tells of a color. */
export interface Key {
  readonly key: string
  readonly declared: boolean
}

export const UNKNOWN: Key = { key: 'unknown: nobody has told', declared: false }

/** By how much there is of each over all bars, so that what matters has the colors that differ most. */
export function keysOf(bars: readonly Bar[]): Key[] {
  const totals = new Map<string, { readonly key: Key; total: number }>()
  for (const { key, declared, fraction } of bars.flatMap(({ shares }) => shares)) {
    const known = totals.get(key)
    if (known) known.total += Number(fraction)
    else totals.set(key, { key: { key, declared }, total: Number(fraction) })
  }
  return [...totals.values()]
    .sort((a, b) => b.total - a.total || (a.key.key < b.key.key ? -1 : 1))
    .map(({ key }) => key)
}

export type Colors = ReadonlyMap<string, string>

/** The first ones differ; of more than there are colors, some share one. */
export function colorsOf(keys: readonly Key[]): Colors {
  return new Map(keys.map(({ key }, index) => [key, COLORS[index % COLORS.length] ?? '#7f7f7f']))
}

/** As many as leave room for the longest name: names that are cut off may end up alike. */
export function columnsFor(keys: readonly Key[], inner: number): number {
  const longest = Math.max(...keys.map(({ key }) => widthOf(key)))
  return Math.max(1, Math.min(MOST_COLUMNS, Math.floor(inner / (longest + BESIDE_KEY))))
}

/** A square of the color of a part, and its name. */
export function keyAt(
  key: Key,
  { x, y }: { readonly x: number; readonly y: number },
  room: number,
  colors: Colors
): string {
  const fill = key === UNKNOWN ? 'url(#unknown)' : (colors.get(key.key) ?? '')
  const box = { x, y, width: 14, height: 14 }
  return [
    tag('rect', { ...box, fill }),
    key.declared ? tag('rect', { ...box, fill: 'url(#declared)' }) : '',
    line({ x: x + 20, y: y + 12, text: fitted(key.key, room - BESIDE_KEY) })
  ].join('')
}
