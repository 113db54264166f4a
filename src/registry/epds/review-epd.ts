import type { Epd } from '../../domain/epd/epd.ts'
import { publicStates } from '../../domain/epd/lifecycle.ts'
import { type EpdReport, reportOn } from '../../domain/epd/review-epd.ts'
import { partiesOf } from '../../domain/epd/rules/parties.ts'
import type { Finding } from '../../domain/finding.ts'
import type { Reference } from '../../domain/reference.ts'
import { epdCodecOf } from '../../formats/media-types.ts'
import type { Queryable } from '../../storage/database.ts'
import { type EpdVersionRow, epdVersions, knownParties } from '../../storage/epds/epds.ts'
import type { Deps, Principal } from '../deps.ts'
import { ownView } from './epd-view.ts'
import { readIncluded } from './read-included.ts'
import { storedEpd } from './stored-epd.ts'

/**
 * Every finding about a declaration as things stand in the registry: what it says, and what it names
 * that is or is not there. Read in the transaction that stores it, no finding can be out of date.
 */
export async function reviewInRegistry(
  db: Queryable,
  deps: Pick<Deps, 'reference' | 'now'>,
  submitter: Principal,
  epd: Epd,
  how: ReviewTerms
): Promise<readonly Finding[]> {
  return (await reportInRegistry(db, deps, submitter, epd, how)).findings
}

/** How a declaration came, and which profiles are asked for besides those that it claims. */
export interface ReviewTerms {
  readonly mediaType: string
  readonly profiles?: readonly string[] | undefined
  /** The versions that stand before it, as `ownVersions`, where they are known. */
  readonly versions?: readonly EpdVersionRow[]
  /** As `namedParties`, where they are known. */
  readonly parties?: NamedParties
}

type NamedParties = Awaited<ReturnType<typeof knownParties>>

/** Who and where of what a declaration names is registered here. */
export function namedParties(db: Queryable, epd: Epd): Promise<NamedParties> {
  const named = partiesOf(epd).flatMap(([, { organization }]) => organization ?? [])
  return knownParties(
    db,
    named,
    epd.sites.flatMap(({ facility }) => facility ?? [])
  )
}

/** As `reviewInRegistry`, with what it means for each profile. */
export async function reportInRegistry(
  db: Queryable,
  deps: Pick<Deps, 'reference' | 'now'>,
  submitter: Principal,
  epd: Epd,
  how: ReviewTerms
): Promise<EpdReport> {
  const parties = how.parties ?? (await namedParties(db, epd))
  const versions = how.versions ?? (await ownVersions(db, deps, submitter, epd.id))
  const newest = versions.at(-1)
  const followed = versions.findLast(({ state }) => publicStates.includes(state)) ?? newest
  const included = await readIncluded(db, deps.reference, epd)
  return reportOn(epd, {
    profiles: how.profiles ?? [],
    origin: epdCodecOf(how.mediaType)?.origin,
    included,
    reference: deps.reference,
    today: deps.now().toISOString().slice(0, 10),
    submitter: submitter.organization,
    before: followed ? await versionAt(db, followed, deps.reference) : null,
    current: newest ? { version: newest.version, key: newest.versionKey } : null,
    ...parties
  })
}

function versionAt(db: Queryable, row: EpdVersionRow, reference: Reference): Promise<Epd | null> {
  const { position, mediaType } = row
  return storedEpd(db, { position: Number(position), mediaType }, reference)
}

/** The submitted versions of a declaration that the principal's organization owns, oldest first. */
export async function ownVersions(
  db: Queryable,
  { now }: Pick<Deps, 'now'>,
  principal: Principal,
  id: string
): Promise<EpdVersionRow[]> {
  const versions = await epdVersions(db, ownView(principal, now()), id)
  return versions.filter((version) => version.organization === principal.organization)
}
