import type { Transition } from '../../domain/epd/lifecycle.ts'
import { RegistryError } from '../../errors.ts'
import type { EpdVersionRow } from '../../storage/epds/epds.ts'
import type { StatedSignature } from '../signing/accept-signature.ts'
import type { TransitionCommand } from './transition-epd.ts'

/** A request that the caller may make, with what it is made of. */
export interface PermittedStatement {
  readonly command: TransitionCommand
  readonly row: EpdVersionRow
  readonly transition: Transition
  readonly signature: StatedSignature | null
}

/**
 * A statement names what it speaks of by hashes, so that it holds for these bytes and for no others,
 * whatever version they are sent to. Throws `STATEMENT_MISMATCH`.
 */
export function refuseOtherStatement({
  command,
  row
}: Pick<PermittedStatement, 'command' | 'row'>): void {
  const { documentSha256, reportSha256 } = command
  refuseOtherBytes('/documentSha256', documentSha256, row.sha256)
  refuseOtherBytes('/reportSha256', reportSha256, row.reportSha256)
}

/** As `refuseOtherStatement`, for one hash that is given as hex. */
export function refuseOtherBytes(pointer: string, given: string | undefined, actual: Buffer): void {
  if (given === undefined || given === actual.toString('hex')) return
  throw new RegistryError('STATEMENT_MISMATCH', 'The statement speaks of other bytes than these.', {
    details: [{ pointer, message: `must be ${actual.toString('hex')}` }]
  })
}
