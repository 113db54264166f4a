import { ConfigRefused, readConfig } from '../config.ts'
import type { ClientSettings } from './client.ts'
import { usageError } from './exit.ts'

/** Where the service is and as whom to ask, from the environment. */
export function clientSettings(): ClientSettings {
  const { url, clientId, clientSecret, accessToken } = environment()
  if (accessToken !== null) {
    if (clientId === null && clientSecret === null) return { url, accessToken }
    throw usageError('Set either LODESTONE_ACCESS_TOKEN or LODESTONE_CLIENT_ID with its secret.')
  }
  if (clientId !== null && clientSecret !== null) return { url, clientId, clientSecret }
  throw usageError(
    `Say as whom to ask ${url}: set LODESTONE_CLIENT_ID and LODESTONE_CLIENT_SECRET, or LODESTONE_ACCESS_TOKEN.`
  )
}

/** The configuration; what is wrong with it is a matter of the command line. */
export function environment(): ReturnType<typeof readConfig> {
  try {
    return readConfig()
  } catch (error) {
    if (error instanceof ConfigRefused) throw usageError(error.message.split('\n'))
    throw error
  }
}
