/** What `lodestone report` makes of BATCH=KG. */
import { spawn } from 'node:child_process'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { fileURLToPath } from 'node:url'
import t from 'tap'

const BIN = fileURLToPath(new URL('../../bin/lodestone', import.meta.url))

t.test('takes what stands behind the last = for kilograms, where it is a number', async (t) => {
  const urls: string[] = []
  const server = createServer((request, response) => {
    const url = request.url ?? ''
    urls.push(url)
    response.setHeader('content-type', 'application/json')
    if (url === '/auth/token') return response.end('{"access_token":"t","expires_in":60}')
    return response.end('{"items":[{"id":"0b9f6d5a-9a9e-4d27-8a52-0f6f1a1f7c12"}]}')
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  t.teardown(() => server.close())
  const { port } = server.address() as AddressInfo
  const env = {
    PATH: process.env['PATH'] ?? '',
    LODESTONE_URL: `http://127.0.0.1:${port}`,
    LODESTONE_CLIENT_ID: 'a',
    LODESTONE_CLIENT_SECRET: 'b'
  }
  for (const [written, number, quantityKg] of [
    ['M-101=0.35', 'M-101', '0.35'],
    ['M-101', 'M-101', null],
    ['LOT=A7', 'LOT=A7', null],
    ['LOT=A7=12.5', 'LOT=A7', '12.5'],
    ['M-101=0.3=5', 'M-101=0.3', '5'],
    ['M-101=-1', 'M-101', '-1']
  ] as const) {
    urls.length = 0
    const child = spawn(BIN, ['report', 'crma-29', written], { env })
    const code = await new Promise((resolve) => child.on('close', resolve))
    t.equal(code, 0, written)
    const [looked, report] = urls.slice(1).map((url) => new URL(url, 'http://x').searchParams)
    t.equal(looked?.get('number'), number, written)
    t.equal(report?.get('quantityKg'), quantityKg, `${written}: nothing behind it is dropped`)
  }
})
