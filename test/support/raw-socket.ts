import { connect, type Socket } from 'node:net'
import type { FastifyInstance } from 'fastify'
import type { Test } from 'tap'

/** A client that says exactly what it is told to, on a connection of its own. */
export interface RawClient {
  readonly socket: Socket
  send(bytes: string | Buffer): void
  /** Everything that came, once the other side has ended the connection. */
  readonly ended: Promise<string>
  /** Everything that has come so far. */
  readonly heard: () => string
}

/** Lets the application listen on a free port of this machine. */
export async function listening(app: FastifyInstance): Promise<number> {
  await app.listen({ port: 0, host: '127.0.0.1' })
  return (app.server.address() as { port: number }).port
}

/** Connects; the connection is closed at the end of the test. Errors end it like a close. */
export async function rawClient(
  t: Test,
  port: number,
  options: { readonly allowHalfOpen?: boolean } = {}
): Promise<RawClient> {
  const socket = connect({ port, host: '127.0.0.1', ...options })
  let text = ''
  socket.setEncoding('latin1')
  socket.on('data', (chunk) => {
    text += chunk
  })
  const ended = new Promise<string>((resolve) => {
    socket.once('end', () => resolve(text))
    socket.once('close', () => resolve(text))
    socket.on('error', () => resolve(text))
  })
  await new Promise<void>((resolve, reject) => {
    socket.once('connect', resolve)
    socket.once('error', reject)
  })
  t.teardown(() => socket.destroy())
  return { socket, send: (bytes) => void socket.write(bytes), ended, heard: () => text }
}

/** Sends the request on a connection of its own and returns all that came back. */
export async function exchange(t: Test, port: number, request: string | Buffer): Promise<string> {
  const client = await rawClient(t, port)
  client.send(request)
  return client.ended
}

/** A request in the words of HTTP, which asks for the connection to be closed. */
export function message(
  method: string,
  path: string,
  headers: Readonly<Record<string, string | number>> = {},
  body = ''
): string {
  const lines = Object.entries(headers).map(([name, value]) => `${name}: ${value}`)
  return [`${method} ${path} HTTP/1.1`, 'host: x', 'connection: close', ...lines, '', body].join(
    '\r\n'
  )
}

/** Sends one piece each time until the connection ends, and returns all that came back. */
export async function dribble(
  client: RawClient,
  pieces: Iterable<string>,
  everyMs: number
): Promise<string> {
  const source = pieces[Symbol.iterator]()
  const timer = setInterval(() => {
    const next = source.next()
    if (!next.done && client.socket.writable) client.send(next.value)
  }, everyMs)
  try {
    return await client.ended
  } finally {
    clearInterval(timer)
  }
}
