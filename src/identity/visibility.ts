import type { Disclosure } from '../domain/custody/event.ts'
import type { EntryPoint, Sight } from '../domain/lineage/sight.ts'

/** Where a batch or an event lies, as seen by the organization that asks. */
export type Standpoint =
  /** It has an entry point of its own. `knowsMaker`: the maker dealt with it directly. */
  | { readonly at: 'entry'; readonly entry: EntryPoint; readonly knowsMaker: boolean }
  /** It went into something that the organization may see. */
  | { readonly at: 'ancestor'; readonly of: EntryPoint | 'public' }
  /** It was made from something that the organization held. */
  | { readonly at: 'descendant'; readonly byDirectReceiver: boolean }
  | { readonly at: 'elsewhere' }

/**
 * Decides what an organization sees of a batch or an event (custody.md, Visibility). Rights follow
 * the entry point; what is public is seen by everybody; everything else does not exist for it.
 */
export function sightOf(disclosure: Disclosure, standpoint: Standpoint): Sight {
  switch (standpoint.at) {
    case 'entry':
      return disclosure !== 'restricted' || standpoint.knowsMaker ? 'whole' : 'nameless'
    case 'ancestor':
      return disclosure === 'public' ? 'whole' : ancestorSight(disclosure, standpoint.of)
    case 'descendant':
      return standpoint.byDirectReceiver ? 'receiver' : 'counted'
    case 'elsewhere':
      return disclosure === 'public' ? 'whole' : 'nothing'
  }
}

function ancestorSight(disclosure: 'chain' | 'restricted', of: EntryPoint | 'public'): Sight {
  // Who made a batch public did not make its suppliers public.
  if (of === 'public') return 'place'
  if (of === 'grantee_batch') return 'outline'
  return disclosure === 'chain' ? 'whole' : 'outline'
}

/**
 * An event tells who made its outputs, so it is seen no better than the least of those that have no
 * name: whoever hides behind a restricted batch would be named by the event that made it.
 */
export function makingSight(event: Sight, outputs: Iterable<Sight>): Sight {
  if (event !== 'whole') return event
  const made = new Set(outputs)
  if (made.has('place')) return 'place'
  return made.has('nameless') || made.has('outline') ? 'outline' : 'whole'
}

/** What became of a batch is told to those who held it; a grant looks upstream only. */
export function seesDescendants(entry: EntryPoint | null): boolean {
  return entry === 'maker' || entry === 'holder'
}

/** Who may let others in: those who held the batch, not those who were let in themselves. */
export function mayGrant(entry: EntryPoint | null): boolean {
  return entry === 'maker' || entry === 'holder'
}

/**
 * What is on hand is known to its custodian and its owner, and to whom one of them granted the
 * batch: `eyes` are the organization and its grantors.
 */
export function seesBalance(
  account: { readonly custodian: string; readonly owner: string },
  eyes: ReadonlySet<string>
): boolean {
  return eyes.has(account.custodian) || eyes.has(account.owner)
}
