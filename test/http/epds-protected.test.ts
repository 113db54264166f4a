import { randomUUID } from 'node:crypto'
import t from 'tap'
import { market } from '../support/epd-market.ts'
import { type NamedVersion, programme } from '../support/epd-programme.ts'
import { epdDocument } from '../support/epds.ts'
import type { Actor } from '../support/service.ts'

t.test('protects', async (t) => {
  t.test(
    'what is not published: the owner, verifiers and operators see it, nobody else',
    async (t) => {
      const { service, owner, rival, operator, verifier, submit } = await market(t)
      const { id } = await submit()
      const buyer = await service.actor('buyer')
      const paths = ['', '/versions', '/document', '/findings', '?version=1.0']
      for (const path of paths) {
        for (const who of [owner, operator, verifier]) {
          t.equal((await who.request('GET', `/v1/epds/${id}${path}`)).status, 200, path)
        }
        const hidden = await rival.request('GET', `/v1/epds/${id}${path}`)
        const missing = await rival.request('GET', `/v1/epds/${randomUUID()}${path}`)
        t.equal(hidden.status, 404, path)
        t.equal(missing.status, 404)
        t.equal(
          hidden.body.detail.replace(id, ''),
          missing.body.detail.replace(/[0-9a-f-]{36}/, '')
        )
        t.equal((await buyer.request('GET', `/v1/epds/${id}${path}`)).status, 404)
        t.equal((await service.request('GET', `/v1/epds/${id}${path}`)).status, 404)
      }
      t.equal((await owner.request('GET', '/v1/epds')).body.items.length, 1)
      for (const who of [rival, buyer, service]) {
        const listed = await who.request('GET', `/v1/epds?owner=${owner.organization}`)
        t.same(listed.body.items, [])
      }
      const shown = await owner.request('GET', `/v1/epds/${id}`)
      t.match(shown.headers, { 'cache-control': /private/, vary: /authorization/ })
    }
  )

  t.test('drafts even from operators and verifiers', async (t) => {
    const { service, owner, operator, verifier } = await market(t)
    const { id } = epdDocument('magnet-n48h')
    await owner.request('POST', '/v1/epds?state=draft', { id, version: '1' })
    for (const who of [operator, verifier, service]) {
      t.equal((await who.request('GET', `/v1/epds/${id}`)).status, 404)
      t.same((await who.request('GET', '/v1/epds?status=draft')).body.items, [])
    }
    const colleague = await service.actor('buyer', owner.organization)
    t.equal((await colleague.request('GET', `/v1/epds/${id}`)).status, 200)
    t.equal((await colleague.request('DELETE', `/v1/epds/${id}?version=1`)).status, 403)
  })

  t.test('an older version that is public while a newer one is not yet', async (t) => {
    const { service, owner, submit, publish } = await market(t)
    const document = await submit()
    await publish(document)
    await submit({ ...document, version: '2' })
    const url = `/v1/epds/${document['id']}`
    t.equal((await service.request('GET', url)).body.version, '1.0')
    t.equal((await owner.request('GET', url)).body.version, '2')
    t.equal((await service.request('GET', `${url}?version=2`)).status, 404)
    t.equal((await service.request('GET', '/v1/epds')).body.items[0].version, '1.0')
    t.equal((await service.request('GET', `${url}/versions`)).body.items.length, 1)
  })

  t.test('an id against another organization, whatever it sends', async (t) => {
    const { rival, submit } = await market(t)
    const document = await submit()
    for (const sent of [document, { ...document, version: '9' }]) {
      const answer = await rival.request('POST', '/v1/epds', sent)
      t.equal(answer.status, 409)
      t.notMatch(JSON.stringify(answer.body), /1\.0|findings/)
    }
    const draft = await rival.request('POST', '/v1/epds?state=draft', document)
    t.equal(draft.status, 201, 'a draft gets in nobody’s way')
    const url = `/v1/epds/${document['id']}`
    const submit2 = await rival.request('POST', `${url}/transitions`, {
      version: '1.0',
      transition: 'submit'
    })
    t.equal(submit2.status, 409)
    t.equal((await rival.request('GET', url)).body.state, 'draft', 'and sees only its own')
  })

  t.test('the programme of a named operator from other operators', async (t) => {
    const { service, operator, verifier, submit } = await market(t)
    const named = await service.actor('operator')
    const its = await programme(service, { operator: named, verifier })
    const document = await submit(
      epdDocument('magnet-n48h', (epd) => {
        epd['operator'].organization = named.organization
      })
    )
    const { id, version } = document as NamedVersion
    const { body } = await its.verified({ id, version })
    const about = { version, documentSha256: body.sha256 }
    const register = { ...about, transition: 'register', registrationNumber: 'N-1' }
    t.equal((await operator.state(id, register)).status, 403)
    t.equal((await its.operator.state(id, register)).status, 200)
    const url = `/v1/epds/${id}/transitions`
    const publish = { version, transition: 'publish' }
    t.equal((await operator.request('POST', url, publish)).status, 403)
    t.equal((await named.request('POST', url, publish)).status, 200)
    const withdraw = { ...about, transition: 'deregister', reason: 'Unpaid' }
    t.equal((await operator.state(id, withdraw)).status, 403)
    t.equal((await its.operator.state(id, withdraw)).status, 200)
  })

  t.test('what a verifier returned: the owner reads why, the public never does', async (t) => {
    const { service, owner, rival, verifier, submit, programme } = await market(t)
    const { id, version } = (await submit()) as NamedVersion
    const url = `/v1/epds/${id}`
    const send = (who: Pick<Actor, 'request'>, body: object) =>
      who.request('POST', `${url}/transitions`, { version, ...body })
    await send(verifier, { transition: 'start_verification' })
    const back = await send(verifier, { transition: 'return', reason: 'The data are too old.' })
    t.match(back.body, { state: 'returned', verifier: undefined })
    const read = await owner.request('GET', url)
    t.equal(read.body.stateSince.reason, 'The data are too old.')
    t.equal((await rival.request('GET', url)).status, 404)
    t.equal((await send(owner, { transition: 'submit' })).body.state, 'submitted')
    await programme.published({ id, version })
    const history = await service.request('GET', `${url}/transitions?version=${version}`)
    t.same(
      history.body.items.map(({ transition }: { transition: string }) => transition),
      ['verify', 'register', 'publish']
    )
    const inside = await owner.request('GET', `${url}/transitions?version=${version}`)
    t.equal(inside.body.items.length, 8)
    for (const [who, whole] of [
      [service, history.body.items],
      [owner, inside.body.items]
    ] as const) {
      const ask = (query: object) =>
        who.request('GET', `${url}/transitions?${new URLSearchParams({ version, ...query })}`)
      const start = await ask({ limit: '2' })
      t.strictSame(start.body.items, whole.slice(0, 2), 'page by page')
      const rest = await ask({ limit: '100', cursor: start.body.next })
      const { items, next } = rest.body
      t.strictSame([items, next], [whole.slice(2), undefined], 'and what is hidden takes no place')
    }
    for (const path of ['', '/versions', '/findings', '/bundle', `/report?version=${version}`]) {
      const shown = await service.request('GET', `${url}${path}`)
      t.notMatch(shown.raw.toString('utf8'), /too old/, path)
    }
  })

  t.test('what was accepted against changes, also in the database', async (t) => {
    const { service, submit } = await market(t)
    const { id } = await submit()
    for (const text of [
      `update epd_version set document = '' where epd = '${id}'`,
      `delete from epd_version where epd = '${id}'`,
      `update epd_state_version set state = 'published'`,
      `update epd_value set value = '1'`,
      `delete from epd`
    ]) {
      await t.rejects(service.deps.db.query({ text }), /is never changed/, text)
    }
  })

  t.test('one version from two submissions at once', async (t) => {
    const { owner, service } = await market(t)
    const document = epdDocument('magnet-n48h')
    const others = Array.from({ length: 8 }, (_, n) => ({
      ...document,
      registrationNumber: `N${n}`
    }))
    const answers = await Promise.all(
      [...others, ...others].map((each) => owner.request('POST', '/v1/epds', each))
    )
    const statuses = answers.map(({ status }) => status).sort()
    t.same(statuses, [200, 201, ...Array(14).fill(409)])
    const stored = await service.deps.db.query({ text: 'select from epd_version' })
    t.equal(stored.length, 1)
  })

  t.test('tokens that are forged are refused, also where none is needed', async (t) => {
    const { service } = await market(t)
    const forged = { authorization: 'Bearer eyJhbGciOiJub25lIn0.e30.' }
    const answer = await service.request('GET', '/v1/epds', undefined, forged)
    t.equal(answer.status, 401)
    t.ok(answer.headers['www-authenticate'])
  })
})
