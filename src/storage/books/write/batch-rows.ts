import type { BatchState, Books } from '../../../domain/custody/books.ts'
import type { NewBatch } from '../../../domain/custody/effect.ts'
import { inDeficit } from '../../../domain/custody/reevaluate.ts'
import {
  elementsText,
  insertInto,
  type RowsStatement,
  StatementOnRows
} from '../../connection/statement.ts'
import { poolText } from '../pool-text.ts'
import type { AcceptedEvent, GroupBooks } from './accepted.ts'
import { BIRTH, type Births } from './births.ts'

const BATCH = insertInto('batch', [
  ['id', 'uuid'],
  ['organization', 'uuid'],
  ['number', 'text'],
  ['position', 'int8'],
  ['birth', 'int8'],
  ['drawn_ug', 'int8'],
  ['found_ug', 'int8'],
  ['found_parts', 'int8']
])

const BATCH_VERSION = insertInto('batch_version', [
  ['batch', 'uuid'],
  ['position', 'int8'],
  BIRTH,
  ['event', 'uuid'],
  ['number', 'text'],
  ['product_class', 'text'],
  ['product_name', 'text'],
  ['stage', 'text'],
  ['facility', 'uuid'],
  ['produced_at', 'timestamptz'],
  ['mass_ug', 'int8'],
  ['elements', 'text'],
  ['assay_limits', 'text'],
  ['custody_model', 'text'],
  ['disclosure', 'text'],
  ['epd', 'uuid'],
  ['hs_code', 'text'],
  ['flagged', 'bool'],
  ['pool', 'text'],
  ['declaration', 'text']
])

const VERSION_BODY = [
  ['batch', 'uuid'],
  ['position', 'int8'],
  ['event', 'uuid'],
  ['body', 'text']
] as const

const ORIGINS = insertInto('origin_version', VERSION_BODY)
const STEPS = insertInto('step_version', VERSION_BODY)

const STATUS = insertInto('status_version', [
  ['batch', 'uuid'],
  ['position', 'int8'],
  ['status', 'text'],
  ['cause', 'text']
])

/** A batch that is declared again may repeat its identifiers. */
const IDENTIFIER = insertInto(
  'batch_identifier',
  [
    ['batch', 'uuid'],
    ['scheme', 'text'],
    ['value', 'text'],
    ['position', 'int8']
  ],
  'on conflict do nothing'
)

const DRAWN = new StatementOnRows(
  'write_drawn',
  [
    ['id', 'uuid'],
    ['drawn', 'int8'],
    ['found', 'int8'],
    ['parts', 'int8']
  ],
  (source) =>
    `update batch set drawn_ug = drawn_ug + d.drawn, found_ug = found_ug + d.found, found_parts = d.parts
      from ${source} where batch.id = d.id returning 1`
)

const NUMBER = new StatementOnRows(
  'write_number',
  [
    ['id', 'uuid'],
    ['number', 'text']
  ],
  (source) =>
    `update batch set number = d.number from ${source}
      where batch.id = d.id and batch.number is distinct from d.number`
)

interface Made {
  readonly entry: AcceptedEvent
  readonly batch: NewBatch
}

function madeIn(accepted: readonly AcceptedEvent[]): Made[] {
  return accepted.flatMap((entry) => entry.effect.newBatches.map((batch) => ({ entry, batch })))
}

export function batchRows(
  accepted: readonly AcceptedEvent[],
  group: GroupBooks,
  births: Births
): (RowsStatement | null)[] {
  const made = madeIn(accepted)
  const packed = made.map(({ batch }) => group.packed.get(batch.state.lineage))
  const key = ({ entry, batch }: Made) => [batch.state.id, entry.position, batch.state.event]
  const identifiers = made.flatMap(({ entry, batch }) =>
    uniqueIdentifiers(batch.declaration.identifiers).map((item) => [
      batch.state.id,
      item.scheme,
      item.value,
      entry.position
    ])
  )
  return [
    BATCH.of(
      made
        .filter(({ batch }) => !group.loaded.batches.has(batch.state.id))
        .map((item) => batchRow(item, group.books, births))
    ),
    BATCH_VERSION.of(made.map((item) => versionRow(item, births))),
    ORIGINS.of(made.map((item, i) => [...key(item), packed[i]?.origins])),
    STEPS.of(made.map((item, i) => [...key(item), packed[i]?.steps])),
    STATUS.of(
      made
        .filter((item) => born(item) || group.loaded.batches.has(item.batch.state.id))
        .map((item) => statusRow(item, group.books))
    ),
    IDENTIFIER.of(identifiers),
    drawnUpdate(accepted, group),
    numberUpdate(made, group)
  ]
}

/** Each identifier once. */
export function uniqueIdentifiers(identifiers: NewBatch['declaration']['identifiers']) {
  return [...new Map(identifiers.map((item) => [`${item.scheme} ${item.value}`, item])).values()]
}

function batchRow({ entry, batch }: Made, books: Books, births: Births): unknown[] {
  const { id, organization, number } = batch.state
  const now = books.batches.get(id) ?? batch.state
  const at = [entry.position, births.get(id)]
  return [id, organization, number, ...at, `${now.drawnUg}`, `${now.foundUg}`, `${now.foundParts}`]
}

function versionRow({ entry, batch }: Made, births: Births): unknown[] {
  const { state, declaration } = batch
  return [
    state.id,
    entry.position,
    births.get(state.id),
    state.event,
    state.number,
    state.productClass,
    state.productName,
    state.stage,
    state.facility,
    // A pool is as new as the newest of what went in, whatever is recorded late.
    state.pool ? new Date(state.producedAt).toISOString() : entry.event.time,
    `${state.massUg}`,
    elementsText(state.elements),
    limitsText(state),
    state.custodyModel,
    state.disclosure,
    declaration.epd ?? null,
    declaration.hsCode ?? null,
    state.flagged,
    state.pool ? poolText(state.pool) : null,
    JSON.stringify(declaration)
  ]
}

export function limitsText(state: BatchState): string {
  const uncertainty = [...state.uncertainty].map(([element, { n, d }]) => [element, `${n}/${d}`])
  const bounds = [...state.bounds].map(([element, ug]) => [element, `${ug}`])
  const gained = [...state.gained].map(([element, ug]) => [element, `${ug}`])
  return JSON.stringify({
    closedFor: state.closedFor,
    unassayedUg: `${state.unassayedUg}`,
    uncertainty: Object.fromEntries(uncertainty),
    ...(bounds.length > 0 ? { bounds: Object.fromEntries(bounds) } : {}),
    ...(gained.length > 0 ? { gained: Object.fromEntries(gained) } : {})
  })
}

function born({ batch }: Made): boolean {
  return batch.state.status !== 'clear'
}

/** A batch that is declared again too small is suspect at once: more of it was used than there was. */
function statusRow({ entry, batch }: Made, books: Books): unknown[] {
  const { id, status } = batch.state
  const now = inDeficit(books, id) ? 'suspect' : status
  return [id, entry.position, now, entry.event.id]
}

/** A corrective event may mend the number too; what is free again may be given to another batch. */
function numberUpdate(made: readonly Made[], { loaded }: GroupBooks): RowsStatement | null {
  const again = made.filter(({ batch }) => loaded.batches.has(batch.state.id))
  return NUMBER.of(again.map(({ batch }) => [batch.state.id, batch.state.number]))
}

/** What left batches that existed before this group. */
function drawnUpdate(accepted: readonly AcceptedEvent[], group: GroupBooks): RowsStatement | null {
  const sums = new Map<string, { drawn: bigint; found: bigint }>()
  for (const { effect } of accepted) {
    for (const { batch, massUg, foundUg } of effect.draws) {
      if (!group.loaded.batches.has(batch)) continue
      const sum = sums.get(batch) ?? { drawn: 0n, found: 0n }
      sums.set(batch, { drawn: sum.drawn + massUg, found: sum.found + foundUg })
    }
  }
  const rows = [...sums].map(([id, { drawn, found }]) => {
    const parts = group.books.batches.get(id)?.foundParts ?? 0n
    return [id, `${drawn}`, `${found}`, `${parts}`]
  })
  return DRAWN.of(rows, rows.length)
}
