import { RegistryError } from '../../errors.ts'
import type { FileContent, PackageFile } from '../../formats/epd-codec.ts'
import type { Deps } from '../deps.ts'
import { codecOf } from './epd-submission.ts'
import { kept } from './erased.ts'
import { type EpdQuestion, type EpdReading, readEpd } from './read-epd.ts'

/** A file of a version, with what decides how long it may be kept by others. */
export interface EpdFile extends FileContent {
  readonly reading: EpdReading
}

/** The files that a version came with; none where it was one document. Throws as `readEpd`. */
export async function listEpdFiles(
  deps: Deps,
  question: EpdQuestion
): Promise<readonly PackageFile[]> {
  const { record, document } = await readEpd(deps, question)
  return (await codecOf(record.mediaType).files?.list(kept(document), deps.reference.epd)) ?? []
}

/** One of them, byte for byte. Throws as `readEpd`, and `NOT_FOUND` where there is no such file. */
export async function readEpdFile(
  deps: Deps,
  question: EpdQuestion & { readonly path: string }
): Promise<EpdFile> {
  const reading = await readEpd(deps, question)
  const { record, document } = reading
  const { files } = codecOf(record.mediaType)
  const content = await files?.read(kept(document), question.path, deps.reference.epd)
  if (content) return { ...content, reading }
  throw new RegistryError(
    'NOT_FOUND',
    `Version ${record.version} of ${record.id} has no such file.`
  )
}
