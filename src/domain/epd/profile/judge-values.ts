import { methodOf } from '../method.ts'
import type { EpdResult } from '../result.ts'
import type { EpdReview } from '../review.ts'
import type { Unmet } from './judge.ts'
import type { Profile, RuleOf } from './profile.ts'
import { declaredModules, methodsOf, modulesWithoutValue, resultsOf } from './values.ts'

/** Indicators that are missing altogether in one finding, those with gaps each in its own. */
export function judgeIndicators(
  { indicators, modules, notAssessed }: RuleOf<'indicators'>,
  profile: Profile,
  review: EpdReview
): Unmet[] {
  const methods = methodsOf(profile)
  const needed = modules ?? declaredModules(review)
  const missing: string[] = []
  const gaps: Unmet[] = []
  for (const indicator of indicators) {
    const results = resultsOf(indicator, methods, review)
    const open = modulesWithoutValue(results, needed, notAssessed, review)
    const [first] = results
    if (!first || open.length === needed.length) {
      missing.push(indicator)
      continue
    }
    if (open.length === 0) continue
    const unassessed = open.filter((module) => isUnassessed(module, results))
    gaps.push({
      pointer: first.pointer,
      message: `${indicator} has no value in ${open.join(', ')}.`,
      expected: `a value${notAssessed ? ' or INA' : ''} in ${open.join(', ')}`,
      ...(unassessed.length === 0 ? {} : { actual: `INA in ${unassessed.join(', ')}` })
    })
  }
  if (missing.length === 0) return gaps
  const under = methods === null ? '' : ` under ${methods.join(' or ')}`
  const message = `${missing.length} of ${indicators.length} indicators have no value${under}.`
  return [{ pointer: '/results', message, expected: missing.join(', ') }, ...gaps]
}

function isUnassessed(module: string, results: readonly EpdResult[]): boolean {
  return results.some(({ values }) =>
    values.some((value) => value.module === module && value.status === 'not_assessed')
  )
}

/** Impacts name their method, and some are of one that the profile takes. */
export function judgeMethod(
  { methods, groups }: RuleOf<'method'>,
  _profile: Profile,
  { epd, reference }: EpdReview
): Unmet[] {
  const { indicators } = reference.epd
  const impacts = epd.results.filter(({ indicator }) => {
    const facts = indicators.get(indicator)
    return facts !== undefined && groups.includes(facts.group)
  })
  const stated = impacts.map((result) => methodOf(result, epd, indicators))
  if (methods === null) {
    const nameless = impacts.find((_, index) => stated[index] === null)
    if (!nameless) return []
    const message = `${nameless.indicator} does not name its method.`
    return [{ pointer: nameless.pointer, message, expected: 'a method' }]
  }
  if (impacts.length === 0 || stated.some((method) => methods.includes(method ?? ''))) return []
  return [
    {
      pointer: '/methodSet',
      message: `No impact is characterized with ${methods.join(' or ')}.`,
      expected: methods.join(' or '),
      actual: [...new Set(stated.map((method) => method ?? 'no method'))].join(', ')
    }
  ]
}
