import type { Finding } from '../../finding.ts'
import { methodOf } from '../method.ts'
import type { EpdReview } from '../review.ts'
import { type EpdCode, report } from '../rules/table.ts'
import { isCalendarDay } from '../stated-date.ts'
import { type ChosenProfile, chosenProfiles, unmetClaims } from './claims.ts'
import { judgeRule } from './judge.ts'
import type { Profile, ProfileRule, RuleKind } from './profile.ts'

/** What a report says of one profile. */
export interface Conformance {
  readonly profile: string
  readonly version: string
  readonly name: string
  /** By the declaration itself; otherwise somebody asked. */
  readonly claimed: boolean
  /** Whether everything is met that it says shall be. */
  readonly conforms: boolean
  /** Findings of its rules, and of the general rules that it builds on. */
  readonly findings: number
  /** What it asks for too and nobody can see in a document. */
  readonly unchecked: readonly string[]
}

const codes: Readonly<Record<RuleKind, EpdCode>> = {
  fields: 'EPD_PROFILE_FIELD',
  documents: 'EPD_PROFILE_FIELD',
  method: 'EPD_PROFILE_METHOD',
  indicators: 'EPD_PROFILE_INDICATOR',
  modules: 'EPD_PROFILE_MODULE',
  boundary: 'EPD_PROFILE_BOUNDARY',
  outside: 'EPD_PROFILE_MODULE',
  explained: 'EPD_PROFILE_FIELD',
  validity: 'EPD_PROFILE_VALIDITY',
  verification: 'EPD_PROFILE_VERIFICATION',
  unit: 'EPD_PROFILE_UNIT',
  checks: 'EPD_PROFILE_FIELD'
}

/** Every finding of the profiles that a declaration claims and of those that are asked for. */
export function reviewProfiles(review: EpdReview): Finding[] {
  const judged = chosen(review).flatMap(({ profile, claimed }) => [
    ...(claimed ? reviewEdition(profile, review) : []),
    ...profile.rules.flatMap((rule) =>
      judgeRule(rule, profile, review).map((unmet) => ({
        ...report(codes[rule.kind], { ...unmet, remedy: rule.remedy }),
        rule: rule.id,
        severity: rule.severity,
        profile: profile.id
      }))
    )
  ])
  return [...reviewClaims(review), ...judged]
}

/**
 * A standard that no profile judges the declaration by, since its impacts are of another method: nobody
 * should take silence for conformity. Impacts without a known method are told where they stand.
 */
function reviewClaims({ epd, profiles, reference }: EpdReview): Finding[] {
  if (profiles === undefined) return []
  const { indicators, methods } = reference.epd
  const used = epd.results.flatMap((result) => methodOf(result, epd, indicators) ?? [])
  const known = [...new Set(used)].filter((method) => methods.has(method))
  if (known.length === 0) return []
  return unmetClaims(epd, reference.epd.profiles).map(({ standard, pointer, methods: asked }) =>
    report('EPD_PROFILE_METHOD', {
      pointer,
      message: `The declaration names ${standard}, and no impact is of a method of it.`,
      expected: `impacts by ${asked.join(' or ')}`,
      actual: known.join(', '),
      remedy: 'State the results by one of these methods, or name the standard that they are by.'
    })
  )
}

/** What the findings mean for each profile, in the order of the profiles. */
export function conformanceOf(review: EpdReview, findings: readonly Finding[]): Conformance[] {
  return chosen(review).map(({ profile, claimed }) => {
    const shall = new Set(
      profile.rules.filter(({ requirement }) => requirement === 'shall').map(({ id }) => id)
    )
    const own = findings.filter((finding) => finding.profile === profile.id)
    const general = findings.filter(
      (finding) =>
        finding.profile === undefined && profile.rules.some((rule) => isBroken(rule, finding))
    )
    return {
      profile: profile.id,
      version: profile.version,
      name: profile.name,
      claimed,
      conforms: general.length === 0 && !own.some(({ rule }) => shall.has(rule)),
      findings: own.length + general.length,
      unchecked: profile.unchecked
    }
  })
}

/** Whether a finding of the general rules breaks a rule that builds on them. */
function isBroken(rule: ProfileRule, { code, severity }: Finding): boolean {
  if (rule.kind === 'validity') return code === 'EPD_VALIDITY_PERIOD' && severity === 'error'
  if (rule.kind !== 'checks' || !rule.codes.includes(code)) return false
  return rule.severity !== 'error' || severity === 'error'
}

/** Errors of a profile that is only asked for refuse nothing: the document does not claim it. */
export function blocks(finding: Finding, review: EpdReview): boolean {
  if (finding.severity !== 'error') return false
  if (finding.profile === undefined) return true
  return chosen(review).some(({ profile, claimed }) => claimed && profile.id === finding.profile)
}

function chosen({ epd, profiles, reference }: EpdReview): readonly ChosenProfile[] {
  return profiles === undefined ? [] : chosenProfiles(epd, profiles, reference.epd.profiles)
}

/** An edition is claimed while it is in force; what was declared then stays declared. */
function reviewEdition(profile: Profile, { epd, today }: EpdReview): Finding[] {
  const { effectiveFrom, effectiveUntil } = profile
  const day = (epd.published ?? epd.validFrom)?.date ?? today
  // What is no day is told as such: it is neither before nor after another one.
  if (!isCalendarDay(day)) return []
  const early = day < effectiveFrom
  if (!early && (effectiveUntil === null || day <= effectiveUntil)) return []
  return [
    {
      ...report('EPD_PROFILE_EDITION', {
        pointer: epd.published ? '/published' : '/validFrom',
        message: `${profile.edition} was ${early ? 'not yet' : 'no longer'} in force on that day.`,
        expected: early ? `from ${effectiveFrom}` : `until ${effectiveUntil}`,
        actual: day,
        remedy: 'Declare by the edition that is in force.'
      }),
      rule: 'edition',
      profile: profile.id
    }
  ]
}
