import { mkdtempSync, rmSync } from 'node:fs'
import { createConnection, createServer } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { Test } from 'tap'
import { socketDirectory } from './test-cluster.ts'

const SOCKET = '.s.PGSQL.5432'

/**
 * A socket directory in front of the cluster that passes everything on, until a client says
 * `trigger`: then the server gets it and does it, and the client is cut off before the answer.
 */
export async function severingProxy(t: Test, trigger: string): Promise<string> {
  const directory = mkdtempSync(join(tmpdir(), 'lodestone-sever-'))
  const server = createServer((client) => {
    const upstream = createConnection(join(socketDirectory, SOCKET))
    let severed = false
    client.on('data', (chunk) => {
      severed ||= chunk.includes(trigger)
      upstream.write(chunk)
    })
    upstream.on('data', (chunk) => {
      if (severed) client.destroy()
      else client.write(chunk)
    })
    client.on('close', () => upstream.destroy())
    upstream.on('close', () => client.destroy())
    client.on('error', () => {})
    upstream.on('error', () => {})
  })
  const listening = Promise.withResolvers<void>()
  server.listen(join(directory, SOCKET), listening.resolve)
  await listening.promise
  t.teardown(() => {
    server.close()
    rmSync(directory, { recursive: true, force: true })
  })
  return directory
}
