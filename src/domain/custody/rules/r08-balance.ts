import type { Finding } from '../../finding.ts'
import { formatKg } from '../../quantity/mass.ts'
import type { Rational } from '../../quantity/rational.ts'
import { compare, multiply, rational, subtract } from '../../quantity/rational.ts'
import type { PoolFacts } from '../campaign.ts'
import { lifeBalance } from '../campaign-flow.ts'
import type { Review } from '../review.ts'
import type { StageFacts } from '../table.ts'
import { parameter } from './parameter.ts'
import type { Balance } from './r03-balance.ts'
import { balanceOf, elementsOut, reviewElement, toleranceOf } from './r03-balance.ts'
import { report, reportLesser } from './table.ts'

/**
 * R8: a campaign never gives more of an element than it holds. The tolerance of R3 is applied to the
 * totals over its life, so it cannot be used again and again. What a correction showed to be missing
 * before is not held against an event that brings at least as much as it takes: it happened, too, and
 * what comes of the pool stays contested with the pool.
 */
export function reviewPool(
  facts: PoolFacts,
  event: { readonly balance: Balance; readonly pending: boolean },
  review: Review
): void {
  const balance = lifeBalance(facts)
  const { rareEarths } = review.reference.chemistry
  for (const element of elementsOut(balance)) {
    const found: Review = { ...review, findings: [] }
    reviewElement(element, balance, stagesOf(facts, review), found)
    const { inUg, outUg } = balanceOf(element, event.balance, rareEarths.has(element))
    const tell = outUg > inUg ? report : reportLesser
    for (const finding of found.findings) {
      const gain = finding.code === 'MB_ELEMENT_GAIN'
      review.findings.push(
        gain ? tell('CAMPAIGN_OVERDRAWN', overdrawn(finding, facts, event.pending)) : finding
      )
    }
  }
}

function overdrawn({ expected, actual, message }: Finding, facts: PoolFacts, pending: boolean) {
  return {
    pointer: facts.closed ? '/closing' : '/campaign',
    message: `Over the whole campaign: ${message}`,
    ...(expected === undefined ? {} : { expected }),
    ...(actual === undefined ? {} : { actual }),
    remedy: pending
      ? 'What is in the campaign is evaluated again after a correction: try again when that is done, then check masses and assays.'
      : 'Record what was fed into the campaign first, or check masses and assays.'
  }
}

/**
 * R7: nothing comes out, and nothing is found at the end, before anything went in. Where nothing ever
 * did, the balance says so.
 */
export function reviewFed({ fedMs, closed }: PoolFacts, atMs: number, review: Review): void {
  if (fedMs === null || atMs >= fedMs) return
  review.findings.push(
    report('DATE_ORDER', {
      pointer: '/time',
      message: closed
        ? 'The campaign is closed before anything was fed into it.'
        : 'Something comes out of the campaign before anything was fed into it.',
      expected: `at or after ${new Date(fedMs).toISOString()}`,
      actual: new Date(atMs).toISOString(),
      remedy: 'Check the time of this event and of the events that fed the campaign.'
    })
  )
}

/**
 * R8: what is missing of a main element at the end is no more than its stages can lose, as in R5 for
 * a single event; more than they usually lose is a warning.
 */
export function reviewLoss(facts: PoolFacts, review: Review): void {
  const { rules, chemistry } = review.reference
  const usual = leastRecovery('recoveryTypical', facts, review)
  const possible = leastRecovery('recoveryHard', facts, review)
  const balance = lifeBalance(facts)
  const sides = rules.r3.balanceSet.map((element) => ({
    element,
    ...balanceOf(element, balance, chemistry.rareEarths.has(element))
  }))
  const fedUg = sides.reduce((sum, { inUg }) => sum + inUg, 0n)
  for (const { element, inUg, outUg } of sides) {
    const target = compare(rational(inUg), multiply(rational(fedUg), TARGET_SHARE)) >= 0
    if (inUg === 0n || !target) continue
    const expected = multiply(rational(inUg), usual)
    if (compare(rational(outUg), expected) >= 0) continue
    const impossible = compare(rational(outUg), multiply(rational(inUg), possible)) < 0
    const tell = impossible ? report : reportLesser
    review.findings.push(
      tell('CAMPAIGN_LOSS', {
        pointer: '/closing',
        message: `${formatKg(inUg - outUg)} kg of the ${formatKg(inUg)} kg ${element} that went in are not accounted for.`,
        expected: `at least ${formatKg(expected.n / expected.d)} kg in outputs, residues, losses and the closing inventory`,
        actual: `${formatKg(outUg)} kg`,
        remedy:
          'Check the closing inventory; residues and losses are declared with a transform of the campaign before it is closed.'
      })
    )
  }
}

/** An element that is less of what went in than this is not what the campaign is run for. */
const TARGET_SHARE = rational(1n, 100n)

/** The lower ends of the bands of all stages, less the tolerance of the balance. */
function leastRecovery(
  band: 'recoveryTypical' | 'recoveryHard',
  facts: PoolFacts,
  review: Review
): Rational {
  const stages = stagesOf(facts, review)
  const kept = stages.reduce((share, stage) => {
    const low = stage[band]?.[0]
    return low === undefined ? share : multiply(share, multiply(parameter(low), rational(1n, 100n)))
  }, rational(1n))
  const least = subtract(kept, toleranceOf(stages, review.reference.rules))
  return least.n > 0n ? least : rational(0n)
}

/** The stages that a campaign has performed so far. */
export function stagesOf(facts: PoolFacts, review: Review): StageFacts[] {
  return facts.stages.flatMap((stage) => review.reference.stages.get(stage) ?? [])
}
