import type { DeclaredRule } from '../rule-set.ts'
import type { ConsideredException, ExceptionContext } from './exception.ts'
import { considered } from './exception.ts'

/**
 * Exceptions about the acquisition, of which the books know nothing: the simplified acquisition
 * threshold (225.7018-3(a)), outside use (225.7018-3(b)), nonavailability (252.225-7052(c)(2)).
 */
export function considerDeclared(
  rule: DeclaredRule,
  { facts }: ExceptionContext
): ConsideredException {
  return facts[rule.fact] === true
    ? considered(rule, 'applies', 'requester', `${rule.text}, as the requester declares`)
    : considered(rule, 'not_claimed', 'requester', `${rule.text}: not declared`)
}
