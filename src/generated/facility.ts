/** Generated from schemas/facility.json; do not edit. */
/**
 * A place where material is mined, processed or stored, as it is from a date on. A change is a new version; earlier versions stay.
 */
export interface Facility {
  /**
   * The organization that the facility belongs to. The caller's own when absent.
   */
  organization?: string
  name: string
  /**
   * Where it stands, ISO 3166-1 alpha-2.
   */
  country: string
  /**
   * ISO 3166-2 code of the subdivision; it starts with the country.
   */
  region?: string
  /**
   * WGS 84, decimal degrees as text.
   */
  coordinates?: {
    latitude: string
    longitude: string
  }
  /**
   * The process stages that it may perform: ids of the table of stages.
   *
   * @minItems 1
   * @maxItems 30
   */
  stages: string[]
  /**
   * The organization that runs it, when that is not the one it belongs to.
   */
  operator?: string
  /**
   * The first day on which this version holds.
   */
  validFrom: string
  /**
   * attested: an operator or administrator of the registry has checked it. Default declared.
   */
  attestation?: 'declared' | 'attested'
  /**
   * Numbers by which others know the facility.
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
