import { Type } from 'typebox'

/** The parameter of every question that can be put as of an earlier moment. */
export const asOf = Type.Optional(
  Type.String({
    minLength: 1,
    maxLength: 40,
    description:
      'What was known at a position or an RFC 3339 time (T and Z in capitals, the + of an offset as %2B); the newest by default.',
    examples: ['1207', '2026-11-23T10:00:00Z']
  })
)
