import { RegistryError } from '../../errors.ts'
import type { EpdWriter, WrittenEpd } from '../../formats/epd-codec.ts'
import { epdWriters } from '../../formats/epd-writers.ts'
import { epdCodecOf } from '../../formats/media-types.ts'
import type { Deps } from '../deps.ts'
import { codecOf } from './epd-submission.ts'
import { kept } from './erased.ts'
import type { EpdReading } from './read-epd.ts'

/**
 * A stored declaration in another format, with everything that does not come along: what the
 * document says and declarations have no field for, and what the format has no place for. In the
 * format that it came in it is the document itself. Throws `ERASED`, and `NOT_ACCEPTABLE` for a draft that is no
 * declaration yet.
 */
export async function convertEpd(
  { reference }: Pick<Deps, 'reference'>,
  { record, document }: EpdReading,
  writer: EpdWriter
): Promise<WrittenEpd> {
  const codec = codecOf(record.mediaType)
  if (codec.name === writer.name) return { bytes: kept(document), losses: [] }
  const { epd, unread = [] } = await codec.parse(kept(document), reference.epd, { unread: true })
  if (!epd) {
    throw new RegistryError('NOT_ACCEPTABLE', 'The draft cannot be read yet; only its bytes can.')
  }
  const source = { format: codec.name, bytes: document }
  const { bytes, losses, whole } = await writer.write(epd, reference.epd, source)
  return { bytes, losses: whole ? losses : [...unread, ...losses] }
}

/** The writer of a format's name, or of any media type that the format is known by. */
export function epdWriterOf(name: string): EpdWriter | undefined {
  const exact = epdWriters.find((writer) => writer.name === name || writer.mediaType === name)
  return exact ?? epdWriters.find((writer) => writer.name === epdCodecOf(name)?.name)
}
