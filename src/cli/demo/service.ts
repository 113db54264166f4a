import { chmodSync, mkdtempSync, rmSync } from 'node:fs'
import { createServer } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { destination } from 'pino'
import { readConfig } from '../../config.ts'
import { createLogger } from '../../logger.ts'
import { type FirstAdministrator, startService } from '../../service.ts'
import { ApiClient } from '../client.ts'

/** A service for one demonstration, on a database of its own that ends with it. */
export interface DemoService {
  readonly url: string
  readonly admin: ApiClient
  /** Stops the service and its PostgreSQL, and removes the database. */
  readonly stop: () => Promise<void>
}

/**
 * Starts the shipped service in this process, as `serve` does, on an empty embedded PostgreSQL in a
 * temporary directory: every demonstration starts from nothing and leaves nothing behind, and no
 * registry that the user keeps is touched. Settings of the environment are not used.
 */
export async function startDemoService(wantedPort: number): Promise<DemoService> {
  const directory = mkdtempSync(join(tmpdir(), 'lodestone-demo-'))
  // PostgreSQL runs as another user where root starts it, and must be able to enter.
  chmodSync(directory, 0o711)
  const config = readConfig({
    LODESTONE_DATA_DIR: directory,
    LODESTONE_PORT: String(await freePort(wantedPort))
  })
  const logger = createLogger('warn', destination({ dest: 2, sync: true }))
  const remove = () => rmSync(directory, { recursive: true, force: true })
  let administrator: FirstAdministrator | undefined
  try {
    const service = await startService(config, {
      logger,
      announce: (first) => {
        administrator = first
      }
    })
    return {
      url: config.publicUrl,
      admin: new ApiClient({
        url: config.publicUrl,
        clientId: administrator?.id ?? '',
        clientSecret: administrator?.secret ?? ''
      }),
      stop: async () => {
        await service.stop()
        remove()
      }
    }
  } catch (error) {
    remove()
    throw error
  }
}

/** The wanted port where nobody listens on it, else one that the system chooses. */
async function freePort(wanted: number): Promise<number> {
  return (await tryPort(wanted)) ?? (await tryPort(0)) ?? 0
}

function tryPort(port: number): Promise<number | null> {
  return new Promise((resolve) => {
    const server = createServer()
    server.once('error', () => resolve(null))
    server.listen(port, '127.0.0.1', () => {
      const address = server.address()
      const taken = typeof address === 'object' && address !== null ? address.port : port
      server.close(() => resolve(taken))
    })
  })
}
