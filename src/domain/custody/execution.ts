import type { Execution } from '../lineage/derive.ts'
import type { Reference } from '../reference.ts'
import type { CustodyEvent, EvidenceLevel } from './event.ts'
import type { Site } from './rules/r07-facility.ts'

const LEVELS = ['documented', 'counterparty_confirmed', 'verified'] as const

/**
 * What the lineage keeps of an event: where it happened and which legal steps its stages perform.
 * An executed step counts as documented at least, since the event itself is the document.
 */
export function executionOf(
  event: CustodyEvent,
  site: Site,
  stages: readonly string[],
  reference: Reference
): Execution {
  const steps = reference.steps
    .filter((step) => step.stages.some((stage) => stages.includes(stage)))
    .map((step) => step.id)
  return { facility: site.id, place: site.place, level: levelOf(event), steps }
}

/** How well an event is evidenced: by its best document, and by itself where it names none. */
export function levelOf({ evidence }: Pick<CustodyEvent, 'evidence'>): Execution['level'] {
  const levels: readonly EvidenceLevel[] = evidence.map((item) => item.level)
  const best = LEVELS.filter((level) => levels.includes(level)).at(-1)
  return best ?? 'documented'
}
