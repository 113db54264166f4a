import { arrivalsText } from '../../../domain/custody/arrivals.ts'
import type { Books } from '../../../domain/custody/books.ts'
import { type RowsStatement, StatementOnRows } from '../../connection/statement.ts'

const SIGNED_BALANCE = new StatementOnRows(
  'write_signed_balance',
  [
    ['id', 'uuid'],
    ['balance', 'int8'],
    ['deficit', 'int8'],
    ['arrivals', 'text'],
    ['last_left', 'int8']
  ],
  (source) =>
    `update account set balance_ug = d.balance, deficit_ug = d.deficit,
          frozen = d.deficit > 0, arrivals = d.arrivals, last_left_ms = d.last_left
        from ${source} where account.id = d.id`
)

/** Sets accounts to what the fold computed; the caller holds the books alone. */
export function signedBalances(batches: readonly string[], books: Books): RowsStatement | null {
  const accounts = [...new Set(batches)]
    .flatMap((batch) => books.batchAccounts.get(batch) ?? [])
    .flatMap((id) => books.accounts.get(id) ?? [])
  return SIGNED_BALANCE.of(
    accounts.map((account) => [
      account.id,
      `${account.balanceUg}`,
      `${account.deficitUg}`,
      arrivalsText(account.arrivals),
      account.lastLeftMs
    ])
  )
}
