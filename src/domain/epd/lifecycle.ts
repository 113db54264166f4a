/** Where a version of a declaration stands. */
export type EpdState = 'draft' | 'submitted' | 'published' | 'deregistered'

export type TransitionName = 'submit' | 'publish' | 'deregister'

/** In what capacity somebody acts on a declaration. */
export type Actor = 'owner' | 'operator'

export interface Transition {
  readonly name: TransitionName
  readonly from: readonly EpdState[]
  readonly to: EpdState
  readonly by: readonly Actor[]
  /** Whoever acts is neither owner nor practitioner of the declaration (ISO 14025 8.2). */
  readonly fourEyes: boolean
  readonly needsReason: boolean
}

/**
 * The whole lifecycle. A state that is not in `from` does not allow the transition, an actor that is
 * not in `by` is refused; nothing else decides.
 */
export const transitions: readonly Transition[] = [
  {
    name: 'submit',
    from: ['draft'],
    to: 'submitted',
    by: ['owner'],
    fourEyes: false,
    needsReason: false
  },
  {
    name: 'publish',
    from: ['submitted'],
    to: 'published',
    by: ['operator'],
    fourEyes: true,
    needsReason: false
  },
  {
    name: 'deregister',
    from: ['published'],
    to: 'deregistered',
    by: ['owner', 'operator'],
    fourEyes: false,
    needsReason: true
  }
]

export function transitionNamed(name: TransitionName): Transition {
  const transition = transitions.find((candidate) => candidate.name === name)
  if (transition === undefined) throw new RangeError(`there is no transition ${name}`)
  return transition
}

/** States in which everybody may read a version; a withdrawal is shown, not hidden. */
export const publicStates: readonly EpdState[] = ['published', 'deregistered']

/** States whose versions say what was valid on a day: `validOn` of lists. */
export const onceValidStates: readonly EpdState[] = ['published']
