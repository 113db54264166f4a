import type { IncomingMessage } from 'node:http'
import { Transform, type TransformCallback } from 'node:stream'
import type { RequestPayload } from 'fastify'
import { RegistryError } from '../../errors.ts'

/** Shorter bodies are taken as they come: their chunks are few. */
const SHORT_BYTES = 4_096
/** Larger chunks go through uncopied. */
const LARGE_BYTES = 4_096
const BLOCK_BYTES = 16_384
/** So many chunks may be of any size; more have to hold so many bytes each, on average. */
const ANY_CHUNKS = 4_096
const MEAN_BYTES = 16

/** True of a body that can come in more chunks than there is memory for. */
export function isLongBody(headers: Readonly<Record<string, unknown>>): boolean {
  const { 'content-length': length = 0, 'transfer-encoding': coding } = headers
  return coding !== undefined || Number(length) > SHORT_BYTES
}

/**
 * A body whose small chunks are put together. Each chunk takes hundreds of bytes beside what it holds, so
 * that a megabyte that comes byte by byte would take some hundred of them until it is read; and to take each from
 * the line takes microseconds, so that too many of them are refused. `refusal` is asked with the bytes so far.
 */
export function joinedBody(
  payload: RequestPayload,
  refusal: (bytes: number) => RegistryError | undefined
): RequestPayload {
  const joined = new Joined(refusal)
  // Nobody reads on where the request was refused meanwhile: no reason to end the process.
  joined.on('error', () => {})
  // A client that goes away in the middle ends the reading; the answer to too much needs the socket.
  payload.once('close', () => {
    if (!payload.readableEnded) joined.destroy(cutOff())
  })
  JOINED.add(payload)
  return payload.pipe(joined)
}

/** Bodies that were read through another stream: Node throws away what is left of others when they are answered. */
const JOINED = new WeakSet<RequestPayload>()

/**
 * True of the body of a request that was answered before all of it was read: nobody will read the rest, so
 * that nothing that follows on its connection would be heard.
 */
export function isLeftUnread(request: IncomingMessage): boolean {
  return JOINED.has(request) && !request.readableEnded
}

/** What is told, and counted, where a client goes away in the middle of a body. */
export function cutOff(): RegistryError {
  return new RegistryError('BODY_INVALID', 'The connection ended before the body had arrived.')
}

function tooSmallChunks(): RegistryError {
  const message = `The body comes in too many small chunks; send ${MEAN_BYTES} bytes or more in each.`
  return new RegistryError('BODY_INVALID', message)
}

class Joined extends Transform {
  readonly #refusal: (bytes: number) => RegistryError | undefined
  #bytes = 0
  #chunks = 0
  #block = Buffer.alloc(0)
  #used = 0

  constructor(refusal: (bytes: number) => RegistryError | undefined) {
    super()
    this.#refusal = refusal
  }

  override _transform(chunk: Buffer, _encoding: string, done: TransformCallback): void {
    this.#bytes += chunk.length
    this.#chunks += 1
    const tiny = this.#chunks > ANY_CHUNKS && this.#bytes < this.#chunks * MEAN_BYTES
    const refusal = tiny ? tooSmallChunks() : this.#refusal(this.#bytes)
    if (!refusal) this.#take(chunk)
    done(refusal)
  }

  override _flush(done: TransformCallback): void {
    this.#pass()
    done()
  }

  #take(chunk: Buffer): void {
    if (this.#used + chunk.length > this.#block.length) this.#pass()
    if (chunk.length >= LARGE_BYTES) {
      this.#pass()
      this.push(chunk)
      return
    }
    if (chunk.length > this.#block.length) this.#block = Buffer.allocUnsafeSlow(BLOCK_BYTES)
    this.#used += chunk.copy(this.#block, this.#used)
  }

  #pass(): void {
    if (this.#used > 0) this.push(this.#block.subarray(0, this.#used))
    this.#block = this.#block.subarray(this.#used)
    this.#used = 0
  }
}
