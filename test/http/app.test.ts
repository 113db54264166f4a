import { connect } from 'node:net'
import { gzipSync } from 'node:zlib'
import t from 'tap'
import { Type } from 'typebox'
import { errors, RegistryError } from '../../src/errors.ts'
import { buildApp } from '../../src/http/app.ts'
import { createLogger } from '../../src/logger.ts'
import { testApp, testSettings } from '../support/service.ts'

const ID = /^[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/

t.test('accepts', async (t) => {
  const service = await testApp(t)

  t.test('a conditional GET and answers 304 while nothing changed', async (t) => {
    const reader = await service.actor('producer')
    const url = `/v1/organizations/${reader.organization}`
    const first = await reader.request('GET', url)
    const etag = String(first.headers['etag'])
    t.match(etag, /^"[\w-]{43}"$/)
    t.equal(first.headers['cache-control'], 'private, no-cache')
    for (const condition of [etag, `W/${etag}`, `"other", ${etag}`, '*']) {
      const again = await reader.request('GET', url, undefined, { 'if-none-match': condition })
      t.equal(again.status, 304, condition)
      t.equal(again.raw.length, 0)
      t.equal(again.headers['etag'], etag)
    }
    await reader.request('POST', `${url}/versions`, { name: 'Renamed', country: 'FI' })
    const changed = await reader.request('GET', url, undefined, { 'if-none-match': etag })
    t.equal(changed.status, 200)
    t.not(changed.headers['etag'], etag)
  })

  t.test('HEAD wherever GET is', async (t) => {
    const answer = await service.request('HEAD', '/schemas/event.json')
    t.equal(answer.status, 200)
    t.equal(answer.raw.length, 0)
  })

  t.test('the questions of machines: schemas, catalog, keys, security, health', async (t) => {
    const list = await service.request('GET', '/schemas')
    t.ok(list.body.items.length >= 5)
    for (const { name, id } of list.body.items) {
      const schema = await service.request('GET', `/schemas/${name}`)
      t.equal(schema.body.$id, id)
      t.match(schema.headers['content-type'], /^application\/schema\+json/)
    }
    const template = await service.request('GET', '/schemas/csv/commission.csv')
    t.match(template.headers, {
      'content-type': 'text/csv; charset=utf-8',
      'content-disposition': 'attachment; filename="commission.csv"'
    })
    t.match(template.body, /^event,time,facility,/)
    t.equal((await service.request('GET', '/schemas/csv/event.json')).status, 404)
    const workbook = await service.request('GET', '/schemas/xlsx/commission.xlsx')
    t.match(workbook.headers, {
      'content-type': 'application/vnd.openxmlformats-officedocument.spreadsheetml.sheet',
      'content-disposition': 'attachment; filename="commission.xlsx"'
    })
    t.equal((await service.request('GET', '/schemas/xlsx/commission.csv')).status, 404)
    const catalog = await service.request('GET', '/.well-known/api-catalog')
    t.match(catalog.headers['content-type'], /^application\/linkset\+json/)
    t.equal(catalog.body.linkset[0]['service-desc'][0].href, 'http://lodestone.test/openapi.json')
    const security = await service.request('GET', '/.well-known/security.txt')
    t.match(security.body, /^Contact: mailto:security@lodestone.test\nExpires: 20\d\d-/)
    t.strictSame((await service.request('GET', '/health/live')).body, { status: 'ok' })
    t.match((await service.request('GET', '/health/ready')).body, { status: 'ok', log: Object })
  })

  t.test('whoever opens the bare address in a browser', async (t) => {
    const { status, headers } = await service.request('GET', '/')
    t.equal(status, 303)
    const page = new URL(String(headers['location']), 'http://x/registry/')
    t.equal(page.pathname, '/registry/docs/', 'below what a proxy takes off')
    const { body } = await service.request('GET', '/docs/')
    const parts = [...body.matchAll(/(?:src|href)="([^"#]+)"/g)].map(([, path]) => path)
    t.ok(parts.length >= 3)
    for (const path of parts) {
      t.match(new URL(path, page).pathname, /^\/registry\/docs\/static\//, 'as do its parts')
    }
    t.match(await service.request('POST', '/'), { status: 405, headers: { allow: /GET/ } })
  })

  t.test('readers of the documentation, from this process alone', async (t) => {
    const page = await service.request('GET', '/docs')
    t.equal(page.status, 200)
    t.match(page.headers['content-security-policy'], /^default-src 'self'/)
    t.notOk(/(src|href)="https?:/.test(page.body), 'nothing is loaded from elsewhere')
    const parts = [...page.body.matchAll(/(?:src|href)="([^"#]+)"/g)]
    t.ok(parts.length >= 3)
    for (const [, path] of parts) {
      const asset = await service.request('GET', new URL(path, 'http://x/docs').pathname)
      t.equal(asset.status, 200, path)
    }
    const script = await service.request('GET', '/docs/static/swagger-initializer.js')
    t.match(script.body, /"layout":\s*"BaseLayout"/, 'no sign of another project above it')
  })
})

t.test('refuses', async (t) => {
  const service = await testApp(t)
  const admin = await service.actor('admin')
  const producer = await service.actor('producer')
  const client = (body: unknown, headers = {}) =>
    producer.request('POST', '/v1/clients', body, headers)

  t.test('what it cannot read, each with its code and nothing stored', async (t) => {
    const good = JSON.stringify({ name: 'x', roles: ['producer'] })
    const large = JSON.stringify({ name: 'x'.repeat(testSettings.bodyLimitBytes) })
    const cases: readonly [string, () => ReturnType<typeof client>, number, string, RegExp?][] = [
      ['duplicate names', () => client('{"name":"a","name":"b"}'), 400, 'BODY_INVALID', /twice/],
      ['a byte order mark', () => client(`\ufeff${good}`), 400, 'BODY_INVALID', /byte order mark/],
      ['no JSON', () => client('{name: 1}'), 400, 'BODY_INVALID', /\(column 2\)/],
      ['nothing', () => client(''), 400, 'BODY_INVALID', /end of the document/],
      [
        'invalid UTF-8',
        () => client(Buffer.from([0x22, 0xff, 0x22])),
        400,
        'BODY_INVALID',
        /UTF-8/
      ],
      ['too much', () => client(large), 413, 'BODY_TOO_LARGE'],
      ['XML', () => client('<a/>', { 'content-type': 'text/xml' }), 415, 'MEDIA_TYPE_UNSUPPORTED'],
      ['no type', () => client(good, { 'content-type': '' }), 415, 'MEDIA_TYPE_UNSUPPORTED'],
      [
        'UTF-16',
        () => client(good, { 'content-type': 'application/json; charset=utf-16' }),
        415,
        'MEDIA_TYPE_UNSUPPORTED'
      ],
      [
        'compression',
        () => client(gzipSync(good), { 'content-encoding': 'gzip' }),
        415,
        'MEDIA_TYPE_UNSUPPORTED',
        /send the body as it is/
      ],
      [
        'an unknown field',
        () => client({ name: 'x', roles: ['producer'], rolle: 1 }),
        400,
        'REQUEST_INVALID'
      ],
      [
        'a number for a text',
        () => client({ name: 7, roles: ['producer'] }),
        400,
        'REQUEST_INVALID'
      ],
      ['a missing field', () => client({ name: 'x' }), 400, 'REQUEST_INVALID', /required/],
      ['a list for an object', () => client([]), 400, 'REQUEST_INVALID'],
      [
        'an unknown role',
        () => client({ name: 'x', roles: ['root'] }),
        400,
        'REQUEST_INVALID',
        /one of/
      ]
    ]
    for (const [name, ask, status, code, detail] of cases) {
      const answer = await ask()
      t.equal(answer.status, status, name)
      t.match(answer.body, { code, status, title: errors[code as keyof typeof errors][1] }, name)
      if (detail) t.match(answer.body.detail, detail)
      const coding = name === 'compression'
      const told = answer.headers[coding ? 'accept-encoding' : 'accept']
      if (status === 415) t.equal(told, coding ? 'identity' : 'application/json', name)
    }
    const { body } = await producer.request('GET', '/v1/clients')
    t.equal(body.items.length, 1, 'nothing was stored')
  })

  t.test('one document as large as many', async (t) => {
    const document = ' '.repeat(testSettings.bodyLimitBytes + 1)
    const one = await producer.request('POST', '/v1/events', document)
    t.match(one, { status: 413, body: { detail: /send many as application\/x-ndjson/ } })
    const lines = { 'content-type': 'application/x-ndjson' }
    const many = await producer.request('POST', '/v1/events', document, lines)
    t.not(many.status, 413)
    const most = ' '.repeat(testSettings.bulkLimitBytes + 1)
    t.equal((await producer.request('POST', '/v1/events', most, lines)).status, 413)
  })

  t.test('a field that it does not know, by its pointer', async (t) => {
    const { body } = await client({ name: 'x', roles: ['producer', 'root'] })
    t.match(body.errors, [{ pointer: '/roles/1', message: /one of producer/ }])
    const extra = await client({ name: 'x', roles: ['producer'], 'a/b': 1 })
    t.match(extra.body.errors, [{ pointer: '/a/b', message: 'is not known here' }])
  })

  t.test('query parameters that it does not know or cannot read', async (t) => {
    for (const [query = '', name] of [
      ['limti=5', 'limti'],
      ['limit=0', 'limit'],
      ['limit=101', 'limit'],
      ['limit=1.5', 'limit'],
      ['limit=ten', 'limit'],
      ['limit=1&limit=2', 'limit'],
      ['country=FIN', 'country'],
      ['country=f%C3%AF', 'country']
    ]) {
      const answer = await admin.request('GET', `/v1/organizations?${query}`)
      t.equal(answer.status, 400, query)
      t.match(answer.body, { code: 'REQUEST_INVALID', errors: [{ pointer: name }] }, query)
      t.match(answer.body.detail, `The query does not match: ${name} `, 'people are told which')
    }
    const unknown = await service.request('GET', '/schemas?x=1')
    t.equal(unknown.status, 400, 'also where a route has no parameters')
  })

  t.test('addresses that lead nowhere, or not this way', async (t) => {
    const nowhere = await admin.request('GET', '/v1/nothing')
    t.match(nowhere, { status: 404, body: { code: 'NOT_FOUND', type: /problems\/not-found$/ } })
    const method = await admin.request('PATCH', `/v1/clients/${admin.client}`)
    t.match(method, { status: 405, body: { code: 'METHOD_NOT_ALLOWED' } })
    const file = await admin.request('GET', '/docs/static/..%2fpackage.json')
    t.match(file, { status: 404, body: { code: 'NOT_FOUND' } }, 'a route of many paths')
    t.equal(method.headers['allow'], 'DELETE, GET, HEAD', 'HEAD follows GET')
    for (const page of ['/docs', '/docs/', '/docs/static/index.html']) {
      const put = await admin.request('PUT', page)
      t.match(put, { status: 405, headers: { allow: 'GET, HEAD' } }, page)
    }
    const malformed = await admin.request('GET', '/v1/clients/%zz')
    t.match(malformed, { status: 400, headers: { 'x-content-type-options': 'nosniff' } })
    for (const [path, wrong] of [
      ['/v1/batches/%ff', '%ff'],
      ['/v1/batches/%C3%BC%41%E4', '%C3%BC%41%E4'],
      ['/v1/batches/100%', '%'],
      ['/v1/clients/%25/%zz', '%zz']
    ] as const) {
      const { status, body } = await admin.request('GET', path)
      t.equal(status, 400, path)
      t.ok(body.detail.startsWith(`${wrong} in the address is not UTF-8`), body.detail)
      t.match(body, { code: 'REQUEST_INVALID', detail: /write % itself as %25/ })
    }
    for (const [address, name, wrong] of [
      ['/v1/organizations?country=%ff', 'country', '%ff'],
      ['/v1/organizations?limit=5&country=D%', 'country', '%'],
      ['/v1/organizations?limit=5%&country=DE', 'limit', '%'],
      ['/v1/organizations?%ff=DE', '%ff', '%ff'],
      ['/openapi.json?v=%C3%BC%E4', 'v', '%C3%BC%E4'],
      ['/v1/nothing?v=%zz', 'v', '%zz']
    ] as const) {
      const { status, body } = await admin.request('GET', address)
      t.equal(status, 400, address)
      t.ok(body.detail.startsWith(`${wrong} in ${name} of the query is not UTF-8`), body.detail)
      t.match(body, { code: 'REQUEST_INVALID', errors: [{ pointer: name, message: /%25/ }] })
    }
    t.equal((await admin.request('GET', '/v1/epds?q=%C3%BC+%25')).status, 200)
    t.equal((await admin.request('GET', `/v1/clients/${'x'.repeat(300)}`)).status, 400)
    t.equal((await admin.request('GET', '/v1/clients/x')).status, 400, 'an id is a UUID')
    t.equal((await admin.request('GET', '/v1/organizations?country=%00')).status, 400)
  })

  t.test('a route that does not say who may call it, at the start', async (t) => {
    const app = await buildApp({ deps: service.deps, config: testSettings })
    app.get('/forgotten', async () => 'open to everybody')
    await t.rejects(async () => app.ready(), /config.scope is missing: GET \/forgotten/)
  })
})

t.test('protects', async (t) => {
  t.test('names every request, in the answer and in the problem', async (t) => {
    const { request } = await testApp(t)
    const answer = await request('GET', '/v1/nothing', undefined, { 'x-request-id': 'forged' })
    t.match(answer.headers['x-request-id'], ID)
    t.equal(answer.body.instance, `urn:uuid:${answer.headers['x-request-id']}`)
    t.equal(answer.headers['content-type'], 'application/problem+json')
    t.equal(answer.headers['x-content-type-options'], 'nosniff')
    const fine = await request('GET', '/health/live')
    t.match(fine.headers['x-request-id'], ID)
  })

  t.test('a failure of its own is logged whole and told to nobody', async (t) => {
    const lines: string[] = []
    const logger = createLogger('info', { write: (line) => lines.push(line) })
    const { app, deps } = await testApp(t)
    const config = { ...testSettings, handlerTimeoutMs: 50 }
    const own = await buildApp({ deps, config, logger })
    t.teardown(() => own.close())
    const route = { config: { scope: 'public' as const } }
    own.get('/bug', route, async () => {
      throw new Error('password of the database: hunter2')
    })
    own.get('/busy', route, async () => {
      throw new RegistryError('UNAVAILABLE', 'Too busy.')
    })
    own.get('/slow', route, () => new Promise<string>((done) => setTimeout(done, 500, 'late')))
    own.get('/odd', route, async () => {
      throw Object.assign(new Error('teapot'), { statusCode: 418 })
    })
    t.ok(app)
    const bug = await own.inject('/bug')
    t.equal(bug.statusCode, 500)
    t.notOk(bug.body.includes('hunter2'))
    logger.flush()
    t.ok(lines.some((line) => line.includes('hunter2')))
    const busy = await own.inject('/busy')
    t.match([busy.statusCode, busy.headers['retry-after']], [503, '1'])
    const slow = await own.inject('/slow')
    t.match([slow.statusCode, slow.json().code], [503, 'TIMEOUT'])
    t.equal((await own.inject('/odd')).statusCode, 500, 'a status from elsewhere is not believed')
  })

  t.test('secrets stay out of the log', async (t) => {
    const lines: string[] = []
    const logger = createLogger('trace', { write: (line) => lines.push(line) })
    const service = await testApp(t, { logger })
    const producer = await service.actor('producer')
    await producer.request('GET', '/v1/organizations?cursor=onetimelink')
    const nested = { request: { headers: { authorization: `Bearer ${producer.token}` } } }
    logger.info({ ...nested, client: { secret: producer.secret } }, 'careless')
    logger.flush()
    const log = lines.join('')
    t.ok(log.includes('/v1/organizations'))
    for (const secret of [producer.token, producer.secret, 'onetimelink']) {
      t.notOk(log.includes(secret), secret.slice(0, 8))
    }
    t.ok(log.includes('[secret]'))
  })

  t.test('answers are not shaped by what was asked, only by what is described', async (t) => {
    const app = await buildApp({ deps: (await testApp(t)).deps, config: testSettings })
    t.teardown(() => app.close())
    const response = { 200: Type.Object({ name: Type.String() }) }
    app.get('/x', { config: { scope: 'public' }, schema: { response } }, async () => ({
      name: 'shown',
      internal: 'not shown'
    }))
    t.strictSame((await app.inject('/x')).json(), { name: 'shown' })
  })

  t.test('a client that dribbles its request is cut off, others are served', async (t) => {
    const { app } = await testApp(t, { settings: { requestTimeoutMs: 1_000 } })
    await app.listen({ port: 0, host: '127.0.0.1' })
    const { port } = app.server.address() as { port: number }
    const socket = connect(port, '127.0.0.1')
    socket.write('POST /auth/token HTTP/1.1\r\nhost: x\r\ncontent-length: 100\r\n\r\n')
    const dribble = setInterval(() => socket.write('x'), 300)
    const closed = new Promise<string>((resolve) => {
      let text = ''
      socket.on('data', (chunk) => (text += chunk))
      socket.on('error', () => resolve(text))
      socket.on('close', () => resolve(text))
    })
    const fine = await fetch(`http://127.0.0.1:${port}/health/live`)
    t.equal(fine.status, 200)
    const text = await closed
    clearInterval(dribble)
    t.match(text, /^HTTP\/1.1 408 .*"code":"REQUEST_TIMEOUT"/s)
  })

  t.test('what is not HTTP gets a problem and no more', async (t) => {
    const { app } = await testApp(t)
    await app.listen({ port: 0, host: '127.0.0.1' })
    const { port } = app.server.address() as { port: number }
    for (const [sent, told] of [
      ['GET / HTTP/1.1\r\nbad header', 'This is not HTTP'],
      ['GET /v1/epds?q=ü HTTP/1.1', 'This is no address: write it in ASCII, ü as %C3%BC'],
      ['FETCH / HTTP/1.1', 'The method is none of HTTP']
    ]) {
      const socket = connect(port, '127.0.0.1')
      socket.write(`${sent}\r\n\r\n`)
      const chunks: Buffer[] = []
      for await (const chunk of socket) chunks.push(chunk as Buffer)
      const answer = Buffer.concat(chunks).toString()
      t.match(answer, /^HTTP\/1.1 400 .*"code":"REQUEST_INVALID"/s)
      t.ok(answer.includes(`"detail":"${told}`), answer)
    }
  })
})
