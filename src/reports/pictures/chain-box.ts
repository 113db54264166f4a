import type { TreeNode } from '../../domain/lineage/tree.ts'
import { fitted, line, tag, textOf, widthOf } from '../render/svg.ts'

/** Where something is drawn. */
export interface Place {
  readonly x: number
  readonly y: number
  readonly width: number
  readonly height: number
}

/** A batch: dashed where it is withheld, in color where it is doubted or asked about. */
export function boxOf(
  node: TreeNode,
  { x, y, width, height }: Place,
  { isOpen, isAsked }: { readonly isOpen: boolean; readonly isAsked: boolean }
): string {
  const { head, mass, lines } = textsOf(node)
  const seen = node.batch !== undefined
  const doubted = node.voided || (node.status !== undefined && node.status !== 'clear')
  return tag(
    'g',
    {},
    tag('title', {}, textOf([head, mass, ...lines, node.batch].filter(Boolean).join('\n'))),
    tag('rect', {
      x,
      y,
      width,
      height,
      rx: 6,
      fill: seen ? '#ffffff' : '#f6f8fa',
      stroke: doubted ? '#cf222e' : isAsked ? '#0072b2' : '#57606a',
      'stroke-width': isAsked ? 2.5 : 1,
      ...(seen ? {} : { 'stroke-dasharray': '4 3' })
    }),
    line({
      x: x + 10,
      y: y + 18,
      text: fitted(head, width - 28 - widthOf(mass, 11), 13),
      attributes: { 'font-weight': 600, 'font-size': 13 }
    }),
    line({
      x: x + width - 10,
      y: y + 18,
      text: mass,
      attributes: { 'text-anchor': 'end', 'font-size': 11 }
    }),
    ...lines.map((text, index) =>
      line({
        x: x + 10,
        y: y + 37 + index * 15,
        text: fitted(text, width - 20, 11),
        attributes: { 'font-size': 11, fill: '#57606a' }
      })
    ),
    isOpen ? badge(x + width, y, '?') : '',
    node.truncated ? badge(x, y, '…') : ''
  )
}

/** A sign on the edge of a box. */
function badge(x: number, y: number, sign: string): string {
  return [
    tag('circle', { cx: x, cy: y, r: 9, fill: '#bc4c00' }),
    line({
      x,
      y: y + 4,
      text: sign,
      attributes: { 'text-anchor': 'middle', 'font-weight': 600, fill: '#ffffff' }
    })
  ].join('')
}

interface Texts {
  /** Which batch. */
  readonly head: string
  readonly mass: string
  /** What it is; who made it and where. */
  readonly lines: readonly string[]
}

/** What is written of a batch. */
export function textsOf(node: TreeNode): Texts {
  const { number, batch, product, massKg, organization, region, country, stage, status } = node
  const doubt = node.voided ? 'taken back' : status === 'clear' ? undefined : status
  const what = [doubt, product?.name ?? stage].filter(Boolean)
  const who = organization?.name ?? organization?.id.slice(0, 8)
  return {
    head: number ?? batch?.slice(0, 8) ?? 'withheld',
    mass: massKg === undefined ? '' : `${massKg} kg`,
    lines: [what.join(': '), [who, region ?? country].filter(Boolean).join(', ')]
  }
}
