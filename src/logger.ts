import { hostname } from 'node:os'
import {
  type DestinationStream,
  type Logger,
  pino,
  type SerializedError,
  destination as standard,
  stdSerializers
} from 'pino'
import { LogLines, MADE_LEVEL } from './logger-lines.ts'

/** The log of the service, which takes lines that are made already as well. */
export interface ServiceLogger extends Logger {
  /**
   * Writes a line of level `info` whose further members are JSON, without the braces: what each request
   * pays for a line that pino makes is more than all that is done for the request beside.
   */
  line(members: string): void
}

/** Wherever these names turn up in what is logged, their values do not. */
const SECRETS = [
  'authorization',
  'headers.authorization',
  'req.headers.authorization',
  'request.headers.authorization',
  'secret',
  'secretHash',
  'client_secret',
  'clientSecret',
  'access_token',
  'token',
  'privateJwk',
  'privateKey',
  'databaseUrl'
]

/**
 * The structured log of the service: JSON lines on standard output, or on `destination`. Addresses
 * are logged without their query, which may carry a one-time link, and bodies never.
 */
export function createLogger(level: string, destination?: DestinationStream): ServiceLogger {
  const base = { pid: process.pid, hostname: hostname() }
  const options = {
    level,
    base,
    redact: { paths: SECRETS.flatMap((name) => [name, `*.${name}`]), censor: '[secret]' },
    serializers: { req: requestOf, res: answerOf, err: errorOf }
  }
  const lines = new LogLines(destination ?? standard())
  const logger = pino(options, lines)
  const members = JSON.stringify(base).slice(1, -1)
  const line = (more: string): void => {
    if (!logger.isLevelEnabled('info')) return
    lines.writeMade(`{"level":${MADE_LEVEL},"time":${Date.now()},${members},${more}}\n`)
  }
  return Object.assign(logger, { line })
}

interface LoggedRequest {
  readonly method?: string
  readonly url?: string
  readonly ip?: string
}

function requestOf({ method, url, ip }: LoggedRequest) {
  return { method, path: url?.split('?', 1)[0], remoteAddress: ip }
}

function answerOf({ statusCode }: { readonly statusCode?: number }) {
  return { statusCode }
}

/** Members of errors that repeat what somebody sent: rows, values, findings. */
const CONTENTS = [
  'detail',
  'where',
  'internalQuery',
  'query',
  'parameters',
  'details',
  'extensions',
  // Of a connection that was lost: all of it, with the key that cancels what its session does.
  'client'
]
/** What PostgreSQL calls a value that it cannot read: `invalid input syntax for type uuid: "..."`. */
const DATA_EXCEPTION = /^22/

/** An error with where it arose and why, and without the contents of documents. */
function errorOf(error: Error): SerializedError {
  const told = { ...stdSerializers.err(error) } as SerializedError & Record<string, unknown>
  for (const name of CONTENTS) delete told[name]
  if (codes(error).some((code) => DATA_EXCEPTION.test(code))) {
    told.message = withoutValues(told.message)
    told.stack = withoutValues(told.stack)
  }
  return told
}

function codes(error: unknown): string[] {
  if (!(error instanceof Error)) return []
  const { code, cause } = error as { readonly code?: unknown; readonly cause?: unknown }
  return [...(typeof code === 'string' ? [code] : []), ...codes(cause)]
}

function withoutValues(text: string): string {
  return text.replace(/"[^"]*"/g, '"[value]"')
}
