import { createHash } from 'node:crypto'
import { chmod, chown, lstat, mkdir, mkdtemp, realpath, rm, symlink } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { dirname, join, resolve } from 'node:path'
import { makeDirectory } from '../make-directory.ts'
import { run } from './command.ts'
import { type Identity, serverIdentity } from './identity.ts'
import { type EmbeddedLog, EmbeddedRefused } from './refused.ts'

/** Where a cluster lies and whose it is. */
export interface Place {
  /** Holds the rest; readable names, private contents. */
  readonly home: string
  /** PGDATA. */
  readonly data: string
  /** Directory of the unix socket, mode 700: who may enter it may connect. */
  readonly socket: string
  /** What PostgreSQL itself writes. */
  readonly log: string
  /** Who the server runs as; null for ourselves. */
  readonly identity: Identity | null
}

/** Where clusters go that root starts in a directory which no other user may enter. */
const SHARED = '/var/lib/lodestone'

/** `sun_path` holds 104 bytes on macOS, 108 on Linux, and PostgreSQL adds its file name. */
const LONGEST_SOCKET_DIRECTORY = 103 - '/.s.PGSQL.5432'.length

/**
 * The place of the cluster of a data directory: `<dataDir>/postgres`, made if it is missing. Where
 * root starts a server in a directory that its user cannot enter (a home of mode 700), `postgres` is
 * a link to a directory of its own under /var/lib/lodestone.
 */
export async function preparePlace(dataDir: string, log: EmbeddedLog): Promise<Place> {
  const wanted = join(resolve(dataDir), 'postgres')
  await makeDirectory(resolve(dataDir))
  if (!(await exists(wanted))) await makeHome(wanted, log)
  const home = await realpath(wanted).catch(() => {
    throw new EmbeddedRefused(`${wanted} is a link to files that are gone; remove it to start anew`)
  })
  const data = join(home, 'data')
  const identity = await serverIdentity(data)
  if (identity !== null && !(await canEnter(home, identity))) {
    throw new EmbeddedRefused(
      `PostgreSQL does not run as root, and user ${identity.uid} cannot enter ${home}: ` +
        'move the data directory or open its parents with chmod o+x'
    )
  }
  const socket = await makeSocketDirectory(home, identity)
  return { home, data, socket, log: join(home, 'log'), identity }
}

async function makeHome(wanted: string, log: EmbeddedLog): Promise<void> {
  const identity = await serverIdentity(wanted)
  if (identity === null || (await canEnter(dirname(wanted), identity))) {
    await mkdir(wanted).catch(ignoreExisting)
    await chmod(wanted, identity === null ? 0o700 : 0o711)
    return
  }
  await makeDirectory(SHARED)
  await chmod(SHARED, 0o711)
  const home = await mkdtemp(join(SHARED, 'postgres-'))
  await chmod(home, 0o711)
  try {
    await symlink(home, wanted)
  } catch (error) {
    await rm(home, { recursive: true })
    return ignoreExisting(error as NodeJS.ErrnoException)
  }
  log.info({ wanted, home }, 'PostgreSQL cannot enter the data directory; its files lie elsewhere')
}

/** Tried rather than derived from modes, which do not know access control lists. */
async function canEnter(directory: string, identity: Identity): Promise<boolean> {
  return (await run('/bin/sh', ['-c', 'cd "$1"', 'sh', directory], identity)).status === 0
}

async function makeSocketDirectory(home: string, identity: Identity | null): Promise<string> {
  const inside = join(home, 'socket')
  const fits = Buffer.byteLength(inside) <= LONGEST_SOCKET_DIRECTORY
  const hash = createHash('sha256').update(home).digest('hex').slice(0, 16)
  const directory = fits ? inside : join(await realpath(tmpdir()), `lodestone-${hash}`)
  await mkdir(directory, { mode: 0o700 }).catch(ignoreExisting)
  // In a directory for everybody, another user may have been first, even with a link.
  const found = await lstat(directory)
  const self = process.getuid?.()
  const isOurs = found.uid === self || found.uid === identity?.uid
  if (!isOurs || !found.isDirectory() || (found.mode & 0o077) !== 0) {
    throw new EmbeddedRefused(`${directory} must be a directory of our own, of mode 700`)
  }
  if (identity !== null) await chown(directory, identity.uid, identity.gid)
  return directory
}

async function exists(path: string): Promise<boolean> {
  return lstat(path).then(
    () => true,
    () => false
  )
}

function ignoreExisting(error: NodeJS.ErrnoException): void {
  if (error.code !== 'EEXIST') throw error
}
