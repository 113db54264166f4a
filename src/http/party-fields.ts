import { Type } from 'typebox'

/** ISO 3166-1 alpha-2. */
export const Country = Type.String({
  minLength: 2,
  maxLength: 2,
  pattern: '^[A-Z]{2}$',
  examples: ['AU'],
  description: 'ISO 3166-1 alpha-2.'
})

export const Identifier = Type.Object({ scheme: Type.String(), value: Type.String() })

/** Far more than a party can say in its fields. A page of a hundred is read with all of their documents. */
export const PARTY_DOCUMENT_BYTES = 65_536
