import { type VersionKey, versionKey } from '../../domain/epd/version.ts'
import { RegistryError } from '../../errors.ts'
import { epdDraftPage } from '../../storage/epds/epd-drafts.ts'
import { epdVersionPage } from '../../storage/epds/epds.ts'
import type { Deps } from '../deps.ts'
import { draftRecord, epdRecord } from './epd-record.ts'
import { epdView } from './epd-view.ts'
import type { EpdPage } from './list-epds.ts'
import { type EpdQuestion, readEpdRecord } from './read-epd.ts'

/** The last of a page: among the versions that were submitted, or among the drafts behind them. */
interface Place {
  readonly draft: boolean
  readonly key: VersionKey
}

/**
 * The versions that the caller may see, oldest first, own drafts last; with `validOn` the one that was
 * valid then. Throws as `readEpd`, and `CURSOR_INVALID`.
 */
export async function listEpdVersions(
  deps: Deps,
  question: EpdQuestion,
  { after, limit }: { readonly after: string | undefined; readonly limit: number }
): Promise<EpdPage> {
  const place = after === undefined ? null : placeOf(after)
  if (question.validOn !== undefined) {
    if (place) throw foreignCursor()
    return { items: [await readEpdRecord(deps, question)] }
  }
  const found = await behind(deps, question, place, limit + 1)
  // Behind the last there is none, and of what nobody knows neither.
  if (found.length === 0) await readEpdRecord(deps, question)
  const shown = found.slice(0, limit)
  const items = shown.map(({ record }) => record)
  const last = shown.at(-1)
  return found.length > limit && last ? { items, next: textOf(last) } : { items }
}

async function behind(deps: Deps, question: EpdQuestion, place: Place | null, most: number) {
  const { principal, id, asOf } = question
  const view = await epdView(deps.db, deps, principal, asOf)
  const rows = place?.draft
    ? []
    : await epdVersionPage(deps.db, view, { id, after: place?.key ?? null, limit: most })
  const versions = rows.map((row) => ({
    draft: false,
    key: row.versionKey,
    record: epdRecord(row)
  }))
  const { organization } = view.viewer
  const limit = most - rows.length
  // Drafts are not logged, so nobody can say what they were.
  if (organization === null || asOf !== undefined || limit === 0) return versions
  const after = place?.draft ? place.key : null
  const drafts = await epdDraftPage(deps.db, { organization, id, after, limit })
  return [
    ...versions,
    ...drafts.map((row) => ({ draft: true, key: row.versionKey, record: draftRecord(row) }))
  ]
}

function textOf({ draft, key }: Place): string {
  return `${draft ? 'draft ' : ''}${key.join('.')}`
}

function placeOf(text: string): Place {
  const [, draft, version = ''] = /^(draft )?([\d.]+)$/.exec(text) ?? []
  const key = versionKey(version)
  if (key) return { draft: draft !== undefined, key }
  throw foreignCursor()
}

function foreignCursor(): RegistryError {
  return new RegistryError('CURSOR_INVALID', 'The cursor was not made by this service.')
}
