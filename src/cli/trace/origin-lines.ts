import type { ElementView, OriginLine } from '../../registry/trace/trace-origins-view.ts'
import type { Terminal } from '../terminal.ts'
import { sumOfShares } from './numbers.ts'

const BAR_WIDTH = 24

const KINDS: Readonly<Record<string, string>> = {
  mine: 'mined',
  declared: 'declared',
  post_consumer: 'recycled, post-consumer',
  pre_consumer: 'recycled, pre-consumer',
  pickup: 'picked up from equipment'
}

/** Decimal fractions have at most 12 digits behind the point. */
const SHARE_WIDTH = 14

/** Where an element comes from, largest part first, `unknown` last, and the exact sum. */
export function originLines(view: ElementView, style: Terminal['style']): readonly string[] {
  const known = view.shares.map(
    (line) => `${line.share.padEnd(SHARE_WIDTH)}  ${style('green', bar(line.share))}  ${from(line)}`
  )
  const unknown =
    view.unknown === '0'
      ? []
      : [
          `${view.unknown.padEnd(SHARE_WIDTH)}  ${style('yellow', bar(view.unknown))}  unknown: nobody has told`
        ]
  const sum = sumOfShares([...view.shares.map((line) => line.share), view.unknown])
  return [...known, ...unknown, `${sum.padEnd(SHARE_WIDTH)}  ${style('dim', 'together, exactly')}`]
}

/** At least one block for what is there at all. */
function bar(text: string): string {
  const blocks = Math.max(1, Math.round(Number(text) * BAR_WIDTH))
  return '█'.repeat(blocks).padEnd(BAR_WIDTH)
}

function from({ kind, country, party, withheld }: OriginLine): string {
  const who = party?.name ?? (withheld ? '(withheld)' : undefined)
  return [KINDS[kind] ?? kind, who, country ?? 'country unknown']
    .filter((text) => text !== undefined)
    .join(', ')
}
