import { methodOf } from '../method.ts'
import type { EpdResult, EpdValue } from '../result.ts'
import type { EpdReview } from '../review.ts'
import type { Profile } from './profile.ts'

/** Methods whose results count for the profile; null where any does. */
export function methodsOf({ rules }: Profile): readonly string[] | null {
  const rule = rules.find((each) => each.kind === 'method')
  return rule?.kind === 'method' ? rule.methods : null
}

/** The results of an indicator that count; an inventory indicator counts under every method. */
export function resultsOf(
  indicator: string,
  methods: readonly string[] | null,
  { epd, reference }: EpdReview
): readonly EpdResult[] {
  return epd.results.filter((result) => {
    if (result.indicator !== indicator) return false
    const method = methodOf(result, epd, reference.epd.indicators)
    return method === null || methods === null || methods.includes(method)
  })
}

/** The modules that are declared; by the boundary, else by the values that there are. */
export function declaredModules({ epd }: EpdReview): readonly string[] {
  if (epd.boundary) return epd.boundary.modules
  const declared = epd.results.flatMap(({ values }) =>
    values.filter(({ status }) => status !== 'not_declared').map(({ module }) => module)
  )
  return [...new Set(declared)].sort()
}

/** True where there is a value for the module: its own, those of all its parts, or that of the sum. */
export function hasValue(
  results: readonly EpdResult[],
  module: string,
  notAssessed: boolean,
  { reference }: EpdReview
): boolean {
  const { modules } = reference.epd
  const values = results.flatMap((result) => result.values)
  const parts = modules.get(module)?.parts ?? []
  const sums = [...modules.values()].filter((each) => each.parts.includes(module))
  const own = (id: string) =>
    values.some((value) => value.module === id && says(value, notAssessed))
  return own(module) || (parts.length > 0 && parts.every(own)) || sums.some(({ id }) => own(id))
}

function says({ status }: EpdValue, notAssessed: boolean): boolean {
  return status === 'declared' || (notAssessed && status === 'not_assessed')
}
