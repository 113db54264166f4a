import { createHash } from 'node:crypto'
import { uuidFrom } from '../domain/ids.ts'
import { RegistryError } from '../errors.ts'
import type { Deps, Principal } from './deps.ts'

/** A registered thing, and whether this request made it or an earlier one with the same key. */
export interface Registration<Made> {
  readonly record: Made
  readonly created: boolean
}

/** What every registration is told besides its content. */
export interface RegistrationRequest {
  readonly principal: Principal
  /** Names this request, so that repeating it does not register twice. */
  readonly idempotencyKey?: string
}

/** The document of a party, and who signed it. */
export interface PartyDocument {
  readonly principal: Principal
  /** The exact bytes. */
  readonly document: Buffer
  /** Detached JWS over them. */
  readonly signature?: string | undefined
}

/** A further version of a party. */
export interface PartyRevision extends PartyDocument {
  readonly id: string
  /** Throws where the latest version is not the one that the caller means to follow. */
  readonly precondition?: ((latest: object) => void) | undefined
}

/**
 * The id of what is to be registered: computed from the caller and the Idempotency-Key where there
 * is one, so that the same request always speaks of the same thing. The same signed bytes are the
 * same thing, whoever sends them again.
 */
export function registrationId(
  kind: 'organization' | 'facility' | 'client' | 'grant',
  request: RegistrationRequest & Partial<PartyDocument>,
  deps: Pick<Deps, 'newId'>
): string {
  const { idempotencyKey, principal, document, signature } = request
  if (document !== undefined && signature !== undefined) {
    const bytes = createHash('sha256').update(document).digest('hex')
    return uuidFrom(`signed ${kind}`, principal.organization, bytes)
  }
  return idempotencyKey === undefined
    ? deps.newId()
    : uuidFrom(kind, principal.organization, principal.client, idempotencyKey)
}

/** The Idempotency-Key was used before for something else. */
export function otherContent(id: string): RegistryError {
  return new RegistryError(
    'CONFLICT',
    `The Idempotency-Key was used before with other content (${id}); use a new key.`
  )
}
