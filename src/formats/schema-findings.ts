import type { ErrorObject } from 'ajv'
import { boundedFindings } from '../domain/bounded-findings.ts'
import type { Finding } from '../domain/finding.ts'
import { MOST_ERRORS } from './bounded-errors.ts'
import { cutText } from './cut-text.ts'

/** Codes that the rules of the books give to a shape that the schema refuses first. */
const MISSING: readonly { readonly at: RegExp; readonly name: string; readonly code: string }[] = [
  { at: /\/(mass|pieceMass)$/, name: 'basis', code: 'BASIS_MISSING' },
  { at: /\/assay$/, name: 'basis', code: 'ASSAY_BASIS' }
]

/**
 * JSON Schema errors as findings, each once, in document order, as far as they are told. `oneOf` itself is left out: its
 * branches say what is wrong; but those for a value of another kind only where none is for this one.
 */
export function schemaFindings(
  errors: readonly ErrorObject[] | null | undefined
): readonly Finding[] {
  const findings = new Map<string, Finding>()
  for (const error of withoutOtherKinds(errors ?? [])) {
    // What is wrong with the name is told by the error that is of the name.
    if (error.keyword === 'propertyNames') continue
    const finding = findingOf(error)
    findings.set(`${finding.pointer} ${finding.message}`, finding)
  }
  const more = (errors?.length ?? 0) >= MOST_ERRORS
  return boundedFindings([...findings.values()], { more })
}

const COMBINED = ['oneOf', 'anyOf', 'if']

/** Whoever writes an assay need not be told that it is not the word `inherited`. */
function withoutOtherKinds(errors: readonly ErrorObject[]): readonly ErrorObject[] {
  const split = new Set(
    errors.filter(({ keyword }) => COMBINED.includes(keyword)).map((error) => error.instancePath)
  )
  const told = errors.filter(({ keyword }) => !COMBINED.includes(keyword))
  const ofOtherKind = (error: ErrorObject) => split.has(error.instancePath) && isOfOtherKind(error)
  const answered = new Set(
    told.flatMap((error) => pathsTo(error.instancePath).slice(ofOtherKind(error) ? 1 : 0))
  )
  return told.filter(
    (error) =>
      !ofOtherKind(error) || !(answered.has(error.instancePath) || error.params['type'] === 'null')
  )
}

function isOfOtherKind({ keyword, params, data }: ErrorObject): boolean {
  if (keyword === 'type') return true
  return keyword === 'const' && kindOf(params['allowedValue']) !== kindOf(data)
}

/** A pointer with those of everything that it lies in. */
function pathsTo(path: string): readonly string[] {
  const paths = [path]
  for (let at = path; at !== ''; ) {
    at = at.slice(0, at.lastIndexOf('/'))
    paths.push(at)
  }
  return paths
}

function findingOf(error: ErrorObject): Finding {
  const at = error.instancePath
  if (error.propertyName !== undefined) return misnamed(at, error.propertyName, error)
  const params = error.params as Record<string, unknown>
  switch (error.keyword) {
    case 'required':
      return missing(at, String(params['missingProperty']), error)
    case 'additionalProperties':
    case 'unevaluatedProperties':
      return unknown(at, String(params['additionalProperty'] ?? params['unevaluatedProperty']))
    case 'type':
      return typed(at, String(params['type']), error)
    case 'enum':
      return schemaFinding(at, 'The value is not one of those allowed.', {
        expected: (params['allowedValues'] as unknown[]).join(', '),
        actual: show(error.data),
        remedy: 'Write one of the expected values, letter by letter.'
      })
    case 'const':
      return schemaFinding(at, 'The value is not the one required here.', {
        expected: show(params['allowedValue']),
        actual: show(error.data),
        remedy: `Write ${show(params['allowedValue'])}.`
      })
    case 'pattern':
      return written(at, error)
    case 'minItems':
      return tooFew(at, error)
    default:
      return schemaFinding(at, `The value ${error.message ?? 'does not fit'}.`, {
        actual: show(error.data),
        remedy: REMEDIES[error.keyword] ?? 'Write it as the published schema says.'
      })
  }
}

/** Bounds, which the message tells. */
const REMEDIES: Readonly<Record<string, string>> = {
  maxLength: 'Shorten it.',
  minLength: 'Write what it is, or leave the member out where nothing is known.',
  maxItems: 'Leave some out, or send the rest in a document of its own.',
  maxProperties: 'Leave some out.',
  minProperties: 'State one at least, or leave the member out.',
  uniqueItems: 'Keep one of those that are the same.',
  minimum: 'Write a number within the bounds.',
  maximum: 'Write a number within the bounds.'
}

/** What it may say where the schema counts that up, so that nobody has to guess the words. */
function missing(at: string, name: string, { parentSchema }: ErrorObject): Finding {
  const special = MISSING.find((entry) => entry.name === name && entry.at.test(at))
  const words: unknown = parentSchema?.['properties']?.[name]?.enum
  const finding = schemaFinding(`${at}/${name}`, `${name} is missing.`, {
    expected: Array.isArray(words) ? words.join(', ') : name,
    remedy: Array.isArray(words) ? `Add ${name}: ${words.join(' or ')}.` : `Add ${name}.`
  })
  return special ? { ...finding, rule: 'R4', code: special.code } : finding
}

function unknown(at: string, name: string): Finding {
  return schemaFinding(`${at}/${escaped(name)}`, `${name} is not a field of this document.`, {
    actual: name,
    remedy: 'Remove it, or check its spelling; nothing is ignored silently.'
  })
}

/** A name that everybody may choose, within limits: a language, a system. */
function misnamed(at: string, name: string, { message, parentSchema = {} }: ErrorObject): Finding {
  const { description, examples } = parentSchema
  const example = Array.isArray(examples) ? examples[0] : undefined
  return schemaFinding(`${at}/${escaped(name)}`, `The name ${message ?? 'does not fit'}.`, {
    ...(description === undefined ? {} : { expected: String(description) }),
    actual: show(name),
    remedy: example === undefined ? 'Choose a name that fits.' : `Write it like ${show(example)}.`
  })
}

function typed(at: string, expected: string, error: ErrorObject): Finding {
  const { data } = error
  const article = /^[aio]/.test(expected) ? 'an' : 'a'
  const remedy = data === null ? NOTHING : expected === 'string' ? asText(error) : undefined
  return schemaFinding(at, `The value must be ${article} ${expected}.`, {
    expected,
    actual: `${kindOf(data)} ${show(data)}`,
    remedy: remedy ?? `Write ${article} ${expected}.`
  })
}

const NOTHING = 'Leave the member out where there is nothing to say, or state its value.'

/** A number is a decimal or a name without its quotes, or stands where something else is expected. */
function asText({ data, parentSchema = {} }: ErrorObject): string | undefined {
  const { pattern, examples } = parentSchema
  const fits = (text: string) => typeof pattern !== 'string' || new RegExp(pattern, 'u').test(text)
  if (typeof data === 'number' && fits(String(data))) return `Write it as text: "${data}".`
  const example = Array.isArray(examples) ? examples[0] : undefined
  return example === undefined ? undefined : `Write it like ${show(example)}.`
}

/** People read what the schema says of such a text, and its example; the pattern is for machines. */
function written(at: string, error: ErrorObject): Finding {
  const { description, examples } = error.parentSchema ?? {}
  const pattern = (error.params as Record<string, unknown>)['pattern']
  const example = Array.isArray(examples) ? examples[0] : undefined
  return schemaFinding(at, `The value ${error.message ?? 'does not fit'}.`, {
    expected: String(description ?? pattern),
    actual: show(error.data),
    remedy:
      respelled(error.data, pattern) ??
      (example === undefined ? 'Write it as expected.' : `Write it like ${show(example)}.`)
  })
}

/** What only spaces around it or capitals keep from fitting, as ids that other programs wrote. */
function respelled(data: unknown, pattern: unknown): string | undefined {
  if (typeof data !== 'string' || typeof pattern !== 'string') return undefined
  const text = data.trim()
  const fits = new RegExp(pattern, 'u')
  const meant = [text, text.toLowerCase(), text.toUpperCase()].find((each) => fits.test(each))
  return meant === undefined ? undefined : `Write ${show(meant)}.`
}

/** Where a list may be empty at other times, the schema says when. */
function tooFew(at: string, error: ErrorObject): Finding {
  const { description } = error.parentSchema ?? {}
  return schemaFinding(at, `The value ${error.message}.`, {
    expected: String(description ?? `at least ${error.params['limit']}`),
    actual: show(error.data),
    remedy: 'Add what is missing.'
  })
}

function kindOf(data: unknown): string {
  if (data === null) return 'null'
  return Array.isArray(data) ? 'array' : typeof data
}

function schemaFinding(
  pointer: string,
  message: string,
  detail: Pick<Finding, 'expected' | 'actual' | 'remedy'>
): Finding {
  return { rule: 'schema', code: 'SCHEMA', severity: 'error', pointer, message, ...detail }
}

function show(value: unknown): string {
  const text = typeof value === 'string' ? value : (JSON.stringify(value) ?? 'undefined')
  return text.length > 120 ? `${cutText(text, 117)}...` : text
}

function escaped(name: string): string {
  return name.replaceAll('~', '~0').replaceAll('/', '~1')
}
