import type { NewBatch } from '../../../domain/custody/effect.ts'
import { insertInto, type RowsStatement } from '../../connection/statement.ts'
import { birthAt } from '../birth.ts'
import { type MadeFirst, madeText } from '../made-text.ts'
import type { AcceptedEvent } from './accepted.ts'
import type { Births } from './births.ts'

const EVENT_MADE = insertInto('event_made', [
  ['position', 'int8'],
  ['body', 'text']
])

/** Nothing of an event that makes again what another had made: its edges and versions tell of it. */
export function madeRows(accepted: readonly AcceptedEvent[], births: Births): RowsStatement | null {
  const rows = accepted.flatMap(({ position, effect }) => {
    const text = firstMade(position, effect.newBatches, births)
    return text === null ? [] : [[position, text]]
  })
  return EVENT_MADE.of(rows)
}

/** `event_made.body` of an event; null where there is none. */
export function firstMade(
  position: number,
  batches: readonly NewBatch[],
  births: Pick<Births, 'get'>
): string | null {
  if (batches.length === 0) return null
  const made: MadeFirst[] = []
  for (const [line, { state }] of batches.entries()) {
    const birth = birthAt(position, line)
    if (births.get(state.id) !== birth) return null
    const { id: batch, massUg, number, pool, disclosure } = state
    const { productClass, productName, stage, facility, custodyModel } = state
    // A pool is as new as the newest of what went in, whatever is recorded late.
    const producedAt = pool ? new Date(state.producedAt).toISOString() : null
    const look = {
      productClass,
      productName,
      stage,
      facility,
      producedAt,
      custodyModel,
      disclosure
    }
    made.push({ birth, batch, massUg, number, look })
  }
  return madeText(position, made)
}
