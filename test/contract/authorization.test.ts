import { readFileSync } from 'node:fs'
import t from 'tap'
import { fixtures, type Owner } from '../support/authorization-fixtures.ts'
import { testGuard } from '../support/log.ts'
import { type Actor, testApp } from '../support/service.ts'

const roles = ['producer', 'buyer', 'verifier', 'operator', 'auditor', 'admin'] as const
type ByRole = Readonly<Record<(typeof roles)[number], number>>

interface Entry {
  readonly url: string
  readonly headers?: Readonly<Record<string, string>>
  readonly body?: unknown
  readonly all?: number
  readonly anonymous?: number
  readonly own?: ByRole
  readonly foreign?: ByRole
}

const matrix = JSON.parse(
  readFileSync(new URL('./authorization-matrix.json', import.meta.url), 'utf8')
) as { readonly routes: Readonly<Record<string, Entry>> }

const service = await testApp(t, { guard: testGuard(t) })
const routes = service.app.knownRoutes().filter(({ url }) => !/^\/(docs|web)/.test(url))

t.test('every route is in the matrix, and nothing else is', async (t) => {
  const known = routes.map(({ method, url }) => `${method} ${url}`)
  const listed = Object.keys(matrix.routes).sort()
  t.strictSame([...new Set(known)].sort(), listed, 'authorization-matrix.json lists every route')
})

t.test('only public routes answer anonymous callers', async (t) => {
  for (const { method, url, scope } of routes) {
    const entry = matrix.routes[`${method} ${url}`]
    if (scope !== 'public') t.equal(entry?.anonymous, 401, `${method} ${url} asks for a token`)
  }
})

t.test('everybody gets what the matrix says', async (t) => {
  const organization = await service.organization()
  const stranger = await service.organization()
  const own = await actorsOf(organization)
  const foreign = await actorsOf(stranger)
  const owner: Owner = { service, producer: own.producer }
  let asked = 0

  for (const [route, entry] of Object.entries(matrix.routes)) {
    const [method = ''] = route.split(' ')
    const standing = method === 'GET' ? await filled(entry, owner) : undefined
    const ask = async (who: string, request: Actor['request'], expected: number | undefined) => {
      const { url, body, headers } = standing ?? (await filled(entry, owner))
      const answer = await request(method, url, body, headers)
      asked += 1
      t.equal(answer.status, expected, `${route} as ${who}`, { body: answer.body })
      if (expected === 401) t.ok(answer.headers['www-authenticate'], 'with a challenge')
    }
    await ask('anonymous', service.request, entry.all ?? entry.anonymous)
    for (const role of roles) {
      await ask(`own ${role}`, own[role].request, entry.all ?? entry.own?.[role])
      await ask(`foreign ${role}`, foreign[role].request, entry.all ?? entry.foreign?.[role])
    }
  }
  t.comment(`${asked} requests`)
})

async function actorsOf(organization: string): Promise<Record<(typeof roles)[number], Actor>> {
  const actors = roles.map(async (role) => [role, await service.actor(role, organization)])
  return Object.fromEntries(await Promise.all(actors))
}

/** The request of an entry with every `{name}` replaced by the id of a fixture. */
async function filled(
  entry: Entry,
  owner: Owner
): Promise<Pick<Entry, 'url' | 'body' | 'headers'>> {
  let text = JSON.stringify({ url: entry.url, headers: entry.headers, body: entry.body })
  for (const [name, make] of Object.entries(fixtures)) {
    if (text.includes(`{${name}}`)) text = text.replaceAll(`{${name}}`, await make(owner))
  }
  return JSON.parse(text)
}
