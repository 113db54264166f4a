import { loadReference } from '../reference.ts'
import { type BooksReport, verifyBooks } from '../registry/audit/verify-books.ts'
import { countErased } from '../storage/audit/audit-rows.ts'
import { environment } from './client-settings.ts'
import { type Command, readArgs } from './command.ts'
import { CommandError, exitCodes, usageError } from './exit.ts'
import type { Terminal } from './terminal.ts'
import { withDatabase } from './with-database.ts'

const help = `lodestone books verify [--json]

Makes the books again from the accepted events alone and compares every mass, balance, share, edge, status
and campaign with what is stored, at every position, and names the batch where they differ. Writes nothing.
The service may be running.

Reads LODESTONE_DATABASE_URL and LODESTONE_DATA_DIR.
Ends with 0 where everything is as the events say, 1 where anything is not.`

/** So many differences are printed; `--json` has all. */
const SHOWN = 100

/** `lodestone books` */
export const books: Command = {
  help,
  run: async (args, terminal) => {
    const { values, positionals } = readArgs(args, { json: { type: 'boolean', default: false } })
    if (positionals.join(' ') !== 'verify') throw usageError('Say lodestone books verify.')
    const report = await withDatabase(environment(), async (db) => {
      if ((await countErased(db)).events > 0) {
        const why = 'Documents of events were lawfully erased: the books cannot be made again.'
        throw new CommandError(exitCodes.refused, why)
      }
      return verifyBooks({ db, reference: loadReference() }, (events) => {
        if (events > 0 && events % 10_000 === 0) terminal.complain(`${events} events replayed`)
      })
    })
    if (values.json) terminal.print(JSON.stringify(report, null, 2))
    else tell(report, terminal)
    return report.differences.length === 0 ? exitCodes.ok : exitCodes.refused
  }
}

function tell({ events, batches, pending, differences }: BooksReport, terminal: Terminal): void {
  for (const { subject, what, computed, stored } of differences.slice(0, SHOWN)) {
    const wrong = terminal.style('red', 'wrong')
    terminal.tell(`${wrong}: ${subject}: ${what} is ${stored}, but should be ${computed}`)
  }
  if (differences.length > SHOWN) terminal.print(`... ${differences.length - SHOWN} more`)
  const waiting = pending > 0 ? `, ${pending} of them wait for their evaluation` : ''
  terminal.print(
    `${events} events replayed, ${batches} batches compared${waiting}; ${differences.length} differences`
  )
}
