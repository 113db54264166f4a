import { WHOLE } from '../lineage/share.ts'
import { ceiling, floor, multiplyUnreduced, type Rational, ratio } from '../quantity/rational.ts'
import type { BatchState } from './books.ts'
import type { Draw } from './draw.ts'
import type { Review } from './review.ts'
import { parameter } from './rules/parameter.ts'
import { toleranceOf } from './rules/r03-balance.ts'

/** `foundParts` of a batch of which everything that is there was found. */
const ALL = BigInt(WHOLE)

/**
 * `foundParts` after a stocktake. What is found is spread over what is there then, and nothing that was used before has
 * a part of it. A find that is taken back (negative) leaves its part with the others, where there are others: what of
 * it was used meanwhile nobody knows.
 */
export function foundPartsAfter(state: BatchState, foundUg: bigint): bigint {
  const { massUg, drawnUg, foundParts } = state
  if (foundUg === 0n) return foundParts
  if (foundUg < 0n) return state.foundUg + foundUg > 0n ? foundParts : 0n
  const thereUg = massUg > drawnUg ? massUg - drawnUg : 0n
  return ceiling(ratio(foundParts * thereUg + foundUg * ALL, thereUg + foundUg))
}

/**
 * What of `ug` of an element that is drawn was found, rounded up: it went in nowhere. Whoever draws more than the batch
 * weighed gets no element for that.
 */
export function foundShare({ batch, massUg, again }: Draw, ug: bigint): bigint {
  const wholeUg = batch.massUg
  const [beyondUg, withinUg] = massUg > wholeUg ? [massUg - wholeUg, wholeUg] : [0n, massUg]
  // Whether it was drawn before anything was found is not known any more: it has its part of all that ever was.
  const foundUg = again ? batch.foundUg : ceiling(ratio(massUg * batch.foundParts, ALL))
  const countedUg = foundUg - beyondUg
  if (countedUg <= 0n) return 0n
  return ceiling(ratio(ug * countedUg, again ? wholeUg + countedUg : withinUg))
}

/**
 * What stocktakes may find of a batch in all, micrograms. What is found has the origins of the batch, so there is one
 * tolerance for it and for what the events before gained.
 */
export function mostFoundUg(batch: BatchState, review: Review): bigint {
  const { massUg, elements, gained } = batch
  const tolerance = toleranceOfBatch(batch, review)
  const allowanceUg = partOf(massUg, parameter(review.reference.rules.r3.outputMassAllowance))
  let mostUg = partOf(massUg, tolerance)
  for (const [element, gainedUg] of gained) {
    const ug = elements.get(element) ?? 0n
    if (ug === 0n) continue
    const leftUg = partOf(ug - gainedUg, tolerance) + allowanceUg - gainedUg
    const foundUg = leftUg > 0n ? (leftUg * massUg) / ug : 0n
    if (foundUg < mostUg) mostUg = foundUg
  }
  return mostUg
}

/** The tolerance of the stage that made it. */
export function toleranceOfBatch({ stage }: BatchState, { reference }: Review): Rational {
  const known = reference.stages.get(stage ?? '')
  return toleranceOf(known ? [known] : [], reference.rules)
}

/** Rounded down. */
export function partOf(ug: bigint, part: Rational): bigint {
  return floor(multiplyUnreduced({ n: ug, d: 1n }, part))
}
