import { connect, type Socket } from 'node:net'

export interface Reply {
  readonly status: number
  readonly body: Buffer
}

const HEAD_END = Buffer.from('\r\n\r\n')

/**
 * One keep-alive connection that has at most one request under way. Understands answers with a
 * Content-Length, which is what the service sends, and as little else as possible: the generator
 * shares the processors with what it measures.
 */
export class Connection {
  readonly #socket: Socket
  #chunks: Buffer[] = []
  /** Bytes that are still missing; null until the head has told how many there are. */
  #missing: number | null = null
  #waiting: { resolve: (reply: Reply) => void; reject: (error: Error) => void } | null = null

  private constructor(socket: Socket) {
    this.#socket = socket
    socket.setNoDelay(true)
    socket.on('data', (chunk) => this.#arrived(chunk))
    socket.on('error', (error) => this.#failed(error))
    socket.on('close', () => this.#failed(new Error('the connection was closed')))
  }

  static open(address: string): Promise<Connection> {
    const { hostname, port } = new URL(address)
    return new Promise((resolve, reject) => {
      const socket = connect(Number(port), hostname)
      socket.once('error', reject)
      socket.once('connect', () => {
        socket.off('error', reject)
        resolve(new Connection(socket))
      })
    })
  }

  send(request: Buffer): Promise<Reply> {
    return new Promise((resolve, reject) => {
      this.#waiting = { resolve, reject }
      this.#socket.write(request)
    })
  }

  close(): void {
    this.#waiting = null
    this.#socket.destroy()
  }

  #arrived(chunk: Buffer): void {
    this.#chunks.push(chunk)
    if (this.#missing !== null) this.#missing -= chunk.length
    // Chunks are put together once: a long answer comes in many.
    if (this.#missing !== null && this.#missing > 0) return
    const bytes = this.#chunks.length === 1 ? chunk : Buffer.concat(this.#chunks)
    this.#chunks = [bytes]
    const end = bytes.indexOf(HEAD_END)
    if (end === -1) return
    const head = bytes.toString('latin1', 0, end)
    const length = Number(/content-length: (\d+)/i.exec(head)?.[1] ?? 0)
    const from = end + HEAD_END.length
    this.#missing = from + length - bytes.length
    if (this.#missing > 0) return
    this.#chunks = []
    this.#missing = null
    const waiting = this.#waiting
    this.#waiting = null
    waiting?.resolve({
      status: Number(head.slice(9, 12)),
      body: bytes.subarray(from, from + length)
    })
  }

  #failed(error: Error): void {
    this.#waiting?.reject(error)
    this.#waiting = null
  }
}
