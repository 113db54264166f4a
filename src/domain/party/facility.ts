import type { StageTable } from '../custody/table.ts'
import type { Finding } from '../finding.ts'
import { reviewNames } from './names.ts'
import type { Identifier } from './organization.ts'
import { reviewPlace } from './place.ts'
import { report } from './rules.ts'

/** What a version of a facility says (schemas/facility.json). */
export interface Facility {
  readonly organization?: string
  readonly name: string
  /** ISO 3166-1 alpha-2. */
  readonly country: string
  /** ISO 3166-2. */
  readonly region?: string
  /** Decimal degrees, verbatim. */
  readonly coordinates?: { readonly latitude: string; readonly longitude: string }
  readonly stages: readonly string[]
  readonly operator?: string
  /** Calendar date. */
  readonly validFrom: string
  readonly attestation?: Attestation
  readonly identifiers?: readonly Identifier[]
}

export type Attestation = 'declared' | 'attested'

/** Everything that the document alone shows to be wrong. */
export function reviewFacility(
  facility: Facility,
  reference: { readonly countries: ReadonlySet<string>; readonly stages: StageTable }
): Finding[] {
  return [
    ...reviewNames(facility),
    ...reviewPlace(facility, reference.countries),
    ...reviewCoordinates(facility),
    ...facility.stages.flatMap((stage, index) =>
      reference.stages.has(stage) ? [] : [unknownStage(stage, index, reference.stages)]
    )
  ]
}

function reviewCoordinates({ coordinates }: Facility): Finding[] {
  if (!coordinates) return []
  const bounds = [
    ['latitude', 90],
    ['longitude', 180]
  ] as const
  return bounds
    .filter(([axis, bound]) => Math.abs(Number(coordinates[axis])) > bound)
    .map(([axis, bound]) =>
      report('COORDINATES', {
        pointer: `/coordinates/${axis}`,
        message: `The ${axis} is not on Earth.`,
        expected: `-${bound} to ${bound}`,
        actual: coordinates[axis],
        remedy: 'Give WGS 84 decimal degrees, latitude and longitude not swapped.'
      })
    )
}

function unknownStage(stage: string, index: number, stages: StageTable): Finding {
  return report('STAGE_UNKNOWN', {
    pointer: `/stages/${index}`,
    message: 'The stage is not in the table of stages.',
    expected: [...stages.keys()].join(', '),
    actual: stage,
    remedy: 'Use one of the ids expected.'
  })
}
