import { PassThrough } from 'node:stream'
import t from 'tap'
import { RegistryError } from '../../../src/errors.ts'
import { isLongBody, joinedBody } from '../../../src/http/body/joined-body.ts'
import { listening, message, rawClient } from '../../support/raw-socket.ts'
import { testApp } from '../../support/service.ts'

/** What comes out of a body that came in these chunks. */
async function joined(chunks: Iterable<Buffer>, most = Number.POSITIVE_INFINITY) {
  const source = new PassThrough()
  const body = joinedBody(source, (bytes) =>
    bytes > most ? new RegistryError('BODY_TOO_LARGE', 'too much') : undefined
  )
  const send = async () => {
    for (const chunk of chunks) {
      if (!source.write(chunk)) await new Promise((resolve) => source.once('drain', resolve))
    }
    source.end()
  }
  void send()
  const out: Buffer[] = []
  for await (const chunk of body) out.push(chunk as Buffer)
  return out
}

function* cut(bytes: Buffer, lengths: readonly number[]): Generator<Buffer> {
  for (let at = 0, n = 0; at < bytes.length; n += 1) {
    const length = lengths[n % lengths.length] ?? 1
    yield bytes.subarray(at, at + length)
    at += length
  }
}

const BYTES = Buffer.from(Array.from({ length: 150_000 }, (_, n) => n % 251))

t.test('accepts', async (t) => {
  t.test('a body in any chunks, byte for byte, and few of them', async (t) => {
    for (const lengths of [[16], [1, 5_000], [4_095], [4_096], [16_384, 3], [7, 11, 70_000]]) {
      const out = await joined(cut(BYTES, lengths))
      t.ok(Buffer.concat(out).equals(BYTES), `chunks of ${lengths}`)
      const large = [...cut(BYTES, lengths)].filter(({ length }) => length >= 4_096).length
      t.ok(out.length <= 2 * large + 1 + BYTES.length / (16_384 - 4_096), `${out.length} chunks`)
    }
  })

  t.test('an event of some thousand bytes that comes byte by byte', async (t) => {
    const service = await testApp(t)
    const producer = await service.actor('producer')
    const client = await rawClient(t, await listening(service.app))
    const body = JSON.stringify({ type: 'nonsense', note: 'x'.repeat(4_000) })
    const chunks = [...body].map((byte) => `1\r\n${byte}\r\n`).join('')
    const headers = {
      authorization: `Bearer ${producer.token}`,
      'content-type': 'application/json',
      'transfer-encoding': 'chunked'
    }
    client.send(message('POST', '/v1/events', headers, `${chunks}0\r\n\r\n`))
    t.match(await client.ended, /^HTTP\/1\.1 422 .*"pointer":"\/type"/s, 'read as a whole')
  })
})

t.test('refuses more than there may be, as soon as it has come', async (t) => {
  await t.rejects(joined(cut(BYTES, [1]), 1_000), { code: 'BODY_TOO_LARGE' })
  await t.rejects(joined(cut(BYTES, [10_000]), 1_000), { code: 'BODY_TOO_LARGE' })
})

t.test('refuses a body in too many small chunks', async (t) => {
  const refused = { code: 'BODY_INVALID', message: /send 16 bytes or more in each/ }
  await t.rejects(joined(cut(BYTES, [1])), refused)
  await t.rejects(joined(cut(BYTES, [15])), refused)
  await t.resolves(joined(cut(BYTES.subarray(0, 4_096), [1])), 'some may be small')
})

t.test('a client that goes away in the middle', async (t) => {
  const source = new PassThrough()
  const body = joinedBody(source, () => undefined)
  source.write('half')
  source.destroy()
  await t.rejects(
    async () => {
      for await (const _ of body);
    },
    { code: 'BODY_INVALID' }
  )
})

t.test('a client that goes away where nobody reads on does not end the process', async (t) => {
  const source = new PassThrough()
  const body = joinedBody(source, () => undefined)
  source.destroy()
  await new Promise((resolve) => body.once('close', resolve))
  t.equal(source.destroyed, true)
})

t.test('short bodies are left alone', (t) => {
  t.notOk(isLongBody({ 'content-length': '2000' }))
  t.notOk(isLongBody({}))
  t.ok(isLongBody({ 'content-length': '5000' }))
  t.ok(isLongBody({ 'transfer-encoding': 'chunked' }))
  t.end()
})
