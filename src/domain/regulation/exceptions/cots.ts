import { compare, parseDecimal } from '../../quantity/rational.ts'
import type { CotsRule } from '../rule-set.ts'
import type { ConsideredException, ExceptionContext } from './exception.ts'
import { considered } from './exception.ts'

/**
 * 252.225-7052(c)(1)(i): a commercially available off-the-shelf end item, lost when too much of it
 * is tungsten (to 2026) or covered material (from 2027), or when it is a loose mill product.
 */
export function considerCots(rule: CotsRule, { facts }: ExceptionContext): ConsideredException {
  const { lostIf } = rule
  if (facts.cots !== true) {
    return considered(rule, 'not_claimed', 'requester', `${rule.text}: not declared`)
  }
  if (rule.lostForMillProduct && facts.millProduct === true) {
    const why = `${rule.text}: lost for a loose mill product (${rule.lostForMillProduct})`
    return considered(rule, 'lost', 'requester', why)
  }
  const declared = facts[lostIf.fact]
  const limit = `${lostIf.atLeastPct} % ${lostIf.what} by weight (${lostIf.cite})`
  if (declared !== undefined) return withShare(rule, declared, limit)
  if (lostIf.undeclared === 'undetermined') {
    const why = `${rule.text}: lost at ${limit}; declare ${lostIf.fact} to decide`
    return considered(rule, 'undetermined', 'requester', why)
  }
  return {
    ...considered(rule, 'applies', 'requester', `${rule.text}, as the requester declares`),
    conditions: [`less than ${limit}; ${lostIf.fact} was not declared`]
  }
}

function withShare(rule: CotsRule, declared: string, limit: string): ConsideredException {
  const share = parseDecimal(declared)
  const bound = parseDecimal(rule.lostIf.atLeastPct)
  const below = share !== null && bound !== null && compare(share, bound) < 0
  const fact = `${declared} % ${rule.lostIf.what} declared, limit ${limit}`
  return considered(rule, below ? 'applies' : 'lost', 'requester', `${rule.text}: ${fact}`)
}
