import type { MillProductRule } from '../rule-set.ts'
import type { ConsideredException, ExceptionContext } from './exception.ts'
import { considered } from './exception.ts'

/**
 * 225.7018-3(c)(1)(iii): never an exception, however the clause numbers it. Listed so that nobody
 * claims it unawares.
 */
export function considerMillProduct(
  rule: MillProductRule,
  { facts }: ExceptionContext
): ConsideredException {
  return facts.millProduct === true
    ? considered(rule, 'no_exception', 'law', rule.text)
    : considered(rule, 'not_claimed', 'requester', rule.text)
}
