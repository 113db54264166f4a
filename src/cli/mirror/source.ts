import { setTimeout as sleep } from 'node:timers/promises'
import { unpackEntries } from '../../log/entry-bundle.ts'
import { HASH_BYTES } from '../../log/merkle.ts'
import { entriesPath, TILE_WIDTH, type Tile, tilePath } from '../../log/tiles.ts'
import { causeOf } from '../client.ts'
import { CommandError, exitCodes } from '../exit.ts'

const PATIENCE_MS = 30_000
/** A service that is busy, or asked too often, says when to come again. */
const TRIES = 6
const LONGEST_PAUSE_SECONDS = 60
/** Of 256 entries of the longest that there can be. */
const MOST_BYTES = TILE_WIDTH * (2 + 0xffff)

/** A log behind an address, of a registry or of anybody who hosts its files: nothing of it is believed. */
export class LogSource {
  readonly #address: string

  /** `address`: of the log itself, without a trailing slash. */
  constructor(address: string) {
    this.#address = address
  }

  /** The newest head that is told, as it is signed. */
  async head(): Promise<Buffer> {
    const note = await this.#ask('checkpoint')
    if (note) return note
    throw new CommandError(exitCodes.refused, `There is no log at ${this.#address} yet.`)
  }

  /** The entries of a tile, as many as `width`. */
  async entries(index: number, width: number): Promise<Buffer[]> {
    const path = entriesPath({ index, width })
    // Who hosts files may drop a partial one once the whole is there (C2SP tlog-tiles).
    const whole = entriesPath({ index, width: TILE_WIDTH })
    const bytes = (await this.#ask(path)) ?? (await this.#ask(whole))
    const entries = bytes && unpackEntries(bytes)
    if (entries && entries.length >= width) return entries.slice(0, width)
    throw new CommandError(
      exitCodes.refused,
      `${this.#address}/${path} ${bytes ? 'is not whole' : 'is not there'}, though the head says that the log has it.`
    )
  }

  /** The hashes of a tile, as many as its width; null where they are not served. */
  async hashes(tile: Tile): Promise<Buffer | null> {
    const whole = { ...tile, width: TILE_WIDTH }
    const bytes = (await this.#ask(tilePath(tile))) ?? (await this.#ask(tilePath(whole)))
    const length = tile.width * HASH_BYTES
    return bytes && bytes.length >= length ? bytes.subarray(0, length) : null
  }

  /** Null where there is no such thing. */
  async #ask(path: string): Promise<Buffer | null> {
    const url = `${this.#address}/${path}`
    for (let left = TRIES; ; left -= 1) {
      const response = await this.#reach(url)
      const { status } = response
      if (status === 200) return this.#read(response)
      await response.body?.cancel()
      if (status === 404 || status === 400 || status === 410) return null
      if ((status !== 429 && status !== 503) || left === 1) {
        throw new CommandError(exitCodes.unreachable, `${url} is answered with ${status}.`)
      }
      const pause = Number(response.headers.get('retry-after')) || 1
      await sleep(Math.min(pause, LONGEST_PAUSE_SECONDS) * 1000)
    }
  }

  async #reach(url: string): Promise<Response> {
    try {
      return await fetch(url, { signal: AbortSignal.timeout(PATIENCE_MS), redirect: 'error' })
    } catch (error) {
      throw unreached(url, error)
    }
  }

  async #read(response: Response): Promise<Buffer> {
    const parts: Uint8Array[] = []
    let size = 0
    try {
      for await (const part of response.body ?? []) {
        parts.push(part)
        size += part.length
        if (size > MOST_BYTES) throw new Error('it sends more than a log has there')
      }
    } catch (error) {
      throw unreached(response.url, error)
    }
    return Buffer.concat(parts)
  }
}

function unreached(url: string, error: unknown): CommandError {
  const why = causeOf(error)
  return new CommandError(exitCodes.unreachable, `Cannot read ${url}: ${why}.`, { cause: error })
}
