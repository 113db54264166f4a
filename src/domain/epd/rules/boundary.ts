import type { Finding } from '../../finding.ts'
import type { Boundary, BoundaryKind } from '../epd.ts'
import type { EpdRule } from '../review.ts'
import { covers } from './modules.ts'
import { report } from './table.ts'

/** Modules without which a boundary would not be what it says (EN 15804+A2 5.2). */
const needed: Readonly<Record<BoundaryKind, readonly string[]>> = {
  cradle_to_gate: ['A1', 'A2', 'A3'],
  cradle_to_gate_with_options: ['A1', 'A2', 'A3'],
  cradle_to_grave: ['A1', 'A2', 'A3', 'C1', 'C2', 'C3', 'C4'],
  gate_to_gate: []
}

/** E11: the declared modules cover what the boundary says. */
export const reviewBoundary: EpdRule = ({ epd, reference }) => {
  const { boundary } = epd
  if (!boundary) return []
  const { modules } = reference.epd
  const missing = needed[boundary.kind].filter((module) => !covers(boundary, module, modules))
  const upstream = boundary.kind === 'gate_to_gate' && covers(boundary, 'A1', modules)
  return [
    ...(missing.length > 0 ? [incomplete(boundary, missing)] : []),
    ...(upstream ? [notGateToGate(boundary)] : [])
  ]
}

function incomplete(boundary: Boundary, missing: readonly string[]): Finding {
  return report('EPD_BOUNDARY', {
    pointer: '/boundary/modules',
    message: `${boundary.kind} needs more modules than are declared.`,
    expected: missing.join(', '),
    actual: boundary.modules.join(', '),
    remedy: 'Declare the modules (A1-A3 stands for A1, A2 and A3), or name the right boundary.'
  })
}

/** A1 is the supply of raw materials: with it inside, figures may never be added to upstream ones. */
function notGateToGate(boundary: Boundary): Finding {
  return report('EPD_BOUNDARY', {
    pointer: '/boundary/kind',
    message: 'A gate-to-gate figure does not include the raw materials (A1).',
    expected: 'cradle_to_gate, or modules without A1',
    actual: boundary.modules.join(', '),
    remedy: 'Name the boundary cradle_to_gate, or leave A1 out of modules and figures.'
  })
}
