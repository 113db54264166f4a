import { randomUUID } from 'node:crypto'
import { parse } from 'csv-parse/sync'
import t from 'tap'
import { canonicalHash } from '../../src/domain/canonical-json.ts'
import { elements, kg, oxides } from '../support/books.ts'
import { oreChain, type Party } from '../support/ore-chain.ts'
import { readPdf } from '../support/read-pdf.ts'
import { readTable } from '../support/read-workbook.ts'

const MAGNET = elements({ Nd: '23', Pr: '7', Dy: '1', B: '1', Fe: '68' })
const SHEET = 'ab'.repeat(32)
const batch = (product: string, mass: string, more: object = {}) => ({
  product: { class: product, name: product },
  mass: kg(mass),
  assay: MAGNET,
  ...more
})

/** Magnets of 60 kg of old magnets, 20 kg bought cuttings and 20 kg of new alloy; others of new alloy alone. */
async function magnets(t: Parameters<typeof oreChain>[0]) {
  const chain = await oreChain(t)
  const maker = await chain.party('Maker', 'FI')
  const weighed = { kind: 'weighing_note', level: 'documented', issuer: 'Scale', sha256: SHEET }
  const scrap = (mass: string, entry: string, country: string) =>
    maker.commission(batch('magnet_scrap', mass, { entry, sourceCountry: country }), {
      evidence: entry === 'post_consumer_scrap' ? [weighed] : []
    })
  const inputs = [
    [await scrap('60', 'post_consumer_scrap', 'DE'), '60'],
    [await scrap('20', 'pre_consumer_scrap', 'JP'), '20'],
    [await maker.commission(batch('recycled_powder', '20', { entry: 'purchased' })), '20']
  ] as const
  const powder = randomUUID()
  await maker.record({
    type: 'transform',
    stages: ['hpms'],
    inputs: inputs.map(([from, mass]) => ({ batch: from, mass: kg(mass) })),
    outputs: [batch('recycled_powder', '100', { id: powder })]
  })
  const recycled = randomUUID()
  await maker.record({
    type: 'transform',
    stages: ['press_sinter', 'machining', 'magnetization'],
    inputs: [{ batch: powder, mass: kg('100') }],
    outputs: [batch('magnet', '100', { id: recycled, number: 'M-R' })]
  })
  const bought = await maker.commission(
    batch('magnet', '50', { entry: 'purchased', number: 'M-N' })
  )
  const ask = (of: Party, query: string, headers = {}) =>
    of.request('GET', `/v1/reports/crma-29?${query}`, undefined, headers)
  return { chain, maker, recycled, bought, ask, taken: inputs.map(([from]) => from) }
}

t.test('accepts', async (t) => {
  t.test('the magnets of a product: shares weighed by what of each batch is in it', async (t) => {
    const { maker, recycled, bought, ask } = await magnets(t)
    const query = `batch=${recycled}&quantityKg=0.3&batch=${bought}&quantityKg=0.1&product=Motor%207`
    const { status, body } = await ask(maker, query)
    t.equal(status, 200, JSON.stringify(body))
    t.match(body, {
      report: 'crma-29',
      declaredByRequester: { product: 'Motor 7' },
      totalMagnetsKg: '0.4',
      threshold: { kg: '0.2', exceeded: true },
      appliesFrom: { date: '2027-05-24' },
      verified: true
    })
    t.same(
      body.elements.map(({ element }: { element: string }) => element),
      ['Nd', 'Dy', 'Pr', 'Tb', 'B', 'Sm', 'Ni', 'Co']
    )
    t.match(body.elements[0], {
      presence: 'present',
      totalKg: '0.092',
      feedKg: {
        post_consumer: '0.0414',
        pre_consumer: '0.0138',
        same_process: '0',
        primary: '0.0368'
      },
      postConsumerShare: '0.450000',
      preConsumerShare: '0.150000',
      leftOpenIn: []
    })
    const absent = { element: 'Tb', presence: 'absent', totalKg: null, postConsumerShare: null }
    t.match(body.elements[3], absent, 'the assay is complete: null for an absent element, never 0')
    t.same(
      body.batches.map(({ batch }: { batch: string }) => batch),
      [recycled, bought].sort()
    )
    const of = body.batches.find((each: { batch: string }) => each.batch === recycled)
    t.match(of, { number: 'M-R', type: 'NdFeB', massKg: '100', quantityKg: '0.3' })
    t.match(of.elements[0], {
      postConsumerShare: '0.600000',
      scrapFrom: [
        { kind: 'post_consumer', country: 'DE', share: '0.6' },
        { kind: 'pre_consumer', country: 'JP', share: '0.2' }
      ]
    })
    const { contentHash, ...content } = body
    t.equal(contentHash, canonicalHash(content).toString('hex'))
  })

  t.test('the events that took the scrap in, with their documents', async (t) => {
    const { maker, recycled, bought, taken, ask } = await magnets(t)
    const { body } = await ask(maker, `batch=${recycled}&batch=${bought}`)
    const of = body.batches.find((each: { batch: string }) => each.batch === recycled)
    const event = async (id: string | undefined) =>
      (await maker.request('GET', `/v1/batches/${id}`)).body.event
    const sha256 = /^[0-9a-f]{64}$/
    const [post, pre] = [await event(taken[0]), await event(taken[1])]
    t.match(of, { evidenceComplete: true })
    t.match(of.elements[0].scrapFrom, [
      {
        references: [
          { kind: 'event', event: post, sha256, level: 'documented', issuer: null },
          { kind: 'weighing_note', event: post, sha256: SHEET, issuer: 'Scale' }
        ]
      },
      { references: [{ kind: 'event', event: pre, sha256 }] }
    ])
    t.equal(of.elements[0].scrapFrom[1].references.length, 1)
    const csv = await ask(maker, `batch=${recycled}&format=csv`)
    const lines = parse(csv.raw, { columns: true }) as Record<string, string>[]
    const line = lines.find((each) => each['record'] === 'batch' && each['element'] === 'Nd')
    t.equal(line?.['evidence_event_id'], `${post} ${pre}`)
    t.match(line?.['evidence_sha256'], SHEET)
    const text = readPdf((await ask(maker, `batch=${recycled}&format=pdf`)).raw).pages.join('\n')
    t.ok(text.replace(/\s/g, '').includes(post))
  })

  t.test('a product at the threshold, which it does not exceed', async (t) => {
    const { maker, recycled, ask } = await magnets(t)
    const exceeded = async (quantity: string) =>
      (await ask(maker, `batch=${recycled}&quantityKg=${quantity}`)).body.threshold.exceeded
    t.equal(await exceeded('0.2'), false)
    t.equal(await exceeded('0.200000001'), true)
    const paper = async (quantity: string) =>
      readPdf((await ask(maker, `batch=${recycled}&quantityKg=${quantity}&format=pdf`)).raw)
        .pages.join(' ')
        .replace(/\s+/g, ' ')
    t.match(await paper('0.2'), /To be published no: .* more than 0\.2 kg/)
    t.match(await paper('0.3'), /To be published from 2027-05-24 on, or .* defence or space/)
  })

  t.test('a table, a workbook and paper of the same, and the same bytes twice', async (t) => {
    const { maker, recycled, bought, ask } = await magnets(t)
    const query = `batch=${recycled}&batch=${bought}&product=Motor`
    const { body } = await ask(maker, query)
    const csv = await ask(maker, `${query}&format=csv`)
    const lines = parse(csv.raw, { columns: true }) as Record<string, string>[]
    t.equal(lines.length, 24, 'eight of the product and of each batch')
    t.match(lines[0], {
      record: 'product',
      product: 'Motor',
      magnets_kg: '150',
      element: 'Nd',
      post_consumer_share_fraction: '0.400000',
      content_hash: body.contentHash
    })
    t.match(
      lines.find((line) => line['batch'] === recycled && line['element'] === 'Nd'),
      { record: 'batch', scrap_sources: 'post_consumer DE 0.6; pre_consumer JP 0.2' }
    )
    const workbook = await ask(maker, `${query}&format=xlsx`)
    t.same((await readTable(workbook.raw)).length, 24, 'the same lines')
    const paper = await ask(maker, `${query}&format=pdf`)
    const text = readPdf(paper.raw).pages.join('\n')
    t.match(text, /40\.0000/, 'percent')
    t.match(text, /not\s+in\s+the\s+magnets/)
    t.ok(text.replace(/\s/g, '').includes(body.contentHash))
    const again = await ask(maker, `${query}&format=pdf`)
    t.ok(again.raw.equals(paper.raw))
  })

  t.test('as of an earlier position: what is recorded later changes nothing', async (t) => {
    const { maker, recycled, ask } = await magnets(t)
    const before = await ask(maker, `batch=${recycled}`)
    await maker.commission(batch('magnet', '5', { entry: 'purchased' }))
    const after = await ask(maker, `batch=${recycled}&asOf=${before.body.position}`)
    t.same(after.body.elements, before.body.elements)
  })

  t.test('magnets whose type the assay does not show, where it is said', async (t) => {
    const { maker, ask } = await magnets(t)
    const assay = elements({ Pr: '30', B: '1', Fe: '69' })
    const id = await maker.commission(batch('magnet', '5', { entry: 'purchased', assay }))
    const refused = await ask(maker, `batch=${id}`)
    t.equal(refused.status, 400)
    t.match(refused.body.errors, [{ pointer: 'material' }])
    const { body } = await ask(maker, `batch=${id}&material=NdFeB`)
    t.match(body, { batches: [{ type: 'NdFeB' }], declaredByRequester: { material: 'NdFeB' } })
  })

  t.test('what an assay only bounds: told, with where, and not counted as none', async (t) => {
    const { maker, recycled, ask } = await magnets(t)
    const assay = elements({ Nd: '31', Fe: '68', B: '1', Co: '<0.1' })
    const id = await maker.commission(batch('magnet', '5', { entry: 'purchased', assay }))
    const { body } = await ask(maker, `batch=${id}&batch=${recycled}`)
    t.match(body.elements[7], { element: 'Co', presence: 'below_limit', totalKg: null })
    t.same(body.elements[7].leftOpenIn, [id])
    t.match(body.elements[1], { element: 'Dy', presence: 'present', totalKg: '1' })
    t.same(body.elements[1].leftOpenIn, [], 'the assay is complete: there is none')
  })
})

t.test('refuses', async (t) => {
  const { chain, maker, recycled, bought, ask } = await magnets(t)
  const miner = await chain.party('Miner', 'SE')
  const oxide = await miner.commission({
    product: { class: 'separated_oxide', name: 'Neodymium oxide' },
    entry: 'purchased',
    mass: kg('10'),
    assay: oxides({ Nd2O3: '99' })
  })
  for (const [what, query, pointer] of [
    ['more than there is', `batch=${recycled}&quantityKg=100.000000001`, 'quantityKg'],
    ['nothing of it', `batch=${recycled}&quantityKg=0`, 'quantityKg'],
    ['a quantity for one of two', `batch=${recycled}&batch=${bought}&quantityKg=1`, 'quantityKg'],
    ['another type than the assay shows', `batch=${recycled}&material=SmCo`, 'material'],
    ['a type that is none', `batch=${recycled}&material=ferrite`, 'material'],
    ['a name that shows less than it holds', `batch=${recycled}&product=%E2%80%AEroto`, 'product'],
    ['no batch', 'product=Motor', 'batch'],
    ['a batch twice', `batch=${bought}&batch=${bought}`, 'batch']
  ] as const) {
    const { status, body } = await ask(maker, query)
    t.equal(status, 400, what)
    t.match(body.errors?.[0]?.pointer, pointer, what)
  }
  const rotor = await miner.commission(batch('rotor', '10', { entry: 'purchased' }))
  for (const id of [oxide, rotor]) {
    const { status, body } = await ask(miner, `batch=${id}&material=NdFeB`)
    t.equal(status, 400, 'what is no magnet, whatever it is called and looks like')
    t.match(body, { detail: /is no batch of magnets but of/, errors: [{ pointer: 'batch' }] })
  }
})

t.test('refuses what a correction took out of the books: nothing is known of it', async (t) => {
  const { maker, recycled, bought, ask } = await magnets(t)
  const before = await ask(maker, `batch=${bought}`)
  const { event } = (await maker.request('GET', `/v1/batches/${bought}`)).body
  await maker.record({ type: 'correct', event, reason: 'did_not_occur' })
  for (const query of [`batch=${bought}`, `batch=${recycled}&batch=${bought}&material=NdFeB`]) {
    const { status, body } = await ask(maker, query)
    t.equal(status, 400)
    t.match(body, { detail: /took batch .* out of the books/, errors: [{ pointer: 'batch' }] })
  }
  const dated = 'deliveryDate=2027-01-15'
  const verdict = await maker.request(
    'GET',
    `/v1/reports/dfars-252.225-7052?batch=${bought}&${dated}`
  )
  t.equal(verdict.status, 400)
  t.match(verdict.body.detail, /out of the books/, 'no assay is blamed')
  const then = await ask(maker, `batch=${bought}&asOf=${before.body.position}`)
  t.same(then.body, before.body, 'what was known before stays the answer')
})

t.test('protects: a stranger sees nothing, also not beside what is its own', async (t) => {
  const { chain, maker, recycled, bought, ask } = await magnets(t)
  const stranger = await chain.party('Stranger', 'SE')
  t.equal((await ask(stranger, `batch=${recycled}`)).status, 404)
  const own = await stranger.commission(batch('magnet', '5', { entry: 'purchased' }))
  t.equal((await ask(stranger, `batch=${own}&batch=${bought}`)).status, 404)
  t.equal((await ask(maker, `batch=${recycled}`)).status, 200)
})

t.test('protects: whoever took scrap in and hides behind it is named by no event', async (t) => {
  const chain = await oreChain(t)
  const maker = await chain.party('Maker', 'FI')
  const buyer = await chain.party('Buyer', 'DE')
  const taken: string[] = []
  for (const [sourceCountry, disclosure] of [
    ['JP', 'restricted'],
    ['SE', 'chain']
  ] as const) {
    const collector = await chain.party(`Collector ${sourceCountry}`, sourceCountry)
    const entry = { entry: 'post_consumer_scrap', sourceCountry, disclosure }
    const scrap = await collector.commission(batch('magnet_scrap', '60', entry))
    await collector.send(scrap, '60', maker)
    taken.push(scrap)
  }
  const [powder, made] = [randomUUID(), randomUUID()]
  await maker.record({
    type: 'transform',
    stages: ['hpms'],
    inputs: taken.map((scrap) => ({ batch: scrap, mass: kg('60') })),
    outputs: [batch('recycled_powder', '118', { id: powder })]
  })
  await maker.record({
    type: 'transform',
    stages: ['press_sinter', 'machining', 'magnetization'],
    inputs: [{ batch: powder, mass: kg('118') }],
    outputs: [batch('magnet', '100', { id: made })]
  })
  await maker.send(made, '100', buyer)
  const query = `/v1/reports/crma-29?batch=${made}`
  const seen = async (of: Party) => {
    const { body } = await of.request('GET', query)
    const [nd] = body.batches[0].elements
    return nd.scrapFrom.map(
      ({
        country,
        share,
        references
      }: {
        country: string
        share: string
        references: object[]
      }) => [country, share, references.length]
    )
  }
  t.same(await seen(maker), [
    ['JP', '0.5', 1],
    ['SE', '0.5', 1]
  ])
  t.same(
    await seen(buyer),
    [
      ['JP', '0.5', 0],
      ['SE', '0.5', 1]
    ],
    'country and share stay'
  )
  const stranger = await chain.party('Stranger', 'SE')
  t.equal((await stranger.request('GET', query)).status, 404)
})

t.test('tells what cannot back a claim', async (t) => {
  const { maker, ask } = await magnets(t)
  const claimed = await maker.commission(
    batch('magnet', '5', { entry: 'purchased', custodyModel: 'mass_balance' })
  )
  const { body } = await ask(maker, `batch=${claimed}`)
  t.match(body, {
    verified: false,
    batches: [{ verified: false, unverifiedBecause: 'claim_only', custodyModel: 'mass_balance' }]
  })
})
