import { RegistryError } from '../../errors.ts'
import { listResults, type ResultRow } from '../../storage/imports/import-results.ts'
import { findImport, type ImportRow, listImports } from '../../storage/imports/imports.ts'
import type { Deps, Principal } from '../deps.ts'
import { oneMore, type Page, pageOf } from '../page.ts'
import {
  type ImportFailure,
  type ImportRecord,
  importRecord,
  type PlacedFinding
} from './import-record.ts'

const ASK_AGAIN_MS = 250

/** What became of one item, as it is told. */
export interface ImportResult {
  readonly item: number
  /** Line, row of the sheet, or place in the archive, from 1. */
  readonly line: number
  readonly name?: string
  readonly status: ResultRow['status']
  readonly id?: string
  readonly position?: number
  readonly findings?: readonly PlacedFinding[]
}

/** An import of the caller's organization; of any other it is `NOT_FOUND`. */
export async function readImport(
  deps: Deps,
  principal: Principal,
  id: string
): Promise<ImportRecord> {
  return importRecord(await ownImport(deps, principal, id), deps.now())
}

/** As `readImport`, once the import has ended or the time is up. */
export async function awaitImport(
  deps: Deps,
  principal: Principal,
  { id, seconds }: { readonly id: string; readonly seconds: number }
): Promise<ImportRecord> {
  const until = performance.now() + seconds * 1000
  for (;;) {
    const row = await ownImport(deps, principal, id)
    const over = performance.now() + ASK_AGAIN_MS > until
    if (row.finishedAt !== null || over) return importRecord(row, deps.now())
    await new Promise((resolve) => setTimeout(resolve, ASK_AGAIN_MS))
  }
}

/** The imports of the caller's organization, newest first. */
export async function readImports(
  deps: Deps,
  principal: Principal,
  page: { readonly sha256: string | null; readonly before: number | null; readonly limit: number }
): Promise<Page<ImportRecord>> {
  const { organization } = principal
  const sha256 = page.sha256 === null ? null : Buffer.from(page.sha256, 'hex')
  const rows = await listImports(deps.db, { ...page, organization, sha256, limit: page.limit + 1 })
  const record = (row: ImportRow) => importRecord(row, deps.now())
  return pageOf(rows, page.limit, record, ({ number }) => Number(number))
}

/** A page of results, with what holds for the import as a whole: why the rest has none. */
export interface ResultPage extends Page<ImportResult> {
  readonly state: ImportRow['state']
  readonly failure?: ImportFailure
}

/** What became of each item so far, in the order of the upload. */
export async function readResults(
  deps: Deps,
  principal: Principal,
  page: {
    readonly import: string
    readonly which: 'all' | 'stored' | 'notStored'
    readonly after: number
    readonly limit: number
  }
): Promise<ResultPage> {
  const { state, failure } = await ownImport(deps, principal, page.import)
  const rows = await listResults(deps.db, oneMore(page))
  return {
    ...pageOf(rows, page.limit, resultOf, ({ item }) => item),
    state,
    ...(failure === null ? {} : { failure: JSON.parse(failure) as ImportFailure })
  }
}

function resultOf(row: ResultRow): ImportResult {
  const { item, line, name, status, subject, position, findings } = row
  return {
    item,
    line,
    ...(name === null ? {} : { name }),
    status,
    ...(subject === null ? {} : { id: subject }),
    ...(position === null ? {} : { position: Number(position) }),
    ...(findings === null ? {} : { findings: JSON.parse(findings) as PlacedFinding[] })
  }
}

/** The stored import; `NOT_FOUND` unless it belongs to the caller's organization. */
export async function ownImport(
  { db }: Deps,
  { organization }: Principal,
  id: string
): Promise<ImportRow> {
  const row = await findImport(db, id)
  if (row?.organization === organization) return row
  throw new RegistryError('NOT_FOUND', `There is no import ${id}.`)
}
