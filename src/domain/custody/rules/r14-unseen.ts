import { unseenDetail, unseenInName, unseenInNumber } from '../../unseen.ts'
import type { Books } from '../books.ts'
import { campaignId } from '../campaign.ts'
import type { BatchDeclaration, CustodyEvent, Evidence } from '../event.ts'
import type { Review } from '../review.ts'
import { report } from './table.ts'

type Stated = readonly [pointer: string, text: string | undefined, look: typeof unseenInName]

/**
 * R14: what looks the same is the same. Only what the event gives a name to is looked at: what an earlier
 * one has named can still be meant.
 */
export function reviewUnseen(books: Books, event: CustodyEvent, review: Review): void {
  for (const [pointer, text, look] of statedBy(books, event, review)) {
    const unseen = text === undefined ? null : look(text)
    if (unseen) review.findings.push(report('NAME_UNSEEN', { pointer, ...unseenDetail(unseen) }))
  }
}

function* statedBy(books: Books, event: CustodyEvent, { actor }: Review): Generator<Stated> {
  yield* ofEvidence(event.evidence, '')
  if (event.type === 'close_campaign') yield* newCampaign(books, actor, '/carryTo', event.carryTo)
  if (event.type !== 'commission' && event.type !== 'transform') return
  yield* event.outputs.flatMap((batch, index) => ofBatch(batch, `/outputs/${index}`))
  if (event.type === 'commission') {
    for (const [index, { deposit, declared }] of event.outputs.entries()) {
      yield [`/outputs/${index}/deposit`, deposit, unseenInName]
      for (const [line, { evidence }] of declared.entries()) {
        yield* ofEvidence(evidence, `/outputs/${index}/declared/${line}`)
      }
    }
    return
  }
  yield* newCampaign(books, actor, '/campaign', event.campaign)
  for (const [index, { name }] of event.residues.entries()) {
    yield [`/residues/${index}/name`, name, unseenInName]
  }
  for (const [index, { reason }] of event.losses.entries()) {
    yield [`/losses/${index}/reason`, reason, unseenInName]
  }
}

function newCampaign(
  books: Books,
  actor: string,
  pointer: string,
  name: string | undefined
): Stated[] {
  if (name === undefined || unseenInNumber(name) === null) return []
  const known = books.campaigns.get(campaignId(actor, name)) !== undefined
  return known ? [] : [[pointer, name, unseenInNumber]]
}

function ofBatch({ number, product, source, identifiers }: BatchDeclaration, at: string): Stated[] {
  return [
    [`${at}/number`, number, unseenInNumber],
    [`${at}/product/name`, product.name, unseenInName],
    [`${at}/source/registry`, source?.registry, unseenInName],
    [`${at}/source/id`, source?.id, unseenInNumber],
    ...identifiers.flatMap(({ scheme, value }, index): Stated[] => [
      [`${at}/identifiers/${index}/scheme`, scheme, unseenInNumber],
      [`${at}/identifiers/${index}/value`, value, unseenInNumber]
    ])
  ]
}

function ofEvidence(evidence: readonly Evidence[], at: string): Stated[] {
  return evidence.flatMap(({ kind, issuer }, index): Stated[] => [
    [`${at}/evidence/${index}/kind`, kind, unseenInName],
    [`${at}/evidence/${index}/issuer`, issuer, unseenInName]
  ])
}
