import { parseAmount } from '../domain/epd/amount.ts'
import type { Epd } from '../domain/epd/epd.ts'
import type { EpdTables } from '../domain/epd/table.ts'
import { compare } from '../domain/quantity/rational.ts'
import type { Loss } from './epd-codec.ts'
import { type Leaf, leavesOf } from './leaves.ts'

/** Why a format cannot hold what lies under a pointer; the longest pointer that fits decides. */
export type LossReasons = Readonly<Record<string, string>>

/**
 * What a declaration says and what was read back from the written document does not: found by
 * reading, so that no field can be forgotten. A whole part that is gone is one loss; numbers that are
 * the same number in another spelling are one loss together.
 */
export function lossesBetween(
  epd: Epd,
  back: Epd | null,
  tables: EpdTables,
  { reasons, otherwise }: { readonly reasons: LossReasons; readonly otherwise: string }
): Loss[] {
  const leaves = leavesOf(epd, tables)
  const kept = new Map(back ? leavesOf(back, tables).map(({ key, text }) => [key, text]) : [])
  const changed = leaves.filter(({ key, text }) => kept.get(key) !== text)
  const respelled = new Set(
    changed.filter((leaf) => leaf.number && sameNumber(leaf, kept.get(leaf.key)))
  )
  const lost = wholeParts(leaves, new Set(changed.filter((leaf) => !respelled.has(leaf))))
  return [
    ...lost.map((pointer) => ({
      of: 'declaration' as const,
      pointer,
      message: reasonFor(pointer, reasons) ?? otherwise
    })),
    ...spelling([...respelled])
  ]
}

function sameNumber({ text }: Leaf, other: string | undefined): boolean {
  const [stated, kept] = [parseAmount(text), parseAmount(other ?? '')]
  return stated !== null && kept !== null && compare(stated.value, kept.value) === 0
}

function spelling(respelled: readonly Leaf[]): Loss[] {
  const [example] = respelled
  if (!example) return []
  const message =
    respelled.length === 1
      ? `The number ${example.text} is spelled otherwise, and stays the same.`
      : `${respelled.length} numbers are spelled otherwise, and stay the same; ${example.text} is one.`
  return [{ of: 'declaration', pointer: respelled.length === 1 ? example.pointer : '', message }]
}

/** Figures are named one by one, or by indicator: nobody should have to guess which. */
const RESULTS = '/results'

/** The pointers of what is lost; of a part of which nothing is kept only the part. */
function wholeParts(leaves: readonly Leaf[], lost: ReadonlySet<Leaf>): string[] {
  const kept = new Set<string>()
  for (const leaf of leaves) {
    if (!lost.has(leaf)) for (const part of partsOf(leaf.pointer)) kept.add(part)
  }
  const whole = [...lost].map(({ pointer }) => {
    return partsOf(pointer).find((part) => !kept.has(part) && part !== RESULTS) ?? pointer
  })
  return [...new Set(whole)]
}

/** Every pointer on the way from the members of the document to the leaf. */
function partsOf(pointer: string): string[] {
  const steps = pointer.split('/').slice(1)
  return steps.map((_, index) => `/${steps.slice(0, index + 1).join('/')}`)
}

function reasonFor(pointer: string, reasons: LossReasons): string | undefined {
  if (reasons[pointer] !== undefined) return reasons[pointer]
  // A part that is gone as a whole is explained by what is said about anything in it.
  const inside = Object.entries(reasons).find(([part]) => part.startsWith(`${pointer}/`))
  if (inside) return inside[1]
  const around = partsOf(pointer)
    .toReversed()
    .find((part) => reasons[part] !== undefined)
  return around === undefined ? undefined : reasons[around]
}
