import type { EpdState, WrittenEpdState } from '../../domain/epd/lifecycle.ts'
import type { Queryable } from '../database.ts'
import {
  EPD_COLUMNS,
  EPD_STATE,
  EPD_VERSIONS,
  EPD_VISIBLE,
  type EpdVersionRow,
  type EpdView,
  viewValues
} from './epds.ts'

/** What a list of declarations is narrowed to; nothing given does not narrow. */
export interface EpdFilter {
  /** Folded words: a term of the declaration starts with each of them. */
  readonly words: readonly string[]
  /** Or, in their place, the whole number that it is registered under, as it is written. */
  readonly number: string | null
  /** `name:value`, all of them. */
  readonly facets: readonly string[]
  readonly state: EpdState | null
  /** The version that was valid on the day counts, as `versionValidOn` says, in one of the states. */
  readonly validOn: { readonly day: string; readonly states: readonly WrittenEpdState[] } | null
  /** Only what was submitted or moved after this position. */
  readonly changedAfter: number | null
}

export interface EpdPage {
  readonly view: EpdView
  /** The `firstPosition` of the last one before; -1 for the first page. */
  readonly after: number
  readonly limit: number
}

/** Of the declaration itself, with the position that lists are ordered by. */
export interface ListedEpdRow extends EpdVersionRow {
  readonly firstPosition: string
}

/** As `versionValidOn`: of versions that are registered elsewhere the newest one first. */
const OLDEST_FIRST = `(case when s.state = 'external' then v.position end) desc nulls last, v.version_key`

/** Adds a parameter and returns its place in the text. */
type Bind = (value: unknown, type: string) => string

/**
 * One version of each declaration, in the order in which declarations came: the newest that the
 * viewer may see and that is in the asked state, or the one that was valid on the asked day. Whether it matches
 * the rest is judged by that version alone. The statement holds only what was asked for and is
 * planned with it, so that the rarest condition decides where the search starts.
 */
export function listEpds(db: Queryable, filter: EpdFilter, page: EpdPage): Promise<ListedEpdRow[]> {
  return db.query<ListedEpdRow>(epdListStatement(filter, page))
}

/** The statement of `listEpds`, for those who look at its plan too. */
export function epdListStatement(
  filter: EpdFilter,
  { view, after, limit }: EpdPage
): { readonly text: string; readonly values: unknown[] } {
  const values = viewValues(view)
  const bind: Bind = (value, type) => `$${values.push(value)}::${type}`
  const and = (conditions: readonly string[]) => conditions.map((each) => ` and ${each}`).join('')
  const text = `select newest.*, e.position as "firstPosition" from epd e
      cross join lateral (
        select ${EPD_COLUMNS}, v.terms, v.facets from ${EPD_VERSIONS}
         where v.epd = e.id and ${EPD_VISIBLE}${and(versionConditions(filter, bind))}
         order by ${filter.validOn === null ? 'v.version_key desc' : OLDEST_FIRST} limit 1
      ) newest
      where e.position > ${bind(after, 'int8')}${and([
        ...candidates(filter, bind),
        ...contentConditions('newest', filter, bind),
        ...stateConditions(filter, bind),
        ...changeConditions('newest."statePosition"', filter, bind)
      ])}
      order by e.position limit ${bind(limit, 'int8')}`
  return { text, values }
}

/** Which version stands for its declaration. */
function versionConditions({ state, validOn }: EpdFilter, bind: Bind): string[] {
  const conditions: string[] = []
  if (state !== null && validOn === null) {
    conditions.push(`${EPD_STATE} = ${bind(state, 'text')}`)
  }
  if (validOn !== null) {
    const day = bind(validOn.day, 'date')
    conditions.push(`s.state = any(${bind(validOn.states, 'text[]')})`)
    conditions.push(`(v.valid_from is null or v.valid_from <= ${day})`)
    conditions.push(`(v.valid_until is null or v.valid_until >= ${day})`)
    conditions.push(`(s.ends_on is null or s.ends_on > ${day})`)
  }
  return conditions
}

/** Declarations of which any version matches, from the indexes; the one that counts is judged after. */
function candidates(filter: EpdFilter, bind: Bind): string[] {
  const content = contentConditions('epd_version', { ...filter, number: null }, bind)
  const changed = changeConditions('epd_state_version.position', filter, bind)
  const among = (table: string, conditions: readonly string[]) =>
    conditions.length === 0
      ? []
      : [`e.id in (select epd from ${table} where ${conditions.join(' and ')})`]
  const { state } = filter
  const often = state === null || state === 'published' || state === 'expired'
  const rare = often ? [] : [state]
  return [
    ...(filter.number === null
      ? among('epd_version', content)
      : [byNumberOr(content, filter, bind)]),
    ...among('epd_state_version', [
      ...changed,
      ...rare.map((state) => `state = ${bind(state, 'text')}`)
    ])
  ]
}

/** Those of the content, and the one of each programme that has the number: each from an index of its own. */
function byNumberOr(content: readonly string[], { number }: EpdFilter, bind: Bind): string {
  const registered = `select epd from registration_number where number = ${bind(number, 'text')}`
  const found = `select epd from epd_version where ${content.join(' and ')}`
  return `e.id in (${found} union all ${registered} and epd is not null)`
}

/** A day has one valid version: in which state that is decides, not which other one is in the state. */
function stateConditions({ state, validOn }: EpdFilter, bind: Bind): string[] {
  return state === null || validOn === null ? [] : [`newest.state = ${bind(state, 'text')}`]
}

function contentConditions(
  version: string,
  { words, facets, number }: EpdFilter,
  bind: Bind
): string[] {
  const conditions: string[] = []
  if (facets.length > 0) conditions.push(`${version}.facets @> ${bind(facets, 'text[]')}`)
  if (words.length === 0) return conditions
  const said = `${version}.terms @@ ${bind(queryOf(words), 'tsquery')}`
  if (number === null) return [...conditions, said]
  const isOf = `${version}."registrationNumber" = ${bind(number, 'text')}`
  return [...conditions, `(${said} or ${isOf})`]
}

function changeConditions(column: string, { changedAfter }: EpdFilter, bind: Bind): string[] {
  return changedAfter === null ? [] : [`${column} > ${bind(changedAfter, 'int8')}`]
}

/** Words hold letters and digits only, so quotes are all that they need. */
function queryOf(words: readonly string[]): string {
  return words.map((word) => `'${word}':*`).join(' & ')
}
