/** The rule set of data/rules/crma-29.json: what Regulation (EU) 2024/1252 Art. 29 asks of magnets. */
export interface RecycledRuleSet {
  readonly id: string
  readonly effectiveFrom: string
  readonly revision: string
  readonly title: string
  readonly cite: string
  /** The day from which shares are published, or later as the text says. */
  readonly appliesFrom: Term & { readonly date: string }
  /** Above so many kilograms of magnets in a product they are. */
  readonly threshold: Term & { readonly kg: string }
  /** The products that are asked about. */
  readonly appliesTo: Term
  /** Families of products whose batches are magnets and nothing else. */
  readonly magnetFamilies: readonly string[]
  /** The elements whose share is published, in the order of the regulation. */
  readonly elements: readonly string[]
  readonly types: readonly MagnetType[]
}

interface Term {
  readonly cite: string
  readonly text: string
}

/** A type of magnet that the regulation names. */
export interface MagnetType {
  readonly id: MagnetTypeId
  readonly name: string
  readonly cite: string
  /** Element -> least mass fraction, a decimal; all of them together show the type. */
  readonly recognizedBy: Readonly<Record<string, string>>
}

export type MagnetTypeId = 'NdFeB' | 'SmCo' | 'AlNiCo'
