import type { BatchStatus } from '../../domain/custody/books.ts'
import { unpackOrigins, unpackSteps } from '../../domain/lineage/codec.ts'
import { originShares } from '../../domain/lineage/origin-shares.ts'
import { stepShares } from '../../domain/lineage/step-shares.ts'
import type { LineageTable, OriginsRead } from '../../storage/batches/origins.ts'
import { readHeldOrigins, readOrigins } from '../../storage/batches/origins.ts'
import type { Deps, Principal } from '../deps.ts'
import type { Stamp } from '../moment.ts'
import { stampOf } from '../moment.ts'
import { refuseUnknownElement } from './known-element.ts'
import type { OriginsView } from './trace-origins-view.ts'
import { originsView, stepsView } from './trace-origins-view.ts'
import { partiesOf } from './trace-parties.ts'
import type { BatchQuestion } from './trace-question.ts'
import { inquire } from './trace-question.ts'
import { noSuchBatch } from './trace-standing.ts'

export interface OriginsQuestion extends BatchQuestion {
  readonly by: 'country' | 'facility' | 'step'
  readonly element?: string
}

export interface OriginsAnswer extends Stamp, OriginsView {
  readonly batch: string
  /** Other than clear where a correction upstream is pending or left a contradiction. */
  readonly status: BatchStatus
  readonly by: OriginsQuestion['by']
}

/**
 * Where the elements of a batch come from. By country and by step it is one statement for whoever
 * holds the batch: the check and the stored shares together. Throws `NOT_FOUND`, and `REQUEST_INVALID` for
 * an element that does not exist.
 */
export async function traceOrigins(
  deps: Deps,
  principal: Principal,
  question: OriginsQuestion
): Promise<OriginsAnswer> {
  refuseUnknownElement(deps, question.element)
  if (question.by !== 'facility') {
    const held = await readHeld(deps, principal.organization, question)
    if (held) return held
  }
  return inquire(deps, principal, question, async (inquiry) => {
    const { tx, stamp, standing, asker } = inquiry
    const read = await readOrigins(tx, question.batch, tableOf(question), stamp.position)
    if (!read) throw noSuchBatch(question.batch)
    if (question.by !== 'facility') return answerOf(deps, question, stamp, read)
    const parties = await partiesOf(tx, { standing, asker, stamp })
    const view = originsView(originShares(unpacked(read), parties.sees, question.element))
    return { ...headOf(question, stamp, read), ...(await parties.name(view)) }
  })
}

/** The answer for a custodian or owner, now or before, who is shown the shares at every level. */
async function readHeld(
  deps: Deps,
  organization: string,
  question: OriginsQuestion
): Promise<OriginsAnswer | undefined> {
  const { batch, asOf } = question
  const stamp = asOf === undefined ? null : await stampOf(deps.db, asOf, deps.now())
  const by = { organization, asOf: stamp?.position ?? null }
  const read = await readHeldOrigins(deps.db, batch, tableOf(question), by)
  if (!read) return undefined
  const { position, at } = read.newest
  return answerOf(deps, question, stamp ?? { position, asOf: at }, read)
}

function tableOf({ by }: OriginsQuestion): LineageTable {
  return by === 'step' ? 'step_version' : 'origin_version'
}

function answerOf(
  { reference }: Deps,
  question: OriginsQuestion,
  stamp: Stamp,
  read: OriginsRead
): OriginsAnswer {
  const head = headOf(question, stamp, read)
  const { element } = question
  if (question.by !== 'step') {
    return { ...head, ...originsView(originShares(unpacked(read), null, element)) }
  }
  const { steps, chemistry } = reference
  const touches = unpackSteps(read.lineage.body)
  return { ...head, ...stepsView(stepShares(touches, steps, chemistry.rareEarths, element)) }
}

function headOf(
  { batch, by }: OriginsQuestion,
  { position, asOf }: Stamp,
  { status }: OriginsRead
) {
  return { batch, by, position, asOf, status }
}

function unpacked({ lineage }: OriginsRead) {
  return unpackOrigins(lineage.body)
}
