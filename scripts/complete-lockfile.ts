// Adds to package-lock.json the platform variants of optional packages that the registry in use did
// not offer when the lock was written. npm leaves them out silently, and then `npm ci` refuses the
// lock on every machine. Run it after each change of dependencies; `--check` only looks.
import { readFileSync, writeFileSync } from 'node:fs'

interface LockEntry {
  version?: string
  optional?: boolean
  dev?: boolean
  os?: string[]
  cpu?: string[]
  libc?: string[]
  optionalDependencies?: Record<string, string>
}

const FILE = new URL('../package-lock.json', import.meta.url)
const OS = [
  'android',
  'darwin',
  'freebsd',
  'linux',
  'netbsd',
  'openbsd',
  'openharmony',
  'sunos',
  'win32',
  'aix'
]
const CPU = ['arm64', 'arm', 'ia32', 'loong64', 'mips64el', 'ppc64', 'riscv64', 's390x', 'x64']

const lock = JSON.parse(readFileSync(FILE, 'utf8')) as { packages: Record<string, LockEntry> }
const missing = Object.entries(lock.packages).flatMap(([path, entry]) =>
  path === '' ? [] : variantsOf(path, entry)
)

if (process.argv.includes('--check')) {
  for (const { path } of missing) console.error(`package-lock.json has no entry for ${path}`)
  process.exitCode = missing.length > 0 ? 1 : 0
} else {
  for (const { path, entry } of missing) lock.packages[path] = entry
  const sorted = Object.entries(lock.packages).sort(([a], [b]) => (a < b ? -1 : 1))
  lock.packages = Object.fromEntries(sorted)
  writeFileSync(FILE, `${JSON.stringify(lock, null, 2)}\n`)
  console.log(`${missing.length} entries added`)
}

/** Optional packages for another platform that have no entry of their own. */
function variantsOf(parent: string, entry: LockEntry): { path: string; entry: LockEntry }[] {
  return Object.entries(entry.optionalDependencies ?? {}).flatMap(([name, version]) => {
    const path = `node_modules/${name}`
    if (lock.packages[path] || lock.packages[`${parent}/${path}`]) return []
    const platform = platformOf(name)
    if (!platform || !/^[0-9]/.test(version)) return []
    return [
      { path, entry: { version, ...platform, ...(entry.dev ? { dev: true } : {}), optional: true } }
    ]
  })
}

/** The platform that a package names in the usual way: `…-linux-arm64-musl`, `…-win32-x64-msvc`. */
function platformOf(name: string): Pick<LockEntry, 'os' | 'cpu' | 'libc'> | null {
  const words = (name.split('/').pop() ?? '').split('-')
  const os = words.find((word) => OS.includes(word))
  const cpu = words.find((word) => CPU.includes(word))
  if (!os || !cpu) return null
  const libc = words.some((word) => word.startsWith('musl'))
    ? ['musl']
    : words.some((word) => word.startsWith('gnu'))
      ? ['glibc']
      : undefined
  return { cpu: [cpu], ...(libc && os === 'linux' ? { libc } : {}), os: [os] }
}
