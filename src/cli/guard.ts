import { openCheckpoint } from '../log/checkpoint.ts'
import { latestCheckpoint } from '../storage/journal/log-tree.ts'
import { environment } from './client-settings.ts'
import { type Command, readArgs } from './command.ts'
import { CommandError, exitCodes, usageError } from './exit.ts'
import { guardOf, readGuard } from './guard-file.ts'
import { keyOfLog, withDatabase } from './with-database.ts'

const help = `lodestone guard [--adopt]

Shows what the guard of the log and the database say of the last signed head.

  --adopt  where the guard is lost for good: makes the last head of the database the new guard. Run
           lodestone fsck first, and compare with a checkpoint that somebody else kept: whatever was
           signed after the state of this database would be forgotten. Refused while the guard holds
           anything.

Reads LODESTONE_DATABASE_URL, LODESTONE_DATA_DIR and LODESTONE_GUARD_DIR.`

/** `lodestone guard` */
export const guard: Command = {
  help,
  run: async (args, terminal) => {
    const { values, positionals } = readArgs(args, { adopt: { type: 'boolean', default: false } })
    if (positionals.length > 0) throw usageError('guard takes no words.')
    const config = environment()
    const kept = guardOf(config)
    const guarded = await readGuard(kept)
    await withDatabase(config, async (db) => {
      const { verifier } = await keyOfLog(db)
      const head = await latestCheckpoint(db)
      const signed = guarded && openCheckpoint(guarded.note, [verifier])
      terminal.print(`guard     ${guarded ? (signed?.size ?? 'of another log') : 'empty'}`)
      terminal.print(`database  ${head?.size ?? 'never signed'}`)
      if (!values.adopt) return
      if (guarded || !head) {
        throw new CommandError(exitCodes.refused, 'Only an empty guard can adopt a signed head.')
      }
      if (!(await kept.swap(null, head.note))) {
        throw new CommandError(exitCodes.refused, 'The guard was filled meanwhile.')
      }
      terminal.print(`adopted   ${head.size}`)
    })
    return exitCodes.ok
  }
}
