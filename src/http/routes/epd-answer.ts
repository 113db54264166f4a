import type { FastifyReply } from 'fastify'
import type { Loss } from '../../formats/epd-codec.ts'
import type { EpdReading } from '../../registry/epds/read-epd.ts'
import { weakTag } from '../etag.ts'

/** Some clients take a text that names no character set for one in Latin letters. */
export function inUtf8(type: string): string {
  return type.startsWith('text/') ? `${type}; charset=utf-8` : type
}

/**
 * The document goes out as it came, never through a serializer; only JSON fits into JSON. The tag is
 * that of a list: it does not count the position, which moves with every entry of anybody.
 */
export function sendRecord(
  reply: FastifyReply,
  reading: EpdReading,
  losses?: readonly Loss[]
): FastifyReply {
  const { record, document, snapshot } = reading
  const told = JSON.stringify({ ...record, ...(losses ? { losses } : {}) }).slice(0, -1)
  const shown = documentIn(record.mediaType, document)
  return reply
    .type('application/json')
    .header('etag', weakTag(told + shown))
    .send(`${told},"snapshot":${JSON.stringify(snapshot)}${shown}}`)
}

function documentIn(type: string, document: Buffer): string {
  if (!/[/+]json$/.test(type)) return ''
  return `,"document":${document.length === 0 ? null : document.toString('utf8')}`
}
