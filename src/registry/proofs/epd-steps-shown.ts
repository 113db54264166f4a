import type { StatedEntry } from './verify-bundle.ts'

/**
 * The steps in the bundle of an EPD that speak of none of the versions which it shows: else what was
 * verified and published of one version would stand beside another.
 */
export function unboundSteps(id: string, all: readonly StatedEntry[]): readonly StatedEntry[] {
  const shown = new Set(
    all.flatMap(({ statement }) =>
      statement?.kind === 'epd' && statement.subject === id && statement.document
        ? [versionOf(statement.body, Buffer.from(statement.document.sha256).toString('base64url'))]
        : []
    )
  )
  return all.filter(
    ({ statement }) =>
      statement?.kind === 'epd_transition' &&
      (statement.subject !== id ||
        !shown.has(versionOf(statement.body, statement.body['epdSha256'])))
  )
}

function versionOf({ version }: Readonly<Record<string, unknown>>, hash: unknown): string {
  return JSON.stringify([version, hash])
}
