import { parseOriginKey } from '../../domain/lineage/key.ts'
import type { Asker } from '../../storage/batches/access.ts'
import type { Source } from '../../storage/batches/sources.ts'
import { readSources } from '../../storage/batches/sources.ts'
import type { Transaction } from '../../storage/database.ts'
import { readPartyNames } from '../../storage/parties/directory.ts'
import type { Stamp } from '../moment.ts'
import type { ElementView, OriginsView } from './trace-origins-view.ts'
import { upstreamSights } from './trace-sights.ts'
import type { Standing } from './trace-standing.ts'
import { walkFrom } from './trace-walk.ts'

/** Which parties of a batch's origins the caller may know, and what they are called. */
export interface Parties {
  readonly sees: (party: string) => boolean
  name(view: OriginsView): Promise<OriginsView>
}

/** Far beyond any chain; a batch with more ancestors shows no parties but the caller's own. */
const WALK = { direction: 'upstream', depth: 64, limit: 20_000 } as const

/**
 * A party is seen when the caller sees an ancestor at it whole and none of its ancestors there is
 * withheld: a share cannot be told apart by the batches that it came through.
 */
export async function partiesOf(
  tx: Transaction,
  by: { readonly standing: Standing; readonly asker: Asker; readonly stamp: Stamp }
): Promise<Parties> {
  const { standing, asker, stamp } = by
  const facts = await walkFrom(tx, standing, WALK, stamp.position)
  const sights = await upstreamSights(tx, facts, standing, asker)
  const told = await toldBy(tx, [...facts.batches.keys()], stamp.position)
  const seen = new Set<string>()
  const withheld = new Set<string>()
  for (const { id, organization, facility } of facts.batches.values()) {
    const set = sights.batches.get(id) === 'whole' ? seen : withheld
    for (const party of [organization, facility, ...(told.get(id) ?? [])]) set.add(party)
  }
  const complete = facts.walk.truncated === null
  const sees = (party: string) =>
    party === asker.organization || (complete && seen.has(party) && !withheld.has(party))
  return { sees, name: (view) => named(tx, view, stamp.position) }
}

/** The parties that batches without recorded inputs tell of. */
async function toldBy(tx: Transaction, batches: readonly string[], asOf: number) {
  const sources = await readSources(tx, batches, asOf)
  return new Map(sources.map((source) => [source.batch, partiesIn(source)]))
}

function partiesIn({ lineage }: Source): ReadonlySet<string> {
  const keys = [...lineage.origins.values()].flat().map(({ key }) => parseOriginKey(key).party)
  return new Set(keys.filter((party) => party !== ''))
}

async function named(tx: Transaction, view: OriginsView, asOf: number): Promise<OriginsView> {
  const elements = view.elements ?? []
  const ids = new Set(
    elements.flatMap(({ shares }) => shares.flatMap(({ party }) => party?.id ?? []))
  )
  const names = await readPartyNames(tx, [...ids], asOf)
  return { elements: elements.map((element) => withNames(element, names)) }
}

function withNames(element: ElementView, names: ReadonlyMap<string, string>): ElementView {
  const shares = element.shares.map((line) =>
    line.party
      ? { ...line, party: { ...line.party, name: names.get(line.party.id) ?? null } }
      : line
  )
  return { ...element, shares }
}
