import { formatKg } from '../../quantity/mass.ts'
import { add, compare, multiply, ONE, rational } from '../../quantity/rational.ts'
import type { MagnetMass } from '../campaign.ts'
import type { Content } from '../content.ts'
import type { Draw } from '../draw.ts'
import type { BatchDeclaration } from '../event.ts'
import type { Review } from '../review.ts'
import type { StageFacts } from '../table.ts'
import { parameter } from './parameter.ts'
import { readable } from './percentage.ts'
import { report } from './table.ts'

const COATING = 'coating'
const MAGNET = 'magnet'

/** The magnets among what goes in and what comes out. */
export function magnetMass(
  run: {
    readonly inputs: readonly Draw[]
    readonly declarations: readonly BatchDeclaration[]
    readonly outputs: readonly Content[]
  },
  review: Review
): MagnetMass {
  const isMagnet = (id: string) => review.reference.products.get(id)?.family === MAGNET
  const inUg = run.inputs
    .filter(({ batch }) => isMagnet(batch.productClass))
    .reduce((sum, draw) => sum + draw.massUg, 0n)
  const outUg = run.declarations.reduce(
    (sum, { product }, index) =>
      isMagnet(product.class) ? sum + (run.outputs[index]?.massUg ?? 0n) : sum,
    0n
  )
  return { inUg, outUg }
}

/** R5: coated magnets weigh at most what went in as magnets, and a coating. */
export function reviewCoating(
  { inUg, outUg, stages }: MagnetMass & { readonly stages: readonly StageFacts[] },
  review: Review
): void {
  if (!stages.some(({ id }) => id === COATING)) return
  const gain = parameter(review.reference.rules.r5.coatingMassGain)
  if (inUg === 0n || compare(rational(outUg), multiply(rational(inUg), add(ONE, gain))) <= 0) return
  review.findings.push(
    report('COATING_MASS', {
      pointer: '/outputs',
      message: `${formatKg(inUg)} kg of magnets became ${formatKg(outUg)} kg by coating.`,
      expected: `at most ${readable(multiply(gain, rational(100n)))} % more than went in`,
      actual: `${readable(rational((outUg - inUg) * 100n, inUg))} % more`,
      remedy: 'Check the masses; name every batch of magnets that went in.'
    })
  )
}
