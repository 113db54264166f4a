import { compareVersions } from '../../domain/epd/version.ts'
import type { Finding } from '../../domain/finding.ts'
import { unseenInName, unseenInNumber } from '../../domain/unseen.ts'
import { RegistryError } from '../../errors.ts'
import type { Transaction } from '../../storage/database.ts'
import { type EpdVersionRow, epdOwner, epdVersions } from '../../storage/epds/epds.ts'
import type { Deps, Principal } from '../deps.ts'
import { refuseFindings } from '../refuse-findings.ts'
import { refuseUnseen } from '../refuse-unseen.ts'
import { acceptSignature, type StatedSignature } from '../signing/accept-signature.ts'
import type { ExternalRegistration } from './epd-record.ts'
import { type EpdDocument, type EpdSubmission, readEpdSubmission } from './epd-submission.ts'
import { epdView } from './epd-view.ts'
import { lockCircles } from './refuse-circle.ts'
import { reviewInRegistry } from './review-epd.ts'
import { conflict, lockEpd, replay, type SubmittedEpd, storeVersion } from './submit-epd.ts'

/** Where it is registered, as far as the document does not say it itself. */
export interface ExternalEpd extends EpdDocument {
  readonly principal: Principal
  readonly signature?: string | undefined
  readonly operator?: string | undefined
  readonly registrationNumber?: string | undefined
  /** Where the other registry shows it; never fetched. */
  readonly href?: string | undefined
}

/**
 * Records a declaration that is registered elsewhere, for batches and other declarations to name. It is
 * public at once, shown as external and takes no transitions. What others declared is not ours to
 * mend: findings are told, and block only where the document cannot be stored or counted. The same
 * content again gives the stored answer, also to other organizations. Throws as `submitEpd`, and
 * `REQUEST_INVALID` where operator, number or link are neither stated nor given.
 */
export async function recordExternalEpd(deps: Deps, command: ExternalEpd): Promise<SubmittedEpd> {
  const { principal, document, signature } = command
  const submission = await readEpdSubmission(command, deps.reference)
  const external = registrationOf(command, submission)
  const signed = await acceptSignature(deps, principal, document, { signature })
  return deps.db.transaction((tx) =>
    accept(deps, tx, { principal, submission, external, signature: signed })
  )
}

async function accept(
  deps: Deps,
  tx: Transaction,
  made: {
    readonly principal: Principal
    readonly submission: EpdSubmission
    readonly external: ExternalRegistration
    readonly signature: StatedSignature | null
  }
): Promise<SubmittedEpd> {
  const { principal, submission } = made
  const { epd, versionKey, formatFindings, mediaType } = submission
  await lockEpd(tx, epd.id)
  const owner = await epdOwner(tx, epd.id)
  const versions = await epdVersions(tx, await epdView(tx, deps, principal), epd.id)
  if (versions.some(({ external }) => external === null)) throw conflict(epd.id)
  const stored = versions.find((each) => compareVersions(each.versionKey, versionKey) === 0)
  if (stored) return replaySame(deps, tx, stored, submission, made.external)
  if (owner !== undefined && owner !== principal.organization) {
    // Versions that are seen here are external, and so public: nothing is given away.
    throw versions.length > 0 ? ofAnotherRecorder(epd.id) : conflict(epd.id)
  }

  await lockCircles(tx, epd)
  const reviewed = await reviewInRegistry(tx, deps, principal, epd, { mediaType })
  const found = [...formatFindings, ...reviewed]
  const findings = found.filter(({ code }) => code !== 'EPD_OWNER')
  refuseFindings(findings.filter(blocks))
  return storeVersion(deps, tx, { ...made, findings, isFirst: owner === undefined })
}

/** Batches name it as it was recorded: nobody else changes what they stand on. */
function ofAnotherRecorder(id: string): RegistryError {
  return new RegistryError(
    'CONFLICT',
    `${id} was recorded by another organization, which alone records further versions of it.`
  )
}

/** Rules of what cannot be stored, listed, told apart or walked: ids, versions, dates, values, circles. */
const BLOCKING = new Set([
  'EPD_ID',
  'EPD_VERSION',
  'EPD_DATE_INVALID',
  'EPD_INCLUDED_CYCLE',
  'EPD_LISTED_LONG'
])
const BLOCKING_RULES = new Set(['schema', 'E16', 'E21'])

function blocks({ code, rule }: Finding): boolean {
  return BLOCKING.has(code) || BLOCKING_RULES.has(rule)
}

function replaySame(
  deps: Deps,
  tx: Transaction,
  stored: EpdVersionRow,
  submission: EpdSubmission,
  { operator, registrationNumber, href }: ExternalRegistration
): Promise<SubmittedEpd> {
  const before = JSON.parse(stored.external ?? '{}') as ExternalRegistration
  const same =
    before.operator === operator &&
    before.registrationNumber === registrationNumber &&
    before.href === href
  if (!same) throw conflict(submission.epd.id)
  return replay(deps, tx, stored, submission)
}

function registrationOf(command: ExternalEpd, { epd }: EpdSubmission): ExternalRegistration {
  const operator = command.operator ?? epd.operator?.name
  const registrationNumber = command.registrationNumber ?? epd.registrationNumber
  refuseUnseen('operator', 'operator', unseenInName(command.operator ?? ''))
  refuseUnseen('registrationNumber', 'number', unseenInNumber(command.registrationNumber ?? ''))
  const href = command.href ?? epd.documents.find(({ kind }) => kind === 'epd_pdf')?.href
  if (operator && registrationNumber && href && isLink(href)) {
    return { operator, registrationNumber, href }
  }
  const needed = { operator, registrationNumber, href }
  const missing = Object.entries(needed).filter(([, value]) => !value)
  throw new RegistryError(
    'REQUEST_INVALID',
    'It is not said where the declaration is registered.',
    {
      details:
        missing.length === 0
          ? [
              {
                pointer: 'href',
                message: 'must be an absolute http or https link without a password'
              }
            ]
          : missing.map(([pointer]) => ({ pointer, message: 'is required: the document lacks it' }))
    }
  )
}

function isLink(href: string): boolean {
  if (!URL.canParse(href)) return false
  const { protocol, username, password } = new URL(href)
  // It is shown to everybody.
  return /^https?:$/.test(protocol) && username === '' && password === ''
}
