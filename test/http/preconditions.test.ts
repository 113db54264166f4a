/** If-Match: honored where a write replaces what another may have changed, refused elsewhere. */
import t from 'tap'
import { testApp } from '../support/service.ts'

const works = { name: 'Kemi works', country: 'FI', validFrom: '2024-01-01', stages: ['separation'] }

const matching = (etag: unknown) => ({ 'if-match': String(etag) })

async function scene(t: Parameters<typeof testApp>[0]) {
  const service = await testApp(t)
  const admin = await service.actor('admin')
  const producer = await service.actor('producer')
  const facility = (await producer.request('POST', '/v1/facilities', works)).body.id
  const places = [
    { path: `/v1/facilities/${facility}`, first: works, renamed: { ...works, name: 'Kemi' } },
    {
      path: `/v1/organizations/${producer.organization}`,
      first: { name: 'Kemi Oy', country: 'FI' },
      renamed: { name: 'Kemi Oyj', country: 'FI' }
    }
  ]
  return { ...service, admin, producer, places }
}

t.test('accepts', async (t) => {
  const { producer, places } = await scene(t)

  t.test('a version that follows the one that was read', async (t) => {
    for (const { path, renamed } of places) {
      const { headers } = await producer.request('GET', path)
      const made = await producer.request(
        'POST',
        `${path}/versions`,
        renamed,
        matching(`"other", ${headers['etag']}`)
      )
      t.equal(made.status, 201, path)
      const read = await producer.request('GET', path)
      t.match(read.body, renamed)
      const again = await producer.request('POST', `${path}/versions`, renamed, {
        'if-match': String(headers['etag'])
      })
      t.equal(again.status, 200, 'whoever got no answer repeats the request as it was')
      t.strictSame(again.body, made.body)
      const anyOther = { ...renamed, website: 'https://kemi.example' }
      if (path.includes('organizations')) {
        t.equal(
          (await producer.request('POST', `${path}/versions`, anyOther, matching('*'))).status,
          201,
          '* is whatever stands'
        )
      }
    }
  })

  t.test('a signing policy in place of the one that was read', async (t) => {
    const path = `/v1/organizations/${producer.organization}/signing-policy`
    const { headers } = await producer.request('GET', path)
    const set = await producer.request(
      'PUT',
      path,
      { unsigned: 'refused' },
      matching(headers['etag'])
    )
    t.match(set, { status: 200, body: { unsigned: 'refused' } })
  })

  t.test('a reading that wants what is there', async (t) => {
    const [{ path } = { path: '' }] = places
    const { headers, body } = await producer.request('GET', path)
    const read = await producer.request('GET', path, undefined, matching(headers['etag']))
    t.strictSame(read.body, body)
  })
})

t.test('refuses', async (t) => {
  const { admin, producer, places, deps } = await scene(t)
  const entries = async () => {
    const [row] = await deps.db.query<{ count: string }>({ text: 'select count(*) from journal' })
    return Number(row?.count)
  }
  const failed = { status: 412, body: { code: 'PRECONDITION_FAILED' } }

  t.test('a version that would pass over what another has recorded meanwhile', async (t) => {
    for (const { path, first, renamed } of places) {
      const { headers } = await producer.request('GET', path)
      t.equal((await admin.request('POST', `${path}/versions`, renamed)).status, 201)
      const before = await entries()
      const late = { ...first, name: 'Kemi, moved' }
      const refused = await producer.request(
        'POST',
        `${path}/versions`,
        late,
        matching(headers['etag'])
      )
      t.match(refused, failed, path)
      t.equal(await entries(), before, 'nothing is recorded')
      const { headers: now } = await producer.request('GET', path)
      const weak = matching(`W/${now['etag']}`)
      t.match(await producer.request('POST', `${path}/versions`, late, weak), failed, 'weak tags')
    }
  })

  t.test('all but one of those that read the same version', async (t) => {
    const [{ path, first } = { path: '', first: {} }] = places
    const { headers } = await producer.request('GET', path)
    const answers = await Promise.all(
      Array.from({ length: 8 }, (_, index) =>
        producer.request(
          'POST',
          `${path}/versions`,
          { ...first, name: `Kemi ${index}` },
          matching(headers['etag'])
        )
      )
    )
    t.strictSame(
      answers.map(({ status }) => status).sort(),
      [201, 412, 412, 412, 412, 412, 412, 412]
    )
  })

  t.test('a signing policy that another has set meanwhile', async (t) => {
    const path = `/v1/organizations/${producer.organization}/signing-policy`
    const { headers } = await producer.request('GET', path)
    await producer.request('PUT', path, { unsigned: 'refused' })
    const back = { unsigned: 'accepted' }
    t.match(await admin.request('PUT', path, back, matching(headers['etag'])), failed)
    t.match((await producer.request('GET', path)).body, { unsigned: 'refused' })
  })

  t.test('If-Match where nothing is replaced, instead of ignoring it', async (t) => {
    const before = await entries()
    const asked = [
      ['POST', '/v1/facilities', works],
      ['POST', '/v1/clients', { name: 'ERP', roles: ['producer'] }],
      ['DELETE', `/v1/clients/${producer.client}`, undefined]
    ] as const
    for (const [method, path, body] of asked) {
      const refused = await producer.request(method, path, body, matching('*'))
      t.match(refused, failed, `${method} ${path}`)
      t.match(refused.body.detail, /without it/)
    }
    t.equal(await entries(), before)
  })

  t.test('a reading that wants another answer', async (t) => {
    const [{ path } = { path: '' }] = places
    const refused = await producer.request('GET', path, undefined, matching('"another"'))
    t.match(refused, failed)
    t.equal(refused.headers['etag'], undefined, 'a problem has no tag')
    t.match(refused.headers['content-type'], /problem\+json/)
  })

  t.test('a file or a page that is another one, under no name of theirs', async (t) => {
    const told = {
      '/schemas/csv/ship.csv': 'content-disposition',
      '/v1/organizations?limit=1': 'link'
    }
    for (const [path, header] of Object.entries(told)) {
      const given = await admin.request('GET', path)
      t.ok(given.headers[header], `${path} ${header}`)
      const known = { 'if-none-match': String(given.headers['etag']) }
      const same = await admin.request('GET', path, undefined, known)
      t.strictSame([same.status, same.headers[header]], [304, undefined], path)
      const refused = await admin.request('GET', path, undefined, matching('"another"'))
      t.match(refused, failed)
      t.equal(refused.headers[header], undefined, `${path} ${header}`)
    }
  })
})

t.test('protects', async (t) => {
  const { places, actor, request } = await scene(t)
  const stranger = await actor('producer')

  t.test('what is asked only after who asks', async (t) => {
    for (const { path, first } of places) {
      const late = { ...first, name: 'Kemi, moved' }
      const refused = await stranger.request('POST', `${path}/versions`, late, matching('"old"'))
      t.match(refused, { status: 403, body: { code: 'FORBIDDEN' } })
    }
    t.match(await request('POST', '/v1/events', {}, matching('*')), { status: 401 })
  })

  t.test('questions that are posted change nothing and take it', async (t) => {
    const asked = await stranger.request('POST', '/v1/events/check', {}, matching('"old"'))
    t.not(asked.status, 412)
  })
})
