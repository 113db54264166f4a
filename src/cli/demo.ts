import { type Command, readArgs } from './command.ts'
import { startDemoService } from './demo/service.ts'
import { tell } from './demo/tell.ts'
import { exitCodes, usageError } from './exit.ts'

const help = `Starts the service on an empty embedded PostgreSQL, acts as five fictional companies and a
buyer over HTTP (ore to magnet, with what goes wrong), prints the questions of the buyer with their
answers, and leaves the service running. Everything ends with Ctrl-C, and nothing is left behind.

Options:
  --once       end after printing
  --port PORT  where to listen when that port is free (default 8080)
  --help

Everything in it is invented, except masses, grades and recoveries: those come from published
process data, named in src/cli/demo.`

const DEFAULT_PORT = '8080'
const STOP_WITHIN_MS = 15_000

/** `lodestone demo` */
export const demo: Command = {
  help: `lodestone demo [options]\n\n${help}`,
  run: async (args, terminal) => {
    const { values, positionals } = readArgs(args, {
      once: { type: 'boolean', default: false },
      port: { type: 'string', default: DEFAULT_PORT }
    })
    if (positionals.length > 0) throw usageError('demo takes no words.')
    const port = portOf(values.port)
    const began = Date.now()
    terminal.print(
      `${terminal.style('bold', 'Lodestone')}: the registry that keeps books, and proves them.`
    )
    terminal.print(terminal.style('dim', 'Starting an empty PostgreSQL and the service on it ...'))
    const starting = startDemoService(port)
    // Registered before anything is open, so that a stop during the start closes what was opened.
    stopOnSignal(async () => (await starting.catch(() => undefined))?.stop())
    const service = await starting
    try {
      await tell(service, terminal, { began, once: values.once })
    } catch (error) {
      await service.stop()
      throw error
    }
    if (values.once) await service.stop()
    return exitCodes.ok
  }
}

function portOf(text: string): number {
  const port = Number(text)
  if (Number.isInteger(port) && port > 0 && port < 65_536) return port
  throw usageError('--port takes a number from 1 to 65535.')
}

/**
 * The first signal counts, however many follow: Ctrl-C under `npm run demo` arrives twice, from the
 * terminal and from npm, and leaving at the second one would leave the database behind.
 */
function stopOnSignal(stop: () => Promise<void>): void {
  let stopping = false
  const onSignal = () => {
    if (stopping) return
    stopping = true
    setTimeout(() => process.exit(exitCodes.failed), STOP_WITHIN_MS).unref()
    void stop().then(
      () => process.exit(exitCodes.ok),
      () => process.exit(exitCodes.failed)
    )
  }
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.on(signal, onSignal)
}
