import { scrapSources } from '../../domain/lineage/scrap-sources.ts'
import { formatKg } from '../../domain/quantity/mass.ts'
import { rational } from '../../domain/quantity/rational.ts'
import type { Reference } from '../../domain/reference.ts'
import { materialOf } from '../../domain/regulation/material.ts'
import { contentOf } from '../../domain/regulation/recycled-magnets.ts'
import type { MagnetTypeId } from '../../domain/regulation/recycled-rules.ts'
import { scrapSupportIn } from '../../domain/regulation/support.ts'
import { unverifiedBecause } from '../../domain/regulation/verified.ts'
import type { Crma29Facts, FoundMagnets } from '../../reports/crma-29.ts'
import type { StoredBatch } from '../../storage/batches/batches.ts'
import { readLineage } from '../../storage/books/lineage.ts'
import { readSeenAncestry } from '../trace/seen-ancestry.ts'
import type { Inquiry } from '../trace/trace-question.ts'
import { noSuchBatch } from '../trace/trace-standing.ts'
import { type DeliveredBatch, quantityOf, refuseVoided, wrong } from './delivery.ts'

/**
 * What the books know of a batch of magnets in a product. Throws `REQUEST_INVALID` for one that is no magnet of a
 * type that the regulation names, or out of the books, and for more than there is of it.
 */
export async function findMagnets(
  inquiry: Inquiry,
  wanted: DeliveredBatch,
  { reference, facts }: { readonly reference: Reference; readonly facts: Crma29Facts }
): Promise<FoundMagnets> {
  const { tx, stamp, batch } = inquiry
  refuseVoided(batch)
  refuseOther(batch, reference)
  const type = typeOf(batch, facts, reference)
  const quantityUg = quantityOf(batch, wanted, reference.units)
  const known = await readLineage(tx, batch.id, stamp.position)
  if (!known) throw noSuchBatch(batch.id)
  const { evidence, ancestry, complete } = await readSeenAncestry(inquiry, reference)
  const { massUg, elements, status, custodyModel } = batch
  const { feed, origins } = known.lineage
  const because = unverifiedBecause(status, custodyModel)
  const { closedFor, bounds } = evidence
  const magnets = { massUg, quantityUg, elements, closedFor, bounds, feed }
  const supportOf = scrapSupportIn(ancestry)
  return {
    batch: {
      batch: batch.id,
      number: batch.number,
      product: { class: batch.productClass, name: batch.productName },
      type,
      massKg: formatKg(massUg),
      status,
      custodyModel,
      verified: because === null,
      unverifiedBecause: because,
      evidenceComplete: complete
    },
    quantityUg,
    contents: new Map(
      reference.regulations.crma29.elements.map((element) => [
        element,
        contentOf(magnets, element, reference.chemistry.rareEarths)
      ])
    ),
    scrap: (element) =>
      (elements.has(element) ? scrapSources(origins.get(element) ?? []) : []).map((source) => ({
        ...source,
        references: supportOf(element, source)
      }))
  }
}

/** The weight of a rotor is not that of its magnets, and alloy is none yet, whatever its assay looks like. */
function refuseOther(
  { id, productClass, productName }: StoredBatch,
  { products, regulations }: Reference
): void {
  const product = products.get(productClass)
  if (regulations.crma29.magnetFamilies.includes(product?.family ?? '')) return
  throw wrong(
    'batch',
    `Batch ${id} (${productName}) is no batch of magnets but of ${product?.name ?? productClass}; name the batches of magnets that are in the product.`
  )
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
