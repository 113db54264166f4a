/** Page cursors that somebody made up or changed: of every list, none is a failure of the service. */
import { createHash } from 'node:crypto'
import { readFileSync } from 'node:fs'
import t from 'tap'
import { fixtures } from '../support/authorization-fixtures.ts'
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
