import { formatKg } from '../../quantity/mass.ts'
import { add, compare, multiply, ONE, rational } from '../../quantity/rational.ts'
import type { PoolFacts } from '../campaign.ts'
import { heldIn } from '../campaign-mass.ts'
import type { Content } from '../content.ts'
import type { Draw } from '../draw.ts'
import type { BatchDeclaration } from '../event.ts'
import type { Review } from '../review.ts'
import type { StageFacts } from '../table.ts'
import { parameter } from './parameter.ts'
import { stagesOf } from './r08-balance.ts'
import { report } from './table.ts'

/** What goes into stages and what comes out of them. */
export interface MassFlow {
  readonly inUg: bigint
  readonly declarations: readonly BatchDeclaration[]
  /** Those that are not declared, as a closing inventory, stand behind. */
  readonly outputs: readonly Content[]
  readonly stages: readonly StageFacts[]
}

/**
 * R3: stages that change no composition add nothing, so no more comes out of them than went in, but for
 * what two scales may differ by. The tolerance of the balance is for assays and for what a process takes up:
 * material could be stored again and again, and be much more each time. What scales read beyond that is found
 * by a stocktake, whose tolerance counts once over the life of a batch. Swarf takes up grit and oxygen in machining.
 */
export function reviewMassGain(flow: MassFlow, pointer: string, review: Review): void {
  const { inUg, declarations, outputs, stages } = flow
  if (stages.length === 0 || stages.some(({ changesComposition }) => changesComposition)) return
  const { products, rules } = review.reference
  const merelyMoved = stages.every(({ order }) => order === null)
  const outUg = outputs.reduce((sum, { massUg }, index) => {
    const scrap = products.get(declarations[index]?.product.class ?? '')?.scrap ?? false
    return scrap && !merelyMoved ? sum : sum + massUg
  }, 0n)
  const most = multiply(rational(inUg), add(ONE, parameter(rules.r3.weighing)))
  if (compare(rational(outUg), most) <= 0) return
  review.findings.push(
    report('MB_MASS_GAIN', {
      pointer,
      message: `${formatKg(inUg)} kg became ${formatKg(outUg)} kg, though ${stages.map(({ id }) => id).join(', ')} adds nothing.`,
      expected: `at most ${formatKg(most.n / most.d)} kg (dry)`,
      actual: `${formatKg(outUg)} kg (dry)`,
      remedy:
        'Name every batch that went in, or check the masses. What the scales read more is recorded first, by a stocktake (adjust, increase).'
    })
  )
}

/** The same of an event of a campaign, by what is known to be in it, and of the inventory that is found at its end. */
export function reviewRunMass(
  run: {
    readonly facts: PoolFacts
    readonly draws: readonly Draw[]
    readonly declarations: readonly BatchDeclaration[]
    readonly outputs: readonly Content[]
    /** Undefined where none was stated. */
    readonly inventory: Content | undefined
  },
  review: Review
): void {
  const { facts, draws, declarations, inventory } = run
  const outputs = inventory ? [...run.outputs, inventory] : run.outputs
  const flow = { inUg: heldIn(draws), declarations, outputs, stages: stagesOf(facts, review) }
  reviewMassGain(flow, inventory ? '/closing/mass' : '/outputs', review)
}
