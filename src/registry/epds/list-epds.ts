import { type EpdState, onceValidStates } from '../../domain/epd/lifecycle.ts'
import { type FacetName, facet } from '../../domain/epd/search-terms.ts'
import { isCalendarDay } from '../../domain/epd/stated-date.ts'
import { versionKey } from '../../domain/epd/version.ts'
import { wordsOf } from '../../domain/epd/words.ts'
import { isUuid } from '../../domain/ids.ts'
import { RegistryError } from '../../errors.ts'
import type { Queryable } from '../../storage/database.ts'
import { listEpdDrafts } from '../../storage/epds/epd-drafts.ts'
import { type EpdFilter, listEpds } from '../../storage/epds/epd-search.ts'
import { momentBy } from '../../storage/journal/moments.ts'
import type { Deps, Principal } from '../deps.ts'
import type { Stamp } from '../moment.ts'
import { momentToWrite, statedMoment } from '../stated-moment.ts'
import { draftRecord, type EpdRecord, epdRecord } from './epd-record.ts'
import { inEpdSnapshot } from './epd-view.ts'

export interface EpdSearch {
  /** Null is the public. */
  readonly principal: Principal | null
  /** Words that all occur in names, parties, codes, numbers or descriptions, or a whole registration number. */
  readonly q?: string | undefined
  readonly facets: Readonly<Partial<Record<FacetName, string | undefined>>>
  readonly state?: EpdState | undefined
  /** `YYYY-MM-DD`. */
  readonly validOn?: string | undefined
  /** A position or an RFC 3339 time: what was known then. */
  readonly asOf?: string | undefined
  /** `YYYY-MM-DD`, the start of the day in UTC, or an RFC 3339 time. */
  readonly updatedSince?: string | undefined
  /** The `next` of the page before. */
  readonly after?: string | undefined
  readonly limit: number
}

export interface EpdPage extends Stamp {
  readonly items: readonly EpdRecord[]
  /** Absent on the last page. */
  readonly next?: string
}

const MOST_WORDS = 20

/**
 * Declarations in the order in which they came, each in the newest version that the caller may see;
 * with a state or a day, in the newest version that is in it or was valid on it. What it is narrowed
 * by is judged by that version. Drafts come only when asked for, and only one's own, by id. Throws
 * `REQUEST_INVALID` for words, days and times that cannot be used, and `CURSOR_INVALID`.
 */
export function searchEpds(deps: Deps, search: EpdSearch): Promise<EpdPage> {
  return search.state === 'draft' ? pageOfDrafts(deps, search) : pageOfVersions(deps, search)
}

function pageOfVersions(deps: Deps, search: EpdSearch): Promise<EpdPage> {
  return inEpdSnapshot(deps, search, async (tx, view, stamp) => {
    const filter = await filterOf(tx, search)
    // Words that hold no letter and no digit occur nowhere.
    if (search.q !== undefined && filter.words.length === 0) return { ...stamp, items: [] }
    const rows = await listEpds(tx, filter, {
      view,
      after: search.after === undefined ? -1 : positionOf(search.after),
      limit: search.limit + 1
    })
    const shown = rows.slice(0, search.limit)
    const page = { ...stamp, items: shown.map(epdRecord) }
    const last = shown.at(-1)
    return rows.length > search.limit && last ? { ...page, next: last.firstPosition } : page
  })
}

async function filterOf(db: Queryable, search: EpdSearch): Promise<EpdFilter> {
  const { q = '', facets, state = null, validOn, updatedSince } = search
  const words = [...new Set(wordsOf(q))]
  if (words.length > MOST_WORDS) {
    throw refusal('q', `A search takes at most ${MOST_WORDS} words.`)
  }
  if (validOn !== undefined && !isCalendarDay(validOn)) {
    throw refusal('validOn', 'validOn is a day of the calendar: YYYY-MM-DD.')
  }
  return {
    words,
    number: words.length === 0 ? null : q.trim(),
    facets: Object.entries(facets).flatMap(([name, value]) =>
      value === undefined ? [] : facet(name as FacetName, value)
    ),
    state,
    validOn: validOn === undefined ? null : { day: validOn, states: onceValidStates },
    changedAfter: updatedSince === undefined ? null : await positionBefore(db, updatedSince)
  }
}

/** The last position before a moment; -1 where there is none. Times are kept in milliseconds. */
async function positionBefore(db: Queryable, text: string): Promise<number> {
  const at = statedMoment(isCalendarDay(text) ? `${text}T00:00:00Z` : text)
  if (at === null) {
    const message = `updatedSince is a day, YYYY-MM-DD, or ${momentToWrite(text)}.`
    throw refusal('updatedSince', message)
  }
  const before = await momentBy(db, new Date(at.getTime() - 1).toISOString())
  return before?.position ?? -1
}

async function pageOfDrafts(deps: Deps, search: EpdSearch): Promise<EpdPage> {
  const { owner, ...facets } = search.facets
  const others = [
    search.q,
    search.validOn,
    search.asOf,
    search.updatedSince,
    ...Object.values(facets)
  ]
  if (others.some((each) => each !== undefined)) {
    throw refusal('status', 'Drafts are listed whole: leave everything but owner out.')
  }
  return inEpdSnapshot(deps, search, async (tx, { viewer: { organization } }, stamp) => {
    const foreign = owner !== undefined && owner !== organization
    if (organization === null || foreign) return { ...stamp, items: [] }
    const after = search.after === undefined ? null : draftKeyOf(search.after)
    const rows = await listEpdDrafts(tx, { organization, after, limit: search.limit + 1 })
    const shown = rows.slice(0, search.limit)
    const page = { ...stamp, items: shown.map(draftRecord) }
    const last = shown.at(-1)
    if (rows.length <= search.limit || !last) return page
    return { ...page, next: `${last.epd} ${last.versionKey.join('.')}` }
  })
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

function refusal(pointer: string, message: string): RegistryError {
  return new RegistryError('REQUEST_INVALID', message, { details: [{ pointer, message }] })
}

function foreignCursor(): RegistryError {
  return new RegistryError('CURSOR_INVALID', 'The cursor was not made by this service.')
}
