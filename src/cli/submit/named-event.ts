import { createHash } from 'node:crypto'
import { uuidFrom } from '../../domain/ids.ts'

/**
 * Gives events that have no id one that follows from their bytes, so that submitting a file again
 * repeats its events instead of recording them twice. The same bytes twice in one file are two
 * events. Only the id is put in front; the rest stays byte for byte.
 */
export class EventNames {
  readonly #seen = new Map<string, number>()

  /** The document with an id; what is not a JSON object with a type is left for the service. */
  named(bytes: Buffer): Buffer {
    if (!lacksId(bytes)) return bytes
    const hash = createHash('sha256').update(bytes).digest('hex')
    const occurrence = this.#seen.get(hash) ?? 0
    this.#seen.set(hash, occurrence + 1)
    const id = uuidFrom('submitted-event', hash, String(occurrence))
    const start = bytes.indexOf('{') + 1
    const rest = bytes.subarray(start)
    return Buffer.concat([bytes.subarray(0, start), Buffer.from(`"id":"${id}",`), rest])
  }
}

function lacksId(bytes: Buffer): boolean {
  try {
    const value: unknown = JSON.parse(bytes.toString('utf8'))
    return typeof value === 'object' && value !== null && 'type' in value && !('id' in value)
  } catch {
    return false
  }
}
