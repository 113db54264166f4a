/** Requests to every route of an OpenAPI document: nearly right, bent, and hostile. */
import fc from 'fast-check'
import { type Api, type Media, type Parameter, type Route, resolverOf, routesOf } from './api.ts'
import { hostileBodies, hostileText, hostileTexts, hostileValue } from './hostile.ts'
import { fitting, type Resolve } from './schema-arbitrary.ts'

/** Documents by media type. */
export type Samples = Readonly<Record<string, readonly string[]>>

/** A request before ids and tokens of the run are put in. */
export interface Plan {
  readonly route: Route
  readonly method: string
  readonly target: string
  readonly headers: Readonly<Record<string, string>>
  readonly body: string | null
  /** Which of the tokens, or none. */
  readonly token: number | 'none' | 'garbage'
}

/** What parts of paths and names of members are ids of. */
const IDS_OF: readonly (readonly [RegExp, string])[] = [
  [/batch|input|output/, 'batch'],
  [/event|corrects/, 'event'],
  [/epd/, 'epd'],
  [/facilit/, 'facility'],
  [/organi[sz]ation|owner|holder|operator|^to$|grantee|receiver/, 'organization'],
  [/client/, 'client'],
  [/key/, 'key'],
  [/shipment/, 'shipment'],
  [/finding/, 'finding'],
  [/campaign/, 'campaign'],
  [/grant|link|secret/, 'grant']
]

/** Stands for a real id or secret of the run: `{{n kind}}`, of any kind where it is not known. */
function idMark(of: string): fc.Arbitrary<string> {
  const kind = IDS_OF.find(([pattern]) => pattern.test(of))?.[1] ?? ''
  return fc.nat({ max: 999 }).map((n) => `{{${n} ${n % 10 === 0 ? '' : kind}}}`)
}

const idInside = fc.nat({ max: 999 })
const METHODS = ['GET', 'POST', 'PUT', 'PATCH', 'DELETE', 'HEAD', 'OPTIONS', 'TRACE', 'PROPFIND']
const TYPES = [
  'application/json',
  'application/json; charset=utf-16',
  'application/x-ndjson',
  'application/xml',
  'text/plain',
  'multipart/form-data; boundary=x',
  'application/x-www-form-urlencoded',
  'application/vnd.openepd+json',
  'application/vnd.openxmlformats-officedocument.spreadsheetml.sheet',
  '',
  '/',
  'application/json;;;'
]
const HEADERS: Readonly<Record<string, readonly string[]>> = {
  accept: [
    '*/*',
    'application/json',
    'text/csv',
    'application/vnd.openxmlformats-officedocument.spreadsheetml.sheet',
    'image/svg+xml',
    'application/xml',
    'text/xml',
    'application/vnd.openepd+json',
    'application/vnd.soda4lca.process+json',
    'x/y',
    ';q=0',
    'a/b;q=nan',
    ','
  ],
  'if-none-match': ['*', '"x"', 'W/"x"', '",', ''],
  prefer: ['handling=lenient', 'wait=0', 'wait=-1', 'handling=strict, wait=x', 'return=minimal'],
  'idempotency-key': ['a', 'a'.repeat(201), ' ', '"', 'same'],
  'content-encoding': ['gzip', 'identity', 'br'],
  signature: ['..', 'a..b', 'e30..AA', '.'],
  'document-signature': ['..', 'a..b', 'e30..AA'],
  'x-forwarded-for': ['::1', 'nonsense', '1.2.3.4, 5.6.7.8'],
  range: ['bytes=0-1', 'bytes=-1'],
  'accept-language': ['de', '*'],
  expect: ['200-ok'],
  'x-http-method-override': ['DELETE']
}

/** `samples` are documents in the media types for which the description has no whole example. */
export function requestOf(api: Api, samples: Samples): fc.Arbitrary<Plan> {
  const resolve = resolverOf(api)
  const routes = routesOf(api)
  return fc.oneof(...routes.map((route) => plansFor(route, resolve, samples)))
}

function plansFor(route: Route, resolve: Resolve, samples: Samples): fc.Arbitrary<Plan> {
  return fc
    .record({
      method: fc.oneof(
        { weight: 30, arbitrary: fc.constant(route.method) },
        { weight: 1, arbitrary: fc.constantFrom(...METHODS) }
      ),
      path: pathOf(route, resolve),
      query: queryOf(route, resolve),
      sent: bodyOf(route, resolve, samples),
      more: headersOf(),
      token: fc.oneof(
        { weight: 12, arbitrary: fc.nat({ max: 99 }) },
        { weight: 1, arbitrary: fc.constantFrom('none' as const, 'garbage' as const) }
      )
    })
    .map(({ method, path, query, sent, more, token }) => ({
      route,
      method,
      target: query === '' ? path : `${path}?${query}`,
      headers: { ...more, ...(sent ? { 'content-type': sent.type } : {}) },
      body: sent?.text ?? null,
      token
    }))
}

function pathOf({ path, operation }: Route, resolve: Resolve): fc.Arbitrary<string> {
  const parts = path.split(/(\{[^}]+\})/).map((part) => {
    const name = /^\{(.*)\}$/.exec(part)?.[1]
    if (name === undefined) return fc.constant(part)
    const parameter = operation.parameters?.find((one) => one.in === 'path' && one.name === name)
    return fc.oneof(
      { weight: 8, arbitrary: idMark(name === 'id' ? path : name) },
      { weight: 3, arbitrary: fitting(parameter?.schema ?? {}, resolve).map(encoded) },
      { weight: 2, arbitrary: hostileText.map(encoded) },
      { weight: 1, arbitrary: fc.constantFrom('..', '.', '', '%00', '%2e%2e%2f', 'a/b', ';x') }
    )
  })
  return fc.tuple(...parts).map((texts) => texts.join(''))
}

function queryOf({ operation }: Route, resolve: Resolve): fc.Arbitrary<string> {
  const known = (operation.parameters ?? []).filter((one) => one.in === 'query')
  const given = known.map((one) =>
    fc.option(parameterOf(one, resolve), { freq: one.required ? 12 : 1, nil: '' })
  )
  const odd = fc.oneof(
    { weight: 10, arbitrary: fc.constant('') },
    {
      weight: 1,
      arbitrary: fc.tuple(hostileText, hostileText).map(([a, b]) => `${encoded(a)}=${encoded(b)}`)
    },
    {
      weight: 1,
      arbitrary: fc.constantFrom(
        '&&',
        '=',
        'limit=1&limit=2',
        'a[]=1',
        'a[b]=1',
        '%',
        'x'.repeat(9_000)
      )
    }
  )
  return fc.tuple(odd, ...given).map((texts) => texts.filter((text) => text !== '').join('&'))
}

function parameterOf({ name, schema }: Parameter, resolve: Resolve): fc.Arbitrary<string> {
  const value = fc.oneof(
    { weight: 6, arbitrary: fitting(schema, resolve) },
    {
      weight: IDS_OF.some(([pattern]) => pattern.test(name)) ? 8 : 0,
      arbitrary: idMark(name)
    },
    {
      weight: name === 'cursor' ? 8 : 0,
      arbitrary: fc.nat({ max: 99 }).map((n) => `{{cursor ${n}}}`)
    },
    { weight: 2, arbitrary: hostileText }
  )
  return value.map((one) =>
    (Array.isArray(one) ? one : [one])
      .map((item) => `${name}=${unlessMark(String(item))}`)
      .join('&')
  )
}

interface Sent {
  readonly type: string
  readonly text: string
}

function bodyOf(
  { operation, method }: Route,
  resolve: Resolve,
  samples: Samples
): fc.Arbitrary<Sent | null> {
  const content = Object.entries(operation.requestBody?.content ?? {})
  const hostile = fc.record({
    type: fc.constantFrom(...TYPES, ...content.map(([type]) => type)),
    text: fc.oneof(fc.constantFrom(...hostileBodies), fc.string({ unit: 'binary', maxLength: 200 }))
  })
  if (content.length === 0) {
    const none = { weight: method === 'GET' ? 30 : 6, arbitrary: fc.constant(null) }
    return fc.oneof(none, { weight: 1, arbitrary: hostile })
  }
  const meant = fc.oneof(
    ...content.map(([type, media]) =>
      documentOf(type, media, resolve, samples[type] ?? []).map((text) => ({ type, text }))
    )
  )
  return fc.oneof(
    { weight: 12, arbitrary: meant },
    { weight: 3, arbitrary: hostile },
    { weight: 1, arbitrary: fc.constant(null) }
  )
}

/** A body that follows its schema or is one of its examples, then bent in up to three places. */
function documentOf(
  type: string,
  media: Media,
  resolve: Resolve,
  samples: readonly string[]
): fc.Arbitrary<string> {
  if (type.includes('xml'))
    return bentText(fc.constantFrom(...hostileBodies, ...samples, ...samples))
  const parsed = samples.map((text): unknown => JSON.parse(text))
  const examples = [...parsed, ...examplesOf(media, resolve)].filter(isDocument)
  const made = fitting(media.schema ?? {}, resolve)
  const value = examples.length > 0 ? fc.oneof(fc.constantFrom(...examples), made) : made
  const document = bent(value)
  if (type.includes('form')) return document.map(formText)
  if (!type.includes('ndjson')) return document.map(jsonText)
  return fc
    .array(fc.oneof(bent(value).map(jsonText), fc.constantFrom('', '{', 'null')), { maxLength: 4 })
    .map((lines) => lines.join('\n'))
}

/** Where the description says in words what there would be, it is no example of anything. */
function isDocument(example: unknown): boolean {
  return typeof example === 'object' && example !== null
}

function examplesOf(media: Media, resolve: Resolve): readonly unknown[] {
  if (media.examples) return Object.values(media.examples).map(({ value }) => value)
  if (media.example !== undefined) return [media.example]
  const { $ref } = media.schema ?? {}
  return (($ref ? resolve($ref) : media.schema)?.examples ?? []) as readonly unknown[]
}

function bent(value: fc.Arbitrary<unknown>): fc.Arbitrary<unknown> {
  const change = fc.record({
    place: fc.nat({ max: 10_000 }),
    how: fc.constantFrom('replace', 'id', 'id', 'id', 'remove', 'add', 'double'),
    by: hostileValue,
    id: idInside
  })
  return fc
    .tuple(value, fc.array(change, { maxLength: 4 }))
    .map(([whole, changes]) => changes.reduce(bend, structuredClone(whole)))
}

interface Change {
  readonly place: number
  readonly how: string
  readonly by: unknown
  readonly id: number
}

function bend(whole: unknown, { place, how, id, ...change }: Change): unknown {
  const by = structuredClone(change.by)
  const all = placesOf(whole)
  const places = how === 'id' ? all.filter(({ holder, key }) => isUuid(holder[key])) : all
  const at = places[place % Math.max(1, places.length)]
  if (!at) return how === 'replace' ? by : whole
  const { holder, key, name } = at
  const list = Array.isArray(holder)
  const odd = hostileTexts[place % hostileTexts.length] ?? ''
  if (how === 'remove' && !list) delete holder[key]
  else if (how === 'add') holder[list ? 0 : odd] = by
  else if (how === 'double' && list) holder.push(structuredClone(holder[Number(key)]))
  else holder[key] = how === 'id' ? marked(name, id) : by
  return whole
}

function isUuid(value: unknown): boolean {
  return typeof value === 'string' && /^[0-9a-f]{8}-[0-9a-f]{4}-/.test(value)
}

/** Nearest name above that says what the id is of. */
function marked(name: string, id: number): string {
  return `{{${id} ${IDS_OF.find(([pattern]) => pattern.test(name))?.[1] ?? 'new'}}}`
}

interface Place {
  // biome-ignore lint/suspicious/noExplicitAny: bodies have every shape
  readonly holder: any
  readonly key: string
  /** The names that lead there, the nearest last. */
  readonly name: string
}

// biome-ignore lint/suspicious/noExplicitAny: bodies have every shape
function placesOf(value: any, name = ''): Place[] {
  if (typeof value !== 'object' || value === null) return []
  return Object.keys(value).flatMap((key) => {
    const path = /^\d+$/.test(key) ? name : key
    return [{ holder: value, key, name: path }, ...placesOf(value[key], path)]
  })
}

function bentText(text: fc.Arbitrary<string>): fc.Arbitrary<string> {
  const cut = fc.record({ at: fc.nat({ max: 99 }), by: hostileText })
  return fc.tuple(text, fc.option(cut, { freq: 3 })).map(([whole, change]) => {
    if (!change) return whole
    const at = Math.floor((whole.length * change.at) / 100)
    return whole.slice(0, at) + change.by + whole.slice(at + 3)
  })
}

/** Header values that HTTP can carry. */
function headersOf(): fc.Arbitrary<Record<string, string>> {
  const one = fc.constantFrom(
    ...Object.entries(HEADERS).flatMap(([name, values]) =>
      values.map((value) => [name, value] as const)
    )
  )
  return fc.array(one, { maxLength: 2 }).map((entries) => Object.fromEntries(entries))
}

function jsonText(value: unknown): string {
  return JSON.stringify(value) ?? 'null'
}

function formText(value: unknown): string {
  const form = new URLSearchParams()
  for (const [name, item] of Object.entries(Object(value)))
    form.append(name, typeof item === 'string' ? item : jsonText(item))
  return form.toString()
}

/** Lone surrogates cannot be encoded; they go out as their bytes would. */
function encoded(value: unknown): string {
  return encodeURIComponent(String(value).toWellFormed())
}

function unlessMark(text: string): string {
  return /^\{\{.*\}\}$/.test(text) ? text : encoded(text)
}
