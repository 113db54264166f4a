import type { NodeGap } from '../../registry/trace/trace-gaps.ts'
import type { Terminal } from '../terminal.ts'

const WORDS: Readonly<Record<NodeGap['kind'], string>> = {
  origin_unknown: 'nobody says where it comes from',
  country_unknown: 'nobody says in which country it arose',
  step_unknown: 'nobody says where it was done',
  first_life_unknown: 'first life unknown',
  evidence_missing: 'told without a document',
  voided: 'corrected away, and used all the same',
  not_walked: 'the chain goes on',
  in_transit: 'not yet received'
}

/**
 * What is not known of a chain, one line for each batch and kind of gap, with the elements and steps
 * concerned and who could tell.
 */
export function gapLines(
  gaps: readonly NodeGap[],
  nameOf: (node: string) => string,
  style: Terminal['style']
): readonly string[] {
  const groups = Map.groupBy(gaps, ({ node, kind }) => `${node} ${kind}`)
  return [...groups.values()].flatMap((group) => {
    const [first] = group
    if (!first) return []
    const about = [
      unique(group.map(({ element }) => element)).join(', '),
      unique(group.map(({ step }) => step)).join(', ')
    ].filter((text) => text !== '')
    const ask = first.supplier?.name ? ` → ask ${first.supplier.name}` : ''
    const what = about.length > 0 ? ` (${about.join('; ')})` : ''
    return [
      `${style('yellow', '?')} ${style('bold', nameOf(first.node))}  ${WORDS[first.kind]}${what}${ask}`
    ]
  })
}

/** `*` stands for the whole and says nothing beside elements. */
function unique(names: readonly (string | null)[]): string[] {
  return [...new Set(names)].filter((name): name is string => name !== null && name !== '*')
}
