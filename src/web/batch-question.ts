import { Type } from 'typebox'

/** Which batch an address names. */
export const BatchParams = Type.Object({ id: Type.String({ format: 'uuid' }) })

/** As of when: a position, or an RFC 3339 time. */
export const MomentQuery = Type.Object({ asOf: Type.Optional(Type.String({ maxLength: 40 })) })
