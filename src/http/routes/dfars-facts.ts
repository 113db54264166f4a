import { Type } from 'typebox'

const Percent = (description: string) =>
  Type.Optional(
    Type.String({
      pattern: '^(100(\\.0{1,20})?|[1-9]?\\d(\\.\\d{1,20})?)$',
      description,
      examples: ['12.5']
    })
  )
const Flag = (description: string) => Type.Optional(Type.Boolean({ description }))

/** What only the requester knows of a delivery: a question states it, and its report echoes it. */
export const dfarsFacts = {
  deliveryDate: Type.String({
    format: 'date',
    description:
      'Delivery date under the contract. The clause tests this date: from 2027-01-01 it also asks where material was mined, refined and separated.'
  }),
  clauseVersion: Type.Optional(
    Type.String({ maxLength: 40, description: 'The clause in the contract; default the newest.' })
  ),
  material: Type.Optional(
    Type.Enum(['NdFeB', 'SmCo'], {
      description: 'The kind of magnet, where the assay does not show it.'
    })
  ),
  cots: Flag('The end item is a commercially available off-the-shelf item.'),
  coveredMaterialSharePct: Percent('Covered material in the end item, percent by weight.'),
  tungstenSharePct: Percent('Tungsten in the end item, percent by weight.'),
  millProduct: Flag('The delivery is a loose mill product, not built into anything.'),
  electronicDevice: Flag('The end item is an electronic device.'),
  endItemCountry: Type.Optional(
    Type.String({
      pattern: '^[A-Z]{2}(-[A-Z0-9]{1,3})?$',
      examples: ['US'],
      description: 'Where the end item is manufactured, ISO 3166-1 alpha-2 or ISO 3166-2.'
    })
  ),
  simplifiedAcquisition: Flag('At or below the simplified acquisition threshold.'),
  outsideUnitedStates: Flag('Acquired outside the United States for use outside of them.'),
  nonavailability: Flag('The authorized official has determined nonavailability.')
}
