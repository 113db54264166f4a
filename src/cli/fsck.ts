import { loadReference } from '../reference.ts'
import { auditContents } from '../registry/audit/audit-contents.ts'
import { auditLog, type LogAudit } from '../registry/audit/audit-log.ts'
import { auditSignatures } from '../registry/audit/audit-signatures.ts'
import { type BooksReport, verifyBooks } from '../registry/audit/verify-books.ts'
import { signedSize } from '../registry/log/signed-size.ts'
import { countErased } from '../storage/audit/audit-rows.ts'
import type { Database } from '../storage/database.ts'
import { environment } from './client-settings.ts'
import { type Command, readArgs } from './command.ts'
import { exitCodes, usageError } from './exit.ts'
import { guardOf, readGuard } from './guard-file.ts'
import { keyOfLog, withDatabase } from './with-database.ts'

const help = `lodestone fsck [--json]

Checks a registry from the ground up: rebuilds the tree of the log from its entries and compares every
leaf, tile and signed head; hashes every document; verifies every signature; compares parties, keys,
grants, settings and the steps of declarations with what the log says; reads every declaration again;
makes the books again from the accepted events and compares every balance and share; compares the guard;
tells where something is there again that was erased. Writes nothing. The service may be running.

Reads LODESTONE_DATABASE_URL, LODESTONE_DATA_DIR and LODESTONE_GUARD_DIR.
Ends with 0 where everything is as it was accepted and signed, 1 where anything is not.`

/** `lodestone fsck` */
export const fsck: Command = {
  help,
  run: async (args, terminal) => {
    const { values, positionals } = readArgs(args, { json: { type: 'boolean', default: false } })
    if (positionals.length > 0) throw usageError('fsck takes no words.')
    const config = environment()
    const found = await withDatabase(config, async (db) => {
      const key = await keyOfLog(db)
      // Before anything else: what is accepted and signed meanwhile is no loss.
      const guarded = await readGuard(guardOf(config))
      const audit = await auditLog(db, key.verifier, guarded)
      const contents = await auditContents({ db, reference: loadReference() })
      const signatures = await auditSignatures(db)
      const log = { ...audit, problems: [...audit.problems, ...contents, ...signatures] }
      const signed = signedSize(guarded, key)
      const guard = { signed, behind: log.entries < signed, empty: guarded === null }
      return { log, ...(await books(db)), guard }
    })
    const problems = problemsOf(found.log, found.books, found.guard)
    if (values.json) terminal.print(JSON.stringify({ ...found, problems }, null, 2))
    else {
      for (const problem of problems) terminal.tell(`${terminal.style('red', 'wrong')}: ${problem}`)
      terminal.print(summary(found))
    }
    return problems.length === 0 ? exitCodes.ok : exitCodes.refused
  }
}

/** Books cannot be made again from events that were lawfully erased. */
async function books(db: Database): Promise<{ books: BooksReport | null; erased: number }> {
  const { entries, events } = await countErased(db)
  const reference = loadReference()
  return { books: events === 0 ? await verifyBooks({ db, reference }) : null, erased: entries }
}

function problemsOf(
  log: LogAudit,
  made: BooksReport | null,
  guard: { readonly signed: number; readonly behind: boolean }
): string[] {
  return [
    ...(guard.behind ? [`${guard.signed} entries were signed; the database is behind.`] : []),
    ...log.problems.map(({ position, message }) =>
      position === null ? message : `position ${position}: ${message}`
    ),
    ...(made?.differences ?? []).map(
      ({ subject, what, computed, stored }) =>
        `${subject}: ${what} is ${stored}, but should be ${computed}`
    )
  ]
}

function summary({
  log,
  books,
  erased,
  guard
}: {
  readonly log: LogAudit
  readonly books: BooksReport | null
  readonly erased: number
  readonly guard: { readonly signed: number; readonly empty: boolean }
}): string {
  const made = books
    ? `${books.events} events replayed, ${books.batches} batches compared`
    : `books not made again: documents of events were erased`
  return [
    `${log.entries} entries, ${log.heads} signed heads, ${log.documents} documents`,
    made,
    `${erased} erased, guard ${guard.empty ? 'empty' : `at ${guard.signed}`}`
  ].join('; ')
}
