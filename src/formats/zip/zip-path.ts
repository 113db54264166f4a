/**
 * The path of an entry with `/` between folders, or why it is none. Windows programs write `\`, and
 * soda4LCA has written it: it means the same. Nothing may lead out of the archive.
 */
export function zipPath(name: string): { readonly path?: string; readonly unfit?: Unfit } {
  const slashed = name.replaceAll('\\', '/')
  if (/[\p{Cc}\p{Zl}\p{Zp}\uFFFD]/u.test(name)) {
    return unfit('has control characters in its name', 'Give it a name without them.')
  }
  if (slashed.startsWith('/') || /^[A-Za-z]:/.test(slashed)) return unfit('has an absolute path')
  const steps = slashed.split('/').filter((step) => step !== '' && step !== '.')
  if (steps.includes('..')) return unfit('leads out of the archive')
  if (steps.length === 0) return unfit('has no name')
  return { path: steps.join('/').normalize('NFC') }
}

/** What an entry has against it, and how it is packed right. */
export interface Unfit {
  readonly why: string
  readonly remedy: string
}

export const FROM_WITHIN =
  'Pack the files anew, from within the folder that holds them, so that each has a plain path below it.'

function unfit(why: string, remedy = FROM_WITHIN): { readonly unfit: Unfit } {
  return { unfit: { why, remedy } }
}

/** True for an entry that stands for a folder. */
export function isFolder(name: string): boolean {
  return /[/\\]$/.test(name)
}
