import { isLarge } from '../../domain/large-json.ts'

/**
 * A report as JSON text for people and machines, in pieces: members in the order of the model, two
 * spaces, a newline at the end, as `JSON.stringify` writes it. The same model gives the same bytes.
 */
export function* jsonPieces(report: object): Generator<string> {
  yield* piecesOf(report, '\n')
  yield '\n'
}

/** No text of JSON has a line break in it, so each one begins a line. */
function* piecesOf(value: unknown, line: string): Generator<string> {
  if (!isLarge(value)) {
    yield JSON.stringify(value ?? null, null, 2).replaceAll('\n', line)
    return
  }
  const isList = Array.isArray(value)
  let before = isList ? '[' : '{'
  for (const [name, member] of Object.entries(value)) {
    if (!isList && member === undefined) continue
    yield `${before}${line}  ${isList ? '' : `${JSON.stringify(name)}: `}`
    yield* piecesOf(member, `${line}  `)
    before = ','
  }
  if (before === '{') yield before
  yield before === '{' ? '}' : `${line}${isList ? ']' : '}'}`
}
