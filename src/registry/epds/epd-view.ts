import { epdViewer } from '../../identity/epd-visibility.ts'
import type { Queryable } from '../../storage/database.ts'
import { type EpdView, LATEST } from '../../storage/epds/epds.ts'
import type { Deps, Principal } from '../deps.ts'
import { stampOf } from '../moment.ts'

/**
 * Whose eyes and when. Without `asOf` everything that is known counts, by today's calendar; with a
 * position or a time, what was known then, by the calendar of then. Throws as `stampOf`.
 */
export async function epdView(
  db: Queryable,
  { now }: Pick<Deps, 'now'>,
  principal: Principal | null,
  asOf?: string
): Promise<EpdView> {
  const viewer = epdViewer(principal)
  if (asOf === undefined) return { viewer, ...latest(now()) }
  const stamp = await stampOf(db, asOf, now())
  return { viewer, asOf: stamp.position, today: stamp.asOf.slice(0, 10) }
}

/** Everything of one organization as it stands now. */
export function ownView({ organization }: Principal, now: Date): EpdView {
  return { viewer: { organization, seesUnpublished: false }, ...latest(now) }
}

function latest(now: Date): Pick<EpdView, 'asOf' | 'today'> {
  return { asOf: LATEST, today: now.toISOString().slice(0, 10) }
}
