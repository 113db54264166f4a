import { readFileSync } from 'node:fs'
import { Ajv2020, type ValidateFunction } from 'ajv/dist/2020.js'
import formats from 'ajv-formats'
import type { Finding } from '../../domain/finding.ts'
import type { Facility } from '../../domain/party/facility.ts'
import type { Organization } from '../../domain/party/organization.ts'
import type { Facility as FacilityDocument } from '../../generated/facility.ts'
import type { Organization as OrganizationDocument } from '../../generated/organization.ts'
import { boundedErrors } from '../bounded-errors.ts'
import { schemaFindings } from '../schema-findings.ts'
import { parseStrictJson } from '../strict-json.ts'
import { UUID_FORMAT } from '../uuid-format.ts'

/** A parsed document, or everything that the schema has against it. */
export type Parsed<Document> =
  | { readonly document: Document; readonly findings: readonly [] }
  | { readonly document: null; readonly findings: readonly Finding[] }

const validators = compile(['organization', 'facility'])

/** The organization of a JSON document (schemas/organization.json). Throws `BODY_INVALID`. */
export function parseOrganization(bytes: Uint8Array): Parsed<Organization> {
  return parse<OrganizationDocument>('organization', bytes)
}

/** The facility of a JSON document (schemas/facility.json). Throws `BODY_INVALID`. */
export function parseFacility(bytes: Uint8Array): Parsed<Facility> {
  return parse<FacilityDocument>('facility', bytes)
}

function parse<Document>(name: 'organization' | 'facility', bytes: Uint8Array): Parsed<Document> {
  const value = parseStrictJson(bytes)
  const validate = validators[name]
  return validate(value)
    ? { document: value as Document, findings: [] }
    : { document: null, findings: schemaFindings(validate.errors) }
}

function compile<Name extends string>(names: readonly Name[]): Record<Name, ValidateFunction> {
  const ajv = new Ajv2020({ strict: true, ...boundedErrors })
  formats.default(ajv, ['date', 'uri'])
  ajv.addFormat('uuid', UUID_FORMAT)
  const read = (name: Name): { $id: string } =>
    JSON.parse(readFileSync(new URL(`../../../schemas/${name}.json`, import.meta.url), 'utf8'))
  const schemas = names.map(read)
  ajv.addSchema(schemas)
  return Object.fromEntries(
    names.map((name, index) => [name, ajv.getSchema(schemas[index]?.$id ?? '')])
  ) as Record<Name, ValidateFunction>
}
