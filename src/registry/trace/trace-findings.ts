import { bookRules } from '../../domain/custody/rules/table.ts'
import { isNamed } from '../../domain/lineage/sight.ts'
import type { StoredFinding } from '../../storage/batches/batch-findings.ts'
import { readBatchFindings } from '../../storage/batches/batch-findings.ts'
import { readBatchVersions } from '../../storage/batches/batches.ts'
import type { Deps, Principal } from '../deps.ts'
import type { BatchQuestion, Inquiry } from './trace-question.ts'
import { inquire } from './trace-question.ts'
import { upstreamSights } from './trace-sights.ts'
import { walkFrom } from './trace-walk.ts'

/** What a batch was made from at once. */
const INPUTS = { direction: 'upstream', depth: 1, limit: 2_000 } as const

/**
 * What the rules of the books said of a batch and did not block: to the caller itself, and to whoever
 * made it of the event that made it. What was said to other holders would tell that they exist. Where
 * the maker may not be known, neither is the event or the party that a finding is addressed to; where
 * the maker or an input may not be known, a finding is told by its code alone. Throws `NOT_FOUND`.
 */
export function traceFindings(deps: Deps, principal: Principal, question: BatchQuestion) {
  return inquire(deps, principal, question, async (inquiry) => {
    const { tx, stamp, batch, standing, asker } = inquiry
    const findings = await readBatchFindings(tx, batch.id, stamp.position)
    const versions = await readBatchVersions(tx, batch.id, stamp.position)
    const making = new Set(versions.map(({ event }) => event))
    const own = ({ organization }: StoredFinding) => organization === asker.organization
    const shown = findings.filter(
      (finding) =>
        own(finding) ||
        (finding.organization === batch.organization && making.has(finding.event ?? ''))
    )
    const named = standing.sight === 'whole'
    const open = named && (shown.every(own) || (await knowsInputs(inquiry)))
    const items = shown.map((finding) => {
      const told = own(finding) || open ? finding : byItsCode(finding)
      const { event, organization, ...nameless } = told
      if (named || (own(finding) && !making.has(event ?? ''))) return told
      return own(finding) ? { ...nameless, organization } : nameless
    })
    return { batch: batch.id, ...stamp, items }
  })
}

/** The words of a finding may name the batches that were drawn. */
async function knowsInputs({ tx, stamp, standing, asker }: Inquiry): Promise<boolean> {
  const facts = await walkFrom(tx, standing, INPUTS, stamp.position)
  const { batches } = await upstreamSights(tx, facts, standing, asker)
  const ids = [...facts.batches.keys()]
  return (
    facts.walk.truncated !== 'limit' && ids.every((id) => isNamed(batches.get(id) ?? 'nothing'))
  )
}

/** A finding in the words of the table of rules, without what it or its addressee says of this case. */
function byItsCode(finding: StoredFinding): StoredFinding {
  const { expected: _expected, actual: _actual, remedy: _remedy, ...rest } = finding
  const titles: Readonly<Record<string, { readonly title: string } | undefined>> = bookRules
  return { ...rest, message: titles[finding.code]?.title ?? finding.code, resolution: null }
}
