import type { EpdCodec } from './epd-codec.ts'
import { ilcdPackage } from './ilcd/archive/epd.ts'
import { ilcdEpd } from './ilcd/epd.ts'
import { nativeEpd } from './native/epd.ts'
import { openEpd } from './openepd/epd.ts'
import { soda4lcaEpd } from './soda4lca/epd.ts'

/** Every format in which declarations are accepted: one line a format. */
export const epdCodecs: readonly EpdCodec[] = [
  nativeEpd,
  openEpd,
  ilcdEpd,
  ilcdPackage,
  soda4lcaEpd
]

/** The media types that a declaration may be sent in, in the order of the table. */
export const epdMediaTypes: readonly string[] = epdCodecs.flatMap((codec) => codec.mediaTypes)

/** Those of archives, which may be larger than one document. */
export const epdArchiveTypes: readonly string[] = epdCodecs
  .filter((codec) => codec.files)
  .flatMap((codec) => codec.mediaTypes)

/** The codec of a media type, which is lower case and without parameters. */
export function epdCodecOf(mediaType: string): EpdCodec | undefined {
  return epdCodecs.find((codec) => codec.mediaTypes.includes(mediaType))
}
