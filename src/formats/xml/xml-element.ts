import type { Attributes } from './attributes.ts'

export interface XmlElement {
  /** Local name. */
  readonly name: string
  /** Empty where it is in none. */
  readonly namespace: string
  /**
   * By local name. Where the reader has a vocabulary, one of a namespace outside it is called
   * `{namespace}name`, so that nothing takes it for one inside.
   */
  readonly attributes: Attributes
  /** All character data that lies directly in it, without the white space that it begins with. */
  readonly text: string
  readonly children: readonly XmlElement[]
}

export interface XmlLimits {
  readonly bytes: number
  readonly depth: number
  readonly elements: number
}
