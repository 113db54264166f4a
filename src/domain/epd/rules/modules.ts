import type { Finding } from '../../finding.ts'
import type { Boundary } from '../epd.ts'
import type { EpdResult, EpdValue } from '../result.ts'
import type { EpdReview, EpdRule } from '../review.ts'
import type { ModuleTable } from '../table.ts'
import { report } from './table.ts'

/** E15: modules are known, and values stand in declared ones only. */
export const reviewModules: EpdRule = (review) => {
  const { epd, reference } = review
  const { modules } = reference.epd
  return [
    ...(epd.boundary?.modules ?? []).flatMap((module, index) =>
      modules.has(module) ? [] : [unknown(module, `/boundary/modules/${index}`, modules)]
    ),
    ...epd.results.flatMap((result) =>
      result.values.flatMap((value) => reviewValue(value, result, review))
    )
  ]
}

/** True where the boundary declares the module, the sum that it is part of, or all of its parts. */
export function covers(boundary: Boundary, module: string, modules: ModuleTable): boolean {
  const declared = (id: string): boolean => boundary.modules.includes(id)
  const parts = modules.get(module)?.parts ?? []
  return (
    declared(module) ||
    (parts.length > 0 && parts.every(declared)) ||
    boundary.modules.some((sum) => modules.get(sum)?.parts.includes(module))
  )
}

function reviewValue(
  value: EpdValue,
  { reference: ilcd }: EpdResult,
  { epd, reference }: EpdReview
): Finding[] {
  const { modules } = reference.epd
  const pointer = `${value.pointer}/module`
  if (!modules.has(value.module)) return [unknown(value.module, pointer, modules)]
  if (!epd.boundary) return []
  const inside = covers(epd.boundary, value.module, modules)
  if (!inside && value.status !== 'not_declared') {
    return [
      report('EPD_MODULE_UNDECLARED', {
        pointer,
        message: `The boundary does not declare ${value.module}.`,
        expected: epd.boundary.modules.join(', '),
        actual: value.module,
        remedy: 'Add the module to the boundary, or write MND.'
      })
    ]
  }
  // In ILCD an empty amount says no more than that, and its boundary is only derived from amounts.
  if (inside && value.status === 'not_declared' && ilcd === undefined) {
    return [
      report('EPD_MODULE_BLANK', {
        pointer: `${value.pointer}/value`,
        message: `The boundary declares ${value.module}, but here it is marked as not declared.`,
        expected: 'a value, 0 where it was calculated as zero, or INA with a justification',
        remedy: 'State the value, or take the module out of the boundary.'
      })
    ]
  }
  return []
}

function unknown(module: string, pointer: string, modules: ModuleTable): Finding {
  return report('EPD_MODULE_UNKNOWN', {
    pointer,
    message: `There is no module ${module}.`,
    expected: [...modules.keys()].join(', '),
    actual: module,
    remedy: 'Write the module as EN 15804 names it.'
  })
}
