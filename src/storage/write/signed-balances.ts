import { arrivalsText } from '../../domain/custody/arrivals.ts'
import type { Books } from '../../domain/custody/books.ts'
import type { Statement } from './statement.ts'

/** Sets accounts to what the fold computed; the caller holds the books alone. */
export function signedBalances(batches: readonly string[], books: Books): Statement[] {
  const accounts = [...new Set(batches)]
    .flatMap((batch) => books.batchAccounts.get(batch) ?? [])
    .flatMap((id) => books.accounts.get(id) ?? [])
  if (accounts.length === 0) return []
  return [
    {
      name: 'write_signed_balance',
      text: `update account set balance_ug = d.balance, deficit_ug = d.deficit,
          frozen = d.deficit > 0, arrivals = d.arrivals, last_left_ms = d.last_left
        from unnest($1::uuid[], $2::int8[], $3::int8[], $4::text[], $5::int8[])
          as d(id, balance, deficit, arrivals, last_left)
        where account.id = d.id`,
      values: [
        accounts.map((account) => account.id),
        accounts.map((account) => `${account.balanceUg}`),
        accounts.map((account) => `${account.deficitUg}`),
        accounts.map((account) => arrivalsText(account.arrivals)),
        accounts.map((account) => account.lastLeftMs)
      ]
    }
  ]
}
