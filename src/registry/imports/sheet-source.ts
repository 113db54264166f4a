import type { Finding } from '../../domain/finding.ts'
import type { CellFinding } from '../../formats/csv/cell-finding.ts'
import { openCsvEvents, type SheetEvent } from '../../formats/csv/read-events.ts'
import type { Queryable } from '../../storage/database.ts'
import type { Place } from '../../storage/import-work.ts'
import type { ImportRow } from '../../storage/imports.ts'
import type { PlacedFinding } from './import-record.ts'
import { ImportRefused } from './import-refused.ts'
import type { ImportItem } from './import-source.ts'
import { uploadBytes } from './upload-bytes.ts'

const JSON_TYPE = 'application/json'

/**
 * The events of a sheet, from a place on. The sheet is read as a whole, because the rows of one event
 * may lie apart; its events are made one by one. Rows that belong to no event refuse the sheet:
 * nobody knows of which event they are missing.
 */
export async function* sheetItems(
  db: Queryable,
  job: ImportRow,
  place: Place,
  onTotal: (total: number) => Promise<void>
): AsyncGenerator<ImportItem> {
  const parts: Buffer[] = []
  for await (const part of uploadBytes(db, job, 0)) parts.push(part)
  const { organization } = job
  const opened = await openCsvEvents(Buffer.concat(parts), { organization })
  if (!('template' in opened)) throw refusal(opened)
  if (opened.findings.length > 0) throw refusal(opened.findings)
  await onTotal(opened.count)
  let { items } = place
  for (const event of opened.eventsFrom(items)) {
    items += 1
    const bytesRead = items === opened.count ? Number(job.size) : 0
    yield sheetItem(event, { items, line: event.row, bytesRead })
  }
}

function refusal(findings: readonly CellFinding[]): ImportRefused {
  const message = 'The sheet as a whole cannot be read; nothing was recorded.'
  return new ImportRefused({ code: 'BODY_INVALID', message, findings })
}

function sheetItem({ name, row, event, findings }: SheetEvent, next: Place): ImportItem {
  const content = event
    ? { bytes: Buffer.from(JSON.stringify(event.document)), mediaType: JSON_TYPE }
    : { findings }
  const placed = (finding: Finding): PlacedFinding => {
    const place = event?.locate(finding.pointer)
    return place ? { ...finding, place } : finding
  }
  return { line: row, name, next, content, placed, ...(event ? { noted: findings } : {}) }
}
