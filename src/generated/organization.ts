/** Generated from schemas/organization.json; do not edit. */
/**
 * A legal actor of the chain: who owns, holds, makes, verifies or buys. What is stated here is declared by whoever registers it.
 */
export interface Organization {
  /**
   * Legal name, as in the commercial register.
   */
  name: string
  /**
   * Country of registration, ISO 3166-1 alpha-2.
   */
  country: string
  /**
   * Public web address.
   */
  website?: string
  /**
   * Numbers by which others know the organization.
   *
   * @maxItems 20
   */
  identifiers?: Identifier[]
}
export interface Identifier {
  /**
   * Who gave the number: lei (ISO 17442), gln (GS1), duns, cage, uscc (China), vat, eori, register or other.
   */
  scheme: 'lei' | 'gln' | 'duns' | 'cage' | 'uscc' | 'vat' | 'eori' | 'register' | 'other'
  value: string
}
