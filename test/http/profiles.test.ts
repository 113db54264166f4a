import t from 'tap'
import { market } from '../support/epd-market.ts'
import { epdDocument } from '../support/epds.ts'

t.test('accepts', async (t) => {
  t.test('to list profiles, and to read one with its rules', async (t) => {
    const { service } = await market(t)
    const { status, body } = await service.request('GET', '/v1/profiles')
    t.equal(status, 200)
    t.ok(body.items.length >= 6)
    for (const { id, rules, source, effectiveFrom, subject } of body.items) {
      const one = await service.request('GET', `/v1/profiles/${id}`)
      t.equal(one.status, 200, id)
      t.equal(one.body.rules.length, rules, id)
      t.ok(source !== '' && /^\d{4}-\d{2}-\d{2}$/.test(effectiveFrom), id)
      t.equal(subject, `data/profiles/${id}.json`)
    }
  })

  t.test('a check by what is claimed and by what is asked for', async (t) => {
    const { owner } = await market(t)
    const document = epdDocument('magnet-n48h', (epd) => {
      delete epd['electricity']
      delete epd['includes']
      delete epd['operator']
    })
    const check = async (query: string) =>
      (await owner.request('POST', `/v1/epds/check${query}`, document)).body
    const claimed = await check('')
    t.equal(claimed.acceptable, true)
    t.match(claimed.profiles, [
      { profile: 'en15804-a2-ef3.1', claimed: true, conforms: false },
      { profile: 'iso-14025', claimed: true, conforms: false }
    ])
    t.match(claimed.findings, [
      { profile: 'en15804-a2-ef3.1', rule: 'programme', pointer: '/operator', remedy: String },
      { profile: 'iso-14025', rule: 'programme', pointer: '/operator' }
    ])
    for (const query of [
      '?profile=crma-annex-v,en15804-a1',
      '?profile=crma-annex-v&profile=en15804-a1'
    ]) {
      const asked = await check(query)
      t.equal(asked.acceptable, true, 'what is only asked for refuses nothing')
      t.equal(asked.profiles.length, 4, query)
      t.match(
        asked.findings.find(({ profile }: { profile: string }) => profile === 'crma-annex-v'),
        { rule: 'energy', code: 'EPD_PROFILE_FIELD', pointer: '/electricity' }
      )
      t.ok(asked.findings.some(({ severity }: { severity: string }) => severity === 'error'))
    }
  })

  t.test('a submission with what its profiles say, in any format', async (t) => {
    const { owner, publish, service } = await market(t)
    const document = epdDocument('magnet-n48h', (epd) => {
      delete epd['operator']
      delete epd['includes']
    })
    const made = await owner.request('POST', '/v1/epds', document)
    t.equal(made.status, 201)
    t.equal(made.body.findings.length, 2)
    const stored = await owner.request('GET', `/v1/epds/${document['id']}/findings`)
    t.same(stored.body.items, made.body.findings)
    const mine = await owner.request('GET', '/v1/findings')
    t.match(mine.body.items, [{ profile: 'en15804-a2-ef3.1' }, { profile: 'iso-14025' }])

    await publish(document)
    const type = 'application/vnd.ilcd.process+xml'
    const xml = await service.request('GET', `/v1/epds/${document['id']}`, undefined, {
      accept: type
    })
    const other = xml.raw
      .toString('utf8')
      .replaceAll(document['id'], '7b1f6a52-0c1d-4a43-9d8e-2f5a1f0c0b12')
    const sent = await owner.request('POST', '/v1/epds', other, { 'content-type': type })
    t.equal(sent.status, 201, JSON.stringify(sent.body))
    t.match(
      sent.body.findings.find(({ rule }: { rule: string }) => rule === 'programme'),
      { pointer: '/operator', source: /^\/\*:processDataSet\/.*referenceToRegistrationAuthority$/ }
    )
  })
})

t.test('refuses', async (t) => {
  t.test('profiles that do not exist, and says which do', async (t) => {
    const { owner, service } = await market(t)
    const answer = await owner.request(
      'POST',
      '/v1/epds/check?profile=iso-14025,en15804',
      epdDocument('magnet-n48h')
    )
    t.equal(answer.status, 400)
    t.match(answer.body.errors, [{ pointer: 'profile', message: /crma-annex-v/ }])
    t.equal((await service.request('GET', '/v1/profiles/none')).status, 404)
    t.equal((await service.request('GET', '/v1/profiles/__proto__')).status, 404)
  })

  t.test('what claims a profile and breaks what nobody may', async (t) => {
    const { owner } = await market(t)
    const document = epdDocument('magnet-n48h', (epd) => {
      // The five core indicators of EF 3.1 under the factors of another method.
      for (const result of epd['results'].slice(0, 19)) result.method = 'EF 3.0'
    })
    const answer = await owner.request('POST', '/v1/epds/check', document)
    t.equal(answer.body.acceptable, false)
    t.ok(
      answer.body.findings.some(
        ({ profile, code }: Record<string, string>) =>
          profile === 'en15804-a2-ef3.1' && code === 'EPD_PROFILE_METHOD'
      )
    )
    t.equal((await owner.request('POST', '/v1/epds', document)).status, 422)
  })
})
