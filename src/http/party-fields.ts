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
