import type { EpdTables } from '../../domain/epd/table.ts'
import { RegistryError } from '../../errors.ts'
import { openPackages } from '../../formats/ilcd/archive/split.ts'
import type { Queryable } from '../../storage/database.ts'
import type { Place } from '../../storage/imports/import-work.ts'
import type { ImportRow } from '../../storage/imports/imports.ts'
import { refusalFindings } from '../refusal-findings.ts'
import type { PlacedFinding } from './import-record.ts'
import { ImportRefused } from './import-refused.ts'
import type { ImportItem } from './import-source.ts'
import { uploadBytes } from './upload-bytes.ts'

const PACKAGE = 'application/zip'

/**
 * The declarations of an ILCD archive, from a place on, each as a package of its own with what it
 * leads to. The archive is held in memory, within its limits; packages are made one by one.
 */
export async function* archiveItems(
  db: Queryable,
  job: ImportRow,
  place: Place,
  terms: { readonly tables: EpdTables; readonly onTotal: (total: number) => Promise<void> }
): AsyncGenerator<ImportItem> {
  const parts: Buffer[] = []
  for await (const part of uploadBytes(db, job, 0)) parts.push(part)
  const { paths, packageAt } = await opened(Buffer.concat(parts), terms.tables)
  await terms.onTotal(paths.length)
  for (let index = place.items; index < paths.length; index += 1) {
    const items = index + 1
    const bytesRead = items === paths.length ? Number(job.size) : 0
    yield {
      line: items,
      name: paths[index] ?? null,
      next: { items, line: items, bytesRead },
      content: await packaged(() => packageAt(index)),
      placed: (finding) => finding
    }
  }
}

async function opened(bytes: Buffer, tables: EpdTables) {
  try {
    // They are written one by one, so there may be as many as there may be files.
    const limits = { ...tables.archive, declarations: tables.archive.entries }
    const archive = await openPackages(bytes, limits)
    if (archive.paths.length > 0) return archive
  } catch (error) {
    if (!(error instanceof RegistryError)) throw error
    throw new ImportRefused({
      code: error.code,
      message: error.message,
      findings: findingsOf(error)
    })
  }
  const message = 'The archive holds no process data set, so there is no declaration in it.'
  throw new ImportRefused({ code: 'BODY_INVALID', message })
}

/** A file that cannot be unpacked spoils the declarations that lead to it, and no others. */
async function packaged(make: () => Promise<Buffer>): Promise<ImportItem['content']> {
  try {
    return { bytes: await make(), mediaType: PACKAGE }
  } catch (error) {
    if (error instanceof RegistryError) return { findings: findingsOf(error) }
    throw error
  }
}

function findingsOf(error: RegistryError): PlacedFinding[] {
  return refusalFindings(error, 'import', 'Mend it in the archive and send that again.')
}
