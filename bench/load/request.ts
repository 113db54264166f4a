/** The bytes of one request. */
export function requestBytes(
  method: string,
  path: string,
  token: string | null,
  body?: { readonly type: string; readonly bytes: Buffer; readonly headers?: readonly string[] }
): Buffer {
  const head = [
    `${method} ${path} HTTP/1.1`,
    'host: localhost',
    ...(token === null ? [] : [`authorization: Bearer ${token}`]),
    ...(body ? [`content-type: ${body.type}`, `content-length: ${body.bytes.length}`] : []),
    ...(body?.headers ?? [])
  ]
  return Buffer.concat([Buffer.from(`${head.join('\r\n')}\r\n\r\n`), ...(body ? [body.bytes] : [])])
}
