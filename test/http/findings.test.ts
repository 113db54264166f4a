import { randomUUID } from 'node:crypto'
import t from 'tap'
import { reevaluateStep } from '../../src/registry/books/reevaluate.ts'
import { elements, kg } from '../support/books.ts'
import { mined, oreChain, type Party } from '../support/ore-chain.ts'

const ALLOY = elements({ Nd: '23', Pr: '7', Dy: '1', B: '1', Fe: '68' })
/** Within the hard bounds, but more boron than is usual. */
const UNUSUAL = elements({ Nd: '29', B: '1.4', Fe: '69' })

const block = (assay: object, more: object = {}) => ({
  product: { class: 'sintered_block', name: 'Block' },
  entry: 'purchased',
  mass: kg('100'),
  assay,
  ...more
})

async function warned(t: Parameters<typeof oreChain>[0]) {
  const chain = await oreChain(t)
  const maker = await chain.party('Maker', 'FI')
  const batch = await maker.commission(block(UNUSUAL))
  const list = async (of: Party, query = '') =>
    (await of.request('GET', `/v1/findings${query}`)).body
  const { items } = await list(maker)
  return { chain, maker, batch, list, finding: items[0] }
}

t.test('accepts', async (t) => {
  t.test('a list by severity, rule, code, batch and status', async (t) => {
    const { maker, batch, list, finding } = await warned(t)
    const about = { code: 'GRADE_BOUNDS', rule: 'R4', severity: 'warning', status: 'open', batch }
    t.match(finding, { ...about, closedBy: 'resolution', event: String, position: Number })
    for (const [query, found] of [
      ['?severity=warning', 1],
      ['?severity=error', 0],
      ['?rule=R4', 1],
      ['?rule=R5', 0],
      ['?code=GRADE_BOUNDS', 1],
      [`?batch=${batch}&status=open`, 1],
      [`?batch=${randomUUID()}`, 0],
      ['?status=resolved', 0]
    ] as const) {
      t.equal((await list(maker, query)).items.length, found, query)
    }
  })

  t.test('page by page, also where one event has many', async (t) => {
    const { maker, list } = await warned(t)
    const outputs = [UNUSUAL, UNUSUAL, UNUSUAL].map((assay) => block(assay))
    await maker.record({ type: 'commission', outputs })
    const seen: string[] = []
    for (let cursor = ''; ; ) {
      const page = await list(maker, `?limit=2${cursor}`)
      seen.push(...page.items.map((each: { id: string }) => each.id))
      if (page.next === undefined) break
      cursor = `&cursor=${page.next}`
    }
    t.equal(seen.length, 4)
    t.equal(new Set(seen).size, 4)
  })

  t.test('a resolution with reason and evidence, logged, once', async (t) => {
    const { chain, maker, batch, list, finding } = await warned(t)
    const url = `/v1/findings/${finding.id}/resolution`
    const evidence = [{ kind: 'assay_certificate', level: 'documented', sha256: 'ab'.repeat(32) }]
    const body = { reason: 'A boron-rich grade, see the certificate.', evidence }
    const first = await maker.request('POST', url, body)
    t.equal(first.status, 200, JSON.stringify(first.body))
    const closed = { status: 'resolved', resolution: { ...body, by: maker.organization } }
    t.match(first.body, closed)
    t.same((await maker.request('POST', url, body)).body, first.body, 'again changes nothing')
    const other = await maker.request('POST', url, { reason: 'Something else.' })
    t.match([other.status, other.body.code], [409, 'TRANSITION_NOT_ALLOWED'])
    t.match((await list(maker, '?status=resolved')).items, [closed])
    const shown = await maker.request('GET', `/v1/batches/${batch}/findings`)
    t.match(shown.body.items, [{ resolution: body.reason }])
    const before = await maker.request(
      'GET',
      `/v1/batches/${batch}/findings?asOf=${first.body.resolution.position - 1}`
    )
    t.match(before.body.items, [{ resolution: null }], 'as of then it stood')
    const [entry] = await chain.service.deps.db.query<{ kind: string; blind: boolean }>({
      text: 'select kind, blind from journal where position = $1',
      values: [first.body.resolution.position]
    })
    t.same(entry, { kind: 'finding_resolution', blind: true })
  })
})

t.test('refuses', async (t) => {
  t.test('to argue an error away', async (t) => {
    const { chain, maker, list } = await warned(t)
    const input = await maker.commission({ ...block(ALLOY), number: 'B-1' })
    const commissioned = randomUUID()
    const wrong = randomUUID()
    const outputs = [{ id: wrong, ...block(ALLOY) }]
    await maker.record({ type: 'commission', id: commissioned, outputs })
    await maker.blend({ [wrong]: '100', [input]: '100' }, '200', {
      event: { outputs: [{ ...block(ALLOY), id: randomUUID(), mass: kg('200'), entry: undefined }] }
    })
    await maker.record({ type: 'correct', event: commissioned, reason: 'did_not_occur' })
    const { reevaluateStep } = await import('../../src/registry/books/reevaluate.ts')
    while ((await reevaluateStep(chain.service.deps)) > 0);
    const { items } = await list(maker, '?severity=error&status=open')
    t.ok(items.length > 0, 'the correction left errors')
    t.match(items[0], { closedBy: 'correction' })
    const url = `/v1/findings/${items[0].id}/resolution`
    const answer = await maker.request('POST', url, { reason: 'It is fine.' })
    t.match([answer.status, answer.body.code], [409, 'TRANSITION_NOT_ALLOWED'])
  })

  t.test('a resolution without a reason', async (t) => {
    const { maker, finding } = await warned(t)
    const url = `/v1/findings/${finding.id}/resolution`
    for (const body of [{}, { reason: '' }, { reason: 'x', evidence: [{ kind: 'x' }] }]) {
      t.equal((await maker.request('POST', url, body)).status, 400, JSON.stringify(body))
    }
  })
})

t.test('protects', async (t) => {
  const { chain, finding, list } = await warned(t)
  const stranger = await chain.party('Stranger', 'SE')
  t.same((await list(stranger)).items, [])
  const url = `/v1/findings/${finding.id}/resolution`
  const answer = await stranger.request('POST', url, { reason: 'Not mine.' })
  const missing = await stranger.request('POST', `/v1/findings/${randomUUID()}/resolution`, {
    reason: 'Not there.'
  })
  t.same([answer.status, missing.status], [404, 404])
})

t.test('protects the maker of a restricted batch from those who may not know it', async (t) => {
  const chain = await oreChain(t)
  const [hidden, trader, buyer] = [
    await chain.party('Hidden', 'CN'),
    await chain.party('Trader', 'CH'),
    await chain.party('Buyer', 'DE')
  ]
  const [batch, event, epd] = [randomUUID(), randomUUID(), randomUUID()]
  // An ore of another kind than its deposit, and a declaration that nobody has published yet.
  const lot = mined('100', { id: batch, number: 'H-1', epd, deposit: 'longnan' })
  const commission = { type: 'commission', disclosure: 'restricted', outputs: [lot] }
  await hidden.record({ ...commission, id: event })
  await hidden.send(batch, '50', trader)
  await trader.send(batch, '20', buyer)
  const reason = 'Hidden Mine knows its ore.'
  for (const { id } of (await hidden.request('GET', '/v1/findings')).body.items) {
    const closed = await hidden.request('POST', `/v1/findings/${id}/resolution`, { reason })
    t.equal(closed.status, 200)
  }
  const [correction, corrective] = [randomUUID(), randomUUID()]
  const wrong = { type: 'correct', id: correction, event, reason: 'incorrect_data' }
  await hidden.record({ ...wrong, correctiveEvent: corrective })
  const less = { ...lot, mass: kg('30') }
  const time = '2026-09-01T07:00:00.000Z'
  await hidden.record({
    ...commission,
    id: corrective,
    corrects: correction,
    time,
    outputs: [less]
  })
  while ((await reevaluateStep(chain.service.deps)) > 0);

  const urls = [`/v1/batches/${batch}/findings`, `/v1/reports/gaps?batch=${batch}`, '/v1/findings']
  const secrets = [reason, epd, event, correction, corrective, 'ongnan', hidden.organization]
  const told = async (asker: Party, url: string) => {
    const { status, raw } = await asker.request('GET', url)
    t.equal(status, 200, url)
    return secrets.filter((secret) => raw.toString().includes(secret))
  }
  for (const url of urls) t.strictSame(await told(buyer, url), [], url)
  const seen = await told(trader, `/v1/batches/${batch}/findings`)
  t.strictSame(seen, [reason, epd, event, corrective, 'ongnan', hidden.organization])
  const codes = async (asker: Party) =>
    (await asker.request('GET', `/v1/batches/${batch}/findings`)).body.items.map(
      ({ code }: { code: string }) => code
    )
  t.strictSame(await codes(buyer), await codes(trader), 'that something was found everybody sees')
  const { items } = (await buyer.request('GET', '/v1/findings')).body
  t.match(items, [{ code: 'BATCH_CONTESTED', batch, event: undefined }])
  const [contested] = (await trader.request('GET', '/v1/findings')).body.items
  t.match(contested, { code: 'BATCH_CONTESTED', event: corrective })
})
