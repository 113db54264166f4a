/** The RFC 6901 pointer of a member below `parent`; `~` and `/` in names are escaped. */
export function childPointer(parent: string, ...names: readonly string[]): string {
  let pointer = parent
  for (const name of names) pointer += `/${escaped(name)}`
  return pointer
}

/** Hardly any name has anything to escape. */
function escaped(name: string): string {
  return /[~/]/.test(name) ? name.replaceAll('~', '~0').replaceAll('/', '~1') : name
}

/** The names that a pointer goes through, as they are written in the document. */
export function namesIn(pointer: string): string[] {
  return pointer
    .split('/')
    .slice(1)
    .map((name) => name.replaceAll('~1', '/').replaceAll('~0', '~'))
}
