import { randomUUID } from 'node:crypto'
import type { ServerResponse } from 'node:http'
import type { Socket } from 'node:net'
import { type ErrorCode, RegistryError } from '../../errors.ts'
import { PROBLEM_MEDIA_TYPE, problemOf } from '../problem.ts'

/** What the HTTP parser of Node refuses, by its error codes; anything else is a 400. */
const REFUSED: Readonly<Record<string, readonly [ErrorCode, string]>> = {
  ERR_HTTP_REQUEST_TIMEOUT: ['REQUEST_TIMEOUT', 'The request took too long to arrive.'],
  HPE_INVALID_EOF_STATE: ['BODY_INVALID', 'The connection ended before the request had arrived.'],
  HPE_INVALID_URL: [
    'REQUEST_INVALID',
    'This is no address: write it in ASCII, ü as %C3%BC and a space as %20.'
  ],
  HPE_INVALID_METHOD: [
    'REQUEST_INVALID',
    'The method is none of HTTP; write one that the resource takes, in capitals, such as GET or POST.'
  ],
  HPE_HEADER_OVERFLOW: ['HEADERS_TOO_LARGE', 'The headers are too large.'],
  HPE_CHUNK_EXTENSIONS_OVERFLOW: ['BODY_TOO_LARGE', 'The chunk extensions are too large.']
}

/** Whatever else comes on such a connection is broken as well. */
const broken = new WeakSet<Socket>()

/**
 * Answers what never became a request, with a problem like any other, and ends the connection: after
 * a broken message nobody knows where the next one starts.
 */
export function answerBrokenRequest(error: NodeJS.ErrnoException, socket: Socket): void {
  if (error.code === 'ECONNRESET' || socket.destroyed || broken.has(socket)) return
  broken.add(socket)
  const [code, message] = isLongAddress(error)
    ? (['URI_TOO_LONG', 'The address is too long.'] as const)
    : (REFUSED[error.code ?? ''] ?? ['REQUEST_INVALID', 'This is not HTTP.'])
  refuseConnection(socket, new RegistryError(code, message))
}

/** The parser counts the address among the headers: it was the address where no line has ended. */
function isLongAddress(error: NodeJS.ErrnoException): boolean {
  const { rawPacket } = error as { rawPacket?: Buffer }
  if (error.code !== 'HPE_HEADER_OVERFLOW' || !rawPacket) return false
  return /^[A-Z]+ \S+$/.test(rawPacket.toString('latin1', 0, 2048))
}

/**
 * Sends the problem where no other answer is on its way, and ends the connection. A request that came
 * whole before is answered first: its client would take the problem for the answer to it, and believe
 * that nothing was stored.
 */
export function refuseConnection(
  socket: Socket,
  error: RegistryError,
  more: readonly string[] = []
): void {
  const answer = answerUnderWay(socket)
  if (answer?.req.complete) {
    answer.once('close', () => refuseConnection(socket, error, more))
    return
  }
  const id = randomUUID()
  const problem = problemOf(error, id)
  const body = JSON.stringify(problem)
  if (socket.writable && !answer?.headersSent) {
    socket.write(
      [
        `HTTP/1.1 ${problem.status} ${problem.title}`,
        `content-type: ${PROBLEM_MEDIA_TYPE}`,
        `content-length: ${Buffer.byteLength(body)}`,
        `x-request-id: ${id}`,
        'x-content-type-options: nosniff',
        ...(problem.status === 503 ? ['retry-after: 1'] : []),
        ...more,
        'cache-control: no-store',
        'connection: close',
        '',
        body
      ].join('\r\n')
    )
  }
  socket.destroySoon()
}

/** Node keeps the answer that is under way on the socket, and its own refusals look there as well. */
function answerUnderWay(socket: Socket): ServerResponse | undefined {
  const { _httpMessage: answer } = socket as { _httpMessage?: ServerResponse | null }
  return answer ?? undefined
}
