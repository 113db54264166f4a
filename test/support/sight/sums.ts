/** Totals of answers in which something is withheld. */

import { ancestorsOf } from './oracle.ts'
import type { BatchName } from './plan.ts'
import { BATCH_NAMES, BATCHES } from './plan.ts'

const PARTS = 10n ** 12n

/** Decimal text in parts per 10^12, exact. */
function parts(text: string): bigint {
  const [whole = '0', decimals = ''] = text.split('.')
  return BigInt(whole) * PARTS + BigInt(decimals.padEnd(12, '0'))
}

function sum(texts: readonly string[]): bigint {
  return texts.reduce((total, text) => total + parts(text), 0n)
}

interface Edge {
  readonly massKg?: string
  readonly share?: string
}

interface GraphBody {
  readonly nodes: readonly { readonly depth: number; readonly massKg?: string }[]
  readonly events: readonly {
    readonly inputs: readonly Edge[]
    readonly omitted?: { readonly share?: string }
  }[]
  readonly beyond: readonly { readonly batches: number; readonly massKg: string }[]
}

/** Events of an upstream answer whose shares do not add up to exactly 1. */
export function unbalancedEvents({ events }: GraphBody): number {
  return events.filter(({ inputs, omitted }) => {
    const shares = [...inputs, ...(omitted ? [omitted] : [])].flatMap(({ share }) => share ?? [])
    return shares.length > 0 && sum(shares) !== PARTS
  }).length
}

/** What a downstream answer must add up to: every descendant and its mass, whoever asks. */
export function descendantsOf(batch: BatchName): {
  readonly batches: number
  readonly mass: bigint
} {
  const made = BATCH_NAMES.filter((other) => ancestorsOf(other).has(batch))
  return { batches: made.length, mass: sum(made.map((name) => BATCHES[name].mass)) }
}

export function toldDownstream({ nodes, beyond }: GraphBody) {
  const shown = nodes.filter(({ depth }) => depth > 0)
  const counted = beyond.reduce((total, { batches }) => total + batches, 0)
  const masses = [...shown, ...beyond].map(({ massKg }) => massKg ?? '0')
  return { batches: shown.length + counted, mass: sum(masses) }
}

interface OriginsBody {
  readonly elements: readonly {
    readonly element: string
    readonly unknown: string
    readonly feed: Readonly<Record<string, string>>
    readonly shares: readonly {
      readonly country: string | null
      readonly basis: string
      readonly share: string
    }[]
  }[]
}

/** Elements of an origins answer whose shares, or whose feed classes, do not add up to exactly 1. */
export function unbalancedElements({ elements }: OriginsBody): readonly string[] {
  return elements
    .filter(
      ({ shares, unknown, feed }) =>
        sum([...shares.map(({ share }) => share), unknown]) !== PARTS ||
        sum(Object.values(feed)) !== PARTS
    )
    .map(({ element }) => element)
}

/** Shares by element, basis and country: the same whether the parties are named or withheld. */
export function byCountry({ elements }: OriginsBody): Readonly<Record<string, string>> {
  const sums = new Map<string, bigint>()
  for (const { element, shares, unknown } of elements) {
    sums.set(`${element} unknown`, parts(unknown))
    for (const { country, basis, share } of shares) {
      const key = `${element} ${basis} ${country}`
      sums.set(key, (sums.get(key) ?? 0n) + parts(share))
    }
  }
  return Object.fromEntries([...sums].toSorted().map(([key, value]) => [key, `${value}`]))
}

/** Elements of a CSV of origins that do not add up to exactly 1. */
export function unbalancedLines(csv: string): readonly string[] {
  const [header = '', ...lines] = csv.trimEnd().split('\r\n')
  const columns = header.split(',')
  const [element, share] = [columns.indexOf('element'), columns.indexOf('share_fraction')]
  const sums = new Map<string, bigint>()
  for (const line of lines) {
    const cells = line.split(',')
    const name = cells[element] ?? ''
    sums.set(name, (sums.get(name) ?? 0n) + parts(cells[share] ?? ''))
  }
  return [...sums].filter(([, total]) => total !== PARTS).map(([name]) => name)
}
