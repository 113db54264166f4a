import { report } from '../../domain/epd/rules/table.ts'
import { isSameName } from '../../domain/epd/same-name.ts'
import type { Finding } from '../../domain/finding.ts'
import { all, attribute, first, type IlcdNode, referenceOf } from './node.ts'

const DEPENDENT = 'Dependent internal review'

/**
 * Reviews by the same contact data set as the owner or the practitioner, whatever it is called where it
 * is referred to: in ILCD the id says who somebody is. Of the same name the rules judge.
 */
export function reviewIndependence(process: IlcdNode): Finding[] {
  const administration = first(process, 'administrativeInformation')
  const parties = [
    ['owner', first(administration, 'publicationAndOwnership', 'referenceToOwnershipOfDataSet')],
    [
      'practitioner',
      first(administration, 'dataGenerator', 'referenceToPersonOrEntityGeneratingTheDataSet')
    ]
  ] as const
  return all(process, 'modellingAndValidation', 'validation', 'review')
    .filter((review) => attribute(review, 'type') !== DEPENDENT)
    .flatMap((review) => all(review, 'referenceToNameOfReviewerAndInstitution'))
    .flatMap((reviewer) => {
      const [same] = parties.filter(([, party]) => party && isSameContact(reviewer, party))
      if (!same) return []
      return [
        report('EPD_REVIEWER', {
          pointer: reviewer.pointer,
          message: `The reviewer is the contact data set of the ${same[0]}, so the review is not independent.`,
          expected: 'somebody else than owner and practitioner',
          actual: `${referenceOf(reviewer).name ?? 'nobody named'} (${referenceOf(reviewer).uuid})`,
          remedy: 'Name the independent reviewer, or say that the review was a dependent one.'
        })
      ]
    })
}

function isSameContact(reviewer: IlcdNode, party: IlcdNode): boolean {
  const [one, other] = [referenceOf(reviewer), referenceOf(party)]
  if (one.uuid === undefined || one.uuid !== other.uuid) return false
  return !isSameName(one.name ?? '', other.name ?? '')
}
