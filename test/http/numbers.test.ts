/** Whole numbers in queries: digits, and nothing else that JavaScript would read as a number. */
import t from 'tap'
import { testApp } from '../support/service.ts'

interface Parameter {
  readonly name: string
  readonly in: string
  readonly schema?: { readonly type?: string }
}

type Api = {
  readonly paths: Record<string, { readonly get?: { readonly parameters?: readonly Parameter[] } }>
}

const WRONG = ['Infinity', '-Infinity', '1e999', '1e3', '0x10', '1.5', 'NaN', '', ' 1', '٣']

t.test('refuses', async (t) => {
  const service = await testApp(t)
  const producer = await service.actor('producer')
  const api: Api = (await service.request('GET', '/openapi.json')).body
  const asked = Object.entries(api.paths).flatMap(([path, { get }]) =>
    (get?.parameters ?? [])
      .filter((each) => each.in === 'query' && each.schema?.type === 'integer')
      .map(({ name }) => ({ path, name }))
  )
  t.ok(asked.length > 20, `${asked.length} whole numbers in queries`)
  for (const { path, name } of asked) {
    const address = path.replaceAll(/\{\w+\}/g, '00000000-0000-4000-8000-000000000000')
    for (const value of WRONG) {
      const url = `${address}?${name}=${encodeURIComponent(value)}`
      const { status, body } = await producer.request('GET', url)
      const refused = status === 400 && `${body.detail}`.includes(`${name} must be integer`)
      t.ok(refused || status === 403, `${status} ${url}`)
    }
  }
})

t.test('refuses a UUID that is written as a URN, which the database cannot read', async (t) => {
  const service = await testApp(t)
  const producer = await service.actor('producer')
  const id = 'urn%3Auuid%3A00000000-0000-4000-8000-000000000000'
  for (const path of [`/v1/events/${id}`, `/v1/events/${id}/document`, `/v1/batches/${id}`]) {
    t.match((await producer.request('GET', path)).status, /^40[04]$/, path)
  }
})

const ID = '5f1c9a52-7f0e-4a43-9d8e-2f5a1f0c0b03'

t.test('refuses what is stated twice and can have one value only, and says so', async (t) => {
  const service = await testApp(t)
  const producer = await service.actor('producer')
  for (const [query, name] of [
    ['limit=5&limit=6', 'limit'],
    ['cursor=a&cursor=b', 'cursor'],
    ['status=clear&status=suspect', 'status'],
    [`organization=${ID}&organization=${ID}`, 'organization']
  ]) {
    const { status, body } = await producer.request('GET', `/v1/batches?${query}`)
    t.equal(status, 400)
    t.match(body.errors, [{ pointer: name, message: 'is stated twice' }])
  }
})
