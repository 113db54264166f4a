/** The RFC 6901 pointer of a member below `parent`; `~` and `/` in names are escaped. */
export function childPointer(parent: string, ...names: readonly string[]): string {
  return names.reduce(
    (pointer, name) => `${pointer}/${name.replaceAll('~', '~0').replaceAll('/', '~1')}`,
    parent
  )
}
