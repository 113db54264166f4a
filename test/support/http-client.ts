import { eventually } from './eventually.ts'
/** A client of the service over a real socket, as anybody would write one. */
export interface HttpAnswer {
  readonly status: number
  readonly headers: Headers
  // biome-ignore lint/suspicious/noExplicitAny: tests look into answers of every shape
  readonly body: any
  readonly text: string
}

export interface HttpClient {
  readonly token: string
  get(path: string, headers?: Readonly<Record<string, string>>): Promise<HttpAnswer>
  /** A body that is text goes out as it is, anything else as JSON. */
  post(path: string, body: unknown, headers?: Readonly<Record<string, string>>): Promise<HttpAnswer>
  delete(path: string): Promise<HttpAnswer>
  /** As `post`, but anything other than 200 and 201 is an error. */
  made(path: string, body: unknown): Promise<HttpAnswer['body']>
}

/** Gets a token for a client and speaks as it; asks again where there is too much to do. */
export async function signIn(
  url: string,
  client: { readonly id: string; readonly secret: string }
): Promise<HttpClient> {
  const attempt = () =>
    ask(`${url}/auth/token`, {
      method: 'POST',
      headers: { 'content-type': 'application/x-www-form-urlencoded' },
      body: new URLSearchParams({
        grant_type: 'client_credentials',
        client_id: client.id,
        client_secret: client.secret
      }).toString()
    })
  let answer = await attempt()
  // A service that has just come back, or stood still, says so.
  await eventually(async () => {
    if (answer.status !== 503) return true
    answer = await attempt()
    return false
  })
  if (answer.status !== 200) throw new Error(`no token: ${answer.text}`)
  return httpClient(url, answer.body.access_token)
}

/** Speaks with a token that is known already, also to another process of the same registry. */
export function httpClient(url: string, token: string): HttpClient {
  const authorization = `Bearer ${token}`
  const client: HttpClient = {
    token,
    get: (path, headers = {}) => ask(`${url}${path}`, { headers: { authorization, ...headers } }),
    post: (path, body, headers = {}) =>
      ask(`${url}${path}`, {
        method: 'POST',
        headers: { authorization, 'content-type': 'application/json', ...headers },
        body: typeof body === 'string' ? body : JSON.stringify(body)
      }),
    delete: (path) => ask(`${url}${path}`, { method: 'DELETE', headers: { authorization } }),
    async made(path, body) {
      const answer = await client.post(path, body)
      if (answer.status === 200 || answer.status === 201) return answer.body
      throw new Error(`POST ${path}: ${answer.status} ${answer.text}`)
    }
  }
  return client
}

async function ask(url: string, init: RequestInit): Promise<HttpAnswer> {
  const response = await fetch(url, init)
  const text = await response.text()
  const isJson = /\bjson\b/.test(response.headers.get('content-type') ?? '')
  const body = isJson && text !== '' ? JSON.parse(text) : text
  return { status: response.status, headers: response.headers, body, text }
}
