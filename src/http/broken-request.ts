import { randomUUID } from 'node:crypto'
import type { Socket } from 'node:net'
import { type ErrorCode, RegistryError } from '../errors.ts'
import { PROBLEM_MEDIA_TYPE, problemOf } from './problem.ts'

/** What the HTTP parser of Node refuses, by its error codes; anything else is a 400. */
const REFUSED: Readonly<Record<string, readonly [ErrorCode, string]>> = {
  ERR_HTTP_REQUEST_TIMEOUT: ['REQUEST_TIMEOUT', 'The request took too long to arrive.'],
  HPE_HEADER_OVERFLOW: ['HEADERS_TOO_LARGE', 'The headers are too large.'],
  HPE_CHUNK_EXTENSIONS_OVERFLOW: ['BODY_TOO_LARGE', 'The chunk extensions are too large.']
}

/**
 * Answers what never became a request, with a problem like any other, and ends the connection: after
 * a broken message nobody knows where the next one starts.
 */
export function answerBrokenRequest(error: NodeJS.ErrnoException, socket: Socket): void {
  if (error.code === 'ECONNRESET' || socket.destroyed) return
  const [code, message] = REFUSED[error.code ?? ''] ?? ['REQUEST_INVALID', 'This is not HTTP.']
  const id = randomUUID()
  const problem = problemOf(new RegistryError(code, message), id)
  const body = JSON.stringify(problem)
  if (socket.writable && socket.bytesWritten === 0) {
    socket.write(
      [
        `HTTP/1.1 ${problem.status} ${problem.title}`,
        `content-type: ${PROBLEM_MEDIA_TYPE}`,
        `content-length: ${Buffer.byteLength(body)}`,
        `x-request-id: ${id}`,
        'connection: close',
        '',
        body
      ].join('\r\n')
    )
  }
  socket.destroySoon()
}
