import { type VersionKey, versionKey } from '../../domain/epd/version.ts'
import { RegistryError } from '../../errors.ts'
import type { Transaction } from '../../storage/database.ts'
import { epdDraftPage } from '../../storage/epds/epd-drafts.ts'
import { type EpdView, epdVersionPage } from '../../storage/epds/epds.ts'
import type { Deps } from '../deps.ts'
import { draftRecord, epdRecord } from './epd-record.ts'
import { inEpdSnapshot } from './epd-view.ts'
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
export function listEpdVersions(
  deps: Deps,
  question: EpdQuestion,
  { after, limit }: { readonly after: string | undefined; readonly limit: number }
): Promise<EpdPage> {
  return inEpdSnapshot(deps, question, async (tx, view, stamp) => {
    const place = after === undefined ? null : placeOf(after)
    if (question.validOn !== undefined) {
      if (place) throw foreignCursor()
      return { ...stamp, items: [await readEpdRecord(tx, view, question)] }
    }
    const found = await behind(tx, view, question, { place, most: limit + 1 })
    // Behind the last there is none, and of what nobody knows neither.
    if (found.length === 0) await readEpdRecord(tx, view, question)
    const shown = found.slice(0, limit)
    const page = { ...stamp, items: shown.map(({ record }) => record) }
    const last = shown.at(-1)
    return found.length > limit && last ? { ...page, next: textOf(last) } : page
  })
}

async function behind(
  tx: Transaction,
  view: EpdView,
  { id, asOf }: EpdQuestion,
  { place, most }: { readonly place: Place | null; readonly most: number }
) {
  const rows = place?.draft
    ? []
    : await epdVersionPage(tx, view, { id, after: place?.key ?? null, limit: most })
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
  const drafts = await epdDraftPage(tx, { organization, id, after, limit })
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
