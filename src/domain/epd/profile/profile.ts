import type { Severity } from '../../finding.ts'
import type { BoundaryKind, LinkedDocument, Verification } from '../epd.ts'
import type { IndicatorGroup } from '../table.ts'

/** What a standard, a programme or a law asks of a declaration: one file of data/profiles/. */
export interface Profile {
  readonly id: string
  /** Of the file; every version that was in use is in the log. */
  readonly version: string
  readonly name: string
  readonly standard: string
  readonly edition: string
  /** Calendar days; nobody newly claims an edition before or after. */
  readonly effectiveFrom: string
  readonly effectiveUntil: string | null
  readonly source: string
  readonly licence: string
  readonly note: string
  /** A declaration of one of the standards, with results of the method, claims the profile. */
  readonly claims: readonly { readonly standard: string; readonly method: string | null }[]
  /** What the source asks for too and no document of ours can show: named, never silently passed. */
  readonly unchecked: readonly string[]
  readonly rules: readonly ProfileRule[]
}

export type ProfileTable = ReadonlyMap<string, Profile>

interface RuleBase {
  /** Unique in its profile. */
  readonly id: string
  readonly requirement: 'shall' | 'should'
  /** What an unmet rule means for a submission that claims the profile; `error` refuses it. */
  readonly severity: Severity
  readonly title: string
  readonly source: string
  readonly remedy: string
}

export type ProfileRule = RuleBase &
  (
    | FieldsTerms
    | DocumentsTerms
    | MethodTerms
    | IndicatorsTerms
    | ModulesTerms
    | BoundaryTerms
    | OutsideTerms
    | ExplainedTerms
    | ValidityTerms
    | VerificationTerms
    | UnitTerms
    | ChecksTerms
  )

export type RuleKind = ProfileRule['kind']
export type RuleOf<Kind extends RuleKind> = Extract<ProfileRule, { readonly kind: Kind }>

/**
 * Each of the fields, or any one of them, says something. RFC 6901 pointers into the native form, with `*`
 * for every item of a list that is not empty.
 */
interface FieldsTerms {
  readonly kind: 'fields'
  readonly fields: readonly string[]
  readonly any: boolean
}

/** A document of one of the kinds is linked. */
interface DocumentsTerms {
  readonly kind: 'documents'
  readonly kinds: readonly LinkedDocument['kind'][]
}

/** Results of these groups name their method, and some are of one of these; null takes any. */
interface MethodTerms {
  readonly kind: 'method'
  readonly methods: readonly string[] | null
  readonly groups: readonly IndicatorGroup[]
}

/** Indicators have values in these modules, or in every declared one. */
interface IndicatorsTerms {
  readonly kind: 'indicators'
  readonly indicators: readonly string[]
  readonly modules: readonly string[] | null
  /** Whether INA will do. */
  readonly notAssessed: boolean
}

/** Modules that a boundary needs, unless a field says why not. */
interface ModulesTerms {
  readonly kind: 'modules'
  readonly byBoundary: Readonly<Partial<Record<BoundaryKind, readonly string[]>>>
  readonly exemptWith: string | null
}

interface BoundaryTerms {
  readonly kind: 'boundary'
  readonly kinds: readonly BoundaryKind[]
}

/** Modules that are not declared. */
interface OutsideTerms {
  readonly kind: 'outside'
  readonly modules: readonly string[]
}

/** With one of these boundaries a field says something. */
interface ExplainedTerms {
  readonly kind: 'explained'
  readonly boundaries: readonly BoundaryKind[]
  readonly field: string
}

interface ValidityTerms {
  readonly kind: 'validity'
  readonly years: number
}

interface VerificationTerms {
  readonly kind: 'verification'
  readonly kinds: readonly Verification['kind'][]
  /** Whether the verifier is named. */
  readonly verifier: boolean
}

/** The declared unit measures the quantity, weighs something, and is this one. */
interface UnitTerms {
  readonly kind: 'unit'
  readonly quantity: string | null
  readonly value: string | null
  readonly unit: string | null
}

/** Findings of the general rules that break the profile as well, from the severity of the rule on. */
interface ChecksTerms {
  readonly kind: 'checks'
  readonly codes: readonly string[]
}

/** Product category rules whose text is not public: who issued them, and when they hold. */
export interface KnownPcr {
  readonly id: string
  /** Names and numbers by which declarations call them. */
  readonly names: readonly string[]
  readonly issuer: string
  readonly standard: string
  readonly scope: string
  readonly validFrom: string | null
  readonly validUntil: string | null
  readonly source: string
}
