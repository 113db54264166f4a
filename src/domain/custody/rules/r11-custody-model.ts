import { parseOriginKey } from '../../lineage/key.ts'
import type { Lineage } from '../../lineage/share.ts'
import { WHOLE_MATERIAL } from '../../lineage/share.ts'
import { compare, multiply, rational } from '../../quantity/rational.ts'
import type { Draw } from '../draw.ts'
import { leavingElements } from '../element-mass.ts'
import type { CustodyModel } from '../event.ts'
import type { Review } from '../review.ts'
import { parameter } from './parameter.ts'
import { report } from './table.ts'

/** ISO 22095, strongest first. */
const LADDER: readonly CustodyModel[] = [
  'identity_preserved',
  'segregated',
  'controlled_blending',
  'mass_balance',
  'book_and_claim'
]

/**
 * The strongest model that is true of what these inputs make: the weakest of theirs; and an identity
 * is preserved only where material of different sources was not mixed (ISO 22095).
 */
export function strongestModel(draws: readonly Draw[], review: Review): CustodyModel {
  const rank = Math.max(...draws.map(({ batch }) => LADDER.indexOf(batch.custodyModel)))
  const weakest = LADDER[rank] ?? 'book_and_claim'
  return weakest === 'identity_preserved' && mixesSources(draws, review) ? 'segregated' : weakest
}

/**
 * True where several batches bring the same rare earth (or, without any, the same material), unless
 * the books know that all of it has one source. Iron and boron in an alloy take nothing from the
 * identity of its rare earths.
 */
function mixesSources(draws: readonly Draw[], review: Review): boolean {
  const brought = draws.map((draw) => ({ batch: draw.batch, elements: rareEarthsIn(draw, review) }))
  const rareEarths = new Set(brought.flatMap(({ elements }) => elements))
  const kinds = rareEarths.size > 0 ? rareEarths : [WHOLE_MATERIAL]
  return [...kinds].some((kind) => {
    const bringing =
      kind === WHOLE_MATERIAL ? brought : brought.filter(({ elements }) => elements.includes(kind))
    if (new Set(bringing.map(({ batch }) => batch.id)).size < 2) return false
    const sources = new Set(bringing.map(({ batch: { lineage } }) => sourceOf(lineage, kind)))
    return sources.size > 1 || sources.has(null)
  })
}

/** Those that are more than an impurity of it. */
function rareEarthsIn({ batch, massUg }: Draw, { reference }: Review): string[] {
  const least = multiply(rational(massUg), parameter(reference.rules.r5.targetShare))
  return [...leavingElements(batch, massUg)].flatMap(([element, ug]) =>
    reference.chemistry.rareEarths.has(element) && compare(rational(ug), least) >= 0 ? element : []
  )
}

/** The one place that all of it comes from; null where there are several or it is unknown. */
function sourceOf({ origins }: Lineage, kind: string): string | null {
  const [only, other] = origins.get(kind) ?? origins.get(WHOLE_MATERIAL) ?? []
  return !only || other || parseOriginKey(only.key).kind === 'unknown' ? null : only.key
}

/** R11: a model may be kept or weakened, never strengthened. Returns the model of the output. */
export function outputModel(
  stated: CustodyModel | undefined,
  strongest: CustodyModel,
  pointer: string,
  review: Review
): CustodyModel {
  if (stated === undefined) return strongest
  if (LADDER.indexOf(stated) < LADDER.indexOf(strongest)) {
    review.findings.push(
      report('CUSTODY_MODEL_UPGRADE', {
        pointer: `${pointer}/custodyModel`,
        message: `What these inputs make is ${strongest} at best, so the output cannot be ${stated}.`,
        expected: LADDER.slice(LADDER.indexOf(strongest)).join(', '),
        actual: stated,
        remedy:
          'State the weakest model of the inputs (segregated where lots of several sources are mixed), or leave it out.'
      })
    )
  }
  return stated
}
