import { elementsText, insertInto, type RowsStatement } from '../../connection/statement.ts'
import type { AcceptedEvent } from './accepted.ts'
import { BIRTH, type Births } from './births.ts'

const EVENT_INPUT = insertInto('event_input', [
  ['event', 'uuid'],
  ['line', 'int2'],
  ['batch', 'uuid'],
  ['mass_ug', 'int8'],
  ['elements', 'text'],
  ['position', 'int8'],
  BIRTH
])

const EVENT_OUTPUT = insertInto('event_output', [
  ['event', 'uuid'],
  ['line', 'int2'],
  ['batch', 'uuid'],
  ['mass_ug', 'int8'],
  ['position', 'int8'],
  BIRTH
])

export function edgeRows(
  accepted: readonly AcceptedEvent[],
  births: Births
): (RowsStatement | null)[] {
  const inputs = accepted.flatMap(({ event, position, effect }) =>
    effect.inputs.map((input, line) => [
      event.id,
      line,
      input.batch,
      `${input.massUg}`,
      elementsText(input.elements),
      position,
      births.get(input.batch)
    ])
  )
  const outputs = accepted.flatMap(({ event, position, effect }) =>
    effect.newBatches.map(({ state }, line) => [
      event.id,
      line,
      state.id,
      `${state.massUg}`,
      position,
      births.get(state.id)
    ])
  )
  return [EVENT_INPUT.of(inputs), EVENT_OUTPUT.of(outputs)]
}
