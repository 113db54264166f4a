import type { Attributes } from './attributes.ts'
import type { XmlElement } from './xml-element.ts'
import type { ExpandedName } from './xml-scope.ts'

/** Of all leaves; never added to. */
const NO_CHILDREN: XmlElement[] = []

/**
 * A growing element. Of a class, not a literal: what V8 makes of literals that often outlive a
 * collection it puts where hardly anything is collected, and with them all that they hold.
 */
export class OpenElement implements XmlElement {
  readonly name: string
  readonly namespace: string
  readonly attributes: Attributes
  children: XmlElement[] = NO_CHILDREN
  text = ''

  constructor({ name, namespace }: ExpandedName, attributes: Attributes) {
    this.name = name
    this.namespace = namespace
    this.attributes = attributes
  }

  append(child: XmlElement): void {
    if (this.children === NO_CHILDREN) this.children = Array.of(child)
    else this.children.push(child)
  }
}
