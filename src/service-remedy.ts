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
  const root = rootOf(error)
  if (root.syscall === 'listen') return listenRemedy(root, config)
  if (root.syscall === 'getaddrinfo') {
    return root.message?.endsWith(` ${config.host}`)
      ? 'LODESTONE_HOST must be an address of this machine.'
      : 'There is no such host: correct DATABASE_URL.'
  }
  return fileRemedy(root, config) ?? tlsRemedy(root) ?? databaseRemedy(root)
}

function fileRemedy({ code = '', syscall, path, message = '' }: SystemError, config: Config) {
  if (code === 'ENOSPC' || message.includes('No space left on device')) {
    return 'Make room on the disk of LODESTONE_DATA_DIR, or set it to a folder of another disk.'
  }
  if (path === undefined) return null
  const { databaseUrl } = config
  if (databaseUrl !== null && [...new URL(databaseUrl).searchParams.values()].includes(path)) {
    return 'The files that DATABASE_URL names (sslrootcert, sslcert, sslkey) have to be there and readable by this user.'
  }
  const isNoFolder = FILE_CODES.includes(code) || (code === 'ENOENT' && syscall === 'mkdir')
  return isNoFolder
    ? `Make ${path} a folder that this user may write to, or set LODESTONE_DATA_DIR and LODESTONE_GUARD_DIR.`
    : null
}

function tlsRemedy({ code = '', message = '' }: SystemError): string | null {
  if (message === 'The server does not support SSL connections') {
    return 'Turn on TLS in PostgreSQL (ssl = on), or leave sslmode out of DATABASE_URL where the network is trusted.'
  }
  if (code === '28000' && message.includes('no encryption')) {
    return 'PostgreSQL lets nobody in without TLS: add sslmode=verify-full to DATABASE_URL; else see pg_hba.conf.'
  }
  if (code === 'ERR_TLS_CERT_ALTNAME_INVALID') {
    return 'The certificate of the server is of another name: DATABASE_URL has to use the one that it names.'
  }
  if (code === 'CERT_HAS_EXPIRED' || code === 'CERT_NOT_YET_VALID') {
    return 'The certificate of the server is not valid at this time: renew it, or set the clock of this machine.'
  }
  if (!/certificate/i.test(message)) return null
  return 'Name the certificate of who signed that of the server: add sslrootcert=FILE to DATABASE_URL.'
}

function databaseRemedy({ code = '', syscall }: SystemError): string | null {
  if (syscall === 'connect' && (code === 'ENOENT' || code === 'EACCES')) {
    return 'No server listens at this socket for this user: start PostgreSQL, or correct the host in DATABASE_URL.'
  }
  return DATABASE_REMEDIES[code] ?? null
}

function listenRemedy({ code }: SystemError, { host, port }: Config): string | null {
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
  '3F000':
    'The search_path of this login names no schema: set it to the one that the registry is to be in.',
  '42501':
    'The login of DATABASE_URL has to own the database, or whoever owns it runs `lodestone migrate` and lets this login use what that made (docs/operations.md, A login that owns nothing).',
  '42P07':
    'Another program has a table of this name here: give the registry a database of its own, or a schema of its own that the search_path of this login names first.',
  '53300':
    'PostgreSQL lets no further connection in: raise max_connections or the limit of this role or database, or lower LODESTONE_POOL_SIZE.'
}

/** What to do where a start waits for a session that holds the lock of migrations. */
export function waitingRemedy({ pid, state }: LockHolder): string {
  if (pid === null || state !== 'idle') return 'It goes on when the migration has ended.'
  return `That session does nothing: a process that has stopped or a pooler holds it. End it: select pg_terminate_backend(${pid}).`
}

/** What to do where a migration waits for tables that others use. */
export const BLOCKED_REMEDY =
  'It goes on by itself. What is open for long (a dump, a report of yours) holds it up: select pid, query from pg_stat_activity order by xact_start.'

/** What to do where processes of one database are reached by different addresses. */
export const NEIGHBOR_REMEDY =
  'Set LODESTONE_PUBLIC_URL to the same in all of them, to where clients reach them. While it is being changed in one after the other, this ends with the last.'

/** What to do where a process may have fewer connections than it will ask for. */
export const ROOM_REMEDY =
  'Set LODESTONE_POOL_SIZE to one less than there are for this process, or raise max_connections or the limit of the role or database.'

/** What happened at first: errors are told by those who had to do with them. */
function rootOf(error: unknown): SystemError {
  const { cause } = error as { readonly cause?: unknown }
  return cause instanceof Error ? rootOf(cause) : (error as SystemError)
}
