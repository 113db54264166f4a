/**
 * Run by the watchdog after a service has ended: gives the next one time to adopt the server, and
 * stops the server if nobody did. Arguments: the data directory of the server, the time to give in ms.
 */
import { setTimeout as sleep } from 'node:timers/promises'
import pg from 'pg'
import { readPidFile } from './pid-file.ts'
import { stopPostmaster } from './postmaster.ts'
import { connect, othersPresent } from './presence.ts'

const TOO_MANY_CONNECTIONS = '53300'
const ATTEMPTS = 60
const RETRY_MS = 1_000

const [data, graceMs] = process.argv.slice(2)
if (data !== undefined) {
  await sleep(Number(graceMs))
  if (!(await isUsed(data))) await stopPostmaster(data)
}

/**
 * A server that starts, stops or is busy answers later; one without a free connection is in use. One
 * that answers nobody for a minute serves nobody.
 */
async function isUsed(directory: string): Promise<boolean> {
  for (let attempt = 0; attempt < ATTEMPTS; attempt += 1) {
    const server = await readPidFile(directory)
    if (server === null) return false
    try {
      return await hasServices(server.socket)
    } catch (error) {
      if (error instanceof pg.DatabaseError && error.code === TOO_MANY_CONNECTIONS) return true
      await sleep(RETRY_MS)
    }
  }
  return false
}

async function hasServices(socket: string): Promise<boolean> {
  const client = await connect(socket, 'lodestone-watchdog')
  try {
    return (await othersPresent(client)) > 0
  } finally {
    await client.end()
  }
}
