import type { EpdState } from '../domain/epd/lifecycle.ts'
import { versionKey } from '../domain/epd/version.ts'
import { isUuid } from '../domain/ids.ts'
import { RegistryError } from '../errors.ts'
import { epdViewer } from '../identity/epd-visibility.ts'
import { listEpdDrafts } from '../storage/epd-drafts.ts'
import { listEpds } from '../storage/epds.ts'
import type { Deps, Principal } from './deps.ts'
import { draftRecord, type EpdRecord, epdRecord } from './epd-record.ts'

export interface EpdSearch {
  /** Null is the public. */
  readonly principal: Principal | null
  /** Words that all occur in names, parties or numbers. */
  readonly q: string | null
  readonly stage: string | null
  readonly owner: string | null
  readonly state: EpdState | null
  /** The `next` of the page before. */
  readonly after: string | null
  readonly limit: number
}

export interface EpdPage {
  readonly items: readonly EpdRecord[]
  /** Absent on the last page. */
  readonly next?: string
}

const MOST_WORDS = 10

/**
 * Declarations in the order in which they came, each in the newest version that the caller may see;
 * with a state, in the newest version that is in it. Drafts come only when asked for, and only one's
 * own, by id.
 */
export function searchEpds(deps: Deps, search: EpdSearch): Promise<EpdPage> {
  return search.state === 'draft' ? pageOfDrafts(deps, search) : pageOfVersions(deps, search)
}

async function pageOfVersions(deps: Deps, search: EpdSearch): Promise<EpdPage> {
  const rows = await listEpds(deps.db, {
    viewer: epdViewer(search.principal),
    words: wordsOf(search.q),
    stage: search.stage,
    owner: search.owner,
    state: search.state,
    after: search.after === null ? -1 : positionOf(search.after),
    limit: search.limit + 1
  })
  const shown = rows.slice(0, search.limit)
  const items = shown.map(epdRecord)
  const last = shown.at(-1)
  return rows.length > search.limit && last ? { items, next: last.firstPosition } : { items }
}

async function pageOfDrafts(deps: Deps, search: EpdSearch): Promise<EpdPage> {
  if (search.q !== null || search.stage !== null) {
    throw new RegistryError('REQUEST_INVALID', 'Drafts are listed whole: leave q and stage out.')
  }
  const { organization } = epdViewer(search.principal)
  const foreign = search.owner !== null && search.owner !== organization
  if (organization === null || foreign) return { items: [] }
  const after = search.after === null ? null : draftKeyOf(search.after)
  const rows = await listEpdDrafts(deps.db, { organization, after, limit: search.limit + 1 })
  const shown = rows.slice(0, search.limit)
  const items = shown.map(draftRecord)
  const last = shown.at(-1)
  return rows.length > search.limit && last
    ? { items, next: `${last.epd} ${last.versionKey.join('.')}` }
    : { items }
}

function wordsOf(q: string | null): string[] {
  const words = (q ?? '').split(/\s+/u).filter((word) => word !== '')
  if (words.length <= MOST_WORDS) return words
  throw new RegistryError('REQUEST_INVALID', `A search takes at most ${MOST_WORDS} words.`)
}

function positionOf(text: string): number {
  const position = Number(text)
  if (Number.isSafeInteger(position) && position >= 0) return position
  throw foreignCursor()
}

function draftKeyOf(text: string) {
  const [epd = '', version = ''] = text.split(' ')
  const key = versionKey(version)
  if (key && isUuid(epd)) return { epd, versionKey: key }
  throw foreignCursor()
}

function foreignCursor(): RegistryError {
  return new RegistryError('CURSOR_INVALID', 'The cursor was not made by this service.')
}
