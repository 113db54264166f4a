import { createHash, randomUUID } from 'node:crypto'
import t from 'tap'
import { market } from '../support/epd-market.ts'
import { epdDocument, epdText } from '../support/epds.ts'
import type { Actor, Answer } from '../support/service.ts'

const codes = ({ body }: Answer): string[] =>
  (body.findings ?? []).map(({ code }: { code: string }) => code)

const versionsIn = ({ items }: { readonly items: readonly { readonly version: string }[] }) =>
  items.map(({ version }) => version)

const OTHER_ID: Readonly<Record<string, string>> = {
  'application/vnd.openepd+json': '7b1f6a52-0c1d-4a43-9d8e-2f5a1f0c0b11',
  'application/vnd.ilcd.process+xml': '7b1f6a52-0c1d-4a43-9d8e-2f5a1f0c0b12'
}

t.test('accepts', async (t) => {
  t.test('a declaration, and the same content again with the stored answer', async (t) => {
    const { owner } = await market(t)
    const document = epdDocument('magnet-n48h')
    const bytes = Buffer.from(JSON.stringify(document))
    const first = await owner.request('POST', '/v1/epds', bytes)
    t.equal(first.status, 201, JSON.stringify(first.body))
    t.match(first.body, {
      id: document['id'],
      version: '1.0',
      state: 'submitted',
      organization: owner.organization,
      position: Number,
      sha256: createHash('sha256').update(bytes).digest('hex'),
      findings: []
    })
    t.equal(first.headers['location'], `/v1/epds/${document['id']}?version=1.0`)
    const reordered = Object.fromEntries(Object.entries(document).reverse())
    const again = await owner.request('POST', '/v1/epds', reordered)
    t.equal(again.status, 200)
    t.same(again.body, first.body)
    t.equal(again.headers['location'], first.headers['location'])
  })

  t.test('its own media type, and keeps every byte', async (t) => {
    const { owner, publish, service } = await market(t)
    const text = epdText('ndpr-oxide')
    const type = 'application/vnd.lodestone.epd+json'
    const made = await owner.request('POST', '/v1/epds', text, { 'content-type': type })
    t.equal(made.status, 201, JSON.stringify(made.body))
    await publish(made.body)
    const url = `/v1/epds/${made.body.id}/document`
    const whole = await service.request('GET', `${url}?version=1`)
    t.equal(whole.status, 200)
    t.ok(whole.raw.equals(Buffer.from(text)), 'byte for byte')
    t.match(String(whole.headers['content-type']), type)
    t.equal(whole.headers['etag'], `"${made.body.sha256}"`)
    t.equal(whole.headers['cache-control'], 'public, max-age=31536000, immutable')
    const known = await service.request('GET', `${url}?version=1`, undefined, {
      'if-none-match': String(whole.headers['etag'])
    })
    t.equal(known.status, 304)
    const newest = await service.request('GET', url)
    t.equal(newest.headers['cache-control'], 'public, no-cache')
  })

  t.test('wishes for other formats, and tells what they lose', async (t) => {
    const { owner, publish, service } = await market(t)
    const made = await owner.request('POST', '/v1/epds', epdText('ndpr-oxide'))
    await publish(made.body)
    const url = `/v1/epds/${made.body.id}`
    const wanted = [
      ['application/vnd.openepd+json', /"doctype": "openEPD"/],
      ['application/vnd.ilcd.process+xml', /<processDataSet/],
      ['application/vnd.lodestone.epd+json', /"indicator": "GWP-total"/],
      ['text/csv', /^epd,version,indicator/]
    ] as const
    for (const [accept, start] of wanted) {
      const answer = await service.request('GET', url, undefined, { accept })
      t.equal(answer.status, 200, accept)
      t.ok(String(answer.headers['content-type']).startsWith(accept), accept)
      t.equal(answer.headers['vary'], 'authorization, accept')
      t.match(answer.raw.toString('utf8'), start, accept)
    }
    const csv = await service.request('GET', url, undefined, { accept: 'text/csv' })
    t.equal(csv.headers['content-type'], 'text/csv; charset=utf-8', 'scenarios have any names')
    const named = await service.request('GET', `${url}?losses=openepd`)
    const counted = await service.request('GET', url, undefined, { accept: wanted[0][0] })
    t.equal(String(named.body.losses.length), counted.headers['lodestone-losses'])
    t.match(named.body.losses[0], { pointer: /^\//, message: String })
    t.equal((await service.request('GET', url, undefined, { accept: 'image/png' })).status, 406)
    t.equal((await service.request('GET', url, undefined, { accept: '' })).status, 200, 'no wish')
    const { paths } = (await service.request('GET', '/openapi.json')).body
    const described = paths['/v1/epds/{id}'].get.responses[200].content
    for (const accept of ['application/xml', 'text/xml']) {
      t.ok(described[accept], `${accept} is described`)
      const xml = await service.request('GET', url, undefined, { accept })
      t.match(xml, { status: 200, headers: { 'content-type': accept } }, 'any name of a format')
      t.match(xml.raw.toString('utf8'), /<processDataSet /)
    }
    const accept = 'text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8'
    t.equal((await service.request('GET', url, undefined, { accept })).body.id, made.body.id)
    t.equal((await service.request('GET', `${url}?losses=pdf`)).status, 400)
  })

  t.test('openEPD and ILCD, and serves their bytes unchanged', async (t) => {
    const { owner, publish, service } = await market(t)
    const made = await owner.request('POST', '/v1/epds', epdText('ndpr-oxide'))
    await publish(made.body)
    for (const type of ['application/vnd.openepd+json', 'application/vnd.ilcd.process+xml']) {
      const url = `/v1/epds/${made.body.id}`
      const { raw } = await service.request('GET', url, undefined, { accept: type })
      const bytes = Buffer.from(raw.toString('utf8').replaceAll(made.body.id, OTHER_ID[type] ?? ''))
      const sent = await owner.request('POST', '/v1/epds', bytes, { 'content-type': type })
      t.equal(sent.status, 201, JSON.stringify(sent.body))
      const again = await owner.request('POST', '/v1/epds', bytes, { 'content-type': type })
      t.equal(again.status, 200)
      const back = await owner.request('GET', `/v1/epds/${OTHER_ID[type]}/document`)
      t.ok(back.raw.equals(bytes), 'byte for byte')
      t.match(String(back.headers['content-type']), type)
    }
  })

  t.test('stores each value verbatim under its whole key, and as a number', async (t) => {
    const { service, submit } = await market(t)
    const document = await submit(epdDocument('ndpr-oxide'))
    const rows = await service.deps.db.query<Record<string, string>>({
      text: `select v.indicator, v.method, v.module, v.scenario, v.status, v.value, v.amount
        from epd_value v join epd e using (position) where e.id = $1
        order by indicator, module, scenario`,
      values: [document['id']]
    })
    t.equal(rows.length, 26)
    const of = (indicator: string, module: string, scenario = '') =>
      rows.find(
        (row) =>
          row['indicator'] === indicator && row['module'] === module && row['scenario'] === scenario
      )
    t.match(of('GWP-total', 'C3', 'recycling'), { method: 'EF 3.0', value: '200', amount: '200' })
    t.match(of('GWP-total', 'C3', 'disposal'), { value: '20', amount: '20' })
    t.match(of('PERT', 'A1'), { method: '', status: 'declared' })
    t.match(of('RWD', 'A2'), { status: 'not_assessed', value: null, amount: null })
    t.match(of('GWP-biogenic', 'A2'), { status: 'declared', value: '0', amount: '0' })
  })

  t.test('warnings, stores them, and lists them', async (t) => {
    const { owner } = await market(t)
    const document = epdDocument('ndpr-oxide', (epd) => {
      for (const { values } of epd['results']) {
        const parts = values.slice(0, 3).map(({ value }: { value: string }) => Number(value))
        if (parts.every(Number.isFinite)) {
          const value = String(Math.round((parts[0] + parts[1] + parts[2]) * 100) / 100)
          values.push({ module: 'A1-A3', value })
        }
      }
    })
    const made = await owner.request('POST', '/v1/epds', document)
    t.equal(made.status, 201, JSON.stringify(made.body))
    const general = codes(made).filter((code) => !code.startsWith('EPD_PROFILE'))
    t.same(general, ['EPD_MODULE_OVERLAP'])
    t.ok(codes(made).length > 1, 'and what EN 15804+A2, which it claims, asks for besides')
    const listed = await owner.request('GET', `/v1/epds/${document['id']}/findings`)
    t.same(listed.body.items, made.body.findings)
  })

  t.test('a higher version, and reads either one', async (t) => {
    const { owner, submit } = await market(t)
    const document = await submit()
    const second = { ...document, version: '1.10', registrationNumber: 'DEMO-2' }
    await submit(second)
    const newest = await owner.request('GET', `/v1/epds/${document['id']}`)
    t.match(newest.body, { version: '1.10', document: { registrationNumber: 'DEMO-2' } })
    const first = await owner.request('GET', `/v1/epds/${document['id']}?version=1.0.0`)
    t.match(first.body, { version: '1.0', document })
    const versions = await owner.request('GET', `/v1/epds/${document['id']}/versions`)
    t.same(
      versions.body.items.map(({ version }: { version: string }) => version),
      ['1.0', '1.10']
    )
  })

  t.test('many versions and drafts, which are told page by page', async (t) => {
    const { owner, publish, service } = await market(t)
    const document = epdDocument('magnet-n48h')
    const url = `/v1/epds/${document['id']}/versions`
    // 1.10 comes after 1.9, and a draft behind every version whatever its number.
    for (const version of ['1.9', '1.10', '2', '3.0.1']) {
      const made = await owner.request('POST', '/v1/epds', { ...document, version })
      t.equal(made.status, 201, JSON.stringify(made.body))
    }
    for (const version of ['1.8', '4', '2.5']) {
      const { id } = document
      t.equal((await owner.request('POST', '/v1/epds?state=draft', { id, version })).status, 201)
    }
    const all = ['1.9', '1.10', '2', '3.0.1', '1.8', '2.5', '4']
    const whole = (await owner.request('GET', url)).body
    t.equal(whole.next, undefined)
    t.strictSame(versionsIn(whole), all)
    for (const limit of [1, 2, 3, 4, 5, 6, 7]) {
      const told: object[] = []
      let cursor: string | undefined
      do {
        const query = new URLSearchParams({ limit: `${limit}`, ...(cursor ? { cursor } : {}) })
        const { status, body } = await owner.request('GET', `${url}?${query}`)
        t.equal(status, 200, JSON.stringify(body))
        t.ok(body.items.length <= limit)
        told.push(...body.items)
        cursor = body.next
      } while (cursor !== undefined)
      t.strictSame(told, whole.items, `pages of ${limit}`)
    }
    await publish({ id: document['id'], version: '1.10' })
    const seen = await service.request('GET', `${url}?limit=1`)
    t.strictSame([versionsIn(seen.body), seen.body.next], [['1.10'], undefined], 'by the public')
    const newest = await owner.request('GET', `/v1/epds/${document['id']}`)
    t.match(newest.body, { version: '3.0.1', state: 'submitted' })
    const day = await owner.request('GET', `${url}?validOn=2026-12-24&limit=1`)
    t.strictSame([versionsIn(day.body), day.body.next], [['1.10'], undefined], 'of a day')
  })

  t.test('a draft with any findings, in place of the one before, and its submission', async (t) => {
    const { owner, service } = await market(t)
    const { id } = epdDocument('magnet-n48h')
    const first = await owner.request('POST', '/v1/epds?state=draft', { id, version: '1' })
    t.equal(first.status, 201, JSON.stringify(first.body))
    t.match(first.body, { state: 'draft', savedAt: String, position: undefined })
    t.ok(codes(first).includes('SCHEMA'))
    const whole = epdDocument('magnet-n48h', (epd) => Object.assign(epd, { id, version: '1.0' }))
    const second = await owner.request('POST', '/v1/epds?state=draft', whole)
    t.equal(second.status, 200)
    t.match(second.body, { version: '1.0', name: { en: String }, findings: [] })
    const drafts = await owner.request('GET', '/v1/epds?status=draft')
    t.equal(drafts.body.items.length, 1)
    const entries = await service.deps.db.query({
      text: 'select from journal where subject = $1',
      values: [id]
    })
    t.equal(entries.length, 0, 'drafts are not logged')
    const submit = { version: '1', transition: 'submit' }
    const submitted = await owner.request('POST', `/v1/epds/${id}/transitions`, submit)
    t.equal(submitted.status, 200, JSON.stringify(submitted.body))
    t.match(submitted.body, { state: 'submitted', position: Number })
    t.equal((await owner.request('GET', '/v1/epds?status=draft')).body.items.length, 0)
  })

  t.test('the deletion of a draft', async (t) => {
    const { owner } = await market(t)
    const { id } = epdDocument('magnet-n48h')
    await owner.request('POST', '/v1/epds?state=draft', { id, version: '2' })
    t.equal((await owner.request('GET', `/v1/epds/${id}/findings`)).body.items[0].code, 'SCHEMA')
    t.equal((await owner.request('DELETE', `/v1/epds/${id}?version=2.0`)).status, 204)
    t.equal((await owner.request('GET', `/v1/epds/${id}`)).status, 404)
  })

  t.test('a dry run that stores nothing', async (t) => {
    const { owner } = await market(t)
    const document = epdDocument('magnet-n48h')
    const checked = await owner.request('POST', '/v1/epds/check', document)
    t.match(checked.body, { acceptable: true })
    t.same(codes(checked), ['EPD_INCLUDED_UNKNOWN'], 'its oxide is declared elsewhere')
    t.equal((await owner.request('GET', `/v1/epds/${document['id']}`)).status, 404)
    const bad = epdDocument('magnet-n48h', (epd) => {
      epd['declaredUnit'].unit = 'KWH'
    })
    const refused = await owner.request('POST', '/v1/epds/check', bad)
    t.equal(refused.body.acceptable, false)
    t.same(codes(refused), ['EPD_DECLARED_UNIT', 'EPD_INCLUDED_UNKNOWN'])
  })

  t.test('what a declaration is built on is looked up in the registry', async (t) => {
    const { owner, submit, publish } = await market(t)
    const oxide = epdDocument('ndpr-oxide')
    const magnet = epdDocument('magnet-n48h', (epd) => {
      epd['includes'][0].epd = oxide['id']
    })
    const check = async () => codes(await owner.request('POST', '/v1/epds/check', magnet))
    await submit(oxide)
    t.same(await check(), ['EPD_INCLUDED_UNKNOWN'], 'what is not published is not told')
    await publish(oxide)
    t.same(await check(), [])
    await submit(magnet)
    await publish(magnet)
    const circle = { ...oxide, version: '9', includes: magnet['includes'] }
    const closed = { ...circle, includes: [{ ...magnet['includes'][0], epd: magnet['id'] }] }
    const refused = await owner.request('POST', '/v1/epds', closed)
    t.equal(refused.status, 422)
    t.ok(codes(refused).includes('EPD_INCLUDED_CYCLE'))
  })

  t.test('publication by an operator, then withdrawal with a reason everybody reads', async (t) => {
    const { service, operator, submit, publish, programme } = await market(t)
    const document = await submit()
    const published = await publish(document)
    t.match(published.body, { state: 'published' })
    const url = `/v1/epds/${document['id']}`
    const again = { version: '1.0', transition: 'publish' }
    const repeated = await operator.request('POST', `${url}/transitions`, again)
    t.same(repeated.body, published.body, 'repeating it is safe')
    const { id, version } = published.body
    const withdrawn = await programme.deregistered({ id, version }, 'Wrong energy mix')
    t.equal(withdrawn.body.state, 'deregistered')
    const shown = await service.request('GET', url)
    t.match(shown.body, {
      state: 'deregistered',
      stateSince: { organization: operator.organization, reason: 'Wrong energy mix' }
    })
    const log = await service.deps.db.query<{ kind: string; blind: boolean; statement: Buffer }>({
      text: 'select kind, blind, statement from journal where subject = $1 order by position',
      values: [document['id']]
    })
    t.same(
      log.map(({ kind, blind }) => [kind, blind]),
      [
        ['epd', true],
        ['epd_transition', true],
        ['epd_transition', true],
        ['epd_transition', true],
        ['epd_transition', false],
        ['epd_transition', false]
      ],
      'confidential until published, then open'
    )
    t.notMatch(log.at(-1)?.statement.toString(), /energy mix/, 'statements hold hashes, not prose')
  })

  t.test('searches by word, stage, owner and status, page by page', async (t) => {
    const { service, owner, submit, publish } = await market(t)
    const magnet = await submit()
    const oxide = await submit(epdDocument('ndpr-oxide'))
    await submit(epdDocument('ndpr-metal-gate-to-gate'))
    for (const document of [magnet, oxide]) await publish(document)
    const find = async (query: string, who: Pick<Actor, 'request'> = service) =>
      (await who.request('GET', `/v1/epds?${query}`)).body.items.map(({ id }: { id: string }) => id)
    t.same(await find(''), [magnet['id'], oxide['id']])
    t.same(await find(`q=${encodeURIComponent('氧化物')}`), [oxide['id']])
    t.same(await find('q=MAGNET%20finnish'), [])
    t.same(await find('q=n48h%20demo'), [magnet['id']])
    t.same(await find('q=100%25'), [], 'a percent sign is a character, not a pattern')
    t.same(await find('stage=separation'), [oxide['id']])
    t.same(await find(`owner=${owner.organization}&status=submitted`), [])
    t.equal((await find('status=submitted', owner)).length, 1)
    const first = await service.request('GET', '/v1/epds?limit=1')
    t.match(String(first.headers['link']), /rel="next"/)
    const second = await service.request('GET', `/v1/epds?limit=1&cursor=${first.body.next}`)
    t.equal(second.body.items[0].id, oxide['id'])
    t.equal(second.body.next, undefined)
  })
})

t.test('refuses', async (t) => {
  t.test('with every finding at once, and stores nothing', async (t) => {
    const { owner, service } = await market(t)
    const document = epdDocument('magnet-n48h', (epd) => {
      epd['dataQuality'].primaryDataSharePct = '130'
      epd['allocation'].shares[0].share = '1.04'
      epd['product'].stage = 'smelting'
      epd['results'][0].values[0].value = '0.2'
    })
    const refused = await owner.request('POST', '/v1/epds', document)
    t.equal(refused.status, 422)
    t.equal(refused.body.code, 'FINDINGS')
    t.same(codes(refused).sort(), [
      'EPD_IMPLAUSIBLE_GWP',
      'EPD_INCLUDED_UNKNOWN',
      'EPD_INDICATOR_SUM',
      'EPD_PDS_RANGE',
      'EPD_SHARE_RANGE',
      'EPD_STAGE_UNKNOWN'
    ])
    for (const table of ['epd', 'epd_version', 'epd_value', 'epd_state_version']) {
      t.equal((await service.deps.db.query({ text: `select from ${table}` })).length, 0, table)
    }
  })

  t.test('a document of another format, and says first how to send it', async (t) => {
    const { owner } = await market(t)
    for (const document of [{ doctype: 'openEPD', id: 'x' }, { processInformation: {} }]) {
      const { status, body } = await owner.request('POST', '/v1/epds', document)
      t.equal(status, 422)
      t.match(body.findings[0], {
        code: 'EPD_DOCUMENT',
        message: /^The document looks like /,
        remedy: /^Send it with Content-Type: application\/\S+\.$/
      })
      t.ok(body.findings.length > 1, 'before everything else')
    }
    const plain = await owner.request('POST', '/v1/epds', { id: 'x' })
    t.notMatch(plain.body.findings[0], { code: 'EPD_DOCUMENT' })
  })

  t.test('what does not follow the schema, with pointers', async (t) => {
    const { owner } = await market(t)
    const document = epdDocument('magnet-n48h', (epd) => {
      epd['results'][0].values[0].value = 26.4
      epd['declaredUnit'].colour = 'grey'
      epd['validUntil'] = '31.10.2031'
    })
    const refused = await owner.request('POST', '/v1/epds', document)
    t.equal(refused.status, 422)
    t.same(refused.body.findings.map(({ pointer }: { pointer: string }) => pointer).sort(), [
      '/declaredUnit/colour',
      '/results/0/values/0/value',
      '/validUntil'
    ])
  })

  t.test('bodies that are no document', async (t) => {
    const { owner } = await market(t)
    const cases: readonly [string | Buffer, Record<string, string>, number, string][] = [
      ['{"id":"a","id":"b"}', {}, 400, 'BODY_INVALID'],
      ['', {}, 400, 'BODY_INVALID'],
      ['\ufeff{}', {}, 400, 'BODY_INVALID'],
      [Buffer.from([0x7b, 0xff, 0x7d]), {}, 400, 'BODY_INVALID'],
      [`${'['.repeat(70)}${']'.repeat(70)}`, {}, 400, 'BODY_INVALID'],
      ['[]', {}, 422, 'FINDINGS'],
      ['<epd/>', { 'content-type': 'text/html' }, 415, 'MEDIA_TYPE_UNSUPPORTED'],
      ['<epd/>', { 'content-type': 'application/xml' }, 400, 'BODY_INVALID'],
      [
        '<!DOCTYPE x [<!ENTITY a "b">]><x>&a;</x>',
        { 'content-type': 'text/xml' },
        400,
        'BODY_INVALID'
      ],
      ['[]', { 'content-type': 'application/vnd.soda4lca.process+json' }, 400, 'BODY_INVALID']
    ]
    for (const [body, headers, status, code] of cases) {
      for (const url of ['/v1/epds', '/v1/epds/check', '/v1/epds?state=draft']) {
        const answer = await owner.request('POST', url, body, headers)
        const lenient = url.endsWith('check') && status === 422
        t.equal(answer.status, lenient ? 200 : status, `${url} ${String(body).slice(0, 20)}`)
        if (!lenient) t.equal(answer.body.code, code)
      }
    }
    t.equal((await owner.request('POST', '/v1/epds?state=verified', '{}')).status, 400)
  })

  t.test('other content under the same version, and lower versions', async (t) => {
    const { owner, submit } = await market(t)
    const document = await submit(
      epdDocument('magnet-n48h', (epd) => {
        epd['version'] = '2.1'
      })
    )
    const other = { ...document, registrationNumber: 'X' }
    t.equal((await owner.request('POST', '/v1/epds', other)).status, 409)
    t.equal((await owner.request('POST', '/v1/epds?state=draft', other)).status, 409)
    t.same(codes(await owner.request('POST', '/v1/epds/check', other)), ['EPD_CONFLICT'])
    const lower = await owner.request('POST', '/v1/epds', { ...document, version: '2.0.9' })
    t.equal(lower.status, 422)
    t.same(codes(lower), ['EPD_VERSION', 'EPD_INCLUDED_UNKNOWN'])
  })

  t.test('parties and facilities that are not registered', async (t) => {
    const { owner, rival } = await market(t)
    const document = epdDocument('magnet-n48h', (epd) => {
      epd['owner'].organization = rival.organization
      epd['operator'].organization = randomUUID()
      epd['sites'][0].facility = randomUUID()
    })
    const refused = await owner.request('POST', '/v1/epds', document)
    t.same(codes(refused), [
      'EPD_OWNER',
      'EPD_PARTY_UNKNOWN',
      'EPD_FACILITY_UNKNOWN',
      'EPD_INCLUDED_UNKNOWN'
    ])
  })

  t.test('transitions that the state does not allow', async (t) => {
    const { owner, operator, verifier, rival, submit, publish } = await market(t)
    const { id } = await submit()
    const move = (who: Actor, transition: string, more = {}) =>
      who.request('POST', `/v1/epds/${id}/transitions`, { version: '1.0', transition, ...more })
    t.equal((await move(owner, 'submit')).status, 200, 'it is submitted already')
    t.equal((await move(operator, 'publish')).body.code, 'TRANSITION_NOT_ALLOWED')
    t.equal((await move(owner, 'publish')).body.code, 'FORBIDDEN')
    await publish({ id, version: '1.0' })
    t.equal((await move(operator, 'deregister')).body.code, 'REQUEST_INVALID', 'no reason')
    t.equal((await move(verifier, 'return', { reason: 'No' })).body.code, 'TRANSITION_NOT_ALLOWED')
    t.equal((await move(owner, 'submit')).status, 200, 'and stays what it is')
    t.equal((await move(rival, 'submit')).body.code, 'FORBIDDEN')
    t.equal((await move(owner, 'archive')).status, 400)
    t.equal((await owner.request('DELETE', `/v1/epds/${id}?version=1`)).status, 409)
    t.equal((await owner.request('DELETE', `/v1/epds/${id}`)).status, 400)
  })

  t.test('cursors of another question and searches of drafts', async (t) => {
    const { owner, submit, service, publish } = await market(t)
    for (const _ of [1, 2]) await publish(await submit())
    const { next } = (await service.request('GET', '/v1/epds?limit=1')).body
    const other = await service.request('GET', `/v1/epds?stage=coating&cursor=${next}`)
    t.equal(other.body.code, 'CURSOR_INVALID')
    t.equal((await owner.request('GET', '/v1/epds?status=draft&q=x')).status, 400)
    t.equal((await owner.request('GET', '/v1/epds?colour=grey')).status, 400)
  })
})
