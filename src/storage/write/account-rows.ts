import { arrayParameter } from '../array-parameter.ts'
import type { AcceptedEvent, GroupBooks } from './accepted.ts'
import { signedBalances } from './signed-balances.ts'
import type { Column, Statement } from './statement.ts'
import { elementsText, insert } from './statement.ts'

const ACCOUNT: readonly Column[] = [
  ['id', 'uuid'],
  ['batch', 'uuid'],
  ['custodian', 'uuid'],
  ['owner', 'uuid'],
  ['place', 'text'],
  ['balance_ug', 'int8'],
  ['deficit_ug', 'int8'],
  ['position', 'int8']
]

const POSTING: readonly Column[] = [
  ['position', 'int8'],
  ['line', 'int4'],
  ['event', 'uuid'],
  ['account', 'uuid'],
  ['batch', 'uuid'],
  ['mass_ug', 'int8'],
  ['balance_ug', 'int8'],
  ['elements', 'text']
]

export function accountRows(
  all: readonly AcceptedEvent[],
  group: GroupBooks
): (Statement | null)[] {
  const accepted = all.filter(({ effect }) => !effect.undoing)
  const opened = new Map<string, unknown[]>()
  const moved = new Map<string, bigint>()
  const postings: unknown[][] = []
  for (const { booked, position, event } of accepted) {
    booked.forEach((posting, line) => {
      const { batch, custodian, owner, place } = posting.account
      const id = posting.accountId
      const elements = posting.elements ? elementsText(posting.elements) : null
      const masses = [`${posting.massUg}`, `${posting.balanceUg}`]
      postings.push([position, line, event.id, id, batch, ...masses, elements])
      if (group.loaded.accounts.has(id)) {
        moved.set(id, (moved.get(id) ?? 0n) + posting.massUg)
      } else {
        const since = opened.get(id)?.[7] ?? position
        opened.set(id, [id, batch, custodian, owner, place, `${posting.balanceUg}`, '0', since])
      }
    })
  }
  return [
    ...balances(accepted, moved, group),
    insert('account', ACCOUNT, [...opened.values()]),
    insert('posting', POSTING, postings)
  ]
}

/** A corrective event may fill an account that is in deficit; it has the books to itself. */
function balances(
  accepted: readonly AcceptedEvent[],
  moved: ReadonlyMap<string, bigint>,
  group: GroupBooks
): (Statement | null)[] {
  if (!accepted.some(({ event }) => event.corrects !== undefined)) return [balanceUpdate(moved)]
  const batches = accepted.flatMap(({ booked }) => booked.map(({ account }) => account.batch))
  return signedBalances(batches, group.books)
}

/** Drawing is conditional: no account can give more than it holds, whatever runs at once. */
function balanceUpdate(moved: ReadonlyMap<string, bigint>): Statement | null {
  if (moved.size === 0) return null
  return {
    name: 'write_balance',
    text: `update account set balance_ug = balance_ug + d.mass
      from unnest($1::uuid[], $2::int8[]) as d(id, mass)
      where account.id = d.id and account.balance_ug + d.mass >= 0 and not account.frozen
      returning 1`,
    values: [
      arrayParameter('uuid', [...moved.keys()]),
      arrayParameter('int8', [...moved.values()])
    ],
    mustReturn: moved.size
  }
}
