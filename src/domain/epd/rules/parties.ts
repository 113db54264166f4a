import type { Finding } from '../../finding.ts'
import type { Epd, Party } from '../epd.ts'
import type { EpdReview, EpdRule } from '../review.ts'
import { isSameName } from '../same-name.ts'
import { report } from './table.ts'

/** E2: the owner submits, named organizations exist, and nobody verifies their own work. */
export const reviewParties: EpdRule = (review) => [
  ...reviewOwner(review),
  ...reviewRegistered(review),
  ...reviewVerifier(review)
]

function reviewOwner({ epd, submitter }: EpdReview): Finding[] {
  const { organization } = epd.owner
  if (organization === undefined || organization === submitter) return []
  return [
    report('EPD_OWNER', {
      pointer: '/owner/organization',
      message: 'A declaration is submitted by the organization that owns it.',
      expected: submitter,
      actual: organization,
      remedy: 'Submit it with a client of the owner, or leave the organization out.'
    })
  ]
}

function reviewRegistered({ epd, organizations }: EpdReview): Finding[] {
  return partiesOf(epd).flatMap(([pointer, { organization }]) =>
    organization === undefined || organizations.has(organization)
      ? []
      : [
          report('EPD_PARTY_UNKNOWN', {
            pointer: `${pointer}/organization`,
            message: 'No organization is registered under this id.',
            actual: organization,
            remedy: 'Look it up in /v1/organizations, or give the name alone.'
          })
        ]
  )
}

/** Parties that may be named by an id, with their pointers. The owner is whoever submits. */
export function partiesOf(epd: Epd): readonly (readonly [string, Party])[] {
  const { operator, practitioner, verification } = epd
  return [
    ...(operator ? [['/operator', operator] as const] : []),
    ...(practitioner ? [['/practitioner', practitioner] as const] : []),
    ...(verification?.verifier ? [['/verification/verifier', verification.verifier] as const] : [])
  ]
}

function reviewVerifier({ epd, submitter }: EpdReview): Finding[] {
  const verifier = epd.verification?.verifier
  if (!verifier || epd.verification?.kind === 'dependent_internal') return []
  const owner = { ...epd.owner, organization: submitter }
  const [other] = [
    ['owner', owner] as const,
    ...(epd.practitioner ? [['practitioner', epd.practitioner] as const] : [])
  ].filter(([, party]) => isSame(verifier, party))
  if (!other) return []
  return [
    report('EPD_REVIEWER', {
      pointer: '/verification/verifier',
      message: `The verifier is the ${other[0]}, so the verification is not independent.`,
      expected: 'somebody else than owner and practitioner',
      actual: verifier.name,
      remedy: 'Name the independent verifier, or say that the review was a dependent one.'
    })
  ]
}

function isSame(a: Party, b: Party): boolean {
  if (a.organization !== undefined && b.organization !== undefined) {
    return a.organization === b.organization
  }
  return isSameName(a.name, b.name)
}
