/** Page cursors that somebody made up or changed: of every list, none is a failure of the service. */
import { createHash, randomUUID } from 'node:crypto'
import { readFileSync } from 'node:fs'
import { type AddressInfo, connect } from 'node:net'
import t from 'tap'
import { fixtures } from '../support/authorization-fixtures.ts'
import { epdDocument } from '../support/epds.ts'
import { testApp } from '../support/service.ts'
import { root } from '../support/source-tree.ts'

interface Described {
  readonly paths: Readonly<
    Record<
      string,
      { readonly get?: { readonly parameters?: readonly { readonly name: string }[] } }
    >
  >
}

const { paths } = JSON.parse(readFileSync(`${root}/openapi/openapi.json`, 'utf8')) as Described
const lists = Object.entries(paths)
  .filter(([, { get }]) => get?.parameters?.some(({ name }) => name === 'cursor'))
  .map(([path]) => path)

/** What no list ends a page with, and what some do but at a place that none has. */
const KEYS = [
  ...['', ' ', 'abc', "' or 1=1", '{}', 'null', 'NaN', '0x10', '1e3', '-1', ':', '1:', ':1'],
  ...['99999999999999999999', '9007199254740991', '2147483648', '1:99999999999', '1:2147483648'],
  ...['99999999999999999999:1', '1:2:3', '\u0000', 'ffffffff-ffff-ffff-ffff-ffffffffffff']
]

const service = await testApp(t)
const producer = await service.actor('producer')
const operator = await service.actor('operator')
await service.app.listen({ port: 0, host: '127.0.0.1' })
const owner = { service, producer }

t.test('refuses', async (t) => {
  t.ok(lists.length > 10, `${lists.length} lists`)

  for (const list of lists) {
    t.test(`cursors of ${list} that are not ours`, async (t) => {
      const path = await filled(list)
      for (const key of KEYS) {
        const { status, body } = await ask(path, `${nameOf(path)}.${spelled(key)}`)
        const known = status === 200 || (status === 400 && body.code === 'CURSOR_INVALID')
        t.ok(known, `${JSON.stringify(key)}: ${status} ${body.code}`)
      }
      const foreign = await ask(path, `${nameOf('/v1/elsewhere')}.${spelled('1')}`)
      t.match(foreign, { status: 400, body: { code: 'CURSOR_INVALID' } })
    })
  }

  t.test('a cursor with more behind it than the service wrote', async (t) => {
    for (let n = 0; n < 2; n += 1) await service.facility(producer.organization)
    const { body } = await producer.request('GET', '/v1/facilities?limit=1')
    t.equal((await ask('/v1/facilities', body.next)).status, 200)
    const added = ['A', 'AA', '=', '.', '-', '%20'].map((more) => `${body.next}${more}`)
    for (const cursor of added) {
      const answer = await ask('/v1/facilities', cursor)
      t.match(answer, { status: 400, body: { code: 'CURSOR_INVALID' } }, cursor)
    }
  })
})

t.test(
  'accepts the cursor of a query with a question mark in it, and binds it to the whole',
  async (t) => {
    for (let n = 0; n < 2; n += 1) {
      const document = {
        ...epdDocument('magnet-n48h'),
        id: randomUUID(),
        name: { en: 'Ring? N48' }
      }
      t.equal((await producer.request('POST', '/v1/epds', document)).status, 201)
    }
    const raw = async (target: string) => {
      const answer = await fetchRaw(target)
      const { next, items, code } = JSON.parse(answer.slice(answer.indexOf('\r\n\r\n')))
      const link = /^link: <(.*)>; rel="next"/m.exec(answer)?.[1]
      return { next, link, code, ids: items?.map(({ id }: { id: string }) => id) }
    }
    const first = await raw('/v1/epds?q=Ring?&limit=1')
    t.equal(first.link, `/v1/epds?q=Ring%3F&limit=1&cursor=${first.next}`)
    const second = await raw(first.link ?? '')
    t.equal(second.ids.length, 1)
    t.not(second.ids[0], first.ids[0])
    t.same(await raw(`/v1/epds?q=Ring?&limit=1&cursor=${first.next}`), second)
    const other = await raw(`/v1/epds?q=Ring?N48&limit=1&cursor=${first.next}`)
    t.equal(other.code, 'CURSOR_INVALID', 'what stands behind the question mark is part of it')
    const proxied = await raw('http://elsewhere.example/v1/epds?q=Ring?&limit=1')
    t.same(proxied, first, 'an address in absolute form is the same')
  }
)

/** As it stands: clients write a question mark in a query otherwise. */
async function fetchRaw(target: string): Promise<string> {
  const { port } = service.app.server.address() as AddressInfo
  const socket = connect(port, '127.0.0.1')
  const authorization = `Authorization: Bearer ${producer.token}`
  socket.write(`GET ${target} HTTP/1.1\r\nHost: a\r\n${authorization}\r\nConnection: close\r\n\r\n`)
  let answer = ''
  for await (const chunk of socket) answer += chunk
  return answer
}

function ask(path: string, cursor: string) {
  const asker = path === '/v1/registration-numbers' ? operator : producer
  return asker.request('GET', `${path}${path.includes('?') ? '&' : '?'}cursor=${cursor}`)
}

async function filled(path: string): Promise<string> {
  if (!path.includes('{id}')) return path
  const question = path === '/v1/epds/{id}/transitions' ? '?version=1.0' : ''
  return path.replace('{id}', String(await somethingOf(path))) + question
}

function somethingOf(path: string): unknown {
  if (path.startsWith('/v1/organizations/')) return producer.organization
  if (path.startsWith('/v1/facilities/')) return service.facility(producer.organization)
  if (path.startsWith('/v1/epds/')) return fixtures['epd']?.(owner)
  return fixtures[path.startsWith('/v1/imports/') ? 'import' : 'batch']?.(owner)
}

/** The first half of a cursor, which anybody can compute. */
function nameOf(path: string): string {
  return createHash('sha256')
    .update(path.includes('?') ? path : `${path}?`)
    .digest('base64url')
    .slice(0, 11)
}

function spelled(key: string): string {
  return Buffer.from(key).toString('base64url')
}
