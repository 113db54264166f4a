/** `unknown` is a result: a required step lacks evidence. It is never reported as `pass`. */
export type Verdict = 'exempt' | 'fail' | 'unknown' | 'review' | 'pass'

/** Why a chain does not simply pass. */
export type ReasonKind =
  | 'covered_country'
  | 'end_item_country'
  | 'no_evidence'
  | 'review_place'
  | 'declared_only'

const CALLS_FOR: Readonly<Record<ReasonKind, Verdict>> = {
  covered_country: 'fail',
  end_item_country: 'fail',
  no_evidence: 'unknown',
  review_place: 'review',
  declared_only: 'review'
}

const WITHIN_A_BATCH: readonly Verdict[] = ['exempt', 'fail', 'unknown', 'review', 'pass']

/** A delivery that leans on an exception for one of its batches does not simply pass. */
const OVER_A_DELIVERY: readonly Verdict[] = ['fail', 'unknown', 'review', 'exempt', 'pass']

/** The verdict of one batch: exempt, fail, unknown, review, pass, in this precedence. */
export function verdictOf(kinds: Iterable<ReasonKind>, exempt: boolean): Verdict {
  const called = new Set<Verdict>(exempt ? ['exempt', 'pass'] : ['pass'])
  for (const kind of kinds) called.add(CALLS_FOR[kind])
  return first(WITHIN_A_BATCH, called)
}

/** The worst verdict over the batches of one delivery; of none at all, `unknown`. */
export function worstVerdict(verdicts: Iterable<Verdict>): Verdict {
  return first(OVER_A_DELIVERY, new Set(verdicts))
}

function first(order: readonly Verdict[], called: ReadonlySet<Verdict>): Verdict {
  return order.find((verdict) => called.has(verdict)) ?? 'unknown'
}
