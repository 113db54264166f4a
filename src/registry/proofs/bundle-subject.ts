import { isUuid } from '../../domain/ids.ts'
import type { BundleSubject, OpenedBundle, OpenedEntry } from '../../log/bundle.ts'
import { plainStatement } from '../../log/entry.ts'
import { readStatement } from '../../log/read-statement.ts'
import { type BundleProblem, problem } from './bundle-problem.ts'
import { facilitiesIn, isNamedIn, lackingIn, type ShownEvent } from './chain-shown.ts'
import { unboundSteps } from './epd-steps-shown.ts'
import type { StatedEntry } from './verify-bundle.ts'

/**
 * What the bundle is about must be in it, and not only in its title; what it says that it does not show
 * must not be, or somebody would be told that what stands there was erased.
 */
export function subjectProblems(
  { subject }: OpenedBundle,
  stated: readonly StatedEntry[]
): BundleProblem[] {
  const { kind, id, shown } = subject
  if (kind === 'batch') return batchProblems(subject, stated)
  const isThere = stated.some(({ entry, statement }) =>
    kind === 'entry'
      ? statement !== null && String(entry.index) === id
      : statement?.kind === kind && statement.subject === id
  )
  if (shown === undefined) {
    if (!isThere) return [unspoken(subject)]
    // What was erased cannot be compared.
    const isComparable = kind === 'epd' && erasedIn(stated).length === 0
    return isComparable ? unboundSteps(id, stated).map(unbound) : []
  }
  if (isThere) return [SHOWN]
  const mayBeErased = erasedIn(stated).some(({ entry }) => mayBe(entry, subject))
  return mayBeErased ? [] : [unspoken(subject)]
}

const SHOWN = problem('SUBJECT', null, 'The bundle shows what it says that it does not show.')

function unspoken({ kind, id }: BundleSubject): BundleProblem {
  return problem('SUBJECT', null, `No entry speaks of the ${kind} ${id}.`)
}

function unbound({ entry }: StatedEntry): BundleProblem {
  const message = 'It speaks of a version of an EPD that the bundle does not show.'
  return problem('SUBJECT', entry.index, message)
}

/** The leaves of which another entry says that what they stand for was lawfully erased. */
function erasedIn(stated: readonly StatedEntry[]): readonly StatedEntry[] {
  const erased = new Set(
    stated.flatMap(({ statement }) =>
      statement?.kind === 'erasure' ? [statement.body['position']] : []
    )
  )
  return stated.filter(({ entry, statement }) => statement === null && erased.has(entry.index))
}

/** Whether the leaf can be of the subject: a plain one still says what it is of, a blind one does not. */
function mayBe({ index, leaf }: OpenedEntry, { kind, id }: BundleSubject): boolean {
  if (kind === 'entry') return String(index) === id
  if (!isUuid(id)) return false
  const plain = leaf && plainStatement(leaf)
  if (!plain) return true
  const said = readStatement(plain)
  return said?.kind === kind && said.subject === id
}

/**
 * An event that the bundle opens names the batch, or the bundle says itself that none does, and holds
 * the blind leaf that stands for it. Where it hides nothing, the chain has no gap.
 */
function batchProblems(subject: BundleSubject, stated: readonly StatedEntry[]): BundleProblem[] {
  const { id, shown } = subject
  const events = shownEvents(stated)
  const isBlind = stated.some(isHidden)
  const isNamed = isNamedIn(events, id)
  if (isNamed && shown === false) return [SHOWN]
  if (!isNamed && !(shown === false && isBlind && isUuid(id))) return [unspoken(subject)]
  const places = facilitiesIn(events).filter((facility) => !isPlaceShown(facility, stated))
  return [
    ...(isBlind ? [] : lackingIn(events, id)).map((batch) =>
      lacks(`event that made the batch ${batch}`)
    ),
    ...places.map((facility) =>
      lacks(`facility ${facility}, where an event happened that it shows`)
    )
  ]
}

function lacks(what: string): BundleProblem {
  return problem('CHAIN', null, `The bundle lacks the ${what}.`)
}

/** Whoever sees an event sees its facility, unless what that says was erased. */
function isPlaceShown(id: string, stated: readonly StatedEntry[]): boolean {
  const isThere = stated.some(
    ({ statement }) => statement?.kind === 'facility' && statement.subject === id
  )
  return isThere || erasedIn(stated).some(({ entry }) => mayBe(entry, { kind: 'facility', id }))
}

/** The batches of a chain that hides something of which nothing shown tells what made them. */
export function hiddenBatches(
  { kind, id }: BundleSubject,
  stated: readonly StatedEntry[]
): readonly string[] {
  return kind === 'batch' && stated.some(isHidden) ? lackingIn(shownEvents(stated), id) : []
}

function isHidden({ statement }: StatedEntry): boolean {
  return statement === null
}

function shownEvents(stated: readonly StatedEntry[]): readonly ShownEvent[] {
  return stated.flatMap(({ entry: { document }, statement }) =>
    statement?.kind === 'event' && document
      ? [{ event: statement.subject, organization: statement.organization, document }]
      : []
  )
}
