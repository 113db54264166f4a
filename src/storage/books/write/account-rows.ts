import { arrivalsText } from '../../../domain/custody/arrivals.ts'
import {
  type Column,
  elementsText,
  insertInto,
  type RowsStatement,
  StatementOnRows
} from '../../connection/statement.ts'
import type { AcceptedEvent, GroupBooks } from './accepted.ts'
import { signedBalances } from './signed-balances.ts'

const ACCOUNT = insertInto('account', [
  ['id', 'uuid'],
  ['batch', 'uuid'],
  ['custodian', 'uuid'],
  ['owner', 'uuid'],
  ['place', 'text'],
  ['balance_ug', 'int8'],
  ['deficit_ug', 'int8'],
  ['position', 'int8'],
  ['arrivals', 'text'],
  ['last_left_ms', 'int8']
])

const POSTING = insertInto('posting', [
  ['position', 'int8'],
  ['line', 'int4'],
  ['event', 'uuid'],
  ['account', 'uuid'],
  ['batch', 'uuid'],
  ['mass_ug', 'int8'],
  ['balance_ug', 'int8'],
  ['elements', 'text']
])

const MOVED: readonly Column[] = [
  ['id', 'uuid'],
  ['mass', 'int8'],
  ['balance', 'int8'],
  ['last_left', 'int8']
]

/**
 * Conditional: no account can give more than it holds, and none moves but from the balance that the
 * group was judged by, whatever runs at once.
 */
function balanceText(source: string, dated: boolean): string {
  return `update account set balance_ug = d.balance, last_left_ms = d.last_left
        ${dated ? ', arrivals = d.arrivals' : ''}
      from ${source}
      where account.id = d.id and account.balance_ug + d.mass = d.balance and not account.frozen
      returning 1`
}

const BALANCE = new StatementOnRows('write_balance', MOVED, (source) => balanceText(source, false))
const DATED_BALANCE = new StatementOnRows(
  'write_balance_dated',
  [...MOVED, ['arrivals', 'text']],
  (source) => balanceText(source, true)
)

export function accountRows(
  all: readonly AcceptedEvent[],
  group: GroupBooks
): (RowsStatement | null)[] {
  const accepted = all.filter(({ effect }) => !effect.undoing)
  const opened = new Map<string, unknown[]>()
  const moved = new Map<string, Moved>()
  const postings: unknown[][] = []
  for (const { booked, position, event } of accepted) {
    booked.forEach((posting, line) => {
      const { batch, custodian, owner, place } = posting.account
      const id = posting.accountId
      const elements = posting.elements ? elementsText(posting.elements) : null
      const masses = [`${posting.massUg}`, `${posting.balanceUg}`]
      postings.push([position, line, event.id, id, batch, ...masses, elements])
      if (group.loaded.accounts.has(id)) {
        const { massUg, dated } = moved.get(id) ?? { massUg: 0n, dated: false }
        moved.set(id, { massUg: massUg + posting.massUg, dated: dated || posting.dated })
      } else {
        const since = opened.get(id)?.[7] ?? position
        const times = timesOf(group, id)
        const balance = `${posting.balanceUg}`
        opened.set(id, [id, batch, custodian, owner, place, balance, '0', since, ...times])
      }
    })
  }
  return [balances(accepted, moved, group), ACCOUNT.of([...opened.values()]), POSTING.of(postings)]
}

/** What a group changes of an account that was there. */
interface Moved {
  readonly massUg: bigint
  /** True where it changes what is known of arrivals: mostly material only leaves. */
  readonly dated: boolean
}

function timesOf({ books }: GroupBooks, id: string): [arrivals: string, lastLeftMs: number | null] {
  const { arrivals = [], lastLeftMs = null } = books.accounts.get(id) ?? {}
  return [arrivalsText(arrivals), lastLeftMs]
}

/** A corrective event may fill an account that is in deficit; it has the books to itself. */
function balances(
  accepted: readonly AcceptedEvent[],
  moved: ReadonlyMap<string, Moved>,
  group: GroupBooks
): RowsStatement | null {
  if (!accepted.some(({ event }) => event.corrects !== undefined))
    return balanceUpdate(moved, group)
  const batches = accepted.flatMap(({ booked }) => booked.map(({ account }) => account.batch))
  return signedBalances(batches, group.books)
}

function balanceUpdate(moved: ReadonlyMap<string, Moved>, group: GroupBooks): RowsStatement | null {
  const dated = [...moved.values()].some((each) => each.dated)
  const rows = [...moved].map(([id, { massUg }]) => {
    const [arrivals, lastLeftMs] = timesOf(group, id)
    const balance = group.books.accounts.get(id)?.balanceUg ?? 0n
    const row = [id, `${massUg}`, `${balance}`, lastLeftMs]
    return dated ? [...row, arrivals] : row
  })
  return (dated ? DATED_BALANCE : BALANCE).of(rows, rows.length)
}
