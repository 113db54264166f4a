import { unpackOrigins, unpackSteps } from '../domain/lineage/codec.ts'
import type { PartySight } from '../domain/lineage/origin-shares.ts'
import { originShares } from '../domain/lineage/origin-shares.ts'
import { stepShares } from '../domain/lineage/step-shares.ts'
import type { Asker } from '../storage/access.ts'
import type { Queryable } from '../storage/database.ts'
import type { LineageRow, OriginsRead } from '../storage/origins.ts'
import { readOrigins } from '../storage/origins.ts'
import type { Deps, Principal } from './deps.ts'
import type { Stamp } from './trace-moment.ts'
import { inSnapshot, stampOf } from './trace-moment.ts'
import type { OriginsView } from './trace-origins-view.ts'
import { originsView, stepsView } from './trace-origins-view.ts'
import { partiesOf } from './trace-parties.ts'
import type { BatchQuestion } from './trace-question.ts'
import { entered, noSuchBatch, standingOf } from './trace-standing.ts'

export interface OriginsQuestion extends BatchQuestion {
  readonly by: 'country' | 'facility' | 'step'
  readonly element?: string
}

export interface OriginsAnswer extends Stamp, OriginsView {
  readonly batch: string
  readonly by: OriginsQuestion['by']
}

/**
 * Where the elements of a batch come from. By country and by step it is one statement for whoever
 * holds the batch: the facts about the caller and the stored shares together. Throws `NOT_FOUND`.
 */
export async function traceOrigins(
  deps: Deps,
  principal: Principal,
  question: OriginsQuestion
): Promise<OriginsAnswer> {
  const asker = { organization: principal.organization, now: deps.now() }
  if (question.by === 'facility') return byFacility(deps, asker, question)
  const { asOf } = question
  const stamp = asOf === undefined ? null : await stampOf(deps.db, asOf, asker.now)
  const read = await readRow(deps.db, question, asker, stamp)
  if (entered(read.access) === null) await standingOf(deps.db, question.batch, asker)
  const view =
    question.by === 'step' ? stepView(deps, read, question) : countryView(read, question, null)
  return { ...headOf(question, read, stamp), ...view }
}

function byFacility(deps: Deps, asker: Asker, question: OriginsQuestion): Promise<OriginsAnswer> {
  return inSnapshot(deps, question.asOf, async (tx, stamp) => {
    const standing = await standingOf(tx, question.batch, asker)
    const read = await readRow(tx, question, asker, stamp)
    const parties = await partiesOf(tx, { standing, asker, stamp })
    const view = countryView(read, question, parties.sees)
    return { ...headOf(question, read, stamp), ...(await parties.name(view)) }
  })
}

async function readRow(
  db: Queryable,
  question: OriginsQuestion,
  asker: Asker,
  stamp: Stamp | null
): Promise<OriginsRead & { readonly lineage: LineageRow }> {
  const table = question.by === 'step' ? 'step_version' : 'origin_version'
  const asOf = stamp?.position ?? null
  const read = await readOrigins(db, question.batch, table, { ...asker, asOf })
  if (!read?.lineage) throw noSuchBatch(question.batch)
  return { ...read, lineage: read.lineage }
}

function headOf({ batch, by }: OriginsQuestion, { newest }: OriginsRead, stamp: Stamp | null) {
  return { batch, by, ...(stamp ?? { position: newest.position, asOf: newest.at }) }
}

function countryView(
  { lineage }: { readonly lineage: LineageRow },
  { element }: OriginsQuestion,
  sees: PartySight
): OriginsView {
  return originsView(originShares(unpackOrigins(lineage.body), sees, element))
}

function stepView(
  { reference }: Deps,
  { lineage }: { readonly lineage: LineageRow },
  { element }: OriginsQuestion
): OriginsView {
  const { steps, chemistry } = reference
  return stepsView(stepShares(unpackSteps(lineage.body), steps, chemistry.rareEarths, element))
}
