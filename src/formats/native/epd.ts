import { readFileSync } from 'node:fs'
import { Ajv2020, type ValidateFunction } from 'ajv/dist/2020.js'
import { canonicalHash } from '../../domain/canonical-json.ts'
import type { Epd, Pcr, Verification } from '../../domain/epd/epd.ts'
import type { Product } from '../../domain/epd/product.ts'
import type { EpdResult, EpdValue } from '../../domain/epd/result.ts'
import { readStatedDate } from '../../domain/epd/stated-date.ts'
import type { EpdTables } from '../../domain/epd/table.ts'
import { versionKey } from '../../domain/epd/version.ts'
import type { Finding } from '../../domain/finding.ts'
import { type EpdId, isUuid } from '../../domain/ids.ts'
import type {
  Epd as NativeEpd,
  EpdResult as NativeResult,
  EpdValue as NativeValue
} from '../../generated/epd.ts'
import { boundedErrors } from '../bounded-errors.ts'
import type { EpdCodec, EpdIdentity, ParsedEpd } from '../epd-codec.ts'
import { schemaFindings } from '../schema-findings.ts'
import { parseStrictJson } from '../strict-json.ts'
import { saysEvent } from './event.ts'
import { nativeEpdTypes } from './media-types.ts'

/** What the schema demands beyond types and names. */
const BOUNDS: ReadonlySet<string> = new Set([
  'pattern',
  'minLength',
  'maxLength',
  'minItems',
  'maxItems',
  'uniqueItems',
  'minProperties',
  'maxProperties',
  'examples'
])
type Json = Readonly<Record<string, unknown>>

const SCHEMA = new URL('../../../schemas/epd.json', import.meta.url)
const schema = JSON.parse(readFileSync(SCHEMA, 'utf8')) as Json
let whole: ValidateFunction | undefined
let shape: ValidateFunction | undefined
let carried: ValidateFunction | undefined
/** Compiled when first needed: that takes a tenth of a second, and who only converts reads other formats. */
const validator = (): ValidateFunction => {
  whole ??= compile(schema)
  return whole
}
const hasShape = (document: unknown): document is Incomplete => {
  shape ??= compile(incomplete(withoutBounds(schema) as Json))
  return shape(document)
}
const canBeCarried = (document: unknown): document is Incomplete => {
  carried ??= compile(incomplete(withoutLengths(withoutAmounts(schema)) as Json))
  return carried(document)
}

/**
 * The native JSON format, `schemas/epd.json`. To be converted a document may be incomplete, as those are
 * that come from formats which say less: its findings say what it lacks.
 */
export const nativeEpd = {
  name: 'native',
  mediaTypes: nativeEpdTypes,
  parse(bytes: Uint8Array, _tables?: EpdTables, wanted?: { unread: boolean }): ParsedEpd {
    const document = parseStrictJson(bytes)
    const identity = identityOf(document)
    if (saysEvent(document)) return { epd: null, identity, findings: [anEvent(document.type)] }
    const validate = validator()
    if (validate(document)) return { epd: modelOf(document as NativeEpd), identity, findings: [] }
    const findings = schemaFindings(validate.errors)
    const lacking = wanted?.unread && identity && hasShape(document) ? modelOf(document) : null
    return { epd: lacking, identity, findings }
  },
  contentHash: (bytes: Uint8Array) => canonicalHash(parseStrictJson(bytes))
} satisfies EpdCodec

/** One clear word instead of every member that an event lacks and has. */
function anEvent(type: string): Finding {
  return {
    rule: 'schema',
    code: 'SCHEMA',
    severity: 'error',
    pointer: '/type',
    message: 'This is an event, and a declaration is expected.',
    expected: 'a declaration by /schemas/epd.json',
    actual: type,
    remedy: 'Record events at POST /v1/events, or import them by kind=events.'
  }
}

function compile(definition: Json): ValidateFunction {
  const ajv = new Ajv2020({ strict: true, strictRequired: false, ...boundedErrors })
  return ajv.compile(definition)
}

/** With only what the model cannot be without as required. */
function incomplete(definition: Json): Json {
  const required = ['id', 'version', 'name', 'owner', 'product', 'declaredUnit', 'results']
  return { ...definition, required }
}

/** Any text for a figure: the rules judge each, and say where it stands. */
function withoutAmounts({ $defs, ...rest }: Json): Json {
  const defs = $defs as Json
  return { ...rest, $defs: { ...defs, amount: withoutBounds(defs['amount']) } }
}

function withoutBounds(node: unknown): unknown {
  if (Array.isArray(node)) return node.map(withoutBounds)
  if (typeof node !== 'object' || node === null) return node
  return Object.fromEntries(
    Object.entries(node)
      .filter(([key]) => !BOUNDS.has(key))
      .map(([key, value]) => [key, withoutBounds(value)])
  )
}

/** How the native format takes names: on one line, with nothing around them. */
const TRIMMED = '^\\S(.*\\S)?$'

/**
 * Names and texts as other formats have them, of any length, over several lines, in whatever they call a
 * language: what was read of them is to come back from what it is written in.
 */
function withoutLengths(node: unknown): unknown {
  if (Array.isArray(node)) return node.map(withoutLengths)
  if (typeof node !== 'object' || node === null) return node
  const { pattern = TRIMMED } = node as Json
  const isText = pattern === TRIMMED
  return Object.fromEntries(
    Object.entries(node)
      .filter(([key]) => key !== 'propertyNames' && key !== 'maxProperties')
      .filter(([key]) => !(isText && ['maxLength', 'pattern'].includes(key)))
      .map(([key, value]) => [key, withoutLengths(value)])
  )
}

/**
 * The declaration in a native document that may be incomplete, as the extensions of other formats
 * carry it; null for what is none, and for what says something as the native format never would. The
 * rules find what it lacks.
 */
export function restoreEpd(document: unknown): Epd | null {
  return canBeCarried(document) ? modelOf(document) : null
}

function identityOf(document: unknown): EpdIdentity | null {
  if (typeof document !== 'object' || document === null) return null
  const { id, version } = document as Readonly<Record<string, unknown>>
  if (typeof id !== 'string' || typeof version !== 'string') return null
  return isUuid(id) && versionKey(version) !== null ? { id, version } : null
}

type Needed = 'id' | 'version' | 'name' | 'owner' | 'product' | 'declaredUnit' | 'results'
type Incomplete = Pick<NativeEpd, Needed> & Partial<Omit<NativeEpd, Needed>>

/** A valid document as the model: dates with their precision, values with their whole key. */
function modelOf(document: Incomplete): Epd {
  const { schema: _schema, ...rest } = document
  const { published, validFrom, validUntil, verification, pcr, allocation, ...plain } = rest
  return {
    ...plain,
    id: document.id as EpdId,
    ...(published === undefined ? {} : { published: readStatedDate(published, 'start') }),
    ...(validFrom === undefined ? {} : { validFrom: readStatedDate(validFrom, 'start') }),
    ...(validUntil === undefined ? {} : { validUntil: readStatedDate(validUntil, 'end') }),
    ...(pcr ? { pcr: pcrOf(pcr) } : {}),
    ...(verification ? { verification: verificationOf(verification) } : {}),
    ...(allocation ? { allocation: { ...allocation, shares: allocation.shares ?? [] } } : {}),
    standards: document.standards ?? [],
    geography: document.geography ?? [],
    sites: document.sites ?? [],
    product: productOf(document.product),
    declaredUnit: { ...document.declaredUnit, properties: document.declaredUnit.properties ?? [] },
    backgroundDatabases: document.backgroundDatabases ?? [],
    scenarios: document.scenarios ?? [],
    includes: document.includes ?? [],
    documents: document.documents ?? [],
    results: document.results.map((result, index) => resultOf(result, `/results/${index}`))
  }
}

function pcrOf({ validUntil, ...pcr }: NonNullable<NativeEpd['pcr']>): Pcr {
  return validUntil === undefined ? pcr : { ...pcr, validUntil: readStatedDate(validUntil, 'end') }
}

function verificationOf({ date, ...stated }: NonNullable<NativeEpd['verification']>): Verification {
  return date === undefined ? stated : { ...stated, date: readStatedDate(date, 'start') }
}

function productOf({ composition, classifications, ...product }: NativeEpd['product']): Product {
  return {
    ...product,
    ...(composition
      ? { composition: { ...composition, complete: composition.complete ?? false } }
      : {}),
    classifications: classifications ?? []
  }
}

function resultOf(result: NativeResult, pointer: string): EpdResult {
  return {
    ...result,
    pointer,
    values: result.values.map((value, index) => readValue(value, `${pointer}/values/${index}`))
  }
}

function readValue({ module, scenario, value }: NativeValue, pointer: string): EpdValue {
  const place = { module, scenario: scenario ?? null, pointer }
  if (value === 'MND') return { ...place, status: 'not_declared', text: null }
  if (value === 'INA') return { ...place, status: 'not_assessed', text: null }
  return { ...place, status: 'declared', text: value }
}
