import { boundedFindings } from '../bounded-findings.ts'
import type { Finding } from '../finding.ts'
import type { Epd } from './epd.ts'
import { figuresOf } from './figures.ts'
import { placed } from './origin.ts'
import {
  blocks,
  type Conformance,
  conformanceOf,
  reviewProfiles
} from './profile/review-profiles.ts'
import type { EpdContext, EpdReview, EpdRule } from './review.ts'
import { reviewAllocation } from './rules/allocation.ts'
import { reviewBiogenicCarbon } from './rules/biogenic-carbon.ts'
import { reviewBoundary } from './rules/boundary.ts'
import { reviewClassification } from './rules/classification.ts'
import { reviewComposition } from './rules/composition.ts'
import { reviewDates } from './rules/dates.ts'
import { reviewDeclaredUnit } from './rules/declared-unit.ts'
import { reviewElectricity } from './rules/electricity.ts'
import { reviewIdentity } from './rules/identity.ts'
import { reviewIncludedUpstream } from './rules/included-upstream.ts'
import { reviewIncludes } from './rules/includes.ts'
import { reviewIndicatorSums } from './rules/indicator-sums.ts'
import { reviewIndicators } from './rules/indicators.ts'
import { reviewListed } from './rules/listed.ts'
import { reviewModuleSums } from './rules/module-sums.ts'
import { reviewModules } from './rules/modules.ts'
import { reviewNegative } from './rules/negative.ts'
import { reviewParties } from './rules/parties.ts'
import { reviewPlaces } from './rules/places.ts'
import { reviewPlausibility } from './rules/plausibility.ts'
import { reviewPrimaryData } from './rules/primary-data.ts'
import { reviewProduct } from './rules/product.ts'
import { reviewProperties } from './rules/properties.ts'
import { reviewPublished } from './rules/published.ts'
import { reviewRecalculation } from './rules/recalculation.ts'
import { reviewScenarios } from './rules/scenarios.ts'
import { reviewShareSums } from './rules/shares.ts'
import { reviewUnseen } from './rules/unseen.ts'
import { reviewUnstated } from './rules/unstated.ts'
import { reviewValues } from './rules/values.ts'
import { reviewVersion } from './rules/version.ts'

const rules: readonly EpdRule[] = [
  reviewIdentity,
  reviewVersion,
  reviewParties,
  reviewDates,
  reviewPlaces,
  reviewProduct,
  reviewClassification,
  reviewComposition,
  reviewDeclaredUnit,
  reviewProperties,
  reviewAllocation,
  reviewShareSums,
  reviewPrimaryData,
  reviewElectricity,
  reviewBoundary,
  reviewScenarios,
  reviewIncludes,
  reviewIndicators,
  reviewModules,
  reviewValues,
  reviewModuleSums,
  reviewIndicatorSums,
  reviewNegative,
  reviewPlausibility,
  reviewIncludedUpstream,
  reviewPublished,
  reviewBiogenicCarbon,
  reviewUnstated,
  reviewUnseen,
  reviewListed,
  reviewRecalculation
]

/** What is found about a declaration, what it means for each profile, and whether it can stand. */
export interface EpdReport {
  readonly findings: readonly Finding[]
  readonly profiles: readonly Conformance[]
  /** Nothing that was found refuses it. */
  readonly acceptable: boolean
}

/**
 * Every finding of every rule and profile about a declaration, as far as they are told, with what it
 * means. Rules are independent of each other.
 */
export function reportOn(epd: Epd, context: EpdContext): EpdReport {
  const review: EpdReview = {
    ...context,
    epd,
    figures: figuresOf(epd, context.reference.epd.indicators)
  }
  const findings = [...rules.flatMap((rule) => rule(review)), ...reviewProfiles(review)]
  return {
    findings: placed(boundedFindings(findings), epd, context.origin),
    profiles: conformanceOf(review, findings),
    acceptable: !findings.some((finding) => blocks(finding, review))
  }
}
