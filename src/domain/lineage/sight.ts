/**
 * How an organization stands to a batch itself, strongest first: it made it; it is or was custodian
 * or owner; a shipment of it is on the way to it; a holder granted it the batch with its ancestors,
 * or the batch with an outline of them.
 */
export type EntryPoint = 'maker' | 'holder' | 'counterparty' | 'grantee' | 'grantee_batch'

/**
 * How much a reader is shown of a batch or an event; decided in identity/visibility, nowhere else.
 *
 * | sight | shown |
 * |---|---|
 * | whole | everything but what others have on hand |
 * | nameless | its content, not who made it |
 * | outline | country or region, stage and shares, not who |
 * | place | only that something is there, so that totals still add up |
 * | receiver | which customer, and the mass |
 * | counted | one more in a count, and its mass |
 * | nothing | not even that it exists |
 */
export type Sight = 'whole' | 'nameless' | 'outline' | 'place' | 'receiver' | 'counted' | 'nothing'

/** True when the reader may know which batch or event it is. */
export function isNamed(sight: Sight): boolean {
  return sight === 'whole' || sight === 'nameless'
}
