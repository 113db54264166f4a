import type { EvidenceOutcome, MissingCause } from '../../domain/regulation/judgement.ts'
import { READINGS, type Reading } from '../../domain/regulation/rule-set.ts'
import type { ReasonKind, Verdict } from '../../domain/regulation/verdict.ts'
import type { DfarsBatch, DfarsReading, DfarsReport, EvidenceLine } from '../dfars.ts'
import type { Sealed } from '../report.ts'
import { CitedSources } from './cited-sources.ts'
import { closingBlocks, headFacts } from './head-blocks.ts'
import { type Block, type Fact, type Paper, type PaperTable, words, yesOrNo } from './paper.ts'

const ABOUT: Readonly<Record<Reading, string>> = {
  literal: 'Literal reading: the elements that the clause names',
  conservative: 'Conservative reading: every tracked element of at least 0.1 % of the magnet'
}

const MEANING: Readonly<Record<Verdict, string>> = {
  fail: 'Some part of an element went through a step in a covered country, or the end item is made in one.',
  unknown: 'Of some part nobody has said where a step was done. Unknown never passes.',
  review:
    'Something is only declared, without a document, or a place needs a decision by a person.',
  exempt: 'An exception of the clause applies, by the facts that the requester declared.',
  pass: 'Every part of every element and step that the clause asks about is evidenced outside covered countries.'
}

const REASON: Readonly<Record<ReasonKind, string>> = {
  covered_country: 'done in a covered country',
  end_item_country: 'the end item is made in a covered country',
  no_evidence: 'no evidence',
  review_place: 'the place needs a decision',
  declared_only: 'only declared, without a document'
}

const CAUSE: Readonly<Record<MissingCause, string>> = {
  no_record: 'nobody has recorded it',
  no_place: 'recorded without a place',
  custody_model: 'the custody model does not evidence where it physically was',
  batch_status: 'the batch is under correction',
  not_assayed: 'elements that nobody measured may be in it',
  done_again: 'it was done before, nobody told where'
}

const OUTCOME: Readonly<Record<EvidenceOutcome, string>> = {
  accepted: 'accepted',
  covered_country: 'COVERED COUNTRY',
  review_place: 'place to be decided',
  declared_only: 'declared only',
  no_place: 'no place told',
  claim_only: 'a claim only',
  unverified: 'batch under correction'
}

/** The delivery as a compliance officer reads it: verdicts first, then each batch with what they rest on. */
export function dfarsPaper(report: Sealed<DfarsReport>): Paper {
  const { ruleVersion, verdict, batches } = report
  const { ruleSet, revision, clause, scope, cite } = ruleVersion
  const verdicts = READINGS.map((reading) => ({
    about: ABOUT[reading],
    word: verdict[reading],
    meaning: MEANING[verdict[reading]]
  }))
  const rules = `${ruleSet}, clause ${clause}, ${scope}, data of ${revision}`
  return {
    report,
    cite,
    blocks: [
      { kind: 'verdicts', verdicts },
      { kind: 'facts', facts: headFacts(report, rules) },
      { kind: 'heading', text: 'Declared by the requester, not checked' },
      { kind: 'facts', facts: declared(report) },
      ...batches.flatMap(batchBlocks),
      ...closingBlocks(report)
    ]
  }
}

function declared({ declaredByRequester }: DfarsReport): readonly Fact[] {
  return Object.entries(declaredByRequester).map(([name, value]) => [name, String(value)])
}

function batchBlocks(batch: DfarsBatch): readonly Block[] {
  const { exceptions, notes } = batch
  const name = batch.number ?? batch.batch
  const sources = new CitedSources()
  return [
    { kind: 'heading', text: `Batch ${name}: ${batch.product.name}` },
    { kind: 'facts', facts: batchFacts(batch) },
    reasonTable(batch),
    ...(exceptions.length > 0 ? [exceptionTable(batch)] : []),
    ...notes.map(({ cite, text }): Block => ({ kind: 'text', text: `Note (${cite}): ${text}` })),
    evidenceTable(batch, sources),
    sources.table(),
    gapTable(batch)
  ]
}

function batchFacts(batch: DfarsBatch): readonly Fact[] {
  const { readings, verified, unverifiedBecause, massKg } = batch
  const verdicts = READINGS.map((reading): Fact => {
    const { verdict, withoutExceptions, exception } = readings[reading]
    const by = exception ? ` by ${exception.cite}; ${withoutExceptions} without it` : ''
    return [`Verdict, ${reading}`, `${verdict}${by}`]
  })
  return [
    ...verdicts,
    ['Batch', batch.batch],
    ['Material', `${batch.material}, ${words(batch.product.class)}`],
    ['Net mass when made', `${massKg} kg, dry`],
    ['Delivered', `${batch.quantityKg ?? massKg} kg, dry`],
    ['Custody model', words(batch.custodyModel)],
    ['Status', batch.status],
    ['Backs a claim', verified ? 'yes' : `no: ${unverifiedBecause ?? ''}`],
    ['Every document named', yesOrNo(batch.evidenceComplete)]
  ]
}

function reasonTable(batch: DfarsBatch): PaperTable {
  return {
    kind: 'table',
    title: 'What keeps it from passing',
    columns: [
      { name: 'Element', width: 2 },
      { name: 'Step', width: 3 },
      { name: 'Why', width: 8 },
      { name: 'Country', width: 2 },
      { name: 'Share of the element, at least', width: 4 },
      { name: 'Asked by', width: 4 }
    ],
    rows: inReadings(batch, ({ reasons }) => reasons).map(({ item, asked }) => [
      ofElement(item.element),
      words(item.step),
      item.cause ? `${REASON[item.kind]}: ${CAUSE[item.cause]}` : REASON[item.kind],
      item.country ?? '',
      item.share,
      asked
    ]),
    nothing: 'Nothing keeps it from passing.'
  }
}

function exceptionTable({ exceptions }: DfarsBatch): PaperTable {
  return {
    kind: 'table',
    title: 'Exceptions of the clause that were considered',
    columns: [
      { name: 'Exception', width: 4 },
      { name: 'Outcome', width: 2 },
      { name: 'By', width: 2 },
      { name: 'Why, and what must also be true', width: 12 }
    ],
    rows: exceptions.map(({ cite, outcome, basis, explanation, conditions }) => [
      cite,
      words(outcome),
      basis,
      [explanation, ...conditions].join('\n')
    ]),
    nothing: ''
  }
}

function evidenceTable(batch: DfarsBatch, sources: CitedSources): PaperTable {
  return {
    kind: 'table',
    title: 'Evidence: where each element was put through each step',
    columns: [
      { name: 'Element', width: 2 },
      { name: 'Step', width: 2.5 },
      { name: 'Share of the element', width: 3.5 },
      { name: 'Counts as', width: 3 },
      { name: 'Facility or organization', width: 8 },
      { name: 'Place', width: 1.8 },
      { name: 'Day', width: 2.8 },
      { name: 'Source', width: 3 },
      { name: 'Asked by', width: 3 },
      { name: 'Events and documents, no.', width: 4 }
    ],
    rows: inReadings(batch, ({ evidence }) => evidence).map(({ item: line, asked }) => [
      ofElement(line.element),
      words(line.step),
      line.share,
      OUTCOME[line.outcome],
      party(line),
      line.place,
      line.dates.join(' '),
      `${line.source}, ${words(line.level)}`,
      asked,
      sources.cite(line.references)
    ]),
    nothing: 'There is no evidence.'
  }
}

function gapTable(batch: DfarsBatch): PaperTable {
  return {
    kind: 'table',
    title: 'What more evidence or a decision could close, and who can bring it',
    columns: [
      { name: 'Element', width: 2 },
      { name: 'Step', width: 3 },
      { name: 'Missing', width: 7 },
      { name: 'Share, at least', width: 3.5 },
      { name: 'Organization that can close it', width: 9 },
      { name: 'Asked by', width: 4 }
    ],
    rows: inReadings(batch, ({ gaps }) => gaps).map(({ item, asked }) => [
      ofElement(item.element),
      words(item.step),
      missing(item),
      item.share,
      [...new Set(item.closers.map(({ party }) => party.organization ?? 'withheld'))].join(' '),
      asked
    ]),
    nothing: 'There is nothing of the kind.'
  }
}

function missing({ cause, kind, country }: DfarsReading['gaps'][number]): string {
  const why = cause ? CAUSE[cause] : REASON[kind]
  return country === undefined ? why : `${why}: ${country}`
}

/** Both readings rest on much the same: each line once, with the readings that it speaks for. */
function inReadings<Item>(
  { readings }: DfarsBatch,
  itemsOf: (reading: DfarsReading) => readonly Item[]
): readonly { readonly item: Item; readonly asked: string }[] {
  const lines = new Map<string, { item: Item; asked: Reading[] }>()
  for (const reading of READINGS) {
    for (const item of itemsOf(readings[reading])) {
      const key = JSON.stringify(item)
      const known = lines.get(key)
      if (known) known.asked.push(reading)
      else lines.set(key, { item, asked: [reading] })
    }
  }
  return [...lines.values()].map(({ item, asked }) => ({ item, asked: asked.join(', ') }))
}

function ofElement(element: string): string {
  return element === '*' ? 'the magnet' : element
}

function party({ party: { id, name } }: EvidenceLine): string {
  if (id === null) return 'withheld'
  return name === null ? id : `${name}\n${id}`
}
