import { type Setting, setting } from './config-setting.ts'
import { integer } from './config-values.ts'

const MIB = 1024 * 1024
const milliseconds = integer(1_000, 3_600_000)
const count = integer(1, 1_000_000_000)

const perMinute = integer(0, 1_000_000_000)

/** How much the service takes on: sizes, times and numbers. docs/operations.md tells them together. */
export const limitSettings = {
  bodyLimitBytes: setting(
    'LODESTONE_BODY_LIMIT_BYTES',
    String(MIB),
    integer(1024, 1024 * MIB),
    'Largest body of a request that is one document.'
  ),
  bulkLimitBytes: setting(
    'LODESTONE_BULK_LIMIT_BYTES',
    String(128 * MIB),
    integer(1024, 4096 * MIB),
    'Largest body of a request that is many documents.'
  ),
  bodyMemoryBytes: setting(
    'LODESTONE_BODY_MEMORY_BYTES',
    String(256 * MIB),
    integer(1024, 1024 * 1024 * MIB),
    'Most bytes of bodies that one process holds at the same time; a single body is always taken.'
  ),
  headerLimitBytes: setting(
    'LODESTONE_HEADER_LIMIT_BYTES',
    '16384',
    integer(1024, MIB),
    'Most bytes of the headers of a request, its address included.'
  ),
  urlLimit: setting(
    'LODESTONE_URL_LIMIT',
    '8192',
    integer(256, MIB),
    'Longest address of a request, path and query, in characters.'
  ),
  requestTimeoutMs: setting(
    'LODESTONE_REQUEST_TIMEOUT_MS',
    '30000',
    milliseconds,
    'Longest time in which a request must have arrived.'
  ),
  uploadTimeoutMs: setting(
    'LODESTONE_UPLOAD_TIMEOUT_MS',
    '900000',
    milliseconds,
    'Longest time in which the upload of an import must have arrived.'
  ),
  importBytesHours: setting(
    'LODESTONE_IMPORT_BYTES_HOURS',
    '24',
    integer(0, 87_600),
    'So long the uploaded bytes of an import are kept after it ended; what it recorded stays.'
  ),
  importResultsDays: setting(
    'LODESTONE_IMPORT_RESULTS_DAYS',
    '30',
    integer(1, 3_650),
    'So long an import and the results of its items can be read after it ended.'
  ),
  handlerTimeoutMs: setting(
    'LODESTONE_HANDLER_TIMEOUT_MS',
    '60000',
    milliseconds,
    'Longest time from the first byte of a request to its answer.'
  ),
  answerTimeoutMs: setting(
    'LODESTONE_ANSWER_TIMEOUT_MS',
    '300000',
    milliseconds,
    'Longest time that a client may take to read an answer, beyond the time for making it.'
  ),
  connectionLimit: setting(
    'LODESTONE_CONNECTION_LIMIT',
    '10000',
    count,
    'Most connections of clients to one process. Each needs a file descriptor.'
  ),
  requestLimit: setting(
    'LODESTONE_REQUEST_LIMIT',
    '2000',
    count,
    'Most requests that one process works on at the same time.'
  ),
  queueEvents: setting(
    'LODESTONE_QUEUE_EVENTS',
    '20000',
    count,
    'Most events that wait in one process to be written into the books.'
  ),
  queueBytes: setting(
    'LODESTONE_QUEUE_BYTES',
    String(64 * MIB),
    integer(MIB, 1024 * 1024 * MIB),
    'Most bytes of events that wait in one process to be written into the books.'
  ),
  poolWaitingLimit: setting(
    'LODESTONE_POOL_WAITING_LIMIT',
    '1000',
    count,
    'Most statements and transactions that wait in one process for a connection to the database.'
  ),
  eventLoopLimitMs: setting(
    'LODESTONE_EVENT_LOOP_LIMIT_MS',
    '1000',
    integer(20, 60_000),
    'Where the process is behind by more than this on average over a second, it takes no more requests.'
  ),
  clientRate: setting(
    'LODESTONE_RATE_CLIENT',
    '300000',
    perMinute,
    'Most requests of one API client in a minute, over all processes; 0 for no limit.'
  ),
  addressRate: setting(
    'LODESTONE_RATE_ADDRESS',
    '60000',
    perMinute,
    'Most requests without a valid token from one address (of IPv6, one /64) in a minute; 0 for no limit.'
  ),
  tokenRate: setting(
    'LODESTONE_RATE_TOKEN',
    '1200',
    perMinute,
    'Most requests for access tokens from one address in a minute; 0 for no limit.'
  ),
  secretRate: setting(
    'LODESTONE_RATE_SECRET',
    '20',
    perMinute,
    'Most wrong secrets for one client from one address in a minute, and ten times as many from everywhere; 0 for no limit.'
  )
} as const satisfies Readonly<Record<string, Setting<unknown>>>
