import { isUuid } from '../../domain/ids.ts'
import { RegistryError } from '../../errors.ts'
import {
  signAccessToken,
  type TokenClaims,
  verifyAccessToken
} from '../../identity/access-token.ts'
import { clientSecretMatches } from '../../identity/client-secret.ts'
import { monitorTokenMatches } from '../../identity/monitor-token.ts'
import type { Role, Scope } from '../../identity/principal.ts'
import { scopes, scopesOf } from '../../identity/scopes.ts'
import { LONGEST_TOKEN, type TokenIdentity } from '../../identity/token-rules.ts'
import type { TrustedIssuer } from '../../identity/trusted-issuer.ts'
import { type ClientRow, findClient, findClientOf } from '../../storage/parties/clients.ts'
import type { Deps, Principal } from '../deps.ts'
import { ShortMemory } from './short-memory.ts'
import { TokenCache, type VerifiedToken } from './token-cache.ts'
import { TokenKeys } from './token-keys.ts'

/** A client that was revoked in another process may go on for so long. */
const REMEMBERED_MS = 1_000

export interface AuthenticatorSettings extends TokenIdentity {
  /** At most 900 (reference: RFC 9068 tokens are short-lived). */
  readonly lifetimeSeconds: number
  /** Opens `/metrics` and nothing else; null for none. */
  readonly metricsToken: string | null
}

export interface IssuedToken {
  readonly token: string
  readonly expiresInSeconds: number
  readonly scopes: readonly Scope[]
}

/** Why the token endpoint refuses, in the words of RFC 6749 5.2. */
export class TokenRefused extends Error {
  override readonly name = 'TokenRefused'
  readonly error: 'invalid_client' | 'invalid_scope'

  constructor(error: TokenRefused['error'], message: string) {
    super(message)
    this.error = error
  }
}

/** Turns credentials into tokens and tokens into principals. One for each process. */
export class Authenticator {
  readonly #deps: Deps
  readonly #settings: AuthenticatorSettings
  readonly #cache = new TokenCache()
  readonly #clients: ShortMemory<ClientRow | undefined>
  #opened: Promise<TokenKeys> | undefined
  /** Every scope and what it allows, for the description of the API. */
  readonly scopes: Readonly<Record<Scope, string>> = scopes

  constructor(deps: Deps, settings: AuthenticatorSettings) {
    this.#deps = deps
    this.#settings = settings
    this.#clients = new ShortMemory((id) => findClient(deps.db, id), REMEMBERED_MS)
  }

  /**
   * A token for a client that knows its secret (RFC 6749 4.4), with the scopes asked for or all that
   * its roles carry. Throws `TokenRefused`; unknown, revoked and wrong look the same.
   */
  async issue(request: {
    readonly client: string
    readonly secret: string
    readonly scopes?: readonly string[]
    /** Of these no more than the roles carry, instead of all that they do. */
    readonly among?: readonly Scope[]
  }): Promise<IssuedToken> {
    const known = isUuid(request.client)
    const client = known ? await findClient(this.#deps.db, request.client) : undefined
    const proven = clientSecretMatches(request.client, request.secret, client?.secretHash)
    if (!client || !proven || client.revokedAt !== null) {
      throw new TokenRefused('invalid_client', 'The client is unknown or its secret is wrong.')
    }
    const allowed = scopesOf(client.roles as Role[])
    const foreign = request.scopes?.find((scope) => !allowed.has(scope as Scope))
    if (foreign !== undefined) {
      throw new TokenRefused('invalid_scope', `The client may not have the scope ${foreign}.`)
    }
    const { lifetimeSeconds, issuer, audience } = this.#settings
    const wanted = request.scopes ?? request.among?.filter((scope) => allowed.has(scope))
    const granted = wanted ? (wanted as Scope[]) : [...allowed]
    const token = await signAccessToken(
      {
        issuer,
        audience,
        client: client.id,
        scopes: granted,
        id: this.#deps.newId(),
        now: this.#deps.now(),
        lifetimeSeconds
      },
      (await this.#keys()).signing()
    )
    return { token, expiresInSeconds: lifetimeSeconds, scopes: granted }
  }

  /**
   * The principal of an access token: at most a second behind what the database says of its client.
   * Throws `UNAUTHENTICATED`.
   */
  async authenticate(token: string): Promise<Principal> {
    const verified = await this.#verify(token)
    const client = await this.#clients.get(verified.claims.client)
    if (!client || client.revokedAt !== null) {
      throw new RegistryError('UNAUTHENTICATED', 'The client of this token has been revoked.')
    }
    if (verified.standing?.client !== client) {
      verified.standing = { client, principal: principalOf(client, verified.claims.scopes) }
    }
    return verified.standing.principal
  }

  /** Ends the tokens of a revoked client in this process at once. */
  forget(client: string): void {
    this.#clients.forget(client)
  }

  async #verify(token: string): Promise<VerifiedToken> {
    const now = this.#deps.now()
    const known = this.#cache.get(token, now.getTime())
    if (known) return known
    if (token.length > LONGEST_TOKEN) {
      throw new RegistryError('UNAUTHENTICATED', 'The access token is too long.')
    }
    const issuer = this.#deps.issuers.ofToken(token)
    const claims = issuer
      ? await this.#verifyForeign(issuer, token, now)
      : await verifyAccessToken(token, await this.#keys(), this.#settings, now)
    const verified = { claims, standing: null }
    this.#cache.set(token, verified, now.getTime())
    return verified
  }

  /** What another issuer says counts for the client that an administrator made for its subject. */
  async #verifyForeign(issuer: TrustedIssuer, token: string, now: Date): Promise<TokenClaims> {
    const { subject, ...claims } = await issuer.verify(token, this.#settings.audience, now)
    const client = await findClientOf(this.#deps.db, issuer.issuer, subject)
    if (client) return { ...claims, client: client.id }
    throw new RegistryError(
      'UNAUTHENTICATED',
      `No client stands for the sub of this token of ${issuer.issuer}; an administrator makes one with it as identity.`
    )
  }

  /** True for the token that the operator has given to a monitoring system. */
  isMonitor(token: string): boolean {
    return monitorTokenMatches(token, this.#settings.metricsToken)
  }

  /** The public keys, as /.well-known/jwks.json serves them. */
  async keySet(): Promise<ReturnType<TokenKeys['published']>> {
    return (await this.#keys()).published()
  }

  /** Opened by the first who needs them, and again after a failure. */
  #keys(): Promise<TokenKeys> {
    this.#opened ??= TokenKeys.open(this.#deps).catch((error) => {
      this.#opened = undefined
      throw error
    })
    return this.#opened
  }
}

/** Roles that were taken away since the token was issued take their scopes with them. */
export function principalOf(client: ClientRow, asked: readonly Scope[]): Principal {
  const roles = client.roles as Role[]
  const allowed = scopesOf(roles)
  return Object.freeze({
    client: client.id,
    organization: client.organization,
    roles,
    scopes: new Set(asked.filter((scope) => allowed.has(scope)))
  })
}
