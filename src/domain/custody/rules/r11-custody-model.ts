import type { CustodyModel } from '../event.ts'
import type { Review } from '../review.ts'
import { report } from './table.ts'

/** ISO 22095, strongest first. */
const LADDER: readonly CustodyModel[] = [
  'identity_preserved',
  'segregated',
  'controlled_blending',
  'mass_balance',
  'book_and_claim'
]

/** The weakest of the models of the inputs. */
export function weakestModel(models: readonly CustodyModel[]): CustodyModel {
  const rank = Math.max(...models.map((model) => LADDER.indexOf(model)))
  return LADDER[rank] ?? 'book_and_claim'
}

/** R11: a model may be kept or weakened, never strengthened. Returns the model of the output. */
export function outputModel(
  stated: CustodyModel | undefined,
  inputs: CustodyModel,
  pointer: string,
  review: Review
): CustodyModel {
  if (stated === undefined) return inputs
  if (LADDER.indexOf(stated) < LADDER.indexOf(inputs)) {
    review.findings.push(
      report('CUSTODY_MODEL_UPGRADE', {
        pointer: `${pointer}/custodyModel`,
        message: `An input is ${inputs}, so the output cannot be ${stated}.`,
        expected: LADDER.slice(LADDER.indexOf(inputs)).join(', '),
        actual: stated,
        remedy: 'State the weakest model of the inputs, or leave it out.'
      })
    )
  }
  return stated
}
