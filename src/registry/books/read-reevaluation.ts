import { RegistryError } from '../../errors.ts'
import { reevaluationProgress } from '../../storage/books/corrections.ts'
import type { Deps, Principal } from '../deps.ts'

/** How far the job after a correction is, for the organization that corrected. */
export async function readReevaluation(deps: Deps, principal: Principal, id: string) {
  const progress = await reevaluationProgress(deps.db, id)
  if (!progress || progress.organization !== principal.organization) {
    throw new RegistryError('NOT_FOUND', `There is no correction ${id} of yours.`)
  }
  const { cause, position, affected, pending } = progress
  return { event: cause, position, affected, pending, done: pending === 0 }
}
