import { READINGS } from '../domain/regulation/rule-set.ts'
import type { DfarsBatch, DfarsReading, DfarsReport, EvidenceLine } from './dfars.ts'
import { HEAD_COLUMNS } from './head-columns.ts'
import type { Column } from './render/csv.ts'
import type { Sealed } from './report.ts'

/**
 * One line of the table: an execution, or something that keeps the reading from passing and has no
 * execution of its own, or, where there is neither, the bare verdict.
 */
interface Line {
  readonly report: Sealed<DfarsReport>
  readonly batch: DfarsBatch
  readonly name: (typeof READINGS)[number]
  readonly reading: DfarsReading
  readonly evidence?: EvidenceLine
  readonly missing?: DfarsReading['reasons'][number]
}

/** Columns of the DFARS table; every line can stand alone, so it carries the head of the report. */
export const DFARS_COLUMNS: readonly Column<Line>[] = [
  { header: 'batch', cell: ({ batch }) => batch.batch },
  { header: 'batch_number', cell: ({ batch }) => batch.number },
  { header: 'product', cell: ({ batch }) => batch.product.name },
  { header: 'material', cell: ({ batch }) => batch.material },
  { header: 'net_mass_kg', cell: ({ batch }) => batch.massKg },
  { header: 'delivered_mass_kg', cell: ({ batch }) => batch.quantityKg ?? batch.massKg },
  { header: 'batch_status', cell: ({ batch }) => batch.status },
  { header: 'custody_model', cell: ({ batch }) => batch.custodyModel },
  { header: 'delivery_date', cell: ({ report }) => report.declaredByRequester.deliveryDate },
  { header: 'declared_by_requester', cell: declaredText },
  { header: 'rule_version', cell: ruleVersionText },
  { header: 'reading', cell: ({ name }) => name },
  { header: 'verdict', cell: ({ reading }) => reading.verdict },
  { header: 'verdict_without_exceptions', cell: ({ reading }) => reading.withoutExceptions },
  { header: 'delivery_verdict', cell: ({ report, name }) => report.verdict[name] },
  { header: 'exception_cite', cell: ({ reading }) => reading.exception?.cite ?? null },
  { header: 'element', cell: (line) => lineFact(line)?.element ?? null },
  { header: 'step', cell: (line) => lineFact(line)?.step ?? null },
  { header: 'facility_id', cell: ({ evidence }) => evidence?.party.id ?? null },
  { header: 'facility_name', cell: facilityName },
  { header: 'facility_country', cell: (line) => lineFact(line)?.country ?? null },
  { header: 'facility_place', cell: ({ evidence }) => evidence?.place ?? null },
  { header: 'step_date', cell: ({ evidence }) => joined(evidence?.dates) },
  { header: 'share_of_element_fraction', cell: (line) => lineFact(line)?.share ?? null },
  {
    header: 'outcome',
    cell: ({ evidence, missing }) => evidence?.outcome ?? missing?.kind ?? null
  },
  { header: 'source', cell: ({ evidence }) => evidence?.source ?? null },
  { header: 'evidence_level', cell: ({ evidence }) => evidence?.level ?? null },
  { header: 'evidence_event_id', cell: ({ evidence }) => references(evidence, 'event') },
  { header: 'evidence_sha256', cell: ({ evidence }) => references(evidence, 'sha256') },
  { header: 'evidence_issuer', cell: ({ evidence }) => issuers(evidence) },
  { header: 'gap_reason', cell: ({ missing }) => missing?.cause ?? missing?.kind ?? null },
  { header: 'gap_closed_by', cell: closedBy },
  { header: 'verified', cell: ({ batch }) => batch.verified },
  { header: 'unverified_because', cell: ({ batch }) => batch.unverifiedBecause },
  { header: 'evidence_complete', cell: ({ batch }) => batch.evidenceComplete },
  ...HEAD_COLUMNS
]

/** The lines of the table, batch by batch, reading by reading, in the order of the report. */
export function dfarsLines(report: Sealed<DfarsReport>): Line[] {
  return report.batches.flatMap((batch) =>
    READINGS.flatMap((name) => {
      const reading = batch.readings[name]
      const about = { report, batch, name, reading }
      const lines: Line[] = [
        ...reading.evidence.map((evidence) => ({ ...about, evidence })),
        ...reading.reasons
          .filter(({ kind, step }) => kind === 'no_evidence' || step === 'end_item')
          .map((missing) => ({ ...about, missing }))
      ]
      return lines.length > 0 ? lines : [about]
    })
  )
}

function lineFact({ evidence, missing }: Line) {
  return evidence ?? missing
}

/** A verdict rests on them; the day of delivery has a column of its own. */
function declaredText({ report }: Line): string | null {
  const { deliveryDate: _day, ...facts } = report.declaredByRequester
  const stated = Object.entries(facts).map(([name, value]) => `${name}=${value}`)
  return joined(stated, '; ')
}

function ruleVersionText({ report }: Line): string {
  const { ruleSet, revision, clause, scope } = report.ruleVersion
  return `${ruleSet} ${clause} ${scope} (data ${revision})`
}

function facilityName({ evidence }: Line): string | null {
  if (!evidence) return null
  return evidence.party.id === null ? 'restricted' : evidence.party.name
}

/** Names have spaces, so they are kept apart by semicolons. */
function issuers(evidence: EvidenceLine | undefined): string | null {
  return joined(
    evidence?.references.flatMap(({ issuer }) => issuer ?? []),
    '; '
  )
}

function references(evidence: EvidenceLine | undefined, member: 'event' | 'sha256'): string | null {
  return joined(evidence?.references.flatMap((reference) => reference[member] ?? []))
}

function closedBy({ reading, missing }: Line): string | null {
  if (!missing) return null
  const gap = reading.gaps.find(
    ({ element, step, kind, cause, country }) =>
      element === missing.element &&
      step === missing.step &&
      kind === missing.kind &&
      cause === missing.cause &&
      country === missing.country
  )
  return joined(gap?.closers.map(({ party }) => party.organization ?? 'restricted'))
}

function joined(texts: readonly string[] | undefined, between = ' '): string | null {
  return texts === undefined || texts.length === 0 ? null : [...new Set(texts)].join(between)
}
