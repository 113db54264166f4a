/**
 * The path of an address as it is routed: without a query, and of an address in absolute form (RFC 9112
 * 3.2.2) without the host and whatever else stands before it.
 */
export function pathOf(url: string): string {
  const end = url.search(/[?#]/)
  const path = end === -1 ? url : url.slice(0, end)
  return path.startsWith('/') ? path : path.replace(/^[a-z]+:\/\/[^/]*/i, '')
}

/** What is said of an address in which something cannot be read. */
export const UNREADABLE =
  'is not UTF-8 that is percent-encoded: write % itself as %25, and ü as %C3%BC.'

/** What of a path cannot be read: a sign or a row of signs that are percent-encoded, and not as UTF-8. */
export function unreadableIn(path: string): string | undefined {
  return path.match(/(?:%[0-9a-f]{2})+|%.{0,2}/gi)?.find((signs) => {
    try {
      decodeURIComponent(signs)
      return false
    } catch {
      return true
    }
  })
}
