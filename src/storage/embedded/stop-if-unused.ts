/**
 * Run by the watchdog after a service has ended: gives the next one time to adopt the server, and
 * stops the server if nobody did. Arguments: the data directory of the server, the time to give in ms.
 */
import { setTimeout as sleep } from 'node:timers/promises'
import { readPidFile } from './pid-file.ts'
import { stopPostmaster } from './postmaster.ts'
import { connect, othersPresent } from './presence.ts'

const [data, graceMs] = process.argv.slice(2)
if (data !== undefined) {
  await sleep(Number(graceMs))
  if (!(await isUsed(data))) await stopPostmaster(data)
}

async function isUsed(directory: string): Promise<boolean> {
  const server = await readPidFile(directory)
  if (server === null) return false
  const client = await connect(server.socket, 'lodestone-watchdog').catch(() => null)
  if (client === null) return false
  try {
    return (await othersPresent(client)) > 0
  } finally {
    await client.end()
  }
}
