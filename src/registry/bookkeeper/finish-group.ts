import { listSuspects } from '../../storage/books/corrections.ts'
import type { AcceptedEvent } from '../../storage/books/write/accepted.ts'
import type { Transaction } from '../../storage/database.ts'
import type { Stored } from './store-verdicts.ts'
import type { Answer, Unit } from './submission.ts'

/** The answers of each unit; `null` for a unit whose batches were busy and that must come again. */
export type GroupAnswers = readonly (readonly Answer[] | null)[]

/**
 * What is left once the rows are on their way: `judged` are those of the units that nobody kept waiting.
 * `inLine`: other groups are sent behind this one, so nothing is waited for that can be sent.
 */
export async function finish(
  tx: Transaction,
  units: readonly Unit[],
  judged: readonly Unit[],
  stored: Pick<Stored, 'accepted' | 'answers'>,
  { inLine = false }: { readonly inLine?: boolean } = {}
): Promise<GroupAnswers> {
  await listSuspects(tx, stored.accepted.flatMap(bornSuspect))
  for (const unit of judged) {
    const answers = stored.answers.get(unit) ?? []
    if (inLine && unit.alongsideOrFail) tx.send(unit.alongsideOrFail(answers))
    else await unit.alongside?.(tx, answers)
  }
  return units.map((unit) => stored.answers.get(unit) ?? null)
}

/** Outputs of suspect inputs wait for the same re-evaluation. */
export function bornSuspect({ effect, event, position }: AcceptedEvent) {
  return effect.newBatches
    .filter(({ state }) => state.status === 'suspect')
    .map(({ state }) => ({ batch: state.id, cause: event.id, position }))
}
