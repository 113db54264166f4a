import type { BatchState } from './books.ts'
import type { ElementMasses } from './campaign.ts'
import type { Content } from './content.ts'
import type { Draw } from './draw.ts'
import { leavingElements } from './element-mass.ts'
import { foundShare } from './finds.ts'
import type { Review } from './review.ts'
import type { Balance, ElementBalance } from './rules/r03-balance.ts'
import { balanceOf, elementsOut, forgivenUg, isUnexplained } from './rules/r03-balance.ts'
import { reviewRepeatedGain } from './rules/r03-repeated.ts'
import type { StageFacts } from './table.ts'

/** Of an element, what comes out of an event though it never went in. */
export interface Gain {
  /** All that comes out, residues and losses too. */
  readonly outUg: bigint
  /** Of that, what was gained by this event and those before it, less what was lost since. */
  readonly gainedUg: bigint
  /** What this event gained; in a campaign beyond what events of it gained before. */
  readonly newUg: bigint
  /** Of that, what this event gained though the tolerance was used up: nobody knows where it is from. */
  readonly unknownUg: bigint
}

export type Gains = ReadonlyMap<string, Gain>

/** What the tolerance of R3 counts once over. */
export interface GainScope {
  readonly balance: Balance
  readonly stages: readonly StageFacts[]
  /** What of that which went in had been gained before. */
  readonly gained: ElementMasses
  /** Of a campaign, what events of it gained before, as it was counted. */
  readonly counted?: ElementMasses
}

/**
 * R3, repeated: each event is forgiven the tolerance, since every assay is uncertain. Measured again and
 * again, honest material is once a little more and once a little less, around what it is. So what is gained
 * goes on with the material, a loss takes it away first, and all events of a chain together gain no more of
 * known origin than one may. What exceeds that is accepted and told; it is of unknown origin.
 */
export function gainsOf(
  event: { readonly balance: Balance; readonly draws: readonly Draw[] },
  scope: GainScope,
  review: Review
): Gains {
  const { rules, chemistry } = review.reference
  const gains = new Map<string, Gain>()
  const gained = gainedInAll(event.draws)
  const { inputs, outputs } = event.balance
  // What is less than a microgram stays where it was, draw by draw: that is not gained by anybody.
  const roundingUg = BigInt(inputs.length + outputs.length)
  for (const element of elementsOut(event.balance)) {
    if (!rules.lineageElements.includes(element) || !rules.r3.balanceSet.includes(element)) continue
    const rareEarth = chemistry.rareEarths.has(element)
    const sides = balanceOf(element, event.balance, rareEarth)
    const earlierUg = scope.counted?.get(element) ?? 0n
    const alone = scope.balance === event.balance
    const over = alone ? sides : balanceOf(element, scope.balance, rareEarth)
    const newUg = atLeastZero(newlyGained(over) - earlierUg)
    const broughtUg = scope.gained.get(element) ?? 0n
    const leftUg = atLeastZero(
      forgivenUg(over.inUg - broughtUg, scope, review) - broughtUg - earlierUg
    )
    const unknownUg = atLeastZero(newUg - leftUg - roundingUg)
    const lostUg = atLeastZero(sides.inUg - sides.outUg)
    const gainedUg = atLeastZero((gained.get(element) ?? 0n) + newUg - lostUg)
    if (gainedUg === 0n && newUg === 0n) continue
    gains.set(element, { outUg: sides.outUg, gainedUg, newUg, unknownUg })
    const told = unknownUg > 0n && !isUnexplained(element, scope.balance, scope.stages, review)
    if (told)
      reviewRepeatedGain({ element, newUg, unknownUg, gainedUg, outUg: sides.outUg }, review)
  }
  return gains
}

/** What comes out beyond what went in, and beyond what silent and bounded assays leave open. */
function newlyGained({ inUg, outUg, silentUg, boundedUg }: ElementBalance): bigint {
  return atLeastZero(outUg - inUg - silentUg - boundedUg)
}

/** What of the elements of a drawn part was gained on the way; a microgram that rounding leaves counts. */
function gainedIn(draw: Draw): ElementMasses {
  const { batch, massUg } = draw
  if (batch.gained.size === 0 && batch.foundUg <= 0n) return batch.gained
  const gained = new Map<string, bigint>()
  for (const [element, drawnUg] of leavingElements(batch, massUg)) {
    const ug = gainedShare(batch, element, massUg) + foundShare(draw, drawnUg)
    if (ug > 0n) gained.set(element, ug < drawnUg ? ug : drawnUg)
  }
  return gained
}

function gainedShare({ gained, massUg: wholeUg }: BatchState, element: string, massUg: bigint) {
  return roundedUp((gained.get(element) ?? 0n) * massUg, wholeUg)
}

/** What of an output was gained: its part of all that comes out. */
export function gainedOf({ elements }: Content, gains: Gains): ElementMasses {
  const gained = new Map<string, bigint>()
  for (const [element, { gainedUg, outUg }] of gains) {
    const ug = roundedUp(gainedUg * (elements.get(element) ?? 0n), outUg)
    if (ug > 0n) gained.set(element, ug)
  }
  return gained
}

/** What events of a campaign gained with this one. A later feed makes up for it; it was gained all the same. */
export function countedWith(before: ElementMasses, gains: Gains): ElementMasses {
  const counted = new Map(before)
  for (const [element, { newUg }] of gains) {
    if (newUg > 0n) counted.set(element, (counted.get(element) ?? 0n) + newUg)
  }
  return new Map([...counted].sort(([a], [b]) => (a < b ? -1 : 1)))
}

/** The sums, by element. */
export function gainedInAll(draws: readonly Draw[]): ElementMasses {
  const sums = new Map<string, bigint>()
  for (const draw of draws) {
    for (const [element, ug] of gainedIn(draw)) sums.set(element, (sums.get(element) ?? 0n) + ug)
  }
  return sums
}

function roundedUp(n: bigint, d: bigint): bigint {
  return (n + d - 1n) / d
}

function atLeastZero(ug: bigint): bigint {
  return ug > 0n ? ug : 0n
}
