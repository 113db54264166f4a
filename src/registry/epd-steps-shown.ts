import { same } from '../log/merkle.ts'
import type { StatedEntry } from './verify-bundle.ts'

/**
 * The steps in the bundle of an EPD that speak of none of the versions which it shows: else what was
 * verified and published of one version would stand beside another.
 */
export function unboundSteps(id: string, all: readonly StatedEntry[]): readonly StatedEntry[] {
  const versions = all.flatMap(({ statement }) =>
    statement?.kind === 'epd' && statement.subject === id && statement.document
      ? [{ hash: statement.document.sha256, version: statement.body['version'] }]
      : []
  )
  return all.filter(({ statement }) => {
    if (statement?.kind !== 'epd_transition') return false
    const { epdSha256, version } = statement.body
    const spoken = Buffer.from(String(epdSha256), 'base64url')
    const isShown = versions.some((one) => one.version === version && same(one.hash, spoken))
    return statement.subject !== id || !isShown
  })
}
