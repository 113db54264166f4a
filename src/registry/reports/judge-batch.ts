import { assayedContent } from '../../domain/custody/content.ts'
import { parseStepKey } from '../../domain/lineage/key.ts'
import { formatKg } from '../../domain/quantity/mass.ts'
import type { Rational } from '../../domain/quantity/rational.ts'
import { rational } from '../../domain/quantity/rational.ts'
import type { Reference } from '../../domain/reference.ts'
import { evaluateDfars } from '../../domain/regulation/dfars.ts'
import type { Dossier } from '../../domain/regulation/dossier.ts'
import { materialOf } from '../../domain/regulation/material.ts'
import type { MaterialId } from '../../domain/regulation/rule-set.ts'
import type { ApplicableRules } from '../../domain/regulation/rule-version.ts'
import { supportIn } from '../../domain/regulation/support.ts'
import type { JudgedBatch, ReportParty } from '../../reports/dfars.ts'
import type { StoredBatch } from '../../storage/batches/batches.ts'
import { readLineage } from '../../storage/books/lineage.ts'
import { readPartyNames } from '../../storage/parties/directory.ts'
import type { SeenAncestry } from '../trace/seen-ancestry.ts'
import { readSeenAncestry } from '../trace/seen-ancestry.ts'
import type { Inquiry } from '../trace/trace-question.ts'
import { noSuchBatch } from '../trace/trace-standing.ts'
import { type DeliveredBatch, quantityOf, refuseVoided, wrong } from './delivery.ts'
import type { DfarsQuestion } from './dfars-question.ts'

export interface Judging {
  readonly question: DfarsQuestion
  readonly rules: ApplicableRules
  readonly reference: Reference
}

/** One batch of a delivery, with what the books know of it and of who is behind it. */
export interface ReadBatch {
  readonly batch: StoredBatch
  readonly delivered: DeliveredBatch
  readonly seen: SeenAncestry
  readonly dossier: Dossier
  readonly names: ReadonlyMap<string, string>
}

/**
 * Reads what a batch of a delivery is judged by. Throws `REQUEST_INVALID` where the batch is no
 * covered magnet or is less than what is said to be delivered of it.
 */
export async function readForJudging(
  inquiry: Inquiry,
  delivered: DeliveredBatch,
  judging: Judging
): Promise<ReadBatch> {
  const { tx, stamp, batch } = inquiry
  quantityOf(batch, delivered, judging.reference.units)
  const seen = await readSeenAncestry(inquiry, judging.reference)
  const dossier = await dossierOf(inquiry, seen, judging)
  const known = [...partiesIn(dossier)].filter(seen.sees)
  return { batch, delivered, seen, dossier, names: await readPartyNames(tx, known, stamp.position) }
}

/**
 * Judges one batch of a delivery, and leaves out of the answer whom the asker may not know. Pure, and
 * long for a long chain: the transaction that read it should be over.
 */
export function judgeBatch(read: ReadBatch, judging: Judging): JudgedBatch {
  const { batch, delivered, seen, dossier, names } = read
  const { question, rules, reference } = judging
  const verdict = evaluateDfars(dossier, question.facts, {
    rules,
    steps: reference.steps,
    stages: reference.stages,
    rareEarths: reference.chemistry.rareEarths
  })
  return {
    batch: batch.id,
    number: batch.number,
    product: { class: batch.productClass, name: batch.productName },
    material: dossier.material,
    massKg: formatKg(batch.massUg),
    quantityKg: delivered.quantityKg,
    status: batch.status,
    custodyModel: batch.custodyModel,
    evidenceComplete: seen.complete,
    verdict,
    partyOf: ({ party }) => partyOf(party, seen, names),
    supportOf: supportFor(seen)
  }
}

/** The events behind a line would name a party that the line withholds, and whose all of its share is. */
function supportFor({ ancestry, sees }: SeenAncestry): JudgedBatch['supportOf'] {
  const supportOf = supportIn(ancestry)
  return (row) => (sees(row.party) ? supportOf(row) : { dates: [], references: [] })
}

async function dossierOf(
  { tx, stamp, batch, standing }: Inquiry,
  seen: SeenAncestry,
  judging: Judging
): Promise<Dossier> {
  const known = await readLineage(tx, batch.id, stamp.position)
  if (!known) throw noSuchBatch(batch.id)
  const composition = compositionOf(batch, seen.evidence.bounds, judging.reference)
  return {
    batch: batch.id,
    material: coveredMaterial(batch, composition, judging),
    composition,
    compositionComplete: seen.evidence.closedFor === 'all',
    steps: known.lineage.steps,
    feed: known.lineage.feed,
    custodyModel: batch.custodyModel,
    status: batch.status,
    sources: seen.sources,
    holder: { organization: standing.sight === 'whole' ? batch.organization : null }
  }
}

/** Mass fractions; what is only bounded from above counts at its bound, since it may be there. */
function compositionOf(
  batch: StoredBatch,
  inherited: ReadonlyMap<string, bigint>,
  reference: Reference
): Map<string, Rational> {
  const { assay } = batch.declaration
  const masses = new Map(batch.elements)
  const bounds =
    assay === 'inherited' ? inherited : assayedContent(assay, batch.massUg, reference).bounds
  for (const [element, most] of bounds) {
    if (!masses.has(element)) masses.set(element, most)
  }
  return new Map([...masses].map(([element, ug]) => [element, rational(ug, batch.massUg)]))
}

function coveredMaterial(
  batch: StoredBatch,
  composition: ReadonlyMap<string, Rational>,
  { question, rules }: Judging
): MaterialId {
  const { id, productName } = batch
  const shown = materialOf(composition, rules.clause.materials)?.id
  const { material } = question.facts
  if (shown !== undefined && material !== undefined && shown !== material) {
    throw wrong('material', `The assay of batch ${id} shows ${shown}, not ${material}.`)
  }
  const covered = shown ?? material
  if (covered !== undefined) return covered
  refuseVoided(batch)
  throw wrong(
    'material',
    `The assay of batch ${id} (${productName}) shows no NdFeB or SmCo magnet. If it is one, add material=NdFeB or material=SmCo.`
  )
}

/** Everybody who did a step or told of one. */
function partiesIn({ steps }: Dossier): ReadonlySet<string> {
  const touched = [...steps.values()].flatMap((each) => [...each.values()])
  return new Set(touched.flatMap(({ parts }) => parts.map(({ key }) => parseStepKey(key).party)))
}

/** A party that the asker may not know keeps its row and loses its name. */
function partyOf(
  party: string,
  { sees }: SeenAncestry,
  names: ReadonlyMap<string, string>
): ReportParty {
  if (!sees(party)) return { id: null, name: null }
  return { id: party, name: names.get(party) ?? null }
}
