import type { UnnamedEvents } from '../../domain/unnamed-events.ts'
import { parseStrictJson } from '../../formats/strict-json.ts'

/**
 * The document with the id that it would get in an import, so that submitting a file again, or importing it, repeats
 * its events instead of recording them twice. Only the id is put in front; the rest stays byte for byte. What
 * is not a JSON object with a type, or has an id, is left for the service.
 */
export function namedEvent(bytes: Buffer, names: UnnamedEvents): Buffer {
  const event = looksLikeEvent(bytes)
  if (event === null) return bytes
  if ('id' in event) {
    if (typeof event.id === 'string') names.take(event.id)
    return bytes
  }
  const value = strictly(bytes)
  if (value === undefined) return bytes
  const start = bytes.indexOf('{') + 1
  const member = Buffer.from(`"id":"${names.nameFor(value)}",`)
  return Buffer.concat([bytes.subarray(0, start), member, bytes.subarray(start)])
}

/** A quick look: most have an id, and the service reads them strictly. */
function looksLikeEvent(bytes: Buffer): { readonly type: unknown; readonly id?: unknown } | null {
  try {
    const value: unknown = JSON.parse(bytes.toString('utf8'))
    return typeof value === 'object' && value !== null && 'type' in value ? value : null
  } catch {
    return null
  }
}

/** Undefined where the service will refuse it. */
function strictly(bytes: Buffer): unknown {
  try {
    return parseStrictJson(bytes)
  } catch {
    return undefined
  }
}
