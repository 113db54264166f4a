/** Declarations that are registered elsewhere: recorded, shown as such, and never moved. */
import { randomUUID } from 'node:crypto'
import t from 'tap'
import { market } from '../support/epd-market.ts'
import { type EpdDocument, epdDocument } from '../support/epds.ts'

const HREF = 'https://registry.example/epd/S-P-01234'
const query = (more: Readonly<Record<string, string>> = {}) =>
  `/v1/epds?${new URLSearchParams({ state: 'external', href: HREF, ...more })}`
/** A declaration of another programme, as its document says. */
const elsewhere = (change: (epd: EpdDocument) => void = () => {}) =>
  epdDocument('ndpr-oxide', (epd) => {
    epd['operator'] = { name: 'Programme Nord' }
    epd['registrationNumber'] = 'S-P-01234'
    change(epd)
  })
const isError = ({ severity }: { readonly severity: string }) => severity === 'error'
const codes = (findings: readonly { readonly code: string }[]) => findings.map(({ code }) => code)

t.test('accepts', async (t) => {
  t.test('operator and number from the document, and the link beside it', async (t) => {
    const { service, owner } = await market(t)
    const document = elsewhere()
    const made = await owner.request('POST', query(), document)
    t.equal(made.status, 201, JSON.stringify(made.body))
    const external = {
      operator: document['operator'].name,
      registrationNumber: document['registrationNumber'],
      href: HREF
    }
    t.match(made.body, { state: 'external', organization: owner.organization, external })
    const shown = await service.request('GET', `/v1/epds/${document['id']}`)
    t.match(shown.body, { state: 'external', external, document: { id: document['id'] } })
    const bytes = await service.request('GET', `/v1/epds/${document['id']}/document?version=1.0`)
    t.same(JSON.parse(bytes.raw.toString()), document)
    const listed = await service.request('GET', '/v1/epds?status=external')
    t.equal(listed.body.items.length, 1)
    const valid = await service.request('GET', `/v1/epds/${document['id']}?validOn=2027-06-01`)
    t.equal(valid.body.state, 'external')
    const log = await service.deps.db.query<{ blind: boolean }>({
      text: 'select blind from journal where subject = $1',
      values: [document['id']]
    })
    t.same(log, [{ blind: true }], 'only what is published here is logged in the open')
  })

  t.test('the same again, also from somebody else', async (t) => {
    const { owner, rival } = await market(t)
    const document = elsewhere()
    const made = await owner.request('POST', query(), document)
    const again = await rival.request('POST', query(), document)
    t.equal(again.status, 200)
    t.same(again.body, made.body)
  })

  t.test('a document that others own and that has faults, with what was found', async (t) => {
    const { owner, rival } = await market(t)
    const document = elsewhere((epd) => {
      epd['owner'].organization = rival.organization
      epd['results'][0].values[0].value = '0.0001'
    })
    const direct = await owner.request('POST', '/v1/epds', document)
    t.ok(codes(direct.body.findings).includes('EPD_OWNER'))
    const made = await owner.request('POST', query(), document)
    t.equal(made.status, 201, JSON.stringify(made.body))
    const errors = made.body.findings.filter(isError)
    t.ok(errors.length > 0, 'told, not hidden')
    t.notOk(codes(made.body.findings).includes('EPD_OWNER'))
  })

  t.test('the name of the operator and the number, where the document has none', async (t) => {
    const { owner } = await market(t)
    const document = elsewhere((epd) => {
      delete epd['operator']
      delete epd['registrationNumber']
    })
    const bare = await owner.request('POST', query(), document)
    t.equal(bare.body.code, 'REQUEST_INVALID')
    t.same(bare.body.errors.map(({ pointer }: { pointer: string }) => pointer).sort(), [
      'operator',
      'registrationNumber'
    ])
    const more = { operator: 'Programme Nord', registrationNumber: 'S-P-01234' }
    const made = await owner.request('POST', query(more), document)
    t.match(made.body.external, { ...more, href: HREF })
    const other = await owner.request('POST', query({ ...more, operator: 'Another' }), document)
    t.equal(other.body.code, 'CONFLICT', 'the same document, registered somewhere else')
  })

  t.test('a link from a declaration that builds on it', async (t) => {
    const { owner } = await market(t)
    const oxide = elsewhere()
    await owner.request('POST', query(), oxide)
    const magnet = epdDocument('magnet-n48h', (epd) => {
      epd['includes'][0].epd = oxide['id']
    })
    const checked = await owner.request('POST', '/v1/epds/check', magnet)
    t.same(codes(checked.body.findings), [], 'it is known, and was valid')
  })

  t.test('links from one that builds on hundreds, each of which is looked at', async (t) => {
    const { owner } = await market(t)
    const parts = Array.from({ length: 202 }, elsewhere)
    for (const part of parts) await owner.request('POST', query(), part)
    const magnet = epdDocument('magnet-n48h', (epd) => {
      const [one] = epd['includes']
      const quantity = { value: '0.001', unit: 'KGM' }
      epd['includes'] = parts.map(({ id }) => ({ ...one, epd: id, quantity }))
    })
    const checked = await owner.request('POST', '/v1/epds/check', magnet)
    t.notOk(codes(checked.body.findings).includes('EPD_INCLUDED_UNKNOWN'), 'all are known')
  })
})

t.test('refuses', async (t) => {
  t.test('names that no list could show, and keeps a draft of them without', async (t) => {
    const { owner, service } = await market(t)
    const openEpd = {
      doctype: 'openEPD',
      id: 'EC3ABCDE',
      version: 1,
      product_name: 'N'.repeat(900_000),
      manufacturer: { name: 'Fictional Oxides' },
      declared_unit: { qty: 1, unit: 'kg' },
      program_operator: { name: 'Programme Nord' },
      program_operator_doc_id: 'S-P-01234',
      impacts: { 'EF 3.1': { gwp: { A1A2A3: { mean: 20.5, unit: 'kgCO2e' } } } }
    }
    const send = (url: string) =>
      owner.request('POST', url, openEpd, { 'content-type': 'application/vnd.openepd+json' })
    for (const url of [query(), '/v1/epds']) {
      const { status, body } = await send(url)
      t.equal(status, 422, url)
      t.ok(codes(body.findings).includes('EPD_LISTED_LONG'), url)
    }
    t.same((await service.request('GET', '/v1/epds')).body.items, [])
    const draft = await send('/v1/epds?state=draft')
    t.match(draft, { status: 201, body: { name: undefined } })
    t.ok(codes(draft.body.findings).includes('EPD_LISTED_LONG'))
    const drafts = await owner.request('GET', '/v1/epds?status=draft')
    t.ok(drafts.raw.length < 10_000, `${drafts.raw.length} bytes`)
  })

  t.test('links that are none, and words that only external ones have', async (t) => {
    const { owner } = await market(t)
    const document = elsewhere()
    const secret = 'https://reader:secret@epd.example/1'
    for (const href of ['javascript:alert(1)', 'file:///etc/passwd', '/epd/1', 'S-P-1', secret]) {
      const { status, body } = await owner.request('POST', query({ href }), document)
      t.equal(status, 400, href)
      t.match(body.errors, [{ pointer: 'href' }])
    }
    for (const word of ['operator', 'registrationNumber']) {
      const { status, body } = await owner.request('POST', query({ [word]: 'X1\u200b' }), document)
      t.match({ status, body }, { status: 400, body: { errors: [{ pointer: word }] } })
    }
    t.equal((await owner.request('POST', `/v1/epds?href=${HREF}`, document)).status, 400)
    t.equal((await owner.request('POST', `/v1/epds?state=draft&operator=X`, document)).status, 400)
    t.equal((await owner.request('GET', `/v1/epds/${document['id']}`)).status, 404)
  })

  t.test('what cannot be stored, with every finding', async (t) => {
    const { owner } = await market(t)
    const faults: readonly ((epd: EpdDocument) => void)[] = [
      (epd) => (epd['validUntil'] = '2027-02-30'),
      (epd) => (epd['version'] = '1.0.0.0'),
      (epd) => (epd['id'] = '00000000-0000-0000-0000-000000000000'),
      (epd) => (epd['results'][0].values[0].value = '1,5'),
      (epd) => epd['results'][0].values.push({ ...epd['results'][0].values[0] })
    ]
    for (const [index, fault] of faults.entries()) {
      const answer = await owner.request('POST', query(), elsewhere(fault))
      t.equal(answer.status, 422, `${index} ${JSON.stringify(answer.body).slice(0, 300)}`)
    }
  })

  t.test('an id that stands for a declaration of this registry, and the other way', async (t) => {
    const { owner, rival, submit } = await market(t)
    const mine = await submit()
    for (const who of [owner, rival]) {
      for (const version of ['1.0', '2.0']) {
        const answer = await who.request('POST', query(), { ...mine, version })
        t.equal(answer.status, 409, version)
      }
    }
    const theirs = elsewhere()
    await owner.request('POST', query(), theirs)
    for (const who of [owner, rival]) {
      const answer = await who.request('POST', '/v1/epds', { ...theirs, version: '2.0' })
      t.equal(answer.status, 409)
    }
    const changed = { ...theirs, registrationNumber: 'ANOTHER' }
    t.equal((await owner.request('POST', query(), changed)).status, 409)
    const foreign = await rival.request('POST', query(), { ...theirs, version: '2.0' })
    t.equal(foreign.status, 409, 'who recorded it records its versions')
    t.match(foreign.body.detail, /recorded by another organization/)
    const next = await owner.request('POST', query(), { ...theirs, version: '2.0' })
    t.equal(next.status, 201, JSON.stringify(next.body))
    for (const url of [`/v1/epds/${theirs['id']}?`, '/v1/epds?status=external&']) {
      const { body } = await rival.request('GET', `${url}validOn=2027-06-01`)
      t.equal((body.items?.[0] ?? body).version, '2.0', 'the newest of them speaks')
    }
  })
})

t.test('protects', async (t) => {
  const { owner, verifier, operator, service } = await market(t)
  const document = elsewhere()
  const { body } = await owner.request('POST', query(), document)
  const about = { version: '1.0', documentSha256: body.sha256 }
  const asked = [
    [verifier, { version: '1.0', transition: 'start_verification' }],
    [operator, { ...about, transition: 'register', registrationNumber: randomUUID() }],
    [operator, { ...about, transition: 'deregister', reason: 'Not ours.' }]
  ] as const
  for (const [who, statement] of asked) {
    const answer = await who.state(document['id'], statement)
    t.equal(answer.body.code, 'TRANSITION_NOT_ALLOWED')
  }
  t.equal((await service.request('GET', `/v1/epds/${document['id']}`)).body.state, 'external')
  const buyer = await service.actor('buyer')
  t.equal((await buyer.request('POST', query(), elsewhere())).status, 403)
})
