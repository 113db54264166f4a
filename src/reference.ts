import { readFileSync } from 'node:fs'
import type { Static, TSchema } from 'typebox'
import { Check, Errors } from 'typebox/schema'
import { compoundOf } from './domain/chemistry/formula.ts'
import type { ChemistryTable } from './domain/chemistry/table.ts'
import type { Profile } from './domain/epd/profile/profile.ts'
import type { Reference } from './domain/reference.ts'
import {
  ArchiveLimitValues,
  CountedUnitFile,
  EpdRuleValues,
  epdContradictions,
  IndicatorFile,
  MethodFile,
  ModuleFile,
  PlausibilityFile,
  withBounds
} from './reference-epd.ts'
import { PcrFile, ProfileFile, profileContradictions, profileFiles } from './reference-profiles.ts'
import { Crma29File, contradictions, DfarsFile, strangers } from './reference-regulations.ts'
import {
  AskingFile,
  CountryFile,
  DepositFile,
  ElementFile,
  MagnetFile,
  ProductFile,
  RuleFile,
  RuleValues,
  StageFile,
  StepFile,
  UnitFile
} from './reference-tables.ts'

/** Where the facts lie: `data/` of the package, wherever it is installed and called from. */
const DATA = new URL('../data/', import.meta.url)
const ARCHIVE = 'epd-archive-limits.json'
const DFARS = 'rules/dfars-252.225-7052.json'
const CRMA_29 = 'rules/crma-29.json'

/**
 * Reads the tables of facts of `data/`, checks each against its shape and all against each other,
 * and freezes them. Throws an Error that names the file and the row when anything does not fit, so
 * that the service never starts on facts that contradict themselves.
 */
export function loadReference(data: URL = DATA): Reference {
  const read = <File extends TSchema>(name: string, file: File): Static<File> =>
    checked(name, file, parsed(name, readFileSync(new URL(name, data), 'utf8')))

  const elements = read('elements.json', ElementFile).rows
  const asking = read('gap-regulations.json', AskingFile)
  const reference: Reference = {
    chemistry: {
      elements: byKey('elements.json', elements, (row) => row.symbol),
      rareEarths: setOf(
        elements.filter((row) => row.group !== 'other' && row.refusal === undefined),
        (row) => row.symbol
      )
    },
    units: byKey('units.json', read('units.json', UnitFile).rows, codeOf),
    stages: byKey('stages.json', read('stages.json', StageFile).rows.map(withRanges), idOf),
    steps: read('steps.json', StepFile).rows,
    products: byKey('products.json', read('products.json', ProductFile).rows, idOf),
    magnets: read('magnet-bounds.json', MagnetFile).rows,
    deposits: byKey(
      'deposit-signatures.json',
      read('deposit-signatures.json', DepositFile).rows,
      idOf
    ),
    rules: parameters('custody-rules.json', read('custody-rules.json', RuleFile), RuleValues),
    asking: { revision: asking.effectiveFrom, rows: asking.rows },
    countries: setOf(read('countries.json', CountryFile).rows, (row) => row.code),
    regulations: { dfars: read(DFARS, DfarsFile), crma29: read(CRMA_29, Crma29File) },
    epd: {
      indicators: byKey('indicators.json', read('indicators.json', IndicatorFile).rows, codeOf),
      methods: byKey('methods.json', read('methods.json', MethodFile).rows, idOf),
      modules: byKey('modules.json', read('modules.json', ModuleFile).rows, idOf),
      countedUnits: read('unit-groups.json', CountedUnitFile).rows,
      bands: read('epd-plausibility.json', PlausibilityFile).rows.map(withBounds),
      profiles: byKey(
        'profiles',
        profileFiles(data).map((name) => profileOf(name, read(`profiles/${name}`, ProfileFile))),
        idOf
      ),
      pcrs: read('pcrs.json', PcrFile).rows,
      rules: parameters('epd-rules.json', read('epd-rules.json', RuleFile), EpdRuleValues),
      archive: parameters(ARCHIVE, read(ARCHIVE, RuleFile), ArchiveLimitValues)
    }
  }
  refuseContradictions(reference)
  return deepFreeze(reference)
}

/** A profile is found under its id, which is also how the log names its file. */
function profileOf(name: string, file: Static<typeof ProfileFile>): Profile {
  if (name !== `${file.id}.json`) fail(`profiles/${name}`, `its id is ${file.id}`)
  return file as Profile
}

function parsed(name: string, text: string): unknown {
  try {
    return JSON.parse(text)
  } catch (error) {
    return fail(name, String(error))
  }
}

function checked<Schema extends TSchema>(
  name: string,
  schema: Schema,
  value: unknown
): Static<Schema> {
  // To find what is wrong takes three times as long as to find that nothing is.
  if (Check(schema, value)) return value
  const [, [error]] = Errors(schema, value)
  return fail(name, `${error?.instancePath} ${error?.message}`)
}

function withRanges(row: Static<typeof StageFile>['rows'][number]) {
  return {
    ...row,
    recoveryTypical: pair(row.recoveryTypical),
    recoveryHard: pair(row.recoveryHard)
  }
}

function pair(range: readonly string[] | null): readonly [string, string] | null {
  const [low, high] = range ?? []
  return low === undefined || high === undefined ? null : [low, high]
}

/** Puts the parameters, one a row with its source, together by their dotted names. */
function parameters<Values extends TSchema>(
  name: string,
  file: Static<typeof RuleFile>,
  shape: Values
): Static<Values> & { readonly version: string } {
  const values: Record<string, unknown> = {}
  for (const { parameter, value } of file.rows) {
    const path = parameter.split('.')
    const last = path.pop() ?? ''
    let group = values
    for (const name of path) {
      group[name] ??= {}
      group = group[name] as Record<string, unknown>
    }
    if (last in group) fail(name, `${parameter} is stated twice`)
    group[last] = value
  }
  return {
    version: `${file.id}/${file.effectiveFrom}`,
    ...(checked(name, shape, values) as object)
  } as Static<Values> & { readonly version: string }
}

function refuseContradictions(reference: Reference): void {
  const { chemistry, stages, steps, products, rules } = reference
  const knownStages = (file: string, row: string, ids: readonly string[]) => {
    for (const id of ids) if (!stages.has(id)) fail(file, `${row}: there is no stage ${id}`)
  }
  for (const step of steps) {
    knownStages('steps.json', step.id, step.stages)
    knownElements('steps.json', without(step.requiredFor, ['REE', '*']), chemistry)
  }
  if (new Set(steps.map(idOf)).size < steps.length) fail('steps.json', 'a step is listed twice')
  for (const product of products.values()) {
    knownStages('products.json', product.id, product.producedBy)
    knownStages('products.json', product.id, product.consumedBy)
    if (product.producedBy.length === 0 && product.entries.length === 0) {
      fail('products.json', `${product.id} can neither be made nor enter the books`)
    }
  }
  for (const deposit of reference.deposits.values()) {
    knownElements('deposit-signatures.json', Object.keys(deposit.shares), chemistry)
  }
  knownElements('custody-rules.json', rules.r3.balanceSet, chemistry)
  knownElements('custody-rules.json', rules.r3.ambientElements, chemistry)
  knownElements('custody-rules.json', rules.lineageElements, chemistry)
  const { dfars, crma29 } = reference.regulations
  for (const why of contradictions(dfars, reference)) fail(DFARS, why)
  for (const why of strangers(crma29, reference)) fail(CRMA_29, why)
  for (const [file, why] of epdContradictions(reference.epd, reference)) fail(file, why)
  for (const [file, why] of profileContradictions(reference.epd)) fail(file, why)
  for (const symbol of chemistry.rareEarths) {
    const oxide = chemistry.elements.get(symbol)?.reportedOxide ?? ''
    if (!compoundOf(oxide, chemistry)?.atoms.has(symbol)) {
      fail('elements.json', `${symbol} needs the oxide that it is reported in`)
    }
  }
}

function knownElements(file: string, symbols: readonly string[], chemistry: ChemistryTable): void {
  for (const symbol of symbols) {
    if (!chemistry.elements.has(symbol)) fail(file, `there is no element ${symbol}`)
  }
}

function without(all: readonly string[], some: readonly string[]): string[] {
  return all.filter((each) => !some.includes(each))
}

function idOf(row: { readonly id: string }): string {
  return row.id
}

function codeOf(row: { readonly code: string }): string {
  return row.code
}

function byKey<Row>(
  file: string,
  rows: readonly Row[],
  keyOf: (row: Row) => string
): ReadonlyMap<string, Row> {
  const map = new Map<string, Row>()
  for (const row of rows) {
    const key = keyOf(row)
    if (map.has(key)) fail(file, `${key} is listed twice`)
    map.set(key, row)
  }
  return map
}

function setOf<Row>(rows: readonly Row[], keyOf: (row: Row) => string): ReadonlySet<string> {
  return new Set(rows.map(keyOf))
}

/** Freezes objects and arrays to the last leaf, and takes from maps and sets what changes them. */
function deepFreeze<Value>(value: Value): Value {
  if (typeof value !== 'object' || value === null || Object.isFrozen(value)) return value
  if (value instanceof Map || value instanceof Set) {
    for (const each of value.values()) deepFreeze(each)
    for (const change of ['set', 'add', 'delete', 'clear']) {
      if (change in value) Object.defineProperty(value, change, { value: refuseChange })
    }
  } else {
    for (const each of Object.values(value)) deepFreeze(each)
  }
  return Object.freeze(value)
}

function refuseChange(): never {
  throw new TypeError('the tables of facts are read-only')
}

function fail(file: string, why: string): never {
  throw new Error(`data/${file}: ${why}`)
}
