import { limitSettings } from './config-limits.ts'
import { optional, type Setting, setting } from './config-setting.ts'
import {
  address,
  bearerToken,
  databaseAddress,
  directory,
  integer,
  issuers,
  networks,
  oneOf,
  onOff,
  origin,
  secretWord,
  word
} from './config-values.ts'

/** Everything that can be set, in the order of the documentation. */
export const settings = {
  host: setting(
    'LODESTONE_HOST',
    '127.0.0.1',
    word,
    'Address to listen on; `0.0.0.0` for every network.'
  ),
  port: setting(
    'LODESTONE_PORT',
    '8080',
    integer(0, 65_535),
    'TCP port to listen on; 0 takes a free one.'
  ),
  publicUrl: optional(
    'LODESTONE_PUBLIC_URL',
    origin,
    'Where clients reach the service; issuer and audience of its tokens, and the name of the log from the first start on. Without it, http://localhost and the port.'
  ),
  trustedProxies: setting(
    'LODESTONE_TRUSTED_PROXIES',
    '',
    networks,
    'Addresses or networks of the proxies whose `X-Forwarded-*` headers are believed, separated by commas.'
  ),
  databaseUrl: optional(
    'LODESTONE_DATABASE_URL',
    databaseAddress,
    'PostgreSQL 15 or newer. Without it, the service runs a PostgreSQL of its own in the data directory.',
    'DATABASE_URL'
  ),
  dataDir: setting(
    'LODESTONE_DATA_DIR',
    '.lodestone',
    directory,
    'Where the service keeps files of its own, relative to the working directory.'
  ),
  guardDir: optional(
    'LODESTONE_GUARD_DIR',
    directory,
    'Where the last signed head of the log is kept, outside PostgreSQL and its backups; shared by all processes that may sign. Without it, `guard` in the data directory.'
  ),
  poolSize: setting(
    'LODESTONE_POOL_SIZE',
    '10',
    integer(2, 1_000),
    'Most connections of one process to the database.'
  ),
  connectTimeoutMs: setting(
    'LODESTONE_CONNECT_TIMEOUT_MS',
    '5000',
    integer(100, 600_000),
    'Longest wait for a connection to the database.'
  ),
  databaseSilenceMs: setting(
    'LODESTONE_DATABASE_SILENCE_MS',
    '3000',
    integer(500, 600_000),
    'After this long without a sign of life the database counts as away: requests are answered 503 at once until it is back.'
  ),
  statementTimeoutMs: setting(
    'LODESTONE_STATEMENT_TIMEOUT_MS',
    '15000',
    integer(100, 600_000),
    'Longest time that one SQL statement may run.'
  ),
  lockTimeoutMs: setting(
    'LODESTONE_LOCK_TIMEOUT_MS',
    '5000',
    integer(100, 600_000),
    'Longest time that one SQL statement may wait for a lock.'
  ),
  idleInTransactionTimeoutMs: setting(
    'LODESTONE_IDLE_IN_TRANSACTION_TIMEOUT_MS',
    '2000',
    integer(100, 600_000),
    'After this long without a statement PostgreSQL ends a transaction, so that a stopped process holds no lock.'
  ),
  ...limitSettings,
  stopTimeoutMs: setting(
    'LODESTONE_STOP_TIMEOUT_MS',
    '65000',
    integer(1_000, 3_600_000),
    'Longest time that a stop waits for requests that are under way.'
  ),
  webPages: setting(
    'LODESTONE_WEB_PAGES',
    'on',
    onOff,
    'Pages for people under `/web`: `on` or `off`. Without them, `/` leads to the description of the API.'
  ),
  tokenLifetimeSeconds: setting(
    'LODESTONE_TOKEN_LIFETIME_SECONDS',
    '600',
    integer(30, 900),
    'Life of an access token.'
  ),
  trustedIssuers: setting(
    'LODESTONE_TRUSTED_ISSUERS',
    '',
    issuers,
    'Other issuers whose access tokens (RFC 9068) count, each as `ISSUER=ADDRESS OF ITS KEYS`, separated by spaces; docs/operations.md says how.'
  ),
  securityContact: setting(
    'LODESTONE_SECURITY_CONTACT',
    'mailto:security@lodestone.example',
    address('https', 'mailto'),
    'Where to report a vulnerability (RFC 9116).'
  ),
  metricsToken: optional(
    'LODESTONE_METRICS_TOKEN',
    secretWord,
    'Bearer token with which a monitoring system reads `/metrics`, and nothing else. Without it, only access tokens with the scope `metrics:read`.'
  ),
  logLevel: setting(
    'LODESTONE_LOG_LEVEL',
    'info',
    oneOf('fatal', 'error', 'warn', 'info', 'debug', 'trace', 'silent'),
    'Least severity that is logged.'
  ),
  url: optional(
    'LODESTONE_URL',
    origin,
    'For commands that ask a service: where it is. Without it, the public address.'
  ),
  clientId: optional(
    'LODESTONE_CLIENT_ID',
    word,
    'For commands that ask a service: the client to act as.'
  ),
  clientSecret: optional(
    'LODESTONE_CLIENT_SECRET',
    word,
    'For commands that ask a service: the secret of that client.'
  ),
  accessToken: optional(
    'LODESTONE_ACCESS_TOKEN',
    bearerToken,
    'For commands that ask a service: a token of an issuer that the service trusts, instead of client and secret.'
  )
} as const satisfies Readonly<Record<string, Setting<unknown>>>
