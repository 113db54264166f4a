import type { Epd } from '../epd.ts'
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

/**
 * The modules that are declared; by the boundary, else by the values that there are. What is no module is
 * told once, where it stands: no indicator lacks a value for it.
 */
export function declaredModules({ epd, reference }: EpdReview): readonly string[] {
  const declared = epd.boundary?.modules ?? modulesOfValues(epd)
  return declared.filter((module) => reference.epd.modules.has(module))
}

function modulesOfValues({ results }: Epd): readonly string[] {
  const declared = results.flatMap(({ values }) =>
    values.filter(({ status }) => status !== 'not_declared').map(({ module }) => module)
  )
  return [...new Set(declared)].sort()
}

/** Modules for which there is no value: neither its own, nor those of all its parts, nor that of the sum. */
export function modulesWithoutValue(
  results: readonly EpdResult[],
  needed: readonly string[],
  notAssessed: boolean,
  { reference }: EpdReview
): readonly string[] {
  const { modules } = reference.epd
  // Looked up: a document may name thousands of modules, and each is needed of every indicator.
  const said = new Set(
    results.flatMap(({ values }) =>
      values.filter((value) => says(value, notAssessed)).map(({ module }) => module)
    )
  )
  const isSaid = (module: string) => said.has(module)
  const ofSums = [...modules.values()].filter(({ id }) => isSaid(id)).flatMap(({ parts }) => parts)
  return needed.filter((module) => {
    const parts = modules.get(module)?.parts ?? []
    const fromParts = parts.length > 0 && parts.every(isSaid)
    return !(isSaid(module) || fromParts || ofSums.includes(module))
  })
}

function says({ status }: EpdValue, notAssessed: boolean): boolean {
  return status === 'declared' || (notAssessed && status === 'not_assessed')
}
