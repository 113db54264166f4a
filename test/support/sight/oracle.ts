/**
 * Who may know what, written from the words of the design and not from the product: rights follow the
 * entry point (custodian or owner now or before, direct counterparty, grantee); a batch is seen with
 * its ancestors by their levels; towards customers direct receivers, beyond them counts and masses.
 */
import type { AskerName, BatchName, Level, PartyName } from './plan.ts'
import { BATCH_NAMES, BATCHES, GRANTS, SHIPMENTS } from './plan.ts'

export type Seen = 'whole' | 'nameless' | 'outline' | 'place' | 'nothing'

/** How somebody comes to a batch; `grantee_batch` was let in to one batch alone. */
export type Way = 'holder' | 'counterparty' | 'grantee' | 'grantee_batch' | 'public'

/** What is seen of an ancestor, by how one came to what was made from it. */
const ANCESTOR: Readonly<Record<Way, Readonly<Record<Level, Seen>>>> = {
  holder: { public: 'whole', chain: 'whole', restricted: 'outline' },
  counterparty: { public: 'whole', chain: 'whole', restricted: 'outline' },
  grantee: { public: 'whole', chain: 'whole', restricted: 'outline' },
  grantee_batch: { public: 'whole', chain: 'outline', restricted: 'outline' },
  public: { public: 'whole', chain: 'place', restricted: 'place' }
}

const STRENGTH: readonly Way[] = ['holder', 'counterparty', 'grantee', 'grantee_batch', 'public']
const ORDER: readonly Seen[] = ['whole', 'nameless', 'outline', 'place', 'nothing']

function inputsOf(batch: BatchName): readonly BatchName[] {
  return Object.keys(BATCHES[batch].from) as BatchName[]
}

const ancestors = new Map<BatchName, ReadonlySet<BatchName>>()

/** Everything that a batch was made from, itself not included. The plan is fixed, so found once. */
export function ancestorsOf(batch: BatchName): ReadonlySet<BatchName> {
  const known = ancestors.get(batch)
  if (known) return known
  const found = new Set(inputsOf(batch).flatMap((input) => [input, ...ancestorsOf(input)]))
  ancestors.set(batch, found)
  return found
}

/** The strongest way of the asker's own to a batch, not counting that it may be public. */
export function ownWay(asker: AskerName, batch: BatchName): Way | null {
  const { maker, owner } = BATCHES[batch]
  const legs = SHIPMENTS.filter((leg) => leg.batch === batch && leg.to === asker)
  if (asker === maker || asker === owner) return 'holder'
  if (legs.some(({ received }) => received)) return 'holder'
  if (legs.length > 0) return 'counterparty'
  const granted = GRANTS.filter(
    (grant) => grant.batch === batch && grant.to === asker && !grant.ended
  )
  if (granted.some(({ scope }) => scope === 'chain')) return 'grantee'
  return granted.length > 0 ? 'grantee_batch' : null
}

/** True where the maker dealt with the asker directly, or let it in. */
function knowsMaker(asker: AskerName, batch: BatchName): boolean {
  const { maker, owner } = BATCHES[batch]
  return (
    asker === maker ||
    asker === owner ||
    SHIPMENTS.some((leg) => leg.batch === batch && leg.by === maker && leg.to === asker) ||
    GRANTS.some(
      (grant) => grant.batch === batch && grant.by === maker && grant.to === asker && !grant.ended
    )
  )
}

/** What is seen of a batch by an entry point of its own. */
function ownSight(asker: AskerName, batch: BatchName): Seen {
  if (!ownWay(asker, batch)) return BATCHES[batch].level === 'public' ? 'whole' : 'nothing'
  return BATCHES[batch].level === 'restricted' && !knowsMaker(asker, batch) ? 'nameless' : 'whole'
}

/** The strongest way to a batch or to something made from it; public where there is no other. */
function wayTo(asker: AskerName, batch: BatchName): Way {
  const made = BATCH_NAMES.filter((other) => ancestorsOf(other).has(batch))
  const ways = [batch, ...made].map((each) => ownWay(asker, each))
  return STRENGTH.find((way) => ways.includes(way)) ?? 'public'
}

/** What of `node` is seen in an answer about `root`. */
export function seenFrom(asker: AskerName, root: BatchName, node: BatchName): Seen {
  const own = ownSight(asker, node)
  if (node === root) return own === 'nothing' ? seenAtAll(asker, node) : own
  if (ownWay(asker, node)) return own
  return ANCESTOR[ownWay(asker, root) ?? wayTo(asker, root)][BATCHES[node].level]
}

/** The most that is seen of a batch by any way. */
export function seenAtAll(asker: AskerName, batch: BatchName): Seen {
  const descendants = BATCH_NAMES.filter((other) => ancestorsOf(other).has(batch))
  const ways = descendants.flatMap((other) => ownWay(asker, other) ?? [])
  const seen = [ownSight(asker, batch), ...ways.map((way) => ANCESTOR[way][BATCHES[batch].level])]
  return ORDER.find((each) => seen.includes(each)) ?? 'nothing'
}

/** True where a question by the batch's id is answered: an outline does not say which batch it is. */
export function mayAsk(asker: AskerName, batch: BatchName): boolean {
  return ['whole', 'nameless'].includes(seenAtAll(asker, batch))
}

/** Those through whose hands a batch came to somebody. */
function handsBefore(batch: BatchName, who: AskerName): ReadonlySet<AskerName> {
  const reached = new Set<AskerName>([who])
  for (let size = 0; size < reached.size; ) {
    size = reached.size
    for (const leg of SHIPMENTS) {
      if (leg.batch === batch && reached.has(leg.to)) reached.add(leg.by)
    }
  }
  return reached
}

/** The asker, and with it those who let it in to the batch. */
function eyesOf(asker: AskerName, batch: BatchName): readonly AskerName[] {
  const grants = GRANTS.filter((grant) => grant.batch === batch && grant.to === asker)
  return [asker, ...grants.filter(({ ended }) => !ended).map(({ by }) => by)]
}

/** True where the asker may know that an organization has to do with the chain. */
export function knowsParty(asker: AskerName, party: PartyName): boolean {
  if (asker === party) return true
  if (BATCH_NAMES.some((b) => BATCHES[b].maker === party && seenAtAll(asker, b) === 'whole')) {
    return true
  }
  return dealt(asker, party) || BATCH_NAMES.some((b) => onTheWay(asker, party, b))
}

/** Shipped to each other, tolled for each other, or let in. */
export function dealt(asker: AskerName, party: AskerName): boolean {
  const pair = (one: AskerName | undefined, other: AskerName) =>
    (one === asker && other === party) || (one === party && other === asker)
  return (
    SHIPMENTS.some(({ by, to }) => pair(by, to)) ||
    BATCH_NAMES.some((b) => pair(BATCHES[b].owner, BATCHES[b].maker)) ||
    GRANTS.some(({ by, to }) => pair(by, to))
  )
}

/** Had a batch before the asker got it, or had sold it to who let the asker in; not of restricted. */
function onTheWay(asker: AskerName, party: PartyName, batch: BatchName): boolean {
  if (!ownWay(asker, batch) || BATCHES[batch].level === 'restricted') return false
  return eyesOf(asker, batch).some((eye) => handsBefore(batch, eye).has(party))
}

/** True where the asker may know of a shipment. */
export function knowsShipment(asker: AskerName, at: number): boolean {
  const leg = SHIPMENTS[at]
  if (!leg) return false
  if (leg.by === asker || leg.to === asker) return true
  if (!ownWay(asker, leg.batch) || BATCHES[leg.batch].level === 'restricted') return false
  return eyesOf(asker, leg.batch).some((eye) => handsBefore(leg.batch, eye).has(leg.to))
}
