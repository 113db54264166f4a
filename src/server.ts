import closeWithGrace from 'close-with-grace'
import { ConfigRefused, readConfig } from './config.ts'
import { createLogger } from './logger.ts'
import { type FirstAdministrator, startService } from './service.ts'
import { startRemedy } from './service-remedy.ts'

const config = configOrExit()
const logger = createLogger(config.logLevel)
const stopping = new AbortController()
const starting = startService(config, { logger, announce, signal: stopping.signal })

// Registered before anything is open, so that a stop during the start closes what was opened.
const SIGNALS = ['SIGTERM', 'SIGINT'] as const
const { close } = closeWithGrace(
  { delay: config.stopTimeoutMs, logger, skip: [...SIGNALS] },
  async ({ err, signal }) => {
    if (err) logger.fatal({ err }, 'stopping after a failure')
    else logger.info({ signal: signal ?? asked?.signal }, 'stopping')
    const service = await starting.catch(() => undefined)
    await service?.stop()
  }
)

/** Ctrl-C under npm arrives twice within this time: from the terminal, and passed on by npm. */
const ECHO_MS = 1_000
let asked: { readonly signal: string; readonly at: number } | null = null

for (const signal of SIGNALS) process.on(signal, onSignal)

/** The first stops; one that comes later, from somebody who does not want to wait, ends at once. */
function onSignal(signal: string): void {
  const now = performance.now()
  if (asked === null) {
    asked = { signal, at: now }
    stopping.abort()
    close()
  } else if (now - asked.at > ECHO_MS) {
    logger.error(`second ${signal}, exiting`)
    process.exit(1)
  }
}

try {
  const { address } = await starting
  logger.info({ address, publicUrl: config.publicUrl }, 'ready')
} catch (error) {
  // Who was asked to stop meanwhile does so.
  if (!stopping.signal.aborted) {
    const remedy = startRemedy(error, config)
    const told = remedy === null ? { err: error } : { err: error, remedy }
    logger.fatal(told, 'the service cannot start')
    process.exit(1)
  }
}

/** To the terminal and not into the log, which others read and which is kept. */
function announce({ id, secret }: FirstAdministrator): void {
  process.stderr.write(
    `\nThis registry is new. Its first administrator, shown this once:\n\n  client id      ${id}\n  client secret  ${secret}\n\n`
  )
}

function configOrExit() {
  try {
    return readConfig()
  } catch (error) {
    if (!(error instanceof ConfigRefused)) throw error
    process.stderr.write(`${error.message}\n`)
    process.exit(2)
  }
}
