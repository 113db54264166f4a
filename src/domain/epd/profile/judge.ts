import type { Finding } from '../../finding.ts'
import type { EpdReview } from '../review.ts'
import { judgeBoundary, judgeExplained, judgeModules, judgeOutside } from './judge-boundary.ts'
import {
  judgeDocuments,
  judgeFields,
  judgeUnit,
  judgeValidity,
  judgeVerification
} from './judge-terms.ts'
import { judgeIndicators, judgeMethod } from './judge-values.ts'
import type { Profile, ProfileRule, RuleKind, RuleOf } from './profile.ts'

/** In what a rule is not met. */
export type Unmet = Pick<Finding, 'pointer' | 'message' | 'expected' | 'actual'>

type Judge<Kind extends RuleKind> = (
  rule: RuleOf<Kind>,
  profile: Profile,
  review: EpdReview
) => Unmet[]

const judges: { readonly [Kind in RuleKind]: Judge<Kind> } = {
  fields: judgeFields,
  documents: judgeDocuments,
  method: judgeMethod,
  indicators: judgeIndicators,
  modules: judgeModules,
  boundary: judgeBoundary,
  outside: judgeOutside,
  explained: judgeExplained,
  validity: judgeValidity,
  verification: judgeVerification,
  unit: judgeUnit,
  // The general rules have told what there is; see `conformance`.
  checks: () => []
}

/** Everything in which a declaration does not meet a rule of a profile. */
export function judgeRule(rule: ProfileRule, profile: Profile, review: EpdReview): Unmet[] {
  return (judges[rule.kind] as Judge<RuleKind>)(rule, profile, review)
}
