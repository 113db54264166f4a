/** Where a version of a declaration stands, as answers say it. */
export const epdStates = [
  'draft',
  'submitted',
  'in_verification',
  'returned',
  'verified',
  'registered',
  'published',
  'superseded',
  'expired',
  'deregistered',
  'external'
] as const

export type EpdState = (typeof epdStates)[number]

/** What is written down: drafts are kept elsewhere, and that time is over nobody has to write. */
export type WrittenEpdState = Exclude<EpdState, 'draft' | 'expired'>

export const transitionNames = [
  'submit',
  'start_verification',
  'return',
  'verify',
  'confirm_editorial',
  'register',
  'publish',
  'deregister'
] as const

export type TransitionName = (typeof transitionNames)[number]

/** What a request has to say besides version and transition. */
export type StatementField =
  | 'reason'
  | 'documentSha256'
  | 'reportSha256'
  | 'baseSha256'
  | 'registrationNumber'

/** In what capacity somebody acts on a declaration. */
export type Actor = 'owner' | 'verifier' | 'operator'

export interface Transition {
  readonly name: TransitionName
  readonly from: readonly EpdState[]
  readonly to: WrittenEpdState
  readonly by: Actor
  /** Whoever acts is neither owner nor practitioner of the declaration (ISO 14025 8.2.2). */
  readonly fourEyes: boolean
  /** Only whoever took the version up before: its verifier, or the operator that registered it. */
  readonly sameAsBefore: boolean
  /** The request is a statement that its author signs (trust.md item 6). */
  readonly signed: boolean
  readonly says: readonly StatementField[]
}

const plain = { fourEyes: false, sameAsBefore: false, signed: false, says: [] }
const independent = { ...plain, fourEyes: true }

/**
 * The whole lifecycle. A state that is not in `from` does not allow the transition, an actor other
 * than `by` is refused; nothing else decides. Two things happen without a request: publishing a
 * version supersedes the one before, and a published version is expired once its validity is over.
 */
export const transitions: readonly Transition[] = [
  { ...plain, name: 'submit', from: ['draft', 'returned'], to: 'submitted', by: 'owner' },
  {
    ...independent,
    name: 'start_verification',
    from: ['submitted'],
    to: 'in_verification',
    by: 'verifier'
  },
  {
    ...independent,
    name: 'return',
    from: ['in_verification'],
    to: 'returned',
    by: 'verifier',
    sameAsBefore: true,
    says: ['reason']
  },
  {
    ...independent,
    name: 'return',
    from: ['submitted', 'verified'],
    to: 'returned',
    by: 'operator',
    says: ['reason']
  },
  {
    ...independent,
    name: 'verify',
    from: ['in_verification'],
    to: 'verified',
    by: 'verifier',
    sameAsBefore: true,
    signed: true,
    says: ['documentSha256', 'reportSha256']
  },
  {
    ...independent,
    name: 'confirm_editorial',
    from: ['submitted'],
    to: 'verified',
    by: 'operator',
    signed: true,
    says: ['documentSha256', 'baseSha256']
  },
  {
    ...independent,
    name: 'register',
    from: ['verified'],
    to: 'registered',
    by: 'operator',
    signed: true,
    says: ['documentSha256', 'registrationNumber']
  },
  {
    ...independent,
    name: 'publish',
    from: ['registered'],
    to: 'published',
    by: 'operator',
    sameAsBefore: true
  },
  {
    ...plain,
    name: 'deregister',
    from: ['published', 'expired', 'superseded'],
    to: 'deregistered',
    by: 'operator',
    sameAsBefore: true,
    signed: true,
    says: ['documentSha256', 'reason']
  }
]

/** The rows of a transition: who may do it from where. */
export function transitionsNamed(name: TransitionName): readonly Transition[] {
  return transitions.filter((transition) => transition.name === name)
}

/** As a sentence says it, without what it is done to: `start verification`. */
export function transitionInWords(name: TransitionName): string {
  if (name === 'confirm_editorial') return 'confirm an editorial update'
  return name.replaceAll('_', ' ')
}

/** States in which everybody may read a version; a withdrawal is shown, not hidden. */
export const publicStates: readonly EpdState[] = [
  'published',
  'superseded',
  'expired',
  'deregistered',
  'external'
]

/** States of versions that were valid once, for as long as their dates and `endsOn` say. */
export const onceValidStates: readonly WrittenEpdState[] = [
  'published',
  'superseded',
  'deregistered',
  'external'
]
