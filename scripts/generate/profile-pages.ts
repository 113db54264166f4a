import type { Profile, ProfileRule } from '../../src/domain/epd/profile/profile.ts'
import { loadReference } from '../../src/reference.ts'
import type { GeneratedFile } from '../generate.ts'
import { code, page, table, value } from './markdown.ts'

/** docs/reference/profiles.md: what standards, programmes and laws ask of declarations. */
export async function generateProfilePages(): Promise<readonly GeneratedFile[]> {
  const { profiles, pcrs } = loadReference().epd
  const content = page(
    'Profiles',
    'data/profiles/ and data/pcrs.json',
    'A declaration is judged by the profiles that it claims (it names the standard, and where it says so has results of the method) and by those that are asked for: `POST /v1/epds/check?profile=`, `lodestone epd check --profile`. Findings name `profile` and `rule`; the report says for each profile whether everything is met that it says shall be. Only rules of severity `error` refuse a submission, and only one that claims the profile. Who names a standard that has profiles here, and has impacts by none of its methods, is refused (`EPD_PROFILE_METHOD`). `*` in a field means every item of a list, and at least one. `checks` are findings of the [general rules](rules.md) that break the profile too. Every version of a profile is in the log under the name of its file.',
    table(
      ['profile', 'name', 'version', 'edition', 'in force', 'claimed by'],
      [...profiles.values()].map((profile) => [
        code(profile.id),
        profile.name,
        profile.version,
        profile.edition,
        `from ${profile.effectiveFrom}${profile.effectiveUntil === null ? '' : ` to ${profile.effectiveUntil}`}`,
        profile.claims
          .map(({ standard, method }) =>
            method === null ? standard : `${standard} with ${method}`
          )
          .join(', ')
      ])
    ),
    ...[...profiles.values()].flatMap(sectionOf),
    '## Product category rules whose text is not public\n\nWhat is known of them: who issued them, for what, and when they hold. A declaration that names one of them must have been verified while it was in force; nothing else of them is checked.',
    table(
      ['id', 'names', 'issuer', 'scope', 'in force', 'source'],
      pcrs.map((pcr) => [
        code(pcr.id),
        pcr.names.join(' · '),
        pcr.issuer,
        pcr.scope,
        `${pcr.validFrom ?? 'not stated'} to ${pcr.validUntil ?? 'open'}`,
        pcr.source
      ])
    )
  )
  return [{ path: 'docs/reference/profiles.md', content }]
}

function sectionOf(profile: Profile): string[] {
  const unchecked =
    profile.unchecked.length === 0 ? '' : `\n\nNot checked: ${profile.unchecked.join('; ')}.`
  return [
    `## ${profile.name}\n\nSource: ${profile.source}. ${profile.note}${unchecked}`,
    table(
      ['rule', 'requirement', 'severity', 'what it asks', 'terms', 'source'],
      profile.rules.map((rule) => [
        code(rule.id),
        rule.requirement,
        rule.severity,
        rule.title,
        termsOf(rule),
        rule.source
      ])
    )
  ]
}

/** The terms of a rule as its file says them. */
function termsOf(rule: ProfileRule): string {
  const common = ['id', 'requirement', 'severity', 'title', 'source', 'remedy', 'kind']
  const terms = Object.entries(rule).filter(([key, term]) => !common.includes(key) && term !== null)
  return [rule.kind, ...terms.map(([key, term]) => `${key}: ${value(term)}`)].join('; ')
}
