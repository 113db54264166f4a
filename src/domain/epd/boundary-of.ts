import type { Boundary } from './epd.ts'
import type { EpdResult } from './result.ts'

const GATE: readonly string[] = ['A1', 'A2', 'A3']
const WHOLE_GATE = 'A1-A3'
const LIFE = ['A4', 'A5', 'B1', 'B2', 'B3', 'B4', 'B5', 'B6', 'B7', 'C1', 'C2', 'C3', 'C4']

/**
 * EN 15804 7.2: which modules are declared says what the boundary is, in formats that have no field for it.
 * Nothing without A1 to A3.
 */
export function boundaryOf(results: readonly EpdResult[]): { readonly boundary?: Boundary } {
  const declared = new Set(
    results.flatMap(({ values }) =>
      values.filter(({ status }) => status !== 'not_declared').map(({ module }) => module)
    )
  )
  const modules = [...declared].toSorted()
  if (!declared.has(WHOLE_GATE) && !GATE.every((module) => declared.has(module))) return {}
  if (LIFE.every((module) => declared.has(module))) {
    return { boundary: { kind: 'cradle_to_grave', modules } }
  }
  const options = modules.some((module) => module !== WHOLE_GATE && !GATE.includes(module))
  const kind = options ? 'cradle_to_gate_with_options' : 'cradle_to_gate'
  return { boundary: { kind, modules } }
}
