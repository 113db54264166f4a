import type { ElementView, OriginLine } from '../../registry/trace-origins-view.ts'
import type { Terminal } from '../terminal.ts'
import { percent, sumOfShares } from './numbers.ts'

const BAR_WIDTH = 28

const KINDS: Readonly<Record<string, string>> = {
  mine: 'mined',
  declared: 'declared',
  post_consumer: 'recycled, post-consumer',
  pre_consumer: 'recycled, pre-consumer',
  pickup: 'picked up from equipment'
}

/** Where an element comes from, largest part first, `unknown` last, and the exact sum. */
export function originLines(view: ElementView, style: Terminal['style']): readonly string[] {
  const known = view.shares.map(
    (line) => `${share(line.share)}  ${style('green', bar(line.share))}  ${from(line)}`
  )
  const unknown =
    view.unknown === '0'
      ? []
      : [`${share(view.unknown)}  ${style('yellow', bar(view.unknown))}  unknown: nobody has told`]
  const sum = sumOfShares([...view.shares.map((line) => line.share), view.unknown])
  return [...known, ...unknown, style('dim', `the parts add up to exactly ${sum}`)]
}

function share(text: string): string {
  return `${percent(text).padStart(6)} %`
}

/** At least one block for what is there at all. */
function bar(text: string): string {
  const blocks = Math.max(1, Math.round(Number(text) * BAR_WIDTH))
  return '█'.repeat(blocks).padEnd(BAR_WIDTH)
}

function from({ kind, country, region, party, withheld }: OriginLine): string {
  const who = party?.name ?? (withheld ? '(withheld)' : undefined)
  return [KINDS[kind] ?? kind, who, region ?? country ?? 'country unknown']
    .filter((text) => text !== undefined)
    .join(', ')
}
