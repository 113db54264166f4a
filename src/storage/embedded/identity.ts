import { readFile, stat } from 'node:fs/promises'
import { EmbeddedRefused } from './refused.ts'

/** A user that a program is run as. */
export interface Identity {
  readonly uid: number
  readonly gid: number
}

/**
 * A number that belongs to no user of any distribution. PostgreSQL refuses to run as root, and the
 * files of the books should belong to nobody who does something else, so no name is needed.
 */
const OURS: Identity = { uid: 54_329, gid: 54_329 }

/**
 * Who PostgreSQL runs as, given the directory of a cluster that may not exist yet. Null means: as
 * ourselves. Root hands over to the owner of the cluster, or to a user of our own.
 */
export async function serverIdentity(data: string): Promise<Identity | null> {
  const owner = await ownerOf(data)
  const self = process.getuid?.() ?? -1
  if (self === 0) return owner === null || owner.uid === 0 ? OURS : owner
  if (owner !== null && owner.uid !== self) {
    throw new EmbeddedRefused(
      `${data} belongs to user ${owner.uid} and this is user ${self}: ` +
        'start as the user that started it first, or choose another LODESTONE_DATA_DIR'
    )
  }
  return null
}

/**
 * Who runs `initdb`: unlike the server, it wants a user that has a name. Root lends it `nobody`, or
 * the first other user; the files are handed to the server's own user afterwards.
 */
export async function namedIdentity(): Promise<Identity | null> {
  if (process.getuid?.() !== 0) return null
  const users = await namedUsers()
  const user = users.get('nobody') ?? [...users.values()][0]
  if (user === undefined) throw new EmbeddedRefused('/etc/passwd names no user besides root')
  return user
}

async function ownerOf(path: string): Promise<Identity | null> {
  try {
    const { uid, gid } = await stat(path)
    return { uid, gid }
  } catch {
    return null
  }
}

/** The users besides root. macOS gives `nobody` a negative number, which nothing can be run as. */
async function namedUsers(): Promise<ReadonlyMap<string, Identity>> {
  const lines = (await readFile('/etc/passwd', 'utf8')).split('\n')
  const users = lines.map((line) => {
    const [name = '', , uid, gid] = line.split(':')
    return [name, { uid: Number(uid), gid: Number(gid) }] as const
  })
  return new Map(users.filter(([, { uid, gid }]) => uid > 0 && gid >= 0))
}
