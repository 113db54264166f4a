import { CommandError, exitCodes } from './exit.ts'

/** Where the service is, and as whom to speak to it; addresses without a trailing slash. */
export type ClientSettings = SecretSettings | TokenSettings

export interface SecretSettings {
  readonly url: string
  readonly clientId: string
  readonly clientSecret: string
}

/** With a token of another issuer, which has to be renewed there. */
export interface TokenSettings {
  readonly url: string
  readonly accessToken: string
}

/** RFC 9457 problem details as the service sends them. */
export interface Problem {
  readonly code: string
  readonly title: string
  readonly status: number
  readonly detail?: string
  readonly instance?: string
  readonly errors?: readonly { readonly pointer?: string; readonly message: string }[]
  readonly [extension: string]: unknown
}

/** The service read the request and said no. */
export class ProblemError extends CommandError {
  override readonly name = 'CommandError'
  readonly problem: Problem

  constructor(problem: Problem) {
    super(exitFor(problem.status), linesOf(problem))
    this.problem = problem
  }
}

export interface Answer {
  readonly status: number
  readonly headers: Headers
  readonly bytes: Buffer
  readonly json: () => unknown
}

export interface CallOptions {
  readonly accept?: string
  /** A Blob is a file that is read while it is sent. */
  readonly body?: string | Uint8Array<ArrayBuffer> | Blob
  readonly contentType?: string
  readonly headers?: Readonly<Record<string, string>>
}

/** Renewed so long before it runs out. */
const RENEW_BEFORE_MS = 30_000

/**
 * The service over HTTP, with a token of its own. Refusals end the command by themselves: they are
 * thrown as `ProblemError`, a service that cannot be reached as `CommandError` with exit code 3.
 */
export class ApiClient {
  readonly #settings: ClientSettings
  #token: { readonly value: string; readonly renewAt: number } | undefined

  constructor(settings: ClientSettings) {
    this.#settings = settings
  }

  get url(): string {
    return this.#settings.url
  }

  get(path: string, options: CallOptions = {}): Promise<Answer> {
    return this.#call('GET', path, options)
  }

  post(path: string, options: CallOptions): Promise<Answer> {
    return this.#call('POST', path, options)
  }

  delete(path: string): Promise<Answer> {
    return this.#call('DELETE', path, {})
  }

  /** Sends a JSON document and reads the JSON answer. */
  async postJson(path: string, document: unknown) {
    const answer = await this.post(path, { body: JSON.stringify(document) })
    return answer.json()
  }

  /** The organization that this client acts for. */
  async organization(): Promise<string> {
    const answer = await this.get('/v1/clients/self')
    return (answer.json() as { readonly organization: string }).organization
  }

  /** A valid access token, for commands that show how to call the service. */
  async token(): Promise<string> {
    if ('accessToken' in this.#settings) return this.#settings.accessToken
    const known = this.#token
    if (known && Date.now() < known.renewAt) return known.value
    const { url, clientId, clientSecret } = this.#settings
    const basic = Buffer.from(`${encodeURIComponent(clientId)}:${encodeURIComponent(clientSecret)}`)
    const response = await send(`${url}/auth/token`, {
      method: 'POST',
      headers: {
        authorization: `Basic ${basic.toString('base64')}`,
        'content-type': 'application/x-www-form-urlencoded'
      },
      body: 'grant_type=client_credentials'
    })
    const body = await tokenBody(response)
    const renewAt = Date.now() + body.expires_in * 1000 - RENEW_BEFORE_MS
    this.#token = { value: body.access_token, renewAt }
    return body.access_token
  }

  async #call(method: string, path: string, options: CallOptions): Promise<Answer> {
    const headers: Record<string, string> = {
      authorization: `Bearer ${await this.token()}`,
      accept: options.accept ?? 'application/json',
      ...options.headers
    }
    if (options.body !== undefined)
      headers['content-type'] = options.contentType ?? 'application/json'
    const url = `${this.#settings.url}${path}`
    const { body } = options
    const response = await send(url, { method, headers, ...(body === undefined ? {} : { body }) })
    const bytes = Buffer.from(await reached(url, () => response.arrayBuffer()))
    if (!response.ok) throw new ProblemError(problemOf(response, bytes))
    return { status: response.status, headers: response.headers, bytes, json: () => parse(bytes) }
  }
}

function send(url: string, init: RequestInit): Promise<Response> {
  return reached(url, () => fetch(url, init))
}

async function reached<Result>(url: string, ask: () => Promise<Result>): Promise<Result> {
  try {
    return await ask()
  } catch (error) {
    const { origin } = new URL(url)
    const why = causeOf(error)
    const message = isBroken(error)
      ? `The connection to ${origin} broke (${why}), so it is not known what became of the request. Give the same command again: nothing is recorded twice.`
      : `Cannot reach ${origin}: ${why}.`
    throw new CommandError(exitCodes.unreachable, message, { cause: error })
  }
}

const BROKEN = ['ECONNRESET', 'EPIPE', 'UND_ERR_SOCKET', 'UND_ERR_HEADERS_TIMEOUT']

/** The request was on its way. */
function isBroken(error: unknown): boolean {
  const cause = error instanceof Error ? (error.cause ?? error) : error
  return BROKEN.includes(String((cause as { readonly code?: unknown }).code))
}

/** Why nobody answered, in words. */
export function causeOf(error: unknown): string {
  const cause = error instanceof Error ? (error.cause ?? error) : error
  const code = (cause as { readonly code?: unknown }).code
  if (code === 'ECONNREFUSED') return 'nothing listens there'
  if (code === 'ENOTFOUND') return 'there is no such host'
  if (code === 'ERR_SSL_WRONG_VERSION_NUMBER') return 'it speaks http there, not https'
  return cause instanceof Error && cause.message !== '' ? cause.message : String(code ?? cause)
}

async function tokenBody(response: Response) {
  const text = await response.text()
  const body = parse(Buffer.from(text)) as {
    readonly access_token?: unknown
    readonly expires_in?: unknown
    readonly error_description?: unknown
  } | null
  if (response.ok && typeof body?.access_token === 'string') {
    return { access_token: body.access_token, expires_in: Number(body.expires_in ?? 60) }
  }
  if (response.status >= 500) {
    throw new CommandError(exitCodes.failed, `The service failed (${response.status}).`)
  }
  throw new CommandError(
    exitCodes.unreachable,
    `The service gives no token: ${String(body?.error_description ?? `status ${response.status}`)}`
  )
}

function problemOf(response: Response, bytes: Buffer): Problem {
  const isProblem = response.headers.get('content-type')?.includes('json')
  const body = isProblem ? parse(bytes) : null
  const known = (body ?? {}) as Partial<Problem>
  return {
    ...known,
    code: known.code ?? 'UNEXPECTED',
    title: known.title ?? `The service answered ${response.status} ${response.statusText}`,
    status: response.status
  }
}

function parse(bytes: Buffer): unknown {
  try {
    return JSON.parse(bytes.toString('utf8'))
  } catch {
    return null
  }
}

function exitFor(status: number) {
  if (status === 401 || status === 403) return exitCodes.unreachable
  return status >= 500 ? exitCodes.failed : exitCodes.refused
}

function linesOf(problem: Problem): readonly string[] {
  const details = (problem.errors ?? [])
    .slice(0, 10)
    .map(({ pointer, message }) => `  ${pointer === undefined ? '' : `${pointer}: `}${message}`)
  return [`${problem.detail ?? problem.title} (${problem.code})`, ...details]
}
