import { readFileSync } from 'node:fs'
import { Ajv2020, type ValidateFunction } from 'ajv/dist/2020.js'
import { canonicalHash } from '../../domain/canonical-json.ts'
import type { Epd, Pcr, Verification } from '../../domain/epd/epd.ts'
import type { Product } from '../../domain/epd/product.ts'
import type { EpdResult, EpdValue } from '../../domain/epd/result.ts'
import { readStatedDate } from '../../domain/epd/stated-date.ts'
import { versionKey } from '../../domain/epd/version.ts'
import { type EpdId, isUuid } from '../../domain/ids.ts'
import type {
  Epd as NativeEpd,
  EpdResult as NativeResult,
  EpdValue as NativeValue
} from '../../generated/epd.ts'
import type { EpdCodec, EpdIdentity, ParsedEpd } from '../epd-codec.ts'
import { schemaFindings } from '../schema-findings.ts'
import { parseStrictJson } from '../strict-json.ts'

const SCHEMA = new URL('../../../schemas/epd.json', import.meta.url)
const validate = compile()

/** The native JSON format, `schemas/epd.json`. */
export const nativeEpd = {
  name: 'native',
  mediaTypes: ['application/vnd.lodestone.epd+json', 'application/json'],
  parse(bytes: Uint8Array): ParsedEpd {
    const document = parseStrictJson(bytes)
    const valid = validate(document)
    return {
      epd: valid ? modelOf(document as NativeEpd) : null,
      identity: identityOf(document),
      contentHash: canonicalHash(document),
      findings: valid ? [] : schemaFindings(validate.errors)
    }
  }
} satisfies EpdCodec

function compile(): ValidateFunction {
  const ajv = new Ajv2020({ strict: true, strictRequired: false, allErrors: true, verbose: true })
  return ajv.compile(JSON.parse(readFileSync(SCHEMA, 'utf8')))
}

function identityOf(document: unknown): EpdIdentity | null {
  if (typeof document !== 'object' || document === null) return null
  const { id, version } = document as Readonly<Record<string, unknown>>
  if (typeof id !== 'string' || typeof version !== 'string') return null
  return isUuid(id) && versionKey(version) !== null ? { id, version } : null
}

/** A valid document as the model: dates with their precision, values with their whole key. */
function modelOf(document: NativeEpd): Epd {
  const { schema: _schema, published, verification, ...rest } = document
  return {
    ...rest,
    id: document.id as EpdId,
    ...(published === undefined ? {} : { published: readStatedDate(published, 'start') }),
    validFrom: readStatedDate(document.validFrom, 'start'),
    validUntil: readStatedDate(document.validUntil, 'end'),
    pcr: pcrOf(document.pcr),
    ...(verification ? { verification: verificationOf(verification) } : {}),
    sites: document.sites ?? [],
    product: productOf(document.product),
    declaredUnit: { ...document.declaredUnit, properties: document.declaredUnit.properties ?? [] },
    allocation: { ...document.allocation, shares: document.allocation.shares ?? [] },
    backgroundDatabases: document.backgroundDatabases ?? [],
    scenarios: document.scenarios ?? [],
    includes: document.includes ?? [],
    documents: document.documents ?? [],
    results: document.results.map((result, index) => resultOf(result, `/results/${index}`))
  }
}

function pcrOf({ validUntil, ...pcr }: NativeEpd['pcr']): Pcr {
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
