import { chown, lchown, mkdtemp, open, readdir, readFile, rename, rm } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import type { Binaries } from './binaries.ts'
import { run } from './command.ts'
import { type Identity, namedIdentity } from './identity.ts'
import type { Place } from './place.ts'
import { EmbeddedRefused } from './refused.ts'

/** The owner of everything in the cluster. There is no password: the socket's directory decides. */
export const SUPERUSER = 'lodestone'

/**
 * Makes the cluster of a place unless it is there. It appears whole or not at all, also where two
 * processes start at once or the power fails. Rejects where it belongs to another major version.
 */
export async function ensureCluster(place: Place, binaries: Binaries): Promise<void> {
  const version = await clusterVersion(place.data)
  if (version === null) return createCluster(place, binaries)
  if (version !== binaries.major) {
    throw new EmbeddedRefused(
      `${place.data} was made by PostgreSQL ${version} and this is ${binaries.major}: ` +
        'dump it with the old version and restore it into a new data directory'
    )
  }
}

async function clusterVersion(data: string): Promise<number | null> {
  try {
    return Number.parseInt(await readFile(join(data, 'PG_VERSION'), 'utf8'), 10)
  } catch {
    return null
  }
}

async function createCluster(place: Place, binaries: Binaries): Promise<void> {
  const maker = await namedIdentity()
  const draft = await mkdtemp(join(place.home, 'new-'))
  const data = join(draft, 'data')
  try {
    if (maker !== null) await chown(draft, maker.uid, maker.gid)
    const { status, output } = await run(binaries.initdb, initdbArguments(data, binaries), maker)
    if (status !== 0) throw new EmbeddedRefused(`initdb failed: ${output}`)
    if (place.identity !== null) await handOver(data, place.identity)
    await rename(data, place.data).catch(ignoreExisting)
    await syncDirectory(place.home)
    await syncDirectory(dirname(place.home))
  } finally {
    await rm(draft, { recursive: true, force: true })
  }
}

function initdbArguments(data: string, { major }: Binaries): string[] {
  const locale =
    major >= 17
      ? ['--locale-provider=builtin', '--builtin-locale=C.UTF-8', '--locale=C']
      : ['--locale=C']
  return [
    `--pgdata=${data}`,
    `--username=${SUPERUSER}`,
    '--auth-local=trust',
    '--auth-host=reject',
    '--encoding=UTF8',
    '--data-checksums',
    '--no-instructions',
    ...locale
  ]
}

async function handOver(path: string, { uid, gid }: Identity): Promise<void> {
  await lchown(path, uid, gid)
  const entries = await readdir(path, { withFileTypes: true, recursive: true })
  for (const entry of entries) await lchown(join(entry.parentPath, entry.name), uid, gid)
}

async function syncDirectory(path: string): Promise<void> {
  const handle = await open(path, 'r')
  try {
    await handle.sync()
  } finally {
    await handle.close()
  }
}

/** Another process made the same cluster a moment before: that one counts. */
function ignoreExisting(error: NodeJS.ErrnoException): void {
  if (error.code !== 'EEXIST' && error.code !== 'ENOTEMPTY') throw error
}
