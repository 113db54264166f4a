import { report } from '../../domain/epd/rules/table.ts'
import type { EpdTables, IndicatorDefinition, IndicatorTable } from '../../domain/epd/table.ts'
import type { Finding } from '../../domain/finding.ts'
import type { IlcdReference } from './node.ts'

/** A reference to an indicator, and where it stands. */
export type IndicatorReference = Pick<IlcdReference, 'uuid' | 'version'> & {
  readonly pointer: string
}

/** What a reference to an ILCD indicator means. */
export interface Identified {
  /** A code of the table, or `urn:uuid:` and the id that it does not list. */
  readonly indicator: string
  /** The method that the reference itself names; absent where the document's holds. */
  readonly method?: string
  readonly findings: readonly Finding[]
}

interface Candidate extends IndicatorDefinition {
  readonly code: string
}

/**
 * Identifies an indicator by id, then by version, then by the compliance of the document. EF 3.0 and
 * EF 3.1 share ids and differ by version; most documents give none, or one of their own, which says
 * nothing. Where id or version and compliance contradict each other the reference stands, and the
 * contradiction is a finding.
 */
export function identify(
  reference: IndicatorReference,
  methods: readonly string[],
  tables: EpdTables
): Identified {
  const candidates = candidatesFor(reference.uuid, tables)
  const [some] = candidates
  if (!some) return { indicator: `urn:uuid:${reference.uuid ?? ''}`, findings: [] }
  if (candidates.every(({ method }) => method === null)) {
    return { indicator: some.code, findings: [] }
  }
  const versioned = candidates.filter(({ version }) => version === reference.version)
  const named = versioned.length > 0 ? versioned : candidates
  const agreeing = named.filter(({ method }) => method !== null && methods.includes(method))
  const [chosen = some] = agreeing.length > 0 ? agreeing : named
  return {
    indicator: chosen.code,
    ...methodOf(chosen, named, agreeing, methods),
    findings: conflicts(reference, named, agreeing, methods)
  }
}

/** Left out where the document's own method says it; never guessed among several. */
function methodOf(
  chosen: Candidate,
  named: readonly Candidate[],
  agreeing: readonly Candidate[],
  methods: readonly string[]
): { readonly method?: string } {
  const [only] = methods
  if (methods.length === 1 && agreeing.some(({ method }) => method === only)) return {}
  const certain = agreeing.length === 1 || named.length === 1
  return certain && chosen.method !== null ? { method: chosen.method } : {}
}

function conflicts(
  reference: IndicatorReference,
  named: readonly Candidate[],
  agreeing: readonly Candidate[],
  methods: readonly string[]
): Finding[] {
  const told = named.map(({ method }) => method ?? '').join(' or ')
  if (agreeing.length === 1 || (named.length === 1 && methods.length === 0)) return []
  if (agreeing.length > 1 || methods.length === 0) {
    return [
      report('EPD_METHOD_AMBIGUOUS', {
        pointer: reference.pointer,
        message: 'The method cannot be told: its id belongs to several.',
        expected: `the version of one of ${told}, or one compliance source`,
        actual: reference.version ?? 'no version',
        remedy: 'State the version of the LCIA method, or declare compliance with one method.'
      })
    ]
  }
  return [
    report('EPD_METHOD_CONFLICT', {
      pointer: reference.pointer,
      message: 'The indicator belongs to another method than the document declares.',
      expected: methods.join(' or '),
      actual: told,
      remedy: 'Correct the reference, or the compliance declaration.'
    })
  ]
}

/** What the ids of a table mean: looked up for every indicator of every document. */
const meanings = new WeakMap<IndicatorTable, ReadonlyMap<string, readonly Candidate[]>>()

function candidatesFor(uuid: string | undefined, { indicators }: EpdTables): readonly Candidate[] {
  let known = meanings.get(indicators)
  if (!known) {
    const all = [...indicators.values()].flatMap(({ code, definitions }) =>
      definitions.map((each) => ({ ...each, code }))
    )
    known = Map.groupBy(all, (each) => each.uuid)
    meanings.set(indicators, known)
  }
  return known.get(uuid ?? '') ?? []
}
