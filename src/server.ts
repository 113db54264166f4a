import closeWithGrace from 'close-with-grace'
import { ConfigRefused, readConfig } from './config.ts'
import { createLogger } from './logger.ts'
import { type FirstAdministrator, startService } from './service.ts'

const config = configOrExit()
const logger = createLogger(config.logLevel)
const starting = startService(config, { logger, announce })

// Registered before anything is open, so that a stop during the start closes what was opened.
closeWithGrace({ delay: config.stopTimeoutMs, logger }, async ({ err, signal }) => {
  if (err) logger.fatal({ err }, 'stopping after a failure')
  else logger.info({ signal }, 'stopping')
  const service = await starting.catch(() => undefined)
  await service?.stop()
})

try {
  const { address } = await starting
  logger.info({ address, publicUrl: config.publicUrl }, 'ready')
} catch (error) {
  logger.fatal({ err: error }, 'the service cannot start')
  process.exit(1)
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
