import { connect, type Socket } from 'node:net'

export interface Reply {
  readonly status: number
  /** Bytes of the body. */
  readonly size: number
  /** The body as far as it came with the head, at most 64 KB of it. */
  readonly beginning: Buffer
}

/** An answer that is arriving, from when its head is there. */
interface Arriving extends Reply {
  missing: number
}

interface Waiting {
  readonly resolve: (reply: Reply) => void
  readonly reject: (error: Error) => void
}

const HEAD_END = Buffer.from('\r\n\r\n')
const PLACE = 64 * 1024

/**
 * One keep-alive connection that has at most one request under way. Understands answers with a
 * Content-Length, which is what the service sends, and as little else as possible: the generator
 * shares the processors with what it measures. All that arrives is read into one place and counted: answers of
 * megabytes that are put together are garbage, and its collection stood in what was measured (10 ms of the slowest).
 */
export class Connection {
  readonly #socket: Socket
  /** Of a head that has not arrived whole. */
  #head: Buffer = Buffer.alloc(0)
  #arriving: Arriving | null = null
  #waiting: Waiting | null = null

  private constructor(socket: Socket) {
    this.#socket = socket
    socket.setNoDelay(true)
    socket.on('error', (error) => this.#failed(error))
    socket.on('close', () => this.#failed(new Error('the connection was closed')))
  }

  static open(address: string): Promise<Connection> {
    const { hostname, port } = new URL(address)
    return new Promise((resolve, reject) => {
      let opened: Connection | null = null
      const place = Buffer.alloc(PLACE)
      const callback = (length: number): boolean => {
        opened?.arrived(place.subarray(0, length))
        return true
      }
      const socket = connect({
        port: Number(port),
        host: hostname,
        onread: { buffer: place, callback }
      })
      socket.once('error', reject)
      socket.once('connect', () => {
        socket.off('error', reject)
        opened = new Connection(socket)
        resolve(opened)
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

  /** `bytes` are overwritten by what comes next. */
  private arrived(bytes: Buffer): void {
    const arriving = this.#arriving ?? this.#begun(bytes)
    if (arriving === null) return
    if (this.#arriving) arriving.missing -= bytes.length
    this.#arriving = arriving.missing > 0 ? arriving : null
    if (this.#arriving) return
    const waiting = this.#waiting
    this.#waiting = null
    waiting?.resolve(arriving)
  }

  /** Null where the head is not there yet. */
  #begun(bytes: Buffer): Arriving | null {
    const all = Buffer.concat([this.#head, bytes])
    const end = all.indexOf(HEAD_END)
    this.#head = end === -1 ? all : Buffer.alloc(0)
    if (end === -1) return null
    const head = all.toString('latin1', 0, end)
    const size = Number(/content-length: (\d+)/i.exec(head)?.[1] ?? 0)
    const beginning = all.subarray(end + HEAD_END.length)
    return { status: Number(head.slice(9, 12)), size, beginning, missing: size - beginning.length }
  }

  #failed(error: Error): void {
    this.#waiting?.reject(error)
    this.#waiting = null
  }
}
