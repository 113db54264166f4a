/** Methods that no resource here takes are told so on the wire, CONNECT too, which is no request to a resource. */
import t from 'tap'
import { exchange, listening, message, rawClient } from '../../support/raw-socket.ts'
import { testApp } from '../../support/service.ts'

const service = await testApp(t)
const port = await listening(service.app)
const PROBLEM = /\r\ncontent-type: application\/problem\+json\r\n/i

t.test('a tunnel is refused with a problem, and no method would do', async (t) => {
  for (const target of ['x:1', 'localhost:443', '[::1]:8080']) {
    const answer = await exchange(t, port, `CONNECT ${target} HTTP/1.1\r\nhost: x\r\n\r\n`)
    t.match(answer, /^HTTP\/1\.1 405 /, target)
    t.match(answer, /\r\nallow:\s*\r\n/i)
    t.match(answer, /\r\nconnection: close\r\n/i)
    t.match(answer, PROBLEM)
    t.match(answer, '"code":"METHOD_NOT_ALLOWED","detail":"This is no proxy:')
  }
})

t.test('behind requests that are under way it is refused after their answers', async (t) => {
  const ask = 'GET /health/live HTTP/1.1\r\nhost: x\r\n\r\n'
  const answer = await exchange(t, port, `${ask}${ask}CONNECT x:1 HTTP/1.1\r\nhost: x\r\n\r\n`)
  t.strictSame(answer.match(/HTTP\/1\.1 \d+/g), ['HTTP/1.1 200', 'HTTP/1.1 200', 'HTTP/1.1 405'])
})

t.test('who asks for one and is gone does no harm', async (t) => {
  const client = await rawClient(t, port)
  client.send('CONNECT x:1 HTTP/1.1\r\nhost: x\r\n\r\n')
  client.socket.resetAndDestroy()
  await client.ended
  t.match(await exchange(t, port, message('GET', '/health/live')), /^HTTP\/1\.1 200 /)
})

t.test('other methods than those of a resource are told which it takes', async (t) => {
  for (const method of ['TRACE', 'PROPFIND', 'QUERY', 'OPTIONS', 'PATCH', 'SEARCH', 'LINK']) {
    const answer = await exchange(t, port, message(method, '/v1/epds'))
    t.match(answer, /^HTTP\/1\.1 405 /, method)
    t.match(answer, /\r\nallow: GET, HEAD, POST\r\n/i, method)
    t.match(answer, PROBLEM, method)
  }
})

t.test('what is no method of HTTP at all is told how methods are written', async (t) => {
  for (const method of ['get', 'FETCH']) {
    const answer = await exchange(t, port, message(method, '/v1/epds'))
    t.match(answer, /^HTTP\/1\.1 400 /, method)
    t.match(answer, PROBLEM, method)
    t.match(answer, 'in capitals, such as GET or POST.', method)
  }
})
