/** The beginning of a text, of whole characters: half of one is no text of JSON (RFC 8259 8.2) or XML. */
export function cutText(text: string, length: number): string {
  const cut = text.slice(0, length)
  return cut.isWellFormed() ? cut : cut.slice(0, -1)
}
