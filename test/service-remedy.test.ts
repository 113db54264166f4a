import { createServer } from 'node:net'
import t from 'tap'
import { readConfig } from '../src/config.ts'
import { createLogger } from '../src/logger.ts'
import { startService } from '../src/service.ts'
import { startRemedy, waitingRemedy } from '../src/service-remedy.ts'
import { EmbeddedRefused } from '../src/storage/embedded/refused.ts'
import { testDatabaseUrl } from './support/database.ts'
import { testGuard } from './support/log.ts'

const logger = createLogger('silent')

t.test('says what to do where it cannot start', async (t) => {
  const url = new URL(await testDatabaseUrl())
  const other = createServer()
  await new Promise<void>((resolve) => other.listen(0, '127.0.0.1', resolve))
  t.teardown(() => other.close())
  const taken = (other.address() as { port: number }).port
  const nowhere = 'postgresql://lodestone:secret@127.0.0.1:9/lodestone'
  const missing = new URL(url)
  missing.pathname = '/no_such_database'
  const cases: readonly (readonly [env: Record<string, string>, remedy: RegExp])[] = [
    [
      { LODESTONE_PORT: `${taken}` },
      new RegExp(`on 127.0.0.1:${taken}: stop it, or set LODESTONE_PORT`)
    ],
    [{ LODESTONE_HOST: '192.0.2.7' }, /LODESTONE_HOST must be an address of this machine/],
    [{ LODESTONE_DATABASE_URL: nowhere }, /start PostgreSQL, or correct DATABASE_URL/],
    [{ LODESTONE_DATABASE_URL: missing.href }, /Create the database/],
    [
      { LODESTONE_DATABASE_URL: `${nowhere}?sslmode=verify-full&sslrootcert=/no/such.pem` },
      /sslrootcert, sslcert, sslkey\) have to be there/
    ],
    [
      { LODESTONE_DATABASE_URL: 'postgresql://lodestone@localhost/x?host=/no/such' },
      /No server listens at this socket/
    ]
  ]
  for (const [env, remedy] of cases) {
    const config = readConfig({
      LODESTONE_DATABASE_URL: url.href,
      LODESTONE_GUARD_DIR: testGuard(t).place,
      LODESTONE_PORT: '0',
      ...env
    })
    const error = await startService(config, { logger, announce: () => {} }).then(
      async (service) => service.stop(),
      (error: unknown) => error
    )
    t.match(startRemedy(error, config), remedy, Object.keys(env).join())
  }
  const refused = Object.assign(new Error('password authentication failed'), { code: '28P01' })
  const config = readConfig({})
  t.match(startRemedy(new Error('wrapped', { cause: refused }), config), /password of DATABASE_URL/)
  t.equal(startRemedy(new Error('a bug'), config), null)
  const nowhereAtAll = { code: 'ENOENT', syscall: 'mkdir', path: '/proc/postgres' }
  const unmade = Object.assign(new Error('no such file or directory'), nowhereAtAll)
  t.match(startRemedy(unmade, config), /Make \/proc\/postgres a folder .* LODESTONE_DATA_DIR/)
  const known = (code: string, message: string) =>
    startRemedy(Object.assign(new Error(message), { code }), config)
  t.match(known('ERR_TLS_CERT_ALTNAME_INVALID', "does not match certificate's"), /of another name/)
  t.match(known('CERT_HAS_EXPIRED', 'certificate has expired'), /renew it, or set the clock/)
  t.match(known('SELF_SIGNED_CERT_IN_CHAIN', 'self-signed certificate'), /add sslrootcert=FILE/)
  t.match(known('28000', 'rejects connection for host, no encryption'), /add sslmode=verify-full/)
  t.match(known('42P07', 'relation "account" already exists'), /a database of its own, or a schema/)
  t.match(known('42501', 'permission denied for schema drizzle'), /A login that owns nothing/)
  t.match(known('53300', 'too many connections for role'), /lower LODESTONE_POOL_SIZE/)
  t.match(known('3F000', 'no schema has been selected'), /search_path of this login/)
  const full = new EmbeddedRefused('initdb failed: could not write: No space left on device')
  t.match(startRemedy(full, config), /Make room on the disk/)
})

t.test('says what to do where a start waits for a migration', async (t) => {
  const holder = { pid: 7, application: 'lodestone', address: null }
  t.match(waitingRemedy({ ...holder, state: 'active' }), /goes on when the migration has ended/)
  t.match(waitingRemedy({ ...holder, state: 'idle' }), /select pg_terminate_backend\(7\)/)
})
