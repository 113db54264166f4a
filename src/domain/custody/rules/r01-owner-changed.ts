import type { Draw } from '../draw.ts'
import type { Told } from '../effect.ts'
import type { BatchDeclaration } from '../event.ts'
import type { Review } from '../review.ts'
import { report } from './table.ts'

/**
 * R1: an event may say that its outputs belong to somebody else than its inputs did, since a toller may
 * be paid in kind. Only the owner of an input knows whether that was agreed, so who gets nothing of what
 * was made, or sees it go to somebody who brought nothing, is told. Returns whom, by an input of theirs.
 */
export function reviewOwnerChange(
  draws: readonly Draw[],
  outputs: readonly BatchDeclaration[],
  review: Review
): readonly Told[] {
  const owners = new Map(draws.map(({ account, batch }) => [account.owner, batch.id]))
  const gets: readonly (string | undefined)[] = outputs.map(({ owner }) => owner)
  const deprives = (owner: string) => (other: string | undefined) =>
    other !== undefined && other !== owner && !(owners.has(other) && gets.includes(owner))
  const told = [...owners]
    .filter(([owner]) => owner !== review.actor && gets.some(deprives(owner)))
    .map(([organization, batch]) => ({ organization, batch }))
  const [first] = told
  if (!first) return told
  const index = gets.findIndex(deprives(first.organization))
  review.findings.push(
    report('OWNER_CHANGED', {
      pointer: `/outputs/${index}/owner`,
      message: 'What is made here of the material of its owner is stated to belong to another.',
      remedy:
        'Where that was agreed, say so in the resolution; else whoever recorded the event corrects it.'
    })
  )
  return told
}
