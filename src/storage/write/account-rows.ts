import { arrivalsText } from '../../domain/custody/arrivals.ts'
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
  ['position', 'int8'],
  ['arrivals', 'text'],
  ['last_left_ms', 'int8']
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
  return [
    ...balances(accepted, moved, group),
    insert('account', ACCOUNT, [...opened.values()]),
    insert('posting', POSTING, postings)
  ]
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
): (Statement | null)[] {
  if (!accepted.some(({ event }) => event.corrects !== undefined))
    return [balanceUpdate(moved, group)]
  const batches = accepted.flatMap(({ booked }) => booked.map(({ account }) => account.batch))
  return signedBalances(batches, group.books)
}

/**
 * Conditional: no account can give more than it holds, and none moves but from the balance that the
 * group was judged by, whatever runs at once.
 */
function balanceUpdate(moved: ReadonlyMap<string, Moved>, group: GroupBooks): Statement | null {
  if (moved.size === 0) return null
  const dated = [...moved.values()].some((each) => each.dated)
  const times = [...moved.keys()].map((id) => timesOf(group, id))
  return {
    name: dated ? 'write_balance_dated' : 'write_balance',
    text: `update account set balance_ug = d.balance, last_left_ms = d.last_left
        ${dated ? ', arrivals = d.arrivals' : ''}
      from unnest($1::uuid[], $2::int8[], $3::int8[], $4::int8[] ${dated ? ', $5::text[]' : ''})
        as d(id, mass, balance, last_left ${dated ? ', arrivals' : ''})
      where account.id = d.id and account.balance_ug + d.mass = d.balance and not account.frozen
      returning 1`,
    values: [
      arrayParameter('uuid', [...moved.keys()]),
      arrayParameter(
        'int8',
        [...moved.values()].map(({ massUg }) => `${massUg}`)
      ),
      arrayParameter(
        'int8',
        [...moved.keys()].map((id) => `${group.books.accounts.get(id)?.balanceUg ?? 0n}`)
      ),
      arrayParameter(
        'int8',
        times.map(([, lastLeftMs]) => lastLeftMs)
      ),
      ...(dated
        ? [
            arrayParameter(
              'text',
              times.map(([arrivals]) => arrivals)
            )
          ]
        : [])
    ],
    mustReturn: moved.size
  }
}
