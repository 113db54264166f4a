/** Generated from schemas/epd.json; do not edit. */
/**
 * An environmental product declaration (ISO 14025 type III) in the native format of the Lodestone registry. Decimals are strings and kept as written. A value that is not declared (MND), one that is not assessed (INA) and 0 are three different things.
 */
export interface Epd {
  /**
   * The schema that the document follows; may be left out.
   */
  schema?: 'https://lodestone.example/schemas/epd.json'
  /**
   * The same for all versions of the declaration.
   */
  id: string
  /**
   * One to three numbers, compared number by number: 1 is 1.0.0 is 01.00.000, and 1.10 comes after 1.9.
   */
  version: string
  name: Names
  owner: EpdParty
  operator?: EpdParty1
  practitioner?: EpdParty2
  verification?: EpdVerification
  /**
   * The number that the programme gave, also when it is only reserved.
   */
  registrationNumber?: string
  pcr?: EpdPcr
  /**
   * What it complies with: EN 15804+A2, ISO 14025, ISO 14067, GB/T 24025 ...
   *
   * @minItems 1
   * @maxItems 20
   */
  standards: string[]
  /**
   * The set of characterization factors of its results: EF 3.1, EF 3.0, EN15804+A1, or another one of data/methods.json, which no profile takes.
   */
  methodSet: string
  /**
   * A calendar day (2031-10-31), or a month (2031-10) or year (2031) where no more is known: its first day where something starts, its last where it ends.
   */
  published?: string
  /**
   * A calendar day (2031-10-31), or a month (2031-10) or year (2031) where no more is known: its first day where something starts, its last where it ends.
   */
  validFrom: string
  /**
   * A calendar day (2031-10-31), or a month (2031-10) or year (2031) where no more is known: its first day where something starts, its last where it ends.
   */
  validUntil: string
  /**
   * When the data of the own processes were collected.
   */
  dataPeriod?: {
    from: string
    until: string
  }
  /**
   * What the figures hold for: ISO 3166-1 alpha-2, ISO 3166-2 or UN M49 (001 is the world).
   *
   * @minItems 1
   * @maxItems 50
   */
  geography?: string[]
  /**
   * @maxItems 200
   */
  sites?: Site[]
  product: EpdProduct
  declaredUnit: EpdDeclaredUnit
  allocation?: EpdAllocation
  /**
   * @maxItems 20
   */
  backgroundDatabases?: Database[]
  /**
   * A change of the energy mix asks for a new declaration (Regulation (EU) 2024/1252 annex V).
   */
  electricity?: {
    approach: 'market_based' | 'location_based' | 'on_site' | 'mixed'
    description?: Texts
    /**
     * A decimal number as text, point as separator, no exponent.
     */
    kgCo2ePerKwh?: string
  }
  dataQuality?: {
    /**
     * Part of GWP-total that rests on own data, percent.
     */
    primaryDataSharePct?: string
    statement?: Texts
  }
  /**
   * kg C per declared unit.
   */
  biogenicCarbon?: {
    /**
     * A decimal number as text, point as separator, no exponent.
     */
    productKg?: string
    /**
     * A decimal number as text, point as separator, no exponent.
     */
    packagingKg?: string
  }
  boundary: EpdBoundary
  /**
   * @maxItems 100
   */
  scenarios?: EpdScenario[]
  /**
   * @maxItems 500
   */
  includes?: EpdIncluded[]
  /**
   * @minItems 1
   * @maxItems 200
   */
  results: EpdResult[]
  /**
   * @maxItems 50
   */
  documents?: Document[]
  note?: Texts
}
/**
 * The name of the declared product.
 */
export interface Names {
  [k: string]: string
}
/**
 * Who declares. Its organization is that of whoever submits, also when left out.
 */
export interface EpdParty {
  name: string
  /**
   * Its id where it is registered here.
   */
  organization?: string
  /**
   * ISO 3166-1 alpha-2.
   */
  country?: string
  /**
   * A web address or a URN, without spaces. Never fetched by the registry.
   */
  website?: string
}
/**
 * The programme operator. When its organization is given, only that one publishes.
 */
export interface EpdParty1 {
  name: string
  /**
   * Its id where it is registered here.
   */
  organization?: string
  /**
   * ISO 3166-1 alpha-2.
   */
  country?: string
  /**
   * A web address or a URN, without spaces. Never fetched by the registry.
   */
  website?: string
}
/**
 * Who made the study.
 */
export interface EpdParty2 {
  name: string
  /**
   * Its id where it is registered here.
   */
  organization?: string
  /**
   * ISO 3166-1 alpha-2.
   */
  country?: string
  /**
   * A web address or a URN, without spaces. Never fetched by the registry.
   */
  website?: string
}
/**
 * What the document says about its verification.
 */
export interface EpdVerification {
  /**
   * As ILCD names reviews.
   */
  kind:
    | 'dependent_internal'
    | 'independent_internal'
    | 'independent_external'
    | 'accredited_third_party'
    | 'independent_panel'
  verifier?: EpdParty3
  /**
   * A calendar day (2031-10-31), or a month (2031-10) or year (2031) where no more is known: its first day where something starts, its last where it ends.
   */
  date?: string
  /**
   * A web address or a URN, without spaces. Never fetched by the registry.
   */
  reportHref?: string
}
export interface EpdParty3 {
  name: string
  /**
   * Its id where it is registered here.
   */
  organization?: string
  /**
   * ISO 3166-1 alpha-2.
   */
  country?: string
  /**
   * A web address or a URN, without spaces. Never fetched by the registry.
   */
  website?: string
}
/**
 * The product category rules that the declaration follows.
 */
export interface EpdPcr {
  /**
   * The number or id that the programme gave it.
   */
  id?: string
  name: string
  version?: string
  publisher?: string
  /**
   * A calendar day (2031-10-31), or a month (2031-10) or year (2031) where no more is known: its first day where something starts, its last where it ends.
   */
  validUntil?: string
  /**
   * A web address or a URN, without spaces. Never fetched by the registry.
   */
  href?: string
}
/**
 * Where the product is made: a registered facility, or a name and a country.
 */
export interface Site {
  /**
   * A facility registered here.
   */
  facility?: string
  name?: string
  /**
   * ISO 3166-1 alpha-2.
   */
  country?: string
  /**
   * ISO 3166-2.
   */
  region?: string
  /**
   * Part of the production that the figures stand for, 0 to 1.
   */
  share?: string
}
export interface EpdProduct {
  /**
   * Id of the last process stage, as in /v1/facilities and events.
   */
  stage: string
  /**
   * Id of the product class, as in events.
   */
  class: string
  /**
   * What it is made from: ore, scrap, or both.
   */
  feed?: 'primary' | 'secondary' | 'mixed'
  /**
   * What the figures stand for; specific when absent.
   */
  representing?: 'specific' | 'average' | 'representative' | 'template' | 'generic'
  description?: Texts
  grade?: string
  composition?: EpdComposition
  /**
   * @maxItems 50
   */
  classifications?: Classification[]
}
/**
 * Text by language (BCP 47).
 */
export interface Texts {
  [k: string]: string
}
/**
 * Percent of the mass of the product.
 */
export interface EpdComposition {
  basis: 'element' | 'oxide' | 'substance'
  /**
   * The shares are meant to add up to the whole. False when absent.
   */
  complete?: boolean
  /**
   * @minItems 1
   * @maxItems 200
   */
  components: EpdComponent[]
}
/**
 * One part of the product: a share, or the bounds of one.
 */
export interface EpdComponent {
  /**
   * A symbol for basis element, a formula for basis oxide, any name for basis substance.
   */
  substance: string
  /**
   * A decimal number as text, point as separator, no exponent.
   */
  sharePct?: string
  /**
   * A decimal number as text, point as separator, no exponent.
   */
  minimumPct?: string
  /**
   * A decimal number as text, point as separator, no exponent.
   */
  maximumPct?: string
  cas?: string
  ec?: string
  /**
   * Hazard statement codes of the Globally Harmonized System.
   *
   * @maxItems 30
   */
  hazards?: string[]
  /**
   * On the REACH candidate list.
   */
  svhc?: boolean
  /**
   * A decimal number as text, point as separator, no exponent.
   */
  postConsumerPct?: string
  /**
   * A decimal number as text, point as separator, no exponent.
   */
  preConsumerPct?: string
  /**
   * Part of the packaging, not of the product; never counted into the sum.
   */
  packaging?: boolean
}
export interface Classification {
  /**
   * CPC, HS, CAS, EC, or the name of another system.
   */
  system: string
  code: string
  name?: string
}
/**
 * What all figures are for.
 */
export interface EpdDeclaredUnit {
  /**
   * A decimal number as text, point as separator, no exponent.
   */
  value: string
  /**
   * UN/ECE Recommendation 20 code.
   */
  unit: string
  description?: Texts
  mass?: Quantity
  /**
   * @maxItems 20
   */
  properties?: MaterialProperty[]
}
/**
 * Needed where the unit is not one of mass.
 */
export interface Quantity {
  /**
   * A decimal number as text, point as separator, no exponent.
   */
  value: string
  /**
   * UN/ECE Recommendation 20 code: KGM, TNE, MTQ, C62 ...
   */
  unit: string
}
export interface MaterialProperty {
  property:
    | 'gross_density'
    | 'bulk_density'
    | 'grammage'
    | 'layer_thickness'
    | 'linear_density'
    | 'weight_per_piece'
    | 'productiveness'
    | 'conversion_factor_to_1_kg'
  /**
   * A decimal number as text, kept as written, with a point and, where wanted, an exponent.
   */
  value: string
  /**
   * As the property is stated: kg/m3, kg/m2, m ...
   */
  unit: string
}
/**
 * How the loads of shared processes are divided.
 */
export interface EpdAllocation {
  /**
   * none: the process has one product.
   */
  method: 'none' | 'mass' | 'economic' | 'physical' | 'system_expansion' | 'other'
  description?: Texts
  /**
   * @maxItems 100
   */
  shares?: CoProduct[]
}
export interface CoProduct {
  name: string
  /**
   * 0 to 1; the shares of all co-products, this product included, add up to 1.
   */
  share: string
}
export interface Database {
  name: string
  version?: string
  /**
   * The ILCD source data set.
   */
  id?: string
}
export interface EpdBoundary {
  kind: 'cradle_to_gate' | 'gate_to_gate' | 'cradle_to_gate_with_options' | 'cradle_to_grave'
  /**
   * The modules that are declared.
   *
   * @minItems 1
   * @maxItems 18
   *
   * Items: A1, A1-A3, C4, D ...
   */
  modules: string[]
  exclusions?: Texts1
  credits?: Texts2
}
/**
 * Text by language (BCP 47).
 */
export interface Texts1 {
  [k: string]: string
}
/**
 * Text by language (BCP 47).
 */
export interface Texts2 {
  [k: string]: string
}
export interface EpdScenario {
  id: string
  name?: Names1
  group?: string
  default?: boolean
  description?: Texts
}
/**
 * A name by language (BCP 47).
 */
export interface Names1 {
  [k: string]: string
}
/**
 * A declaration whose figures are built into these.
 */
export interface EpdIncluded {
  /**
   * The id of the declaration in this registry.
   */
  epd?: string
  /**
   * One to three numbers, compared number by number: 1 is 1.0.0 is 01.00.000, and 1.10 comes after 1.9.
   */
  version?: string
  name?: string
  /**
   * A web address or a URN, without spaces. Never fetched by the registry.
   */
  href?: string
  quantity: Quantity1
  /**
   * Part of GWP-total of A1-A3 that comes from it, 0 to 1.
   */
  gwpShare?: string
}
/**
 * Per declared unit.
 */
export interface Quantity1 {
  /**
   * A decimal number as text, point as separator, no exponent.
   */
  value: string
  /**
   * UN/ECE Recommendation 20 code: KGM, TNE, MTQ, C62 ...
   */
  unit: string
}
/**
 * All values of one indicator.
 */
export interface EpdResult {
  /**
   * Code of EN 15804 such as GWP-total or PERT, or urn:uuid: with the ILCD id of one that has no code here.
   */
  indicator: string
  /**
   * The set of characterization factors, where it is not `methodSet`. Never for inventory indicators.
   */
  method?: string
  name?: Names2
  unit: string
  /**
   * The ILCD unit group, where the values come from an ILCD document: it decides, not the text.
   */
  unitGroup?: string
  /**
   * The ILCD flow or LCIA method that the values were stated for.
   */
  reference?: {
    /**
     * A UUID in lower case, as RFC 9562 writes it.
     */
    uuid: string
    /**
     * One to three numbers, compared number by number: 1 is 1.0.0 is 01.00.000, and 1.10 comes after 1.9.
     */
    version?: string
  }
  /**
   * @minItems 1
   * @maxItems 400
   */
  values: EpdValue[]
}
/**
 * A name by language (BCP 47).
 */
export interface Names2 {
  [k: string]: string
}
export interface EpdValue {
  /**
   * A1, A1-A3, C4, D ...
   */
  module: string
  /**
   * The id of one of `scenarios`; absent where the module has only one.
   */
  scenario?: string
  /**
   * A decimal number as text, kept as it was written anywhere, with a point and, where wanted, an exponent; MND: the module is not declared; INA: the indicator is not assessed. 0 means calculated as zero.
   */
  value: string
}
export interface Document {
  kind: 'epd_pdf' | 'project_report' | 'verification_report' | 'lci' | 'certificate' | 'other'
  title?: string
  /**
   * A web address or a URN, without spaces. Never fetched by the registry.
   */
  href: string
  sha256?: string
  mediaType?: string
}
