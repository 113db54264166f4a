import { createConnection, createServer, type Server, type Socket } from 'node:net'
import { join } from 'node:path'
import type { Test } from 'tap'

/** The statement, as it is sent. */
const COMMIT = 'commit\0'
/** What PostgreSQL says when a commit is durable. */
const COMMITTED = 'COMMIT\0'

type When = 'before' | 'after'

interface Pair {
  readonly client: Socket
  readonly server: Socket
}

/**
 * A network between a service and its PostgreSQL that fails as told: a TCP port that passes on to a
 * unix socket.
 */
export class DatabaseProxy {
  readonly #server: Server
  readonly #pairs = new Set<Pair>()
  #stalled = false
  #splitting = false
  #severing: When | null = null
  /** How often a connection was severed. */
  severed = 0

  private constructor(socket: string) {
    this.#server = createServer((client) => this.#join(client, createConnection(socket)))
  }

  static async open(t: Test, socketDirectory: string): Promise<DatabaseProxy> {
    const proxy = new DatabaseProxy(join(socketDirectory, '.s.PGSQL.5432'))
    await proxy.listen(0)
    t.teardown(() => proxy.refuse())
    return proxy
  }

  /** The address of a database of the server behind it. */
  url(database: string): string {
    return `postgresql://lodestone@127.0.0.1:${this.port}/${database}`
  }

  get port(): number {
    const address = this.#server.address()
    return typeof address === 'object' && address ? address.port : this.#port
  }
  #port = 0

  listen(port: number): Promise<void> {
    return new Promise((resolve, reject) => {
      this.#server.once('error', reject)
      this.#server.listen(port, '127.0.0.1', () => {
        this.#port = this.port
        resolve()
      })
    })
  }

  /** Cuts every connection and refuses new ones, as a host does whose server has stopped. */
  async refuse(): Promise<void> {
    const closed = new Promise((resolve) => this.#server.close(resolve))
    this.cut()
    await closed
  }

  accept(): Promise<void> {
    return this.listen(this.#port)
  }

  cut(): void {
    for (const { client, server } of this.#pairs) {
      client.destroy()
      server.destroy()
    }
  }

  /** From now on nothing arrives on either side, and nobody is told. */
  stall(): void {
    this.#stalled = true
    for (const { client, server } of this.#pairs) {
      client.pause()
      server.pause()
    }
  }

  flow(): void {
    this.#stalled = false
    for (const { client, server } of this.#pairs) {
      client.resume()
      server.resume()
    }
  }

  /** Passes everything on in pieces of one to three bytes. */
  split(on: boolean): void {
    this.#splitting = on
  }

  /**
   * The next connection that commits is cut: before the server hears of it, or after it is durable
   * and before the client hears that.
   */
  severCommit(when: When): void {
    this.#severing = when
  }

  #join(client: Socket, server: Socket): void {
    const pair = { client, server }
    this.#pairs.add(pair)
    if (this.#stalled) {
      client.pause()
      server.pause()
    }
    let cutting = false
    client.on('data', (chunk) => {
      const when = chunk.includes(COMMIT) ? this.#severing : null
      if (when !== null) {
        this.#severing = null
        this.severed += 1
        if (when === 'before') return this.#end(pair)
        cutting = true
      }
      this.#pass(chunk, server)
    })
    server.on('data', (chunk) => {
      if (!cutting) this.#pass(chunk, client)
      else if (chunk.includes(COMMITTED)) this.#end(pair)
    })
    for (const [one, other] of [
      [client, server],
      [server, client]
    ] as const) {
      one.on('error', () => {})
      one.on('close', () => {
        this.#pairs.delete(pair)
        other.destroy()
      })
    }
  }

  #pass(chunk: Buffer, to: Socket): void {
    if (!this.#splitting) {
      to.write(chunk)
      return
    }
    to.setNoDelay(true)
    for (let at = 0; at < chunk.length; ) {
      const length = 1 + (at % 3)
      to.write(chunk.subarray(at, at + length))
      at += length
    }
  }

  #end({ client, server }: Pair): void {
    client.destroy()
    server.destroy()
  }
}
