/**
 * The closed table of errors that stop a request: code -> HTTP status and title. Every code is
 * documented in docs/reference/errors.md, which is generated from this table.
 */
export const errors = {
  BODY_INVALID: [400, 'The request body cannot be read'],
  REQUEST_INVALID: [400, 'The request does not match the API description'],
  CURSOR_INVALID: [400, 'The page cursor does not belong to this query'],
  UNAUTHENTICATED: [401, 'A valid access token is required'],
  FORBIDDEN: [403, 'The token does not allow this'],
  SIGNATURE_REQUIRED: [403, 'The submission must be signed'],
  FOUR_EYES: [403, 'Another person than the owner or practitioner must do this'],
  NOT_FOUND: [404, 'No such resource'],
  METHOD_NOT_ALLOWED: [405, 'The resource does not take this method'],
  NOT_ACCEPTABLE: [406, 'The resource has no representation in an accepted media type'],
  REQUEST_TIMEOUT: [408, 'The request did not arrive in time'],
  CONFLICT: [409, 'The same identifier stands for other content'],
  TRANSITION_NOT_ALLOWED: [409, 'The state does not allow this transition'],
  ERASED: [410, 'The content was lawfully erased'],
  PRECONDITION_FAILED: [412, 'The precondition of the request does not hold'],
  BODY_TOO_LARGE: [413, 'The request body is too large'],
  URI_TOO_LONG: [414, 'The address of the request is too long'],
  MEDIA_TYPE_UNSUPPORTED: [415, 'The media type is not supported'],
  EXPECTATION_FAILED: [417, 'The Expect header asks for what the service does not know'],
  SIGNATURE_INVALID: [422, 'The signature does not hold'],
  STATEMENT_MISMATCH: [422, 'The statement speaks of another document'],
  FINDINGS: [422, 'The document has findings that block acceptance'],
  EPD_DOUBLE_COUNT: [422, 'The figures would count the same emissions twice'],
  LIMIT_EXCEEDED: [422, 'The question is larger than the service answers'],
  RATE_LIMITED: [429, 'The client has asked too often'],
  HEADERS_TOO_LARGE: [431, 'The headers of the request are too large'],
  INTERNAL: [500, 'The service failed'],
  OVERLOADED: [503, 'The service has too much to do'],
  UNAVAILABLE: [503, 'The service cannot take this now'],
  TIMEOUT: [503, 'The service ran out of time']
} as const satisfies Record<string, readonly [number, string]>

export type ErrorCode = keyof typeof errors

export interface ErrorDetail {
  /** RFC 6901 pointer or name of the offending part. */
  readonly pointer?: string
  readonly message: string
  /** How to mend it, where the message does not say so. */
  readonly remedy?: string
}

/** Stops a request with a stable code; `http/` turns it into RFC 9457 problem details. */
export class RegistryError extends Error {
  override readonly name = 'RegistryError'
  readonly code: ErrorCode
  readonly details: readonly ErrorDetail[]
  /** Further members of the problem document, for instance `findings`. */
  readonly extensions: Readonly<Record<string, unknown>>
  /** After how many seconds the same request may succeed, where that is known. */
  readonly retryAfterSeconds: number | undefined

  constructor(
    code: ErrorCode,
    message: string,
    options: {
      details?: readonly ErrorDetail[]
      extensions?: Readonly<Record<string, unknown>>
      retryAfterSeconds?: number
      cause?: unknown
    } = {}
  ) {
    super(message, options.cause === undefined ? undefined : { cause: options.cause })
    this.code = code
    this.details = options.details ?? []
    this.extensions = options.extensions ?? {}
    this.retryAfterSeconds = options.retryAfterSeconds
  }
}
