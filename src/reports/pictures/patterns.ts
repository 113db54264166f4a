import { tag } from '../render/svg.ts'

/** Stripes of what was declared, hatches of what nobody knows. */
export const PATTERNS = tag(
  'defs',
  {},
  tag(
    'pattern',
    {
      id: 'declared',
      width: 8,
      height: 8,
      patternUnits: 'userSpaceOnUse',
      patternTransform: 'rotate(45)'
    },
    tag('rect', { width: 3, height: 8, fill: '#ffffff', 'fill-opacity': '0.55' })
  ),
  tag(
    'pattern',
    {
      id: 'unknown',
      width: 6,
      height: 6,
      patternUnits: 'userSpaceOnUse',
      patternTransform: 'rotate(-45)'
    },
    tag('rect', { width: 6, height: 6, fill: '#eaeef2' }),
    tag('rect', { width: 1, height: 6, fill: '#8c959f' })
  )
)
