/** Messages that can be read in two ways, on the wire: a proxy in front may have read the other one. */
import t from 'tap'
import { exchange, listening } from '../../support/raw-socket.ts'
import { testApp } from '../../support/service.ts'

t.test('accepts', async (t) => {
  const service = await testApp(t)
  const port = await listening(service.app)
  const producer = await service.actor('producer')

  t.test('every form of host, and none in HTTP/1.0', async (t) => {
    for (const host of ['', 'x', 'registry.example:8080', '[::1]:8080', '127.0.0.1', 'a_b']) {
      const answer = await exchange(t, port, ask(`Host: ${host}`))
      t.match(answer, /^HTTP\/1\.1 200 /, host)
    }
    t.match(await exchange(t, port, 'GET /health/live HTTP/1.0\r\n\r\n'), /^HTTP\/1\.1 200 /)
  })

  t.test('an address in absolute form, which is routed and refused like any other', async (t) => {
    const at = (method: string, path: string) =>
      exchange(
        t,
        port,
        `${method} http://x${path} HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n`
      )
    t.match(await at('GET', '/health/live'), /^HTTP\/1\.1 200 /)
    const refused = await at('PUT', '/v1/batches?limit=1')
    t.match(refused, /^HTTP\/1\.1 405 /)
    t.match(refused, /\r\nallow: GET, HEAD\r\n/i)
    t.match(refused, '"detail":"/v1/batches takes GET, HEAD, not PUT."')
  })

  t.test('headers that may come twice, and bodies in chunks', async (t) => {
    const { token } = producer
    const head = [
      'POST /v1/events HTTP/1.1',
      'Host: x',
      `Authorization: Bearer ${token}`,
      'Content-Type: application/json',
      'Prefer: handling=strict',
      'Prefer: return=representation',
      'Transfer-Encoding: Chunked',
      'Connection: close'
    ]
    const answer = await exchange(t, port, `${head.join('\r\n')}\r\n\r\n2\r\n{}\r\n0\r\n\r\n`)
    t.match(answer, /^HTTP\/1\.1 422 /, 'it was read')
  })
})

t.test('refuses', async (t) => {
  const service = await testApp(t)
  const port = await listening(service.app)
  const { token } = await service.actor('producer')

  t.test('a host that is missing, given twice, or none at all', async (t) => {
    t.match(await exchange(t, port, ask()), refusal('The Host header is missing.'))
    t.match(await exchange(t, port, ask('Host: x', 'HOST: x')), refusal('The header host is given'))
    for (const host of ['a b', 'a/b', 'a@b', 'a<b>', 'a,b c', '"a"']) {
      t.match(await exchange(t, port, ask(`Host: ${host}`)), refusal('names no host'), host)
    }
  })

  t.test('two tokens, and two media types, of which one would be dropped', async (t) => {
    const fine = `Authorization: Bearer ${token}`
    const twice = await exchange(t, port, ask('Host: x', fine, 'authorization: Bearer other'))
    t.match(twice, refusal('The header authorization is given twice.'))
    const types = ['Content-Type: application/json', 'Content-Type: text/plain']
    t.match(await exchange(t, port, ask('Host: x', ...types)), refusal('content-type is given'))
  })

  t.test('another version of HTTP, and other transfer codings', async (t) => {
    const old = 'GET /health/live HTTP/2.0\r\nHost: x\r\nConnection: close\r\n\r\n'
    t.match(await exchange(t, port, old), refusal('Send HTTP/1.1.'))
    const coded = ask('Host: x', 'Transfer-Encoding: gzip, chunked')
    t.match(await exchange(t, port, `${coded}0\r\n\r\n`), refusal('transfer coding is chunked'))
  })
})

function ask(...headers: readonly string[]): string {
  const lines = ['GET /health/live HTTP/1.1', ...headers, 'Connection: close', '', '']
  return lines.join('\r\n')
}

function refusal(detail: string): RegExp {
  const words = detail.replaceAll('.', '\\.')
  return new RegExp(`^HTTP/1\\.1 400 [^]*"code":"REQUEST_INVALID"[^]*${words}`)
}
