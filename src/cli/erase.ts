import { RegistryError } from '../errors.ts'
import { type ErasureReason, eraseEntry } from '../registry/audit/erase-entry.ts'
import { readKeyOfLog } from '../registry/log/log-key.ts'
import { signedSize } from '../registry/log/signed-size.ts'
import { ErasureRefused } from '../storage/audit/erasure.ts'
import type { Database } from '../storage/database.ts'
import type { Guard } from '../storage/journal/guard.ts'
import { countEntries } from '../storage/journal/log-tree.ts'
import { environment } from './client-settings.ts'
import { type Command, readArgs } from './command.ts'
import { CommandError, exitCodes, usageError } from './exit.ts'
import { guardOf, readGuard } from './guard-file.ts'
import { withDatabase } from './with-database.ts'

const reasons: readonly ErasureReason[] = [
  'court_order',
  'data_protection',
  'trade_secret',
  'other'
]

const help = `lodestone erase POSITION --reason ${reasons.join('|')} --yes

Erases for good what the entry at a position opened: the bytes of its document, its salt, the names
in the rows made from it. The erasure is logged. Tree, heads, balances and shares stay, and receipts
of everything else still verify; backups have to be dealt with apart.

The login of LODESTONE_DATABASE_URL must be allowed to take the role lodestone_erasure, which the
login of the service should not be.`

/** `lodestone erase` */
export const erase: Command = {
  help,
  run: async (args, terminal) => {
    const { values, positionals } = readArgs(args, {
      reason: { type: 'string' },
      yes: { type: 'boolean', default: false }
    })
    const [text = '', ...more] = positionals
    if (!/^\d{1,15}$/.test(text) || more.length > 0) throw usageError('erase takes one position.')
    const reason = reasons.find((known) => known === values.reason)
    if (!reason) throw usageError(`--reason is one of ${reasons.join(', ')}.`)
    if (!values.yes) throw usageError('Erasing cannot be undone: say --yes.')
    const position = Number(text)
    const config = environment()
    const guard = guardOf(config)
    const writing = { onlyLooks: false }
    const erased = async (db: Database): Promise<number> => {
      await refuseWhereBehind(db, guard)
      return eraseEntry({ db, now: () => new Date() }, { position, reason }).catch(explain)
    }
    const logged = await withDatabase(config, erased, writing)
    terminal.print(`Position ${position} is erased; the erasure is entry ${logged}.`)
    return exitCodes.ok
  }
}

/** The entry of the erasure must not take the place of one that was signed. */
async function refuseWhereBehind(db: Database, guard: Guard): Promise<void> {
  const key = await readKeyOfLog(db)
  const signed = key ? signedSize(await readGuard(guard), key) : 0
  const entries = await countEntries(db)
  if (entries >= signed) return
  throw new CommandError(
    exitCodes.refused,
    `The database holds ${entries} entries, but ${signed} were signed: restore what is missing first.`
  )
}

function explain(error: unknown): never {
  if (error instanceof RegistryError || error instanceof ErasureRefused) {
    throw new CommandError(exitCodes.refused, error.message)
  }
  throw error
}
