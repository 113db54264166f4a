import { formatKg } from '../../quantity/mass.ts'
import type { Review } from '../review.ts'
import { report } from './table.ts'

/** What of an element was gained, micrograms. */
export interface RepeatedGain {
  readonly element: string
  readonly outUg: bigint
  /** By this event. */
  readonly newUg: bigint
  /** Of that what is of unknown origin. */
  readonly unknownUg: bigint
  /** With what was gained before. */
  readonly gainedUg: bigint
}

/** R3: what is gained again and again is told, and never refused: assays differ, and it may be there. */
export function reviewRepeatedGain(gain: RepeatedGain, { findings }: Review): void {
  const { element, outUg, newUg, unknownUg, gainedUg } = gain
  findings.push(
    report('MB_REPEATED_GAIN', {
      pointer: '/outputs',
      message: `More ${element} comes out than ever went in: ${formatKg(gainedUg)} kg of the ${formatKg(outUg)} kg were gained by this event and those before it. ${formatKg(unknownUg)} kg are of unknown origin.`,
      expected:
        'over all events that follow each other, no more gained than the tolerance of one allows',
      actual: `${formatKg(newUg)} kg ${element} gained by this event`,
      remedy:
        'Check the assays of this event and of those before it, and name every batch that went in.'
    })
  )
}
