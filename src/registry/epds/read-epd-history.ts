import { publicStates } from '../../domain/epd/lifecycle.ts'
import { versionKey } from '../../domain/epd/version.ts'
import { RegistryError } from '../../errors.ts'
import { type EpdStateRow, type EpdStepsWanted, epdStates } from '../../storage/epds/epd-states.ts'
import { type EpdVersionRow, type EpdView, epdVersions } from '../../storage/epds/epds.ts'
import type { Deps } from '../deps.ts'
import { oneMore, type PageRequest, pageOf, type StampedPage } from '../page.ts'
import { signerIn } from '../signing/signed-by.ts'
import { inEpdSnapshot } from './epd-view.ts'
import type { EpdQuestion } from './read-epd.ts'

/** One step of a version, and whose signature stands under it. */
export interface EpdStepRecord {
  readonly position: number
  readonly recordedAt: string
  readonly transition: string
  readonly state: string
  readonly organization: string
  /** The key that signed the request; null where nobody did. */
  readonly key: string | null
  readonly reason?: string
  readonly registrationNumber?: string
  /** The request itself, base64url, where it was signed: what the signature is over. */
  readonly statement?: string
}

/** What everybody may know of a public version; how its verification went is the parties' matter. */
const PUBLIC_STEPS = [
  'external',
  'verify',
  'confirm_editorial',
  'register',
  'publish',
  'supersede',
  'deregister'
]

/** How a version came to stand where it stands, as known then, oldest first. Throws as `readEpd`. */
export function readEpdHistory(
  deps: Deps,
  question: EpdQuestion & { readonly version: string } & PageRequest
): Promise<StampedPage<EpdStepRecord>> {
  return inEpdSnapshot(deps, question, async (tx, view, stamp) => {
    const key = versionKey(question.version)
    const [row] = key ? await epdVersions(tx, view, question.id, key) : []
    if (!row) {
      const what = `version ${question.version} of ${question.id}`
      throw new RegistryError('NOT_FOUND', `There is no ${what}.`)
    }
    const page = oneMore({ after: question.after, limit: question.limit })
    const steps = await epdStates(tx, { ...stepsFor(view, row), page })
    const positionOf = ({ position }: EpdStateRow) => Number(position)
    return { ...stamp, ...pageOf(steps, question.limit, stepRecord, positionOf) }
  })
}

/** The steps of a version that the viewer may know of. */
export function stepsFor({ viewer, asOf }: EpdView, row: EpdVersionRow): EpdStepsWanted {
  const { epd, versionKey } = row
  const { organization, seesUnpublished } = viewer
  const isParty =
    organization !== null && [row.organization, row.practitioner].includes(organization)
  const all = seesUnpublished || isParty || !publicStates.includes(row.state)
  return { epd, versionKey, asOf, transitions: all ? null : PUBLIC_STEPS }
}

function stepRecord(row: EpdStateRow): EpdStepRecord {
  const key = signerIn(row.statement)?.key ?? null
  const isRequest = row.transition !== 'submit' && row.transition !== 'external'
  const { reason, registrationNumber, request } = row
  const numbered = registrationNumber !== null && row.transition === 'register'
  return {
    position: Number(row.position),
    recordedAt: row.recordedAt,
    transition: row.transition,
    state: row.state,
    organization: row.organization,
    key,
    ...(reason === null ? {} : { reason }),
    ...(numbered ? { registrationNumber } : {}),
    ...(isRequest && key !== null && request?.length
      ? { statement: request.toString('base64url') }
      : {})
  }
}
