/** The attributes of an element, by local name; a Map of them is one. */
export interface Attributes extends Iterable<readonly [name: string, value: string]> {
  readonly size: number
  get(name: string): string | undefined
}
