import { type LogKey, newLogKey, openLogKey } from '../../log/log-key.ts'
import { lockName } from '../../storage/connection/name-lock.ts'
import type { Database, Queryable } from '../../storage/database.ts'
import { insertServiceKey, readServiceKeys } from '../../storage/parties/service-keys.ts'

const PURPOSE = 'log'

/**
 * The key that signs the log of this database, made once. It carries the origin of the log, which
 * stays what it was at first whatever the address of the service becomes.
 */
export function openKeyOfLog(
  db: Pick<Database, 'transaction'>,
  origin: string,
  now: Date
): Promise<LogKey> {
  return db.transaction(async (tx) => {
    await lockName(tx, `service_key ${PURPOSE}`)
    const present = await readServiceKeys(tx, PURPOSE)
    const current = present.find((key) => key.retiredAt === null)
    if (current) return openLogKey(current)
    const key = newLogKey(origin)
    await insertServiceKey(
      tx,
      { ...key, purpose: PURPOSE, algorithm: 'Ed25519', retiredAt: null },
      now
    )
    return openLogKey(key)
  })
}

/** The key of a log that was signed before, for tools that only look; null where there is none. */
export async function readKeyOfLog(db: Queryable): Promise<LogKey | null> {
  const current = (await readServiceKeys(db, PURPOSE)).find((key) => key.retiredAt === null)
  return current ? openLogKey(current) : null
}
