/**
 * Run by the watchdog after a service has ended: gives the next one time to adopt the server, and
 * stops the server if nobody did, once nobody uses it. Arguments: the data directory of the server, the
 * time to give in ms.
 */
import { setTimeout as sleep } from 'node:timers/promises'
import pg from 'pg'
import { readPidFile } from './pid-file.ts'
import { stopPostmaster } from './postmaster.ts'
import { connect, othersPresent, WATCHDOG } from './presence.ts'

const TOO_MANY_CONNECTIONS = '53300'
const ATTEMPTS = 60
const RETRY_MS = 1_000

type Users = 'services' | 'guests' | 'nobody'

const [data, graceMs] = process.argv.slice(2)
if (data !== undefined) {
  let users: Users
  do {
    await sleep(Number(graceMs))
    users = await usersOf(data)
  } while (users === 'guests')
  if (users === 'nobody') await stopPostmaster(data)
}

/**
 * Services look after the server themselves from then on; guests only came by its address, and nobody
 * would stop it when they have left. A server that starts, stops or is busy answers later; one without a
 * free connection is in use. One that answers nobody for a minute serves nobody.
 */
async function usersOf(directory: string): Promise<Users> {
  for (let attempt = 0; attempt < ATTEMPTS; attempt += 1) {
    const server = await readPidFile(directory)
    if (server === null) return 'nobody'
    try {
      const { services, connections } = await seen(server.socket)
      if (services > 0) return 'services'
      return connections > 0 ? 'guests' : 'nobody'
    } catch (error) {
      if (error instanceof pg.DatabaseError && error.code === TOO_MANY_CONNECTIONS) return 'guests'
      await sleep(RETRY_MS)
    }
  }
  return 'nobody'
}

async function seen(socket: string) {
  const client = await connect(socket, WATCHDOG)
  try {
    return await othersPresent(client)
  } finally {
    await client.end()
  }
}
