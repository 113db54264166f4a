import type { Party, Verification } from '../../domain/epd/epd.ts'
import { report } from '../../domain/epd/rules/table.ts'
import type { Finding } from '../../domain/finding.ts'
import {
  addressOf,
  all,
  attribute,
  first,
  type IlcdNode,
  isAddress,
  oneTextOf,
  referenceOf,
  textAt
} from './node.ts'

/** The types of review of ILCD, the most independent first. */
export const reviewKinds = {
  'Independent review panel': 'independent_panel',
  'Accredited third party review': 'accredited_third_party',
  'Independent external review': 'independent_external',
  'Independent internal review': 'independent_internal',
  'Dependent internal review': 'dependent_internal'
} as const satisfies Readonly<Record<string, Verification['kind']>>

type ReviewType = keyof typeof reviewKinds

/**
 * A contact as a party; undefined where neither the reference nor the contact, where the document
 * holds it, has a name.
 */
function partyOf(node: IlcdNode | undefined): Party | undefined {
  const contact = first(node, 'dataSet', 'contactInformation', 'dataSetInformation')
  const name = (node && referenceOf(node).name) ?? nameOf(contact)
  if (name === undefined) return undefined
  const website = textAt(contact, 'WWWAddress')
  return { name, ...(website !== undefined && isAddress(website) ? { website } : {}) }
}

function nameOf(contact: IlcdNode | undefined): string | undefined {
  return oneTextOf([...all(contact, 'name'), ...all(contact, 'shortName')])
}

/** Those who have a part in the data set. */
export function readParties(process: IlcdNode) {
  const administration = first(process, 'administrativeInformation')
  const publication = first(administration, 'publicationAndOwnership')
  const owner = partyOf(first(publication, 'referenceToOwnershipOfDataSet'))
  const operator =
    partyOf(first(publication, 'referenceToRegistrationAuthority')) ??
    partyOf(first(publication, 'other', 'referenceToPublisher'))
  const practitioner = partyOf(
    first(administration, 'dataGenerator', 'referenceToPersonOrEntityGeneratingTheDataSet')
  )
  return {
    owner,
    ...(operator ? { operator } : {}),
    ...(practitioner ? { practitioner } : {})
  }
}

/** The most independent review; the model has one, and says which others the document has. */
export function readVerification(process: IlcdNode): {
  readonly verification?: Verification
  readonly findings: readonly Finding[]
} {
  const reviews = all(process, 'modellingAndValidation', 'validation', 'review')
  const [best, ...others] = Object.keys(reviewKinds).flatMap((type) =>
    reviews.filter((each) => attribute(each, 'type') === type)
  )
  const untyped = reviews.filter((each) => !isType(attribute(each, 'type')))
  const findings = [
    ...untyped.flatMap(untypedReview),
    ...others.map((review) =>
      report('EPD_DOCUMENT_REST', {
        pointer: review.pointer,
        message: 'This review is not read, since a more independent one is.',
        actual: `${attribute(review, 'type')}: ${reviewerOf(review)?.name ?? 'nobody named'}`,
        remedy: 'Nothing need be done; it stays in the document.'
      })
    )
  ]
  const type = attribute(best, 'type')
  if (!best || !isType(type)) return { findings }
  const verifier = reviewerOf(best)
  const complete = first(best, 'referenceToCompleteReviewReport')
  const href = complete && addressOf(complete)
  return {
    verification: {
      kind: reviewKinds[type],
      ...(verifier ? { verifier } : {}),
      ...(href === undefined ? {} : { reportHref: href })
    },
    findings
  }
}

function reviewerOf(review: IlcdNode): Party | undefined {
  return partyOf(first(review, 'referenceToNameOfReviewerAndInstitution'))
}

function isType(type: string | undefined): type is ReviewType {
  return type !== undefined && Object.hasOwn(reviewKinds, type)
}

function untypedReview(review: IlcdNode): Finding[] {
  const type = attribute(review, 'type')
  if (type === 'Not reviewed') return []
  return [
    report('EPD_DOCUMENT_UNCLEAR', {
      pointer: review.pointer,
      message: 'The review does not say how independent it is.',
      expected: Object.keys(reviewKinds).join(', '),
      actual: `${type ?? 'no type'}: ${reviewerOf(review)?.name ?? 'nobody named'}`,
      remedy: 'State the type of the review as one of these.'
    })
  ]
}
