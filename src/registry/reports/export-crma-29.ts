import { scrapSources } from '../../domain/lineage/scrap-sources.ts'
import { formatKg } from '../../domain/quantity/mass.ts'
import { rational } from '../../domain/quantity/rational.ts'
import type { Reference } from '../../domain/reference.ts'
import { materialOf } from '../../domain/regulation/material.ts'
import { contentOf } from '../../domain/regulation/recycled-magnets.ts'
import type { MagnetTypeId } from '../../domain/regulation/recycled-rules.ts'
import { unverifiedBecause } from '../../domain/regulation/verified.ts'
import { unseenInName } from '../../domain/unseen.ts'
import type { Crma29Facts, FoundMagnets } from '../../reports/crma-29.ts'
import { CRMA_29, crma29Report } from '../../reports/crma-29.ts'
import { CRMA_29_COLUMNS, crma29Lines } from '../../reports/crma-29-table.ts'
import { crma29Paper } from '../../reports/paper/crma-29-paper.ts'
import type { ReportFormat } from '../../reports/table.ts'
import type { StoredBatch } from '../../storage/batches/batches.ts'
import { readBatches } from '../../storage/batches/batches.ts'
import { readBatchEvidence } from '../../storage/batches/chain-evidence.ts'
import { readLineage } from '../../storage/books/lineage.ts'
import type { Transaction } from '../../storage/database.ts'
import type { Deps, Principal } from '../deps.ts'
import { inSnapshot } from '../moment.ts'
import { refuseUnseen } from '../refuse-unseen.ts'
import { noSuchBatch, standingOf } from '../trace/trace-standing.ts'
import { unhurried } from '../unhurried.ts'
import { type DeliveredBatch, quantityOf, refuseImpossible, wrong } from './delivery.ts'
import { readHead } from './read-head.ts'
import type { RenderedReport } from './render-report.ts'
import { renderReport } from './render-report.ts'
import { sealReport } from './seal-report.ts'

/** What is asked: the batches of magnets in one product, and how much of each is in it. */
export interface Crma29Question {
  readonly batches: readonly DeliveredBatch[]
  readonly facts: Crma29Facts
  /** A position or an RFC 3339 time; the newest where absent. */
  readonly asOf?: string
}

/**
 * What of the magnets of a product was recovered from post-consumer waste (Regulation (EU) 2024/1252 Art. 29), in one
 * snapshot. Throws `NOT_FOUND` for a batch that the caller may not see, and `REQUEST_INVALID` for one that is no
 * magnet of a type that the regulation names, and for more than there is of it.
 */
export async function exportCrma29Report(
  deps: Deps,
  principal: Principal,
  { batches, facts, asOf }: Crma29Question,
  format: ReportFormat
): Promise<RenderedReport> {
  refuseImpossible(batches)
  refuseUnseen('product', 'name of the product', unseenInName(facts.product ?? ''))
  const { crma29 } = deps.reference.regulations
  const report = await unhurried(() =>
    inSnapshot(deps, asOf, async (tx, stamp) => {
      const asker = { organization: principal.organization, now: deps.now() }
      const found: FoundMagnets[] = []
      for (const wanted of batches) {
        await standingOf(tx, wanted.batch, asker)
        found.push(await findMagnets(tx, wanted, { ...deps, facts, position: stamp.position }))
      }
      const head = await readHead(tx, stamp, principal, CRMA_29)
      return crma29Report(head, facts, crma29, found)
    })
  )
  const model = await sealReport(report)
  const name = `${CRMA_29}-at-${report.position}`
  const rows = () => crma29Lines(model)
  const paper = () => crma29Paper(model)
  return renderReport({ kind: CRMA_29, name, model, columns: CRMA_29_COLUMNS, rows, paper }, format)
}

interface Finding {
  readonly reference: Reference
  readonly facts: Crma29Facts
  readonly position: number
}

async function findMagnets(
  tx: Transaction,
  wanted: DeliveredBatch,
  { reference, facts, position }: Finding
): Promise<FoundMagnets> {
  const id = wanted.batch
  const [batches, known, evidence] = await Promise.all([
    readBatches(tx, [id], position),
    readLineage(tx, id, position),
    readBatchEvidence(tx, [id], position)
  ])
  const [batch, told] = [batches.get(id), evidence.get(id)]
  if (!batch || !known || !told) throw noSuchBatch(id)
  const { massUg, elements, status, custodyModel } = batch
  const { feed, origins } = known.lineage
  const type = typeOf(batch, facts, reference)
  const quantityUg = quantityOf(batch, wanted, reference.units)
  const because = unverifiedBecause(status, custodyModel)
  const { closedFor, bounds } = told
  const magnets = { massUg, quantityUg, elements, closedFor, bounds, feed }
  const { rareEarths } = reference.chemistry
  return {
    batch: {
      batch: id,
      number: batch.number,
      product: { class: batch.productClass, name: batch.productName },
      type,
      massKg: formatKg(massUg),
      status,
      custodyModel,
      verified: because === null,
      unverifiedBecause: because
    },
    quantityUg,
    contents: new Map(
      reference.regulations.crma29.elements.map((element) => [
        element,
        contentOf(magnets, element, rareEarths)
      ])
    ),
    scrap: (element) => (elements.has(element) ? scrapSources(origins.get(element) ?? []) : [])
  }
}

function typeOf(
  { id, productName, elements, massUg }: StoredBatch,
  { material }: Crma29Facts,
  { regulations }: Reference
): MagnetTypeId {
  const composition = new Map([...elements].map(([name, ug]) => [name, rational(ug, massUg)]))
  const shown = materialOf(composition, regulations.crma29.types)?.id
  if (shown !== undefined && material !== undefined && shown !== material) {
    throw wrong('material', `The assay of batch ${id} shows ${shown}, not ${material}.`)
  }
  const type = shown ?? material
  if (type !== undefined) return type
  const names = regulations.crma29.types.map((each) => each.id)
  throw wrong(
    'material',
    `The assay of batch ${id} (${productName}) shows none of the magnets ${names.join(', ')}. If it is one, say which with material=${names[0]}.`
  )
}
