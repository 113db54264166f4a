/** Who is calling, as identity established it from the access token. */
export interface Principal {
  readonly client: string
  readonly organization: string
  readonly roles: readonly Role[]
  readonly scopes: ReadonlySet<Scope>
}

export type Role = 'producer' | 'verifier' | 'operator' | 'buyer' | 'auditor' | 'admin'

export type Scope =
  | 'epd:read'
  | 'epd:write'
  | 'epd:verify'
  | 'epd:operate'
  | 'event:write'
  | 'chain:read'
  | 'report:read'
  | 'party:read'
  | 'party:write'
  | 'grant:write'
  | 'metrics:read'
  | 'admin'
