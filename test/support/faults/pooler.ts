import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { chownSync, existsSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { connect } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { serverIdentity } from '../../../src/storage/embedded/identity.ts'
import { socketUrl } from '../../../src/storage/embedded/socket-url.ts'
import type { Stage } from '../service-process.ts'

const PGBOUNCER = ['/usr/sbin/pgbouncer', '/usr/bin/pgbouncer', '/usr/local/bin/pgbouncer'].find(
  (path) => existsSync(path)
)

/** What a test is skipped with where there is no PgBouncer; false where there is. */
export const withoutPooler = PGBOUNCER
  ? false
  : 'PgBouncer is not installed (Debian: pgbouncer), so nothing is tried through a pooler'

type Settings = Readonly<Record<string, string | number>>

/** PgBouncer before the server of a test database. It refuses to run as root, as PostgreSQL does. */
export class Pooler {
  /** For whoever asks through it. */
  readonly url: string
  readonly #t: Stage
  readonly #directory: string
  readonly #databases: string
  readonly #identity: { readonly uid: number; readonly gid: number } | null
  #process: ChildProcess | null = null

  private constructor(
    t: Stage,
    directory: string,
    { name, databases }: { readonly name: string; readonly databases: string },
    identity: { readonly uid: number; readonly gid: number } | null
  ) {
    this.#t = t
    this.#directory = directory
    this.#databases = databases
    this.#identity = identity
    this.url = socketUrl(directory, name)
  }

  static async start(t: Stage, databaseUrl: string, settings: Settings): Promise<Pooler> {
    const { username, pathname, searchParams } = new URL(databaseUrl)
    const host = searchParams.get('host') ?? ''
    const directory = mkdtempSync(join(tmpdir(), 'lodestone-pooler-'))
    t.teardown(() => rmSync(directory, { recursive: true, force: true }))
    const identity = await serverIdentity(host)
    if (identity) chownSync(directory, identity.uid, identity.gid)
    const databases = `* = host=${host} port=5432 user=${username}`
    const pooler = new Pooler(t, directory, { name: pathname.slice(1), databases }, identity)
    pooler.set(settings)
    await pooler.run()
    return pooler
  }

  /** What the next run goes by. */
  set(settings: Settings): void {
    const own = { listen_port: 5432, unix_socket_dir: this.#directory, auth_type: 'any' }
    const lines = Object.entries({ ...own, ...settings }).map(([name, said]) => `${name} = ${said}`)
    writeFileSync(
      join(this.#directory, 'pgbouncer.ini'),
      `[databases]\n${this.#databases}\n[pgbouncer]\n${lines.join('\n')}\n`
    )
  }

  /** Again after a kill, at the same address. */
  async run(): Promise<void> {
    const child = spawn(PGBOUNCER ?? '', ['-q', join(this.#directory, 'pgbouncer.ini')], {
      stdio: 'ignore',
      ...this.#identity
    })
    this.#process = child
    this.#t.teardown(() => child.kill('SIGKILL'))
    for (let attempt = 0; attempt < 200; attempt += 1) {
      const socket = connect(join(this.#directory, '.s.PGSQL.5432'))
      const isThere = await once(socket, 'connect').then(
        () => true,
        () => false
      )
      socket.destroy()
      if (isThere) return
      await sleep(50)
    }
    throw new Error('PgBouncer does not listen')
  }

  /** Ends every connection, also in the middle of a commit; SIGTERM as whoever restarts it does. */
  async kill(signal: NodeJS.Signals = 'SIGKILL'): Promise<void> {
    const child = this.#process
    if (child === null || child.exitCode !== null || child.signalCode !== null) return
    const ended = once(child, 'exit')
    child.kill(signal)
    await ended
  }
}
