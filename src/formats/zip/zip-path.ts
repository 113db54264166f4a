/**
 * The path of an entry with `/` between folders, or why it is none. Windows programs write `\`, and
 * soda4LCA has written it: it means the same. Nothing may lead out of the archive.
 */
export function zipPath(name: string): { readonly path?: string; readonly why?: string } {
  const slashed = name.replaceAll('\\', '/')
  if (/[\p{Cc}\p{Zl}\p{Zp}\uFFFD]/u.test(name)) return { why: 'has control characters in its name' }
  if (slashed.startsWith('/') || /^[A-Za-z]:/.test(slashed)) return { why: 'has an absolute path' }
  const steps = slashed.split('/').filter((step) => step !== '' && step !== '.')
  if (steps.includes('..')) return { why: 'leads out of the archive' }
  if (steps.length === 0) return { why: 'has no name' }
  return { path: steps.join('/').normalize('NFC') }
}

/** True for an entry that stands for a folder. */
export function isFolder(name: string): boolean {
  return /[/\\]$/.test(name)
}
