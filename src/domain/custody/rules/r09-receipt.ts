import { formatKg } from '../../quantity/mass.ts'
import { compare, multiply, rational } from '../../quantity/rational.ts'
import type { ShipmentLineState, ShipmentState } from '../books.ts'
import type { BatchReceipt } from '../event.ts'
import type { Review } from '../review.ts'
import { parameter } from './parameter.ts'
import { readable } from './percentage.ts'
import { report } from './table.ts'

/** R9: each line of a receipt is one that is still open. */
export function lineUnknown(
  pointer: string,
  receipt: BatchReceipt,
  { voided }: Pick<ShipmentState, 'voided'>
) {
  const whose = receipt.owner === undefined ? '' : ' of this owner'
  return report('RECEIPT_LINE_UNKNOWN', {
    pointer: `${pointer}/batch`,
    message: voided
      ? 'The sender corrected this shipment away, so nothing of it is on its way to you.'
      : `The shipment does not hold this batch${whose}, or it has been received already.`,
    actual: typeof receipt.batch === 'string' ? receipt.batch : receipt.batch.number,
    remedy: voided
      ? 'Name the shipment that stands in its place (GET /v1/shipments lists yours). Where there is none and something arrived, ask the sender to record it.'
      : 'Name the batches of the shipment, each once.'
  })
}

/** R1: a shipment may hold one batch for several owners; whose of it arrived, nobody guesses. */
export function severalOwners(open: readonly ShipmentLineState[], pointer: string) {
  return report('OWNER_AMBIGUOUS', {
    pointer: `${pointer}/owner`,
    message: 'The shipment holds this batch for several owners, and it is not said whose arrived.',
    expected: `one of ${open.map(({ owner }) => owner).join(', ')}`,
    remedy: 'Say whose material it is with `owner`, in a line for each.'
  })
}

/** R2: less is on its way than the lines of the sender's shipments are open for. */
export function notOnItsWay(
  { ug, thereUg }: { readonly ug: bigint; readonly thereUg: bigint },
  index: number
) {
  return report('BATCH_OVERDRAWN', {
    pointer: `/lines/${index}`,
    message:
      'So much of the batch is not on its way: a shipment of it was corrected, and what was received of that shipment still counts.',
    expected: `at most ${formatKg(thereUg)} kg (dry)`,
    actual: `${formatKg(ug)} kg (dry)`,
    remedy:
      'If you received the shipment that was corrected, correct that receipt first; else ask the sender to settle it.'
  })
}

/**
 * R9: what the receiver settled stays settled when its shipment is corrected away. Both sides are told, since
 * a deficit shows only where nothing else of the batch is on its way.
 */
export function reviewTakenBack({ lines }: ShipmentState, review: Review): void {
  for (const { batch, receivedUg, returnedUg, lostUg } of lines) {
    const settled = [
      { ug: receivedUg, how: 'received' },
      { ug: returnedUg, how: 'returned' },
      { ug: lostUg, how: 'lost on the way' }
    ].filter(({ ug }) => ug > 0n)
    if (settled.length === 0) continue
    const said = settled.map(({ ug, how }) => `${formatKg(ug)} kg ${how}`).join(', ')
    review.findings.push(
      report('SHIPMENT_TAKEN_BACK', {
        pointer: '/event',
        message: `Of this shipment of batch ${batch} the receiver recorded ${said}, and that still counts.`,
        actual: `${said}, of a shipment that was taken back`,
        remedy:
          'The receiver corrects the receipt; until then as much is missing from what is on its way.'
      })
    )
  }
}

/** R9: what is accepted was weighed. */
export function massMissing(pointer: string) {
  return report('RECEIPT_MASS_MISSING', {
    pointer: `${pointer}/mass`,
    message: 'It is not said how much arrived.',
    remedy:
      'State the mass that you accept. It may be left out only to give up the rest of what arrived in part or was disputed.'
  })
}

/** R9: the receiver's scale may read a little more; the books credit what was shipped. */
export function notMore(
  ug: bigint,
  line: ShipmentLineState,
  pointer: string,
  review: Review
): boolean {
  const factor = parameter(review.reference.rules.r9.overReceiptTolerance)
  const most = multiply(rational(line.shippedUg), factor)
  const excessUg = ug - line.openUg
  if (compare(rational(excessUg), most) <= 0) return true
  const beyond = compare(rational(excessUg - line.lostUg), most) > 0
  review.findings.push(
    report('RECEIPT_EXCEEDS_SHIPMENT', {
      pointer: `${pointer}/mass`,
      message: beyond
        ? 'More is received than was shipped.'
        : `More is received than is left: ${formatKg(line.lostUg)} kg of the line were given up as lost.`,
      expected: `at most ${formatKg(line.openUg)} kg (dry), a scale difference forgiven`,
      actual: `${formatKg(ug)} kg (dry)`,
      remedy: beyond
        ? 'Settle the mass with the sender before you accept.'
        : 'Correct the receipt that gave them up, naming a corrective event; then record this one, then that.'
    })
  )
  return false
}

/**
 * R9: what a receipt took or gave up as the rest was said by the receiver, and is not more because an earlier
 * receipt turns out to be less. Both sides are told that a line which was settled is open again.
 */
export function reviewReopened(
  { batch, ug }: { readonly batch: string; readonly ug: bigint },
  pointer: string,
  review: Review
): void {
  if (ug === 0n) return
  review.findings.push(
    report('RECEIPT_REOPENED', {
      pointer,
      message: `${formatKg(ug)} kg of batch ${batch}, whose line was settled since, are on their way again.`,
      actual: `${formatKg(ug)} kg (dry)`,
      remedy:
        'Say what became of them with another receive event: accepted with the mass that arrived, accepted without a mass to give them up as lost, disputed or returned.'
    })
  )
}

/**
 * R9: a difference may be accepted; one that no scale explains is told to both sides. What was disputed
 * and is given up now was told already; what was announced to come later was not, and never came.
 */
export function reviewLoss(
  lostUg: bigint,
  line: ShipmentLineState,
  pointer: string,
  review: Review
): void {
  const most = multiply(rational(line.shippedUg), parameter(review.reference.rules.r9.transitLoss))
  // What an earlier receipt lost stays lost where another one was corrected and is told again.
  const allUg = line.lostUg + lostUg
  if (line.disputed || lostUg === 0n || compare(rational(allUg), most) <= 0) return
  review.findings.push(
    report('TRANSIT_LOSS', {
      pointer,
      message: `${formatKg(allUg)} kg of ${formatKg(line.shippedUg)} kg are accepted to be lost on the way.`,
      expected: `at most ${readable(multiply(most, rational(100n, line.shippedUg)))} % of what was shipped`,
      actual: `${readable(rational(allUg * 100n, line.shippedUg))} %`,
      remedy:
        'Say what happened to it, or correct the receipt: dispute what did not arrive, or state that more is to come.'
    })
  )
}

/** R9: a dispute is about a difference, and is opened once. */
export function worthDisputing(
  ug: bigint,
  line: ShipmentLineState,
  pointer: string,
  review: Review
): boolean {
  if (!line.disputed && ug < line.openUg) return true
  review.findings.push(
    report('RECEIPT_DISPUTE', {
      pointer,
      message: line.disputed
        ? 'The line is disputed already.'
        : 'Everything arrived, so nothing is left to dispute.',
      remedy: line.disputed
        ? 'Accept what arrives of it or what you give up, or return it.'
        : 'Accept it, or state only the mass that you take over.'
    })
  )
  return false
}
