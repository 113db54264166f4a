import { epdViewer } from '../../identity/epd-visibility.ts'
import type { Queryable, Transaction } from '../../storage/database.ts'
import { type EpdView, LATEST } from '../../storage/epds/epds.ts'
import type { Deps, Principal } from '../deps.ts'
import { inSnapshot, type Stamp, stampOf } from '../moment.ts'

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

/**
 * Answers a question about declarations in one snapshot. Without `asOf` states go by the calendar of
 * today, which may have begun after the last entry: then the moment is the start of today, so that
 * the same question as of the moment that an answer names is answered the same. Throws as `stampOf`.
 */
export function inEpdSnapshot<T>(
  deps: Pick<Deps, 'db' | 'now'>,
  { principal, asOf }: { readonly principal: Principal | null; readonly asOf?: string | undefined },
  work: (tx: Transaction, view: EpdView, stamp: Stamp) => Promise<T>
): Promise<T> {
  return inSnapshot(deps, asOf, (tx, known) => {
    const stamp = asOf === undefined ? notBefore(startOfDay(deps.now()), known) : known
    const today = stamp.asOf.slice(0, 10)
    return work(tx, { viewer: epdViewer(principal), asOf: stamp.position, today }, stamp)
  })
}

function notBefore(moment: string, stamp: Stamp): Stamp {
  return stamp.asOf < moment ? { ...stamp, asOf: moment } : stamp
}

function startOfDay(now: Date): string {
  return `${now.toISOString().slice(0, 10)}T00:00:00.000Z`
}

/** Everything of one organization as it stands now. */
export function ownView({ organization }: Principal, now: Date): EpdView {
  return { viewer: { organization, seesUnpublished: false }, ...latest(now) }
}

function latest(now: Date): Pick<EpdView, 'asOf' | 'today'> {
  return { asOf: LATEST, today: now.toISOString().slice(0, 10) }
}
