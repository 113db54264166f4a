import { RegistryError } from '../errors.ts'
import type { EpdWriter, WrittenEpd } from '../formats/epd-codec.ts'
import { epdWriters } from '../formats/epd-writers.ts'
import type { Deps } from './deps.ts'
import { parseEpd } from './epd-submission.ts'
import type { EpdReading } from './read-epd.ts'

/**
 * A stored declaration in another format, with everything that the format has no place for. Throws
 * `NOT_ACCEPTABLE` for a draft that is no declaration yet.
 */
export function convertEpd(
  { reference }: Pick<Deps, 'reference'>,
  { record, document }: EpdReading,
  writer: EpdWriter
): WrittenEpd {
  const { epd } = parseEpd({ mediaType: record.mediaType, document }, reference)
  if (epd) return writer.write(epd, reference.epd)
  throw new RegistryError('NOT_ACCEPTABLE', 'The draft cannot be read yet; only its bytes can.')
}

/** The writer of a media type or of a format's name. */
export function epdWriterOf(name: string): EpdWriter | undefined {
  return epdWriters.find((writer) => writer.name === name || writer.mediaType === name)
}
