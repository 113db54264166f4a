import type { Column } from '../../connection/statement.ts'
import { birthAt } from '../birth.ts'
import type { AcceptedEvent, GroupBooks } from './accepted.ts'

/** Births of the batches that a group is the first to make, by batch. */
export type Births = ReadonlyMap<string, number>

export function birthsIn(accepted: readonly AcceptedEvent[], { loaded }: GroupBooks): Births {
  const births = new Map<string, number>()
  for (const { effect, position } of accepted) {
    for (const [line, { state }] of effect.newBatches.entries()) {
      if (!loaded.batches.has(state.id)) births.set(state.id, birthAt(position, line))
    }
  }
  return births
}

/** Of a batch that was there before the group, PostgreSQL looks the birth up beside `batch`. */
export const BIRTH: Column = [
  'birth',
  'int8',
  (element) => `(select known.birth from batch known where known.id = ${element('batch')})`
]
