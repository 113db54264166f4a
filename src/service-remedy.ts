import type { Config } from './config.ts'
import type { LockHolder } from './storage/migrate.ts'

interface SystemError {
  readonly code?: string
  readonly syscall?: string
  readonly path?: string
  readonly message?: string
}

/** What whoever runs the service can do where it cannot start; null where the error says all there is. */
export function startRemedy(error: unknown, config: Config): string | null {
  const { code = '', syscall = '', path, message = '' } = rootOf(error)
  if (syscall === 'listen') return listenRemedy(code, config)
  if (syscall === 'getaddrinfo') {
    return message.endsWith(` ${config.host}`)
      ? 'LODESTONE_HOST must be an address of this machine.'
      : 'There is no such host: correct DATABASE_URL.'
  }
  if (code === 'ENOSPC' || /No space left on device/.test(message)) {
    return 'Make room on the disk of LODESTONE_DATA_DIR, or set it to a folder of another disk.'
  }
  if (
    path !== undefined &&
    (FILE_CODES.includes(code) || (code === 'ENOENT' && syscall === 'mkdir'))
  ) {
    return `Make ${path} a folder that this user may write to, or set LODESTONE_DATA_DIR and LODESTONE_GUARD_DIR.`
  }
  if (message === 'The server does not support SSL connections') {
    return 'Turn on TLS in PostgreSQL (ssl = on), or leave sslmode out of DATABASE_URL where the network is trusted.'
  }
  if (/certificate/i.test(message)) {
    return 'Name the certificate of who signed that of the server: add sslrootcert=FILE to DATABASE_URL.'
  }
  return DATABASE_REMEDIES[code] ?? null
}

function listenRemedy(code: string, { host, port }: Config): string | null {
  if (code === 'EADDRINUSE') {
    return `Another program listens on ${host}:${port}: stop it, or set LODESTONE_PORT.`
  }
  if (code === 'EACCES') return 'Only root may listen on ports below 1024: set LODESTONE_PORT.'
  return code === 'EADDRNOTAVAIL' ? 'LODESTONE_HOST must be an address of this machine.' : null
}

const FILE_CODES = ['EACCES', 'EEXIST', 'ENOTDIR', 'EROFS', 'EPERM']

/** By the code of Node or of PostgreSQL. */
const DATABASE_REMEDIES: Readonly<Record<string, string>> = {
  ECONNREFUSED: 'No server answers there: start PostgreSQL, or correct DATABASE_URL.',
  ETIMEDOUT: 'No server answers there: is it started, and does a firewall let this machine in?',
  '28P01': 'User or password of DATABASE_URL is wrong.',
  '28000': 'PostgreSQL does not let this user in from here: see DATABASE_URL and pg_hba.conf.',
  '3D000': 'Create the database that DATABASE_URL names (createdb), or correct the name.',
  '42501':
    'The login of DATABASE_URL has to own the database, or whoever owns it runs `lodestone migrate`.'
}

/** What to do where a start waits for a session that holds the lock of migrations. */
export function waitingRemedy({ pid, state }: LockHolder): string {
  if (pid === null || state !== 'idle') return 'It goes on when the migration has ended.'
  return `That session does nothing: a process that has stopped or a pooler holds it. End it: select pg_terminate_backend(${pid}).`
}

/** What happened at first: errors are told by those who had to do with them. */
function rootOf(error: unknown): SystemError {
  const { cause } = error as { readonly cause?: unknown }
  return cause instanceof Error ? rootOf(cause) : (error as SystemError)
}
