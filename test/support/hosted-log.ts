import { createServer, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import type { Test } from 'tap'
import { checkpointText } from '../../src/log/checkpoint.ts'
import { leafHash } from '../../src/log/entry.ts'
import { packEntries, unpackEntries } from '../../src/log/entry-bundle.ts'
import { type LogKey, newLogKey, openLogKey } from '../../src/log/log-key.ts'
import { nodeHash } from '../../src/log/merkle.ts'
import { signNote } from '../../src/log/note.ts'
import { verifierText } from '../../src/log/note-key.ts'
import { entriesPath, parseTilePath, TILE_WIDTH, type Tile, widthIn } from '../../src/log/tiles.ts'
import { type ReadNode, rootOf } from '../../src/log/tree.ts'

/** A log whose key the test holds, behind a real socket: it can be made to lie in any way. */
export interface HostedLog {
  readonly address: string
  /** As verifiers are given it. */
  readonly key: string
  /** Signs and serves these entries from now on. */
  publish(entries: readonly Buffer[], signer?: LogKey): void
  /** Serves other entries than were signed. */
  serve(entries: readonly Buffer[]): void
  /** Whether the tiles of hashes are there. */
  hashes: boolean
  /** Answers instead, where it returns true. */
  instead: ((path: string, response: ServerResponse) => boolean) | null
  readonly asked: string[]
}

export const HOSTED = 'hosted.test/log'

export async function hostedLog(t: Test): Promise<HostedLog> {
  const own = openLogKey(newLogKey(HOSTED))
  let signed: readonly Buffer[] = []
  let served: readonly Buffer[] = []
  let note = ''
  const server = createServer((request, response) => {
    const path = String(request.url).slice('/log/'.length)
    log.asked.push(path)
    if (log.instead?.(path, response)) return
    const body = answer(path)
    response.writeHead(body === null ? 404 : 200).end(body ?? '')
  })
  await new Promise<void>((done) => server.listen(0, '127.0.0.1', done))
  t.teardown(() => {
    server.closeAllConnections()
    server.close()
  })

  function answer(path: string): string | Buffer | null {
    if (path === 'checkpoint') return note || null
    const asked = parseTilePath(path.slice('tile/'.length))
    if (asked?.of === 'hashes') return log.hashes ? hashesOf(asked.tile) : null
    for (let index = 0; index * TILE_WIDTH < served.length; index += 1) {
      const width = widthIn(served.length, { level: 0, index })
      const begin = index * TILE_WIDTH
      if (path === `${entriesPath({ index, width })}`) {
        return packEntries(served.slice(begin, begin + width))
      }
    }
    return null
  }

  function hashesOf(tile: Tile): Buffer | null {
    if (widthIn(signed.length, tile) !== tile.width) return null
    const read = nodesOf(signed)
    const first = tile.index * TILE_WIDTH
    const numbers = Array.from({ length: tile.width }, (_, n) => first + n)
    return Buffer.concat(numbers.map((index) => read({ level: tile.level * 8, index })))
  }

  const log: HostedLog = {
    address: `http://127.0.0.1:${(server.address() as AddressInfo).port}/log`,
    key: verifierText(own.verifier),
    publish(entries, signer = own) {
      signed = entries
      served = entries
      const root = rootOf(entries.length, nodesOf(entries))
      const head = { origin: HOSTED, size: entries.length, root }
      note = signNote(checkpointText(head), signer.verifier, signer.privateKey)
    },
    serve(entries) {
      served = entries
    },
    hashes: true,
    instead: null,
    asked: []
  }
  return log
}

function nodesOf(entries: readonly Buffer[]): ReadNode {
  const known = new Map<string, Uint8Array>()
  const read: ReadNode = ({ level, index }) => {
    const name = `${level}/${index}`
    const hash =
      known.get(name) ??
      (level === 0
        ? leafHash(entries[index]!)
        : nodeHash(
            read({ level: level - 1, index: index * 2 }),
            read({ level: level - 1, index: index * 2 + 1 })
          ))
    known.set(name, hash)
    return hash
  }
  return read
}

/** The entries in the files of a mirror. */
export const unpacked = (bytes: Uint8Array): string[] =>
  (unpackEntries(bytes) ?? []).map((entry) => entry.toString('hex'))
