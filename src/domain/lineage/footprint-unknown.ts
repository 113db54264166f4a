/** Why a figure is less than the whole truth. */
export type FootprintGap =
  | 'no_epd'
  | 'own_process'
  | 'epd_not_found'
  | 'epd_mismatch'
  | 'epd_not_valid'
  | 'epd_withdrawn'
  | 'voided'
  | 'mass'
  | 'value'
  | 'other_method'
  | 'boundary'
  | 'upstream'
  | 'not_walked'
  | 'method'
  | 'allocation'
  | 'primary_share'

/** One thing that is not known, at which node, and how it can become known. */
export interface FootprintUnknown {
  readonly kind: FootprintGap
  readonly node: string
  /** `value`: something is missing from the sum. */
  readonly affects: 'value' | 'allocation' | 'primary_share'
  /** Where it holds for one method only. */
  readonly method?: string
  readonly message: string
}

/** The same of a node as a reader may know it, with its lot number where it has one. */
export type ToldUnknown = FootprintUnknown & { readonly number: string | null }

type Meaning = Pick<FootprintUnknown, 'affects' | 'message'>

const MEANINGS: Readonly<Record<FootprintGap, Meaning>> = {
  no_epd: lacks('No declaration covers it. Name one with the batch.'),
  own_process: lacks(
    'Its inputs are rolled up, its own process is not declared. Name a gate-to-gate declaration.'
  ),
  epd_not_found: lacks('The declaration that it names is not published here.'),
  epd_mismatch: lacks('The declaration that it names covers another product, stage or facility.'),
  epd_not_valid: lacks('The declaration that it names was not valid when it was made.'),
  epd_withdrawn: lacks('The declaration that it names was withdrawn.'),
  voided: lacks(
    'A correction took it out of the books. Whoever used it can correct that use; where the correction announced an event in its place, its maker can record that.'
  ),
  mass: lacks('The declared unit has no mass, so nothing can be said of a kilogram.'),
  value: lacks('The declaration states no climate figure up to the gate.'),
  other_method: lacks('Its figure was made by another method, which is never added to this one.'),
  boundary: lacks(
    'The declaration does not say whether its figure holds what lies upstream, or contradicts itself.'
  ),
  upstream: lacks('The figure is gate-to-gate, and nothing is recorded of what it was made from.'),
  not_walked: lacks('The chain goes on beyond what was walked. Ask from this batch.'),
  method: {
    affects: 'value',
    message: 'The figure does not name its method, so it is added to no other.'
  },
  allocation: {
    affects: 'allocation',
    message: 'No allocation is stated beside its co-products: their masses decide.'
  },
  primary_share: {
    affects: 'primary_share',
    message: 'The declaration does not say how much rests on primary data: it counts as none.'
  }
}

/** A thing that is not known, with what it means. */
export function footprintUnknown(
  kind: FootprintGap,
  node: string,
  method?: string
): FootprintUnknown {
  return { kind, node, ...MEANINGS[kind], ...(method === undefined ? {} : { method }) }
}

function lacks(message: string): Meaning {
  return { affects: 'value', message }
}
