import { type Command, readArgs } from './command.ts'
import { exitCodes, usageError } from './exit.ts'

const help = `Runs the service until it is stopped (SIGTERM or SIGINT: what is under way is answered
first). The same as npm start. Without LODESTONE_DATABASE_URL it runs a PostgreSQL of its own in
LODESTONE_DATA_DIR. On its first start it shows the secret of the first administrator, once.

Everything is set by the environment: docs/reference/configuration.md.

Ends with 0 after a stop, 1 when it cannot start, 2 when the environment is refused.`

/** `lodestone serve` */
export const serve: Command = {
  help: `lodestone serve\n\n${help}`,
  run: async (args) => {
    if (readArgs(args, {}).positionals.length > 0) throw usageError('serve takes no words.')
    await import('../server.ts')
    return exitCodes.ok
  }
}
