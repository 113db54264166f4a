import { fitted, line, svg, tag, textOf, widthOf } from '../render/svg.ts'
import { PATTERNS } from './patterns.ts'
import { type Colors, colorsOf, columnsFor, keyAt, keysOf, UNKNOWN } from './share-keys.ts'

/** A part of a bar: decimal fraction, the same `key` in the same color everywhere. */
export interface Share {
  readonly key: string
  /** What stands in the bar where there is room, such as a country. */
  readonly short: string
  readonly fraction: string
  /** Told by somebody and not recorded in these books. */
  readonly declared: boolean
}

export interface Bar {
  readonly label: string
  readonly shares: readonly Share[]
  readonly unknown: string
}

export interface ShareBars {
  readonly title: string
  /** Lines under the picture: which batch, as of when. */
  readonly notes: readonly string[]
  readonly bars: readonly Bar[]
}

/** Letters of a label are this wide at most. */
const LETTER = 9.5
const LABEL = { least: 90, most: 260 }
const WIDTH = 720
const MARGIN = 24
const ROW = 34
const BAR = 24
const TOP = 64
const KEY = 20

/**
 * One bar for each element, as wide as the whole of it: what is recorded is plain, what was declared is
 * striped, what nobody knows is hatched in gray, so that a glance tells how much is proven. The exact
 * fractions are in the titles of the parts. Widths are rounded to a tenth of a pixel.
 */
export function drawShareBars({ title, notes, bars }: ShareBars): string {
  const keys = keysOf(bars)
  const colors = colorsOf(keys)
  const longest = Math.max(0, ...bars.map(({ label }) => label.length * LETTER + 12))
  const left = MARGIN + Math.min(LABEL.most, Math.max(LABEL.least, longest))
  const inner = left - MARGIN + WIDTH
  const legendTop = TOP + bars.length * ROW + 16
  const columns = columnsFor([...keys, UNKNOWN], inner)
  const notesTop = legendTop + (Math.ceil((keys.length + 1) / columns) + 1) * KEY
  const lines = [...bars.flatMap((bar) => narrowParts(bar, inner)), ...notes]
  const size = { width: MARGIN * 2 + inner, height: notesTop + lines.length * 18 + 8 }
  return svg(
    { ...size, title, description: describe(bars) },
    PATTERNS,
    line({
      x: MARGIN,
      y: 34,
      text: fitted(title, inner, 18),
      attributes: { 'font-size': 18, 'font-weight': 600 }
    }),
    ...bars.map((bar, index) => barAt(bar, { left, y: TOP + index * ROW }, colors)),
    ...[...keys, UNKNOWN].map((key, index) =>
      keyAt(
        key,
        {
          x: MARGIN + ((index % columns) * inner) / columns,
          y: legendTop + Math.floor(index / columns) * KEY
        },
        inner / columns,
        colors
      )
    ),
    ...lines.map((text, index) =>
      line({
        x: MARGIN,
        y: notesTop + index * 18,
        text: fitted(text, inner),
        attributes: { fill: '#57606a' }
      })
    )
  )
}

function barAt(
  { label, shares, unknown }: Bar,
  { left, y }: { readonly left: number; readonly y: number },
  colors: Colors
): string {
  let x = left
  const parts = shares.map(({ key, short, fraction, declared }) => {
    const width = Number(fraction) * WIDTH
    const part = partAt(
      { x, y, width, fill: colors.get(key) ?? '', declared },
      `${label}: ${key}, ${fraction}`,
      `${short} ${percent(fraction)}`
    )
    x += width
    return part
  })
  const free = left + WIDTH - x
  const width = Math.min(free, Number(unknown) * WIDTH)
  return [
    line({
      x: MARGIN,
      y: y + 17,
      text: fitted(label, left - MARGIN - 8, 14),
      attributes: { 'font-size': 14, 'font-weight': 600 }
    }),
    tag('rect', { x: left, y, width: WIDTH, height: BAR, fill: '#f6f8fa' }),
    ...parts,
    width > 0
      ? partAt(
          { x: left + WIDTH - width, y, width, fill: 'url(#unknown)', declared: false },
          `${label}: unknown, ${unknown}`,
          `? ${percent(unknown)}`
        )
      : ''
  ].join('')
}

/** So many lines tell of one bar. */
const MOST_LINES = 12

/** Figures that have no room in the bar: on paper nothing else would tell them. */
function narrowParts({ label, shares, unknown }: Bar, inner: number): string[] {
  const parts = [
    ...shares.map(({ key, short, fraction }) => ({ key, short, fraction })),
    { key: 'unknown', short: '?', fraction: unknown }
  ]
  const narrow = parts.filter(
    ({ short, fraction }) =>
      Number(fraction) > 0 && !hasRoom(`${short} ${percent(fraction)}`, Number(fraction) * WIDTH)
  )
  const room = inner - widthOf(`${label}: `)
  const told = narrow.map(({ key, fraction }) => {
    const figure = ` ${percent(fraction)}`
    return fitted(key, room - widthOf(`…${figure};`)) + figure
  })
  const lines = packed(told, room)
  const shown = lines.slice(0, MOST_LINES)
  const left = told.length - shown.flat().length
  return [...shown, ...(left > 0 ? [[`and ${left} more`]] : [])].map(
    (line) => `${label}: ${line.join('; ')}`
  )
}

/** In lines that pixels at hand can hold, one text at least in each. */
function packed(texts: readonly string[], pixels: number): string[][] {
  const lines: string[][] = []
  for (const text of texts) {
    const last = lines.at(-1)
    if (last && widthOf([...last, text].join('; ')) <= pixels) last.push(text)
    else lines.push([text])
  }
  return lines
}

function hasRoom(text: string, width: number): boolean {
  return fitted(text, width - 8) === text
}

interface Part {
  readonly x: number
  readonly y: number
  readonly width: number
  readonly fill: string
  readonly declared: boolean
}

function partAt({ x, y, width, fill, declared }: Part, title: string, text: string): string {
  const box = { x, y, width, height: BAR }
  return tag(
    'g',
    {},
    tag('title', {}, textOf(title)),
    tag('rect', { ...box, fill, stroke: '#ffffff', 'stroke-width': width > 3 ? 1 : 0 }),
    declared ? tag('rect', { ...box, fill: 'url(#declared)' }) : '',
    hasRoom(text, width) ? line({ x: x + width / 2, y: y + 16, text, attributes: ON_COLOR }) : ''
  )
}

/** Readable on every color and pattern: dark letters with a light edge. */
const ON_COLOR = {
  'text-anchor': 'middle',
  stroke: '#ffffff',
  'stroke-width': 3,
  'stroke-linejoin': 'round',
  'paint-order': 'stroke'
} as const

/** To a tenth of a percent, for the eye; something is never shown as nothing, nor a part as all. */
function percent(fraction: string): string {
  const value = Number(fraction) * 100
  if (value > 0 && value < 0.1) return '<0.1 %'
  if (value < 100 && value > 99.9) return '>99.9 %'
  return `${Math.round(value * 10) / 10} %`
}

function describe(bars: readonly Bar[]): string {
  return bars
    .map(({ label, shares, unknown }) =>
      [
        ...shares.map(({ key, fraction }) => `${key} ${percent(fraction)}`),
        `unknown ${percent(unknown)}`
      ]
        .join(', ')
        .replace(/^/, `${label}: `)
    )
    .join('. ')
}
