import { RegistryError } from '../../errors.ts'
import { changedMeanwhile } from '../etag.ts'
import { notTaken } from '../preconditions.ts'

/** What a route asks for and takes, as far as refusals follow from it. */
export interface Question {
  readonly tag: string
  /** Its `operationId`. */
  readonly operation: string
  /** Its address names something. */
  readonly path: boolean
  readonly query: readonly string[]
  readonly headers: readonly string[]
  readonly body: boolean
  /** The body is a document that is judged. */
  readonly document: boolean
  /** It asks for an access token, or shows more to whoever sends one. */
  readonly identified: boolean
  /** It is answered without a token, too. */
  readonly open: boolean
  /** How many media types its answer may have. */
  readonly types: number
  /** It asks for what is there, and the answer has an ETag. */
  readonly tagged: boolean
  /** It adds to the registry. */
  readonly writes: boolean
  /** Whoever asks is held to an allowance. */
  readonly counted: boolean
}

interface Sample {
  readonly error: RegistryError
}

export interface Refusal extends Sample {
  readonly of: (question: Question) => boolean
}

const ID = '6f1c9a52-7f0e-4a43-9d8e-2f5a1f0c0b03'

/** What may be asked or sent at once is bounded. */
const BOUNDED = new Set([
  'recordEvents',
  'submitImport',
  'traceUpstream',
  'traceDownstream',
  'exportFootprintReport',
  'exportDfarsReport',
  'exportGapReport',
  'readBatchBundle'
])

/** Looks for something that its address does not name. */
const SEEKS = new Set(['redeemGrant', 'readCheckpoint', 'proveInclusion', 'proveConsistency'])

/** Answered in the type that the bytes came in, whatever is asked for. */
const AS_STORED = new Set(['readEpdDocument', 'readEpdFile'])

/** Refusals by the name of their example, in words that the service uses, and who gets them. */
export const refusals: Readonly<Record<string, Refusal>> = {
  RequestInvalid: {
    error: new RegistryError('REQUEST_INVALID', 'The query does not match: limit must be <= 100.', {
      details: [{ pointer: 'limit', message: 'must be <= 100' }]
    }),
    of: ({ query }) => query.includes('limit')
  },
  ParameterUnknown: {
    error: new RegistryError(
      'REQUEST_INVALID',
      'The query does not match: kountry is not known here.',
      { details: [{ pointer: 'kountry', message: 'is not known here' }] }
    ),
    of: ({ query }) => !query.includes('limit')
  },
  CursorInvalid: {
    error: new RegistryError(
      'CURSOR_INVALID',
      'The cursor does not belong to this query; start without a cursor, or repeat the query exactly.'
    ),
    of: ({ query }) => query.includes('cursor')
  },
  BodyInvalid: {
    error: new RegistryError(
      'BODY_INVALID',
      "The JSON cannot be accepted: a name in double quotes is expected, not '}' (column 8)",
      {
        details: [
          { pointer: '/a', message: "a name in double quotes is expected, not '}' (column 8)" }
        ]
      }
    ),
    of: ({ body, tag }) => body && tag !== 'Access'
  },
  Unauthenticated: {
    error: new RegistryError('UNAUTHENTICATED', 'Send an access token; get one at /auth/token.'),
    of: ({ identified }) => identified
  },
  Forbidden: {
    error: new RegistryError('FORBIDDEN', 'The token lacks the scope party:write.'),
    of: ({ identified, open }) => identified && !open
  },
  NotFound: {
    error: new RegistryError('NOT_FOUND', `There is no batch ${ID}.`),
    of: ({ path, tag, query, operation }) =>
      path || (tag === 'Reports' && query.includes('batch')) || SEEKS.has(operation)
  },
  NotAcceptable: {
    error: new RegistryError('NOT_ACCEPTABLE', 'There is only application/json, text/csv.'),
    of: ({ types, operation }) => types > 1 && !AS_STORED.has(operation)
  },
  KeyConflict: {
    error: new RegistryError(
      'CONFLICT',
      `The Idempotency-Key was used before with other content (${ID}); use a new key.`
    ),
    of: ({ headers }) => headers.includes('idempotency-key')
  },
  IdConflict: {
    error: new RegistryError('CONFLICT', `The event id ${ID} stands for other content.`, {
      details: [
        {
          pointer: '/id',
          message: 'Choose a new id; a wrong event is mended by a correction, not by repeating it.'
        }
      ]
    }),
    of: ({ document, tag, writes }) => document && tag === 'Events' && writes
  },
  VersionConflict: {
    error: new RegistryError('CONFLICT', `The id and version of ${ID} stand for other content.`, {
      details: [
        {
          pointer: '/id',
          message: 'Raise the version, or choose a new id for another declaration.'
        }
      ]
    }),
    of: ({ document, tag, writes }) => document && tag === 'EPDs' && writes
  },
  ChangedMeanwhile: {
    error: changedMeanwhile(),
    of: ({ headers, tagged }) => tagged || headers.includes('if-match')
  },
  PreconditionNotTaken: {
    error: notTaken(),
    of: ({ headers, writes }) => writes && !headers.includes('if-match')
  },
  BodyTooSlow: {
    error: new RegistryError('REQUEST_TIMEOUT', 'The request took too long to arrive.'),
    of: ({ body }) => body
  },
  BodyTooLarge: {
    error: new RegistryError('BODY_TOO_LARGE', 'A body has at most 4194304 bytes here.'),
    of: ({ body }) => body
  },
  MediaTypeUnsupported: {
    error: new RegistryError(
      'MEDIA_TYPE_UNSUPPORTED',
      'text/plain is not supported here; send application/json.'
    ),
    of: ({ body, tag }) => body && tag !== 'Access'
  },
  PartyFindings: {
    error: findings({
      rule: 'party',
      code: 'COUNTRY_CODE',
      severity: 'error',
      pointer: '/country',
      message: 'The country is not an ISO 3166-1 alpha-2 code in force.',
      expected: 'GB',
      actual: 'UK',
      remedy: 'Write GB.'
    }),
    of: ({ document, tag }) => document && tag === 'Parties'
  },
  EpdFindings: {
    error: findings({
      rule: 'schema',
      code: 'SCHEMA',
      severity: 'error',
      pointer: '/declaredUnit',
      message: 'declaredUnit is missing.',
      expected: 'declaredUnit',
      remedy: 'Add declaredUnit.'
    }),
    // Whoever only asks is answered with the findings.
    of: ({ document, tag, writes }) => document && tag === 'EPDs' && writes
  },
  EventFindings: {
    error: findings(
      {
        rule: 'R2',
        code: 'BATCH_OVERDRAWN',
        severity: 'error',
        pointer: '/inputs/0/mass',
        message: 'More is drawn than is there: 120 kg of 100 kg.',
        expected: 'at most 100 kg (dry)',
        actual: '120 kg (dry)',
        remedy: 'Check the mass and the batch; what is missing may be on its way or already used.'
      },
      'The books refuse the event; nothing was stored.'
    ),
    of: ({ document, tag }) => document && tag === 'Events'
  },
  LimitExceeded: {
    error: new RegistryError(
      'LIMIT_EXCEEDED',
      'The chain has 61204 gaps, and a report tells of at most 50000; ask about its inputs one by one.'
    ),
    of: ({ operation }) => BOUNDED.has(operation)
  },
  DoubleCount: {
    error: new RegistryError(
      'EPD_DOUBLE_COUNT',
      'Figures along the chain may hold the same emissions; they are not added up.',
      {
        details: [
          {
            pointer: ID,
            message: `the declaration of batch ${ID} and the declaration of batch withheld: the first does not say whether its figure holds what lies upstream, where the second is, or contradicts itself.`
          }
        ]
      }
    ),
    of: ({ operation }) => operation === 'traceFootprint' || operation === 'exportFootprintReport'
  },
  RateLimited: {
    error: new RegistryError(
      'RATE_LIMITED',
      'At most 60000 requests in 60 s are allowed; try again in 23 s.',
      { extensions: { 'violated-policies': ['address'] } }
    ),
    of: ({ counted }) => counted
  }
}

/** What any route may be answered with when the service cannot do what it should. */
export const failures: Readonly<Record<string, Sample>> = {
  Internal: {
    error: new RegistryError(
      'INTERNAL',
      'The service failed. Nothing was stored. Give the operator the instance of this problem.'
    )
  },
  Overloaded: {
    error: new RegistryError(
      'OVERLOADED',
      'Too many requests are under way; try again in a moment.'
    )
  },
  Unavailable: { error: new RegistryError('UNAVAILABLE', 'The database cannot be reached') }
}

/** What any address may be answered with before it is known who asks there for what. */
export const elsewhere: Readonly<Record<string, Sample>> = {
  MethodNotAllowed: {
    error: new RegistryError('METHOD_NOT_ALLOWED', '/v1/batches takes GET, HEAD, not PUT.')
  },
  AddressTooLong: { error: new RegistryError('URI_TOO_LONG', 'The address is too long.') },
  ExpectationUnknown: {
    error: new RegistryError(
      'EXPECTATION_FAILED',
      'Leave the Expect header out, or send 100-continue.'
    )
  },
  HeadersTooLarge: { error: new RegistryError('HEADERS_TOO_LARGE', 'The headers are too large.') }
}

export function findings(
  finding: Readonly<Record<string, string>>,
  message = 'One finding blocks acceptance; nothing was stored.'
): RegistryError {
  return new RegistryError('FINDINGS', message, { extensions: { findings: [finding] } })
}
