import type { Epd } from '../../domain/epd/epd.ts'
import { circlesIn } from '../../domain/epd/rules/included-upstream.ts'
import { RegistryError } from '../../errors.ts'
import { lockName } from '../../storage/connection/name-lock.ts'
import type { Transaction } from '../../storage/database.ts'
import type { EpdVersionRow } from '../../storage/epds/epds.ts'
import type { Deps } from '../deps.ts'
import { readIncluded } from './read-included.ts'
import { storedEpd } from './stored-epd.ts'

/**
 * Nothing is published that is built on itself: what it includes may have been published since it was
 * submitted, and include it in turn. Throws `TRANSITION_NOT_ALLOWED`.
 */
export async function refuseCircle(
  { reference }: Pick<Deps, 'reference'>,
  tx: Transaction,
  { position, mediaType, version }: EpdVersionRow
): Promise<void> {
  const epd = await storedEpd(tx, { position: Number(position), mediaType }, reference)
  if (!epd) return
  await lockCircles(tx, epd)
  const circles = circlesIn(epd, await readIncluded(tx, reference, epd))
  if (circles.length === 0) return
  throw new RegistryError(
    'TRANSITION_NOT_ALLOWED',
    `Version ${version} includes a declaration that is built on this one itself, directly or through others.`,
    {
      details: circles.map((pointer) => ({
        pointer,
        message: 'is built on this declaration; submit a higher version that does without it'
      }))
    }
  )
}

/**
 * Of two that include each other and become public at once, neither would see the other: what is built
 * on others is looked into one after the other, until it is committed.
 */
export async function lockCircles(tx: Transaction, { includes }: Epd): Promise<void> {
  if (includes.length > 0) await lockName(tx, 'circles of epds')
}
