import { type DestinationStream, type Logger, pino, stdSerializers } from 'pino'

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
export function createLogger(level: string, destination?: DestinationStream): Logger {
  const options = {
    level,
    redact: { paths: SECRETS.flatMap((name) => [name, `*.${name}`]), censor: '[secret]' },
    serializers: { req: requestOf, res: answerOf, err: stdSerializers.err }
  }
  return destination ? pino(options, destination) : pino(options)
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
