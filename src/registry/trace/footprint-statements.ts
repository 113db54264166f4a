import { type CarbonFootprint, carbonFootprint } from '../../domain/epd/carbon-footprint.ts'
import type { FootprintGap } from '../../domain/lineage/footprint-unknown.ts'
import type { Reference } from '../../domain/reference.ts'
import type { StoredBatch } from '../../storage/batches/batches.ts'
import type { Transaction } from '../../storage/database.ts'
import type { EpdStanding } from '../../storage/epds/usable-epds.ts'
import { storedEpd } from '../epds/stored-epd.ts'
import { coveringEpds } from './covering-epds.ts'

/** What the declaration that a batch names says of it, or why it says nothing. */
export type Statement =
  | { readonly gap: FootprintGap; readonly version?: undefined }
  | { readonly gap: null; readonly version: EpdStanding; readonly footprint: CarbonFootprint }

/**
 * The statement that speaks for each batch: of the declaration that it names, else of one that covers
 * its campaign, in the version that was known by the position and valid on the day when the batch was
 * made. One that covers other material says nothing.
 */
export async function readStatements(
  tx: Transaction,
  batches: ReadonlyMap<string, StoredBatch>,
  reference: Reference,
  asOf: number
): Promise<ReadonlyMap<string, Statement>> {
  const read = new Map<number, CarbonFootprint | null>()
  const statements = new Map<string, Statement>()
  for (const [id, covering] of await coveringEpds(tx, [...batches.values()], asOf)) {
    const { version } = covering
    if (version === null) {
      statements.set(id, { gap: covering.gap })
      continue
    }
    const known = read.get(version.position)
    const footprint = known === undefined ? await readFootprint(tx, version, reference) : known
    read.set(version.position, footprint)
    statements.set(id, statementOf(version, footprint))
  }
  return statements
}

function statementOf(version: EpdStanding, footprint: CarbonFootprint | null): Statement {
  if (footprint === null) return { gap: 'epd_not_found' }
  if (footprint.lacking !== null) return { gap: footprint.lacking }
  return { gap: null, version, footprint }
}

async function readFootprint(
  tx: Transaction,
  standing: EpdStanding,
  reference: Reference
): Promise<CarbonFootprint | null> {
  const epd = await storedEpd(tx, standing, reference)
  return epd ? carbonFootprint(epd, reference.epd, reference.units) : null
}
