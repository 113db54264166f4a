import type { Texts } from './texts.ts'

/** Stands where a document of another format does not say what is asked for: nothing is guessed. */
export const UNSTATED = 'unstated'

/** What is declared. */
export interface Product {
  /** Id of the last process stage (data/stages.json). */
  readonly stage: string
  /** Id of the product class (data/products.json). */
  readonly class: string
  readonly feed?: 'primary' | 'secondary' | 'mixed'
  readonly representing?: 'specific' | 'average' | 'representative' | 'template' | 'generic'
  readonly description?: Texts
  readonly grade?: string
  readonly composition?: Composition
  readonly classifications: readonly Classification[]
}

/** `CPC`, `HS`, `CAS`, `EC` or the name of another system. */
export interface Classification {
  readonly system: string
  readonly code: string
  readonly name?: string
}

/** Percent of the mass of the product. */
export interface Composition {
  readonly basis: 'element' | 'oxide' | 'substance'
  readonly complete: boolean
  readonly components: readonly Component[]
}

/** A share, or the bounds of one. */
export interface Component {
  readonly substance: string
  readonly sharePct?: string
  readonly minimumPct?: string
  readonly maximumPct?: string
  readonly cas?: string
  readonly ec?: string
  readonly hazards?: readonly string[]
  readonly svhc?: boolean
  readonly postConsumerPct?: string
  readonly preConsumerPct?: string
  /** Part of the packaging, not of the product. */
  readonly packaging?: boolean
}

/** What all figures are for. */
export interface DeclaredUnit extends Quantity {
  readonly description?: Texts
  readonly mass?: Quantity
  readonly properties: readonly MaterialProperty[]
}

/** A decimal with a UN/ECE Rec 20 unit. */
export interface Quantity {
  readonly value: string
  readonly unit: string
}

/** As the MatML properties of ILCD reference flows; the unit is text as stated. */
export interface MaterialProperty {
  readonly property:
    | 'gross_density'
    | 'bulk_density'
    | 'grammage'
    | 'layer_thickness'
    | 'linear_density'
    | 'weight_per_piece'
    | 'productiveness'
    | 'conversion_factor_to_1_kg'
  readonly value: string
  readonly unit: string
}
