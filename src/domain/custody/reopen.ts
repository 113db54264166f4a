import type { Finding } from '../finding.ts'
import type { Lineage } from '../lineage/share.ts'
import { reviewInputs } from './apply-transform.ts'
import type { Content } from './content.ts'
import type { Draw } from './draw.ts'
import type { BatchDeclaration, CustodyModel } from './event.ts'
import type { Review } from './review.ts'
import { reviewHeldThen } from './rules/r07-in-hand.ts'
import { instant } from './rules/r07-time.ts'
import { outputModel, strongestModel } from './rules/r11-custody-model.ts'
import { reviewContestedInputs } from './rules/r13-contested.ts'
import { reviewRecycledClaims } from './rules/r15-recycled.ts'
import type { BookCode } from './rules/table.ts'
import type { StageFacts } from './table.ts'
import { lineageFor } from './transform-lineage.ts'

/**
 * What a correction upstream can break or mend, in the order of the rules: what an input is, when it was
 * made and what it holds may all be declared otherwise. The others were settled when the event was
 * recorded, and stand (docs/custody.md, Corrections, says why of each rule).
 */
export const REOPENED = [
  'MB_MASS_GAIN',
  'MB_ELEMENT_GAIN',
  'MB_UNASSAYED',
  'MB_REPEATED_GAIN',
  'FEBO_ORIGIN',
  'ASSAY_INHERITED_PART',
  'GRADE_BOUNDS',
  'MB_ELEMENT_LOSS',
  'COATING_MASS',
  'STAGE_ORDER',
  'STEP_MISSING',
  'PRODUCT_STAGE',
  'DATE_ORDER',
  'CAMPAIGN_OVERDRAWN',
  'CAMPAIGN_LOSS',
  'CAMPAIGN_CORRECTION',
  'CUSTODY_MODEL_UPGRADE',
  'CUSTODY_OVERDRAWN',
  'NORM_THRESHOLD',
  'INPUT_CONTESTED',
  'EVENT_ERASED',
  'RECYCLED_SHARE_EXCEEDS',
  'RECYCLED_SAME_PROCESS'
] as const satisfies readonly BookCode[]

/** What is told by a batch, whichever event it was told with, each time that its status is found anew. */
export const TOLD_BY_STATUS = ['BATCH_CONTESTED'] as const satisfies readonly BookCode[]

/**
 * What outlasts the event that it is told with: a batch stays contested until it is declared again, a
 * campaign open until it goes on. All else that was said of a wrong event goes with it.
 */
export const OUTLASTS_ITS_EVENT = [
  'BATCH_CONTESTED',
  'CAMPAIGN_OPEN'
] as const satisfies readonly BookCode[]

/** An event whose inputs are known otherwise now. */
export interface Rerun {
  readonly time: string
  readonly declarations: readonly BatchDeclaration[]
  readonly stages: readonly StageFacts[]
  readonly draws: readonly Draw[]
  readonly outputs: readonly Content[]
  readonly lineage: Lineage
}

export interface Reopened {
  readonly findings: readonly Finding[]
  /** Whether an error stands. */
  readonly contested: boolean
  /** The custody model of each output: as stated, else what its inputs allow now. */
  readonly models: readonly CustodyModel[]
}

/** Everything that a correction can reopen. */
export function reopened(run: Rerun, review: Review): Reopened {
  reviewContestedInputs(run.draws, review, 'evaluated again')
  const fed = run.draws.filter(({ batch }) => batch.voidedBy === null && !batch.pool)
  const atMs = instant(run.time)
  reviewInputs(fed, run.stages, atMs, review)
  for (const draw of fed) reviewHeldThen(draw, atMs, review)
  const strongest = strongestModel(run.draws, review)
  const models = run.declarations.map((declaration, index) => {
    const pointer = `/outputs/${index}`
    const custodyModel = outputModel(declaration.custodyModel, strongest, pointer, review)
    const lineage = lineageFor(run.outputs[index] as Content, run.lineage, review)
    reviewRecycledClaims({ declaration, lineage, custodyModel, pointer }, review)
    return custodyModel
  })
  const codes: readonly string[] = REOPENED
  const findings = review.findings.filter(({ code }) => codes.includes(code))
  const contested = findings.some((finding) => finding.severity === 'error')
  return { findings, contested, models }
}
