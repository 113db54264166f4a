import { readFileSync } from 'node:fs'
import { Ajv2020, type ValidateFunction } from 'ajv/dist/2020.js'
import { canonicalHash } from '../../domain/canonical-json.ts'
import type { Epd, Pcr, Verification } from '../../domain/epd/epd.ts'
import type { Composition, DeclaredUnit, Product } from '../../domain/epd/product.ts'
import type { EpdResult, EpdValue } from '../../domain/epd/result.ts'
import { readStatedDate, type StatedDate } from '../../domain/epd/stated-date.ts'
import { versionKey } from '../../domain/epd/version.ts'
import { isUuid } from '../../domain/ids.ts'
import type { EpdCodec, EpdIdentity, ParsedEpd } from '../epd-codec.ts'
import { schemaFindings } from '../schema-findings.ts'
import { parseStrictJson } from '../strict-json.ts'

const SCHEMA = new URL('../../../schemas/epd.json', import.meta.url)
const validate = compile()

/** The native JSON format, `schemas/epd.json`. */
export const nativeEpd: EpdCodec = {
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
}

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

/** A document that the schema accepts. */
type NativeEpd = Omit<Epd, keyof Different> & Different

/** The members whose native form is not the one of the model. */
interface Different {
  readonly schema?: string
  readonly published?: string
  readonly validFrom: string
  readonly validUntil: string
  readonly pcr: Omit<Pcr, 'validUntil'> & { readonly validUntil?: string }
  readonly verification?: Omit<Verification, 'date'> & { readonly date?: string }
  readonly methodSet: string
  readonly sites?: Epd['sites']
  readonly product: Omit<Product, 'composition' | 'classifications'> & {
    readonly composition?: Omit<Composition, 'complete'> & { readonly complete?: boolean }
    readonly classifications?: Product['classifications']
  }
  readonly declaredUnit: Omit<DeclaredUnit, 'properties'> &
    Partial<Pick<DeclaredUnit, 'properties'>>
  readonly allocation: Omit<NonNullable<Epd['allocation']>, 'shares'> & {
    readonly shares?: NonNullable<Epd['allocation']>['shares']
  }
  readonly backgroundDatabases?: Epd['backgroundDatabases']
  readonly scenarios?: Epd['scenarios']
  readonly includes?: Epd['includes']
  readonly documents?: Epd['documents']
  readonly results: readonly NativeResult[]
}

interface NativeResult extends Pick<EpdResult, 'indicator' | 'method' | 'name' | 'unit'> {
  readonly values: readonly NativeValue[]
}

interface NativeValue {
  readonly module: string
  readonly scenario?: string
  readonly value: string
}

/** A valid document as the model: dates with their precision, values with their whole key. */
function modelOf(document: NativeEpd): Epd {
  const { schema: _schema, published, pcr, verification, product, ...rest } = document
  const { composition } = product
  return {
    ...rest,
    ...(published === undefined ? {} : { published: readStatedDate(published, 'start') }),
    validFrom: readStatedDate(document.validFrom, 'start'),
    validUntil: readStatedDate(document.validUntil, 'end'),
    pcr: { ...pcr, ...dated('validUntil', pcr.validUntil, 'end') },
    ...(verification
      ? { verification: { ...verification, ...dated('date', verification.date, 'start') } }
      : {}),
    sites: document.sites ?? [],
    product: {
      ...product,
      ...(composition
        ? { composition: { ...composition, complete: composition.complete ?? false } }
        : {}),
      classifications: product.classifications ?? []
    },
    declaredUnit: { ...document.declaredUnit, properties: document.declaredUnit.properties ?? [] },
    allocation: { ...document.allocation, shares: document.allocation.shares ?? [] },
    backgroundDatabases: document.backgroundDatabases ?? [],
    scenarios: document.scenarios ?? [],
    includes: document.includes ?? [],
    documents: document.documents ?? [],
    results: document.results.map((result, index) => resultOf(result, `/results/${index}`))
  } as Epd
}

function dated<Name extends string>(
  name: Name,
  text: string | undefined,
  side: 'start' | 'end'
): Partial<Record<Name, StatedDate>> {
  if (text === undefined) return {}
  return { [name]: readStatedDate(text, side) } as Record<Name, StatedDate>
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
