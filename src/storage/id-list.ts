/**
 * Ids as the text of a `uuid[]`: what `pg` would make of an array, without looking for characters to
 * escape in each of thousands of ids.
 */
export function idList(ids: Iterable<string>): string {
  return `{${[...ids].join()}}`
}
