import type { DeclaredStep } from '../../domain/custody/event.ts'
import { levelOf } from '../../domain/custody/execution.ts'
import { countryOf } from '../../domain/lineage/key.ts'
import { isNamed, type Sight } from '../../domain/lineage/sight.ts'
import { stepsBehind } from '../../domain/lineage/steps-behind.ts'
import type { Reference } from '../../domain/reference.ts'
import type { HistorySource } from '../../domain/regulation/dossier.ts'
import { reachOf } from '../../domain/regulation/reach.ts'
import type {
  Ancestry,
  DeclaredHistory,
  RecordedExecution,
  TakenScrap
} from '../../domain/regulation/support.ts'
import type { BatchEvidence } from '../../storage/batches/chain-evidence.ts'
import { readBatchEvidence, readEventHashes } from '../../storage/batches/chain-evidence.ts'
import { readSources } from '../../storage/batches/sources.ts'
import type { Transaction } from '../../storage/database.ts'
import type { Inquiry } from './trace-question.ts'
import type { Sights, WalkFacts } from './trace-sights.ts'
import { upstreamSights } from './trace-sights.ts'
import { walkFrom } from './trace-walk.ts'

/** The history of a batch as far as the requester may see it. */
export interface SeenAncestry {
  readonly ancestry: Ancestry
  readonly sources: readonly HistorySource[]
  /** True when the requester may know a facility or an organization of the history. */
  readonly sees: (party: string) => boolean
  /** False when the chain is longer than was walked, so that references may be missing. */
  readonly complete: boolean
  readonly evidence: BatchEvidence
}

/** Far beyond any chain. What lies behind keeps its shares; only its documents are not named. */
const WALK = { direction: 'upstream', depth: 64, limit: 20_000 } as const

/** Walks up from the batch of an inquiry, once, and keeps what its asker may see. */
export async function readSeenAncestry(
  inquiry: Inquiry,
  reference: Reference
): Promise<SeenAncestry> {
  const { tx, stamp, asker, standing, batch } = inquiry
  const facts = await walkFrom(tx, standing, WALK, stamp.position)
  const sights = await upstreamSights(tx, facts, standing, asker)
  const evidence = await readBatchEvidence(tx, [...facts.walk.depths.keys()], stamp.position)
  const own = evidence.get(batch.id)
  if (!own) throw new Error(`batch ${batch.id} has no version at ${stamp.position}`)
  const complete = facts.walk.truncated === null
  const known = knownParties(facts, sights, evidence)
  return {
    ancestry: await ancestryOf(tx, { facts, sights, evidence, reference }),
    sources: await sourcesOf(inquiry, sights, evidence, reference),
    sees: (party) => party === asker.organization || (complete && known(party)),
    complete,
    evidence: own
  }
}

/**
 * A party is known when an ancestor at it is seen whole and none of its ancestors there is
 * withheld: a share cannot be told apart by the batches that it came through.
 */
function knownParties(
  { batches }: WalkFacts,
  sights: Sights,
  evidence: ReadonlyMap<string, BatchEvidence>
): (party: string) => boolean {
  const seen = new Set<string>()
  const withheld = new Set<string>()
  for (const { id, organization, facility } of batches.values()) {
    const set = isWhole(sights.batches.get(id)) ? seen : withheld
    const told = (evidence.get(id)?.declared ?? []).flatMap((line) => line.facility ?? [])
    for (const party of [organization, facility, ...told]) set.add(party)
  }
  return (party) => seen.has(party) && !withheld.has(party)
}

interface Known {
  readonly facts: WalkFacts
  readonly sights: Sights
  readonly evidence: ReadonlyMap<string, BatchEvidence>
  readonly reference: Reference
}

/** The executions and declarations whose events the asker sees whole. */
async function ancestryOf(tx: Transaction, known: Known): Promise<Ancestry> {
  const { facts, sights } = known
  const made = facts.walk.made.filter(
    ({ event, batch }) => isWhole(sights.events.get(event)) && isWhole(sights.batches.get(batch))
  )
  const hashes = await readEventHashes(tx, [...new Set(made.map(({ event }) => event))])
  const outputs = Map.groupBy(made, ({ event }) => event)
  const executions: RecordedExecution[] = []
  const declarations: DeclaredHistory[] = []
  const scraps: TakenScrap[] = []
  for (const [event, edges] of outputs) {
    const batches = edges.flatMap(({ batch }) => known.evidence.get(batch) ?? [])
    const sha256 = hashes.get(event) ?? ''
    executions.push(...executionOf(event, sha256, batches, known))
    for (const batch of batches) {
      declarations.push(...historiesOf(batch, event, sha256))
      scraps.push(...scrapOf(batch, { event, sha256 }, known))
    }
  }
  return { executions, declarations, scraps }
}

function executionOf(
  id: string,
  sha256: string,
  batches: readonly BatchEvidence[],
  { facts, reference }: Known
): RecordedExecution[] {
  const event = facts.events.get(id)
  if (!event) return []
  const mined = batches.some(({ entry }) => entry === 'mined')
  const performed = reference.steps.filter(({ stages }) =>
    stages.some((stage) => event.stages.includes(stage))
  )
  return [
    {
      event: id,
      sha256,
      facility: event.facility,
      date: event.at.slice(0, 10),
      steps: mined ? ['mined'] : performed.map((step) => step.id),
      elements: new Set(batches.flatMap(({ elements }) => [...elements])),
      evidence: event.evidence
    }
  ]
}

function historiesOf(
  { organization, declared }: BatchEvidence,
  event: string,
  sha256: string
): DeclaredHistory[] {
  return declared.map((line: DeclaredStep) => ({ event, sha256, organization, line }))
}

const SCRAP = {
  post_consumer_scrap: 'post_consumer',
  pre_consumer_scrap: 'pre_consumer'
} as const

function scrapOf(
  { entry, sourceCountry, elements }: BatchEvidence,
  by: Pick<TakenScrap, 'event' | 'sha256'>,
  { facts }: Known
): TakenScrap[] {
  const event = facts.events.get(by.event)
  if (!event || (entry !== 'post_consumer_scrap' && entry !== 'pre_consumer_scrap')) return []
  const { evidence } = event
  const country = sourceCountry === null ? null : countryOf(sourceCountry)
  return [{ ...by, kind: SCRAP[entry], country, level: levelOf(event), elements, evidence }]
}

/** Where recorded history begins; who could tell more, as far as the asker may know. */
async function sourcesOf(
  { tx, stamp }: Inquiry,
  sights: Sights,
  evidence: ReadonlyMap<string, BatchEvidence>,
  reference: Reference
): Promise<HistorySource[]> {
  const sources = await readSources(tx, [...evidence.keys()], stamp.position)
  return sources.map(({ batch, organization, productClass, entry, lineage }) => {
    const sight = sights.batches.get(batch)
    return {
      batch: sight !== undefined && isNamed(sight) ? batch : null,
      organization: { organization: isWhole(sight) ? organization : null },
      steps: lineage.steps,
      reach: reachOf(entry, reference.products.get(productClass), reference.stages),
      behind: stepsBehind(entry, reference.products.get(productClass), reference)
    }
  })
}

function isWhole(sight: Sight | undefined): boolean {
  return sight === 'whole'
}
