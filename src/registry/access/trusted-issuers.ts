import { type IssuerTerms, issuerOf, TrustedIssuer } from '../../identity/trusted-issuer.ts'

/** The other issuers of access tokens whose word is taken here; the operator names them. */
export class TrustedIssuers {
  readonly #issuers: ReadonlyMap<string, TrustedIssuer>

  constructor(terms: readonly IssuerTerms[]) {
    this.#issuers = new Map(terms.map((one) => [one.issuer, new TrustedIssuer(one)]))
  }

  names(): readonly string[] {
    return [...this.#issuers.keys()]
  }

  trusts(issuer: string): boolean {
    return this.#issuers.has(issuer)
  }

  /** Who has to verify the token; undefined where it claims to be of nobody that is named here. */
  ofToken(token: string): TrustedIssuer | undefined {
    if (this.#issuers.size === 0) return undefined
    const issuer = issuerOf(token)
    return issuer === undefined ? undefined : this.#issuers.get(issuer)
  }
}
