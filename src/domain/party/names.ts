import type { Finding } from '../finding.ts'
import { unseenDetail, unseenInName, unseenInNumber } from '../unseen.ts'
import type { Identifier } from './organization.ts'
import { report } from './rules.ts'

/** The findings about a name and identifiers by which others know the party: what looks the same is the same. */
export function reviewNames(party: {
  readonly name: string
  readonly identifiers?: readonly Identifier[]
}): Finding[] {
  const { name, identifiers = [] } = party
  return [
    ['/name', unseenInName(name)] as const,
    ...identifiers.map(
      ({ value }, index) => [`/identifiers/${index}/value`, unseenInNumber(value)] as const
    )
  ].flatMap(([pointer, unseen]) =>
    unseen ? [report('NAME_UNSEEN', { pointer, ...unseenDetail(unseen) })] : []
  )
}
