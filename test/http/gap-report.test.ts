import { randomUUID } from 'node:crypto'
import { parse } from 'csv-parse/sync'
import t from 'tap'
import { canonicalHash } from '../../src/domain/canonical-json.ts'
import { reevaluateStep } from '../../src/registry/books/reevaluate.ts'
import { elements, kg } from '../support/books.ts'
import { bought as boughtOre, mined, oreChain, type Party } from '../support/ore-chain.ts'
import { readTable } from '../support/read-workbook.ts'

const OXIDE = { basis: 'oxide', unit: 'P1', values: { Nd2O3: '99', Fe2O3: '0.5' } }
const METAL = elements({ Nd: '99.5', Fe: '0.5' })

/** Metal of a smelter from oxide that a trader brought in with half of its history. */
async function bought(t: Parameters<typeof oreChain>[0]) {
  const chain = await oreChain(t)
  const trader = await chain.party('Trader', 'SG')
  const smelter = await chain.party('Smelter', 'FI')
  const oxide = await trader.commission({
    number: 'OX-17',
    product: { class: 'separated_oxide', name: 'Nd oxide' },
    entry: 'purchased',
    mass: kg('120'),
    assay: OXIDE,
    declared: [
      { element: 'Nd', step: 'separated', country: 'MY' },
      { element: 'Nd', step: 'mined', country: 'AU', share: '0.4' }
    ]
  })
  await trader.send(oxide, '120', smelter)
  const metal = randomUUID()
  await smelter.record({
    type: 'transform',
    stages: ['metal_making'],
    inputs: [{ batch: oxide, mass: kg('120') }],
    outputs: [
      { id: metal, product: { class: 'ree_metal', name: 'Nd metal' }, mass: kg('98'), assay: METAL }
    ]
  })
  const ask = (of: Party, query = '', headers = {}) =>
    of.request('GET', `/v1/reports/gaps?batch=${metal}${query}`, undefined, headers)
  return { chain, trader, smelter, oxide, metal, ask }
}

/** Evaluates again what corrections touched. */
async function settle({ service }: Awaited<ReturnType<typeof oreChain>>): Promise<void> {
  while ((await reevaluateStep(service.deps)) > 0);
}

t.test('accepts', async (t) => {
  t.test('every unknown, what it blocks, and who can tell', async (t) => {
    const { trader, smelter, oxide, ask } = await bought(t)
    const { status, body } = await ask(smelter)
    t.equal(status, 200, JSON.stringify(body))
    const mined = body.unknowns.find(
      (each: { kind: string; element: string }) =>
        each.kind === 'origin_unknown' && each.element === 'Nd'
    )
    t.match(mined, {
      share: '0.6',
      node: oxide,
      number: 'OX-17',
      closer: { id: trader.organization, name: 'Trader' }
    })
    t.same(
      mined.blocks.map((each: { regulation: string }) => each.regulation),
      ['dfars-252.225-7052', 'ndaa-857', 'crma-24', 'crma-31']
    )
    const bare = body.unknowns.filter((each: { kind: string }) => each.kind === 'evidence_missing')
    t.ok(bare.length > 0, 'told without documents')
    for (const each of bare) {
      t.match(each.blocks, [{ regulation: 'dfars-252.225-7052' }])
      t.equal(each.blocks.length, 1, 'only where documents are asked for')
    }
    t.match(body.blocked, [{ regulation: 'crma-24', gaps: Number }])
    t.match(body.findings, [], 'and what the rules said of it')
    const { contentHash, ...content } = body
    t.equal(contentHash, canonicalHash(content).toString('hex'))
  })

  t.test('what the verdict on a magnet finds missing: of scrap, and of bought iron', async (t) => {
    const chain = await oreChain(t)
    const maker = await chain.party('Maker', 'DE')
    const assay = elements({ Nd: '30', B: '1', Fe: '68' })
    const scrap = await maker.commission({
      product: { class: 'magnet_scrap', name: 'Old magnets' },
      entry: 'post_consumer_scrap',
      sourceCountry: 'FR',
      mass: kg('50'),
      assay
    })
    const iron = await maker.commission({
      product: { class: 'iron', name: 'Iron' },
      entry: 'purchased',
      mass: kg('10'),
      assay: elements({ Fe: '99.9' })
    })
    const alloy = randomUUID()
    const recorded = await maker.record({
      type: 'transform',
      stages: ['alloying'],
      inputs: [
        { batch: scrap, mass: kg('50') },
        { batch: iron, mass: kg('1') }
      ],
      outputs: [{ id: alloy, product: { class: 'alloy', name: 'Alloy' }, mass: kg('50'), assay }]
    })
    t.equal(recorded.status, 201, JSON.stringify(recorded.body))
    const read = async (url: string) => (await maker.request('GET', `/v1/reports/${url}`)).body
    const { batches } = await read(`dfars-252.225-7052?batch=${alloy}&deliveryDate=2027-01-15`)
    const later = new Set(['powder', 'sintered', 'magnetized'])
    const asked = batches[0].readings.conservative.gaps.filter(
      ({ step, closers }: { step: string; closers: { role: string }[] }) =>
        !later.has(step) && closers.some(({ role }) => role === 'source')
    )
    t.ok(asked.length > 5, 'the verdict names what whoever brought it in can tell')
    const { unknowns } = await read(`gaps?batch=${alloy}`)
    const blocking = unknowns.filter(({ blocks }: { blocks: { regulation: string }[] }) =>
      blocks.some(({ regulation }) => regulation === 'dfars-252.225-7052')
    )
    for (const { element, step, closers } of asked) {
      for (const { batch } of closers) {
        const named = blocking.some(
          (gap: { node: string; element: string; step: string | null }) =>
            gap.node === batch &&
            ['*', element].includes(gap.element) &&
            (gap.step ?? 'mined') === step
        )
        t.ok(named, `${element} ${step} of ${batch}`)
      }
    }
    const life = unknowns.filter(({ kind }: { kind: string }) => kind === 'first_life_unknown')
    t.ok(life.length > 0 && life.every(({ node }: { node: string }) => node === scrap))
    t.strictSame(
      life[0].blocks.map(({ regulation }: { regulation: string }) => regulation),
      ['dfars-252.225-7052', 'ndaa-857'],
      'the other regulations ask where it was recycled'
    )
  })

  t.test('what the verdict finds missing of bought alloy that tells of its elements', async (t) => {
    const maker = await (await oreChain(t)).party('Maker', 'DE')
    const document = { kind: 'certificate', level: 'documented', sha256: 'a'.repeat(64) }
    const paper = { evidence: [document] }
    const alloy = await maker.commission({
      product: { class: 'alloy', name: 'Flakes' },
      entry: 'purchased',
      mass: kg('50'),
      assay: elements({ Nd: '30', B: '1', Fe: '68' }),
      declared: [
        ...['mined', 'refined', 'separated', 'metal', 'melted'].map((step) => ({
          element: '*',
          step,
          country: 'FR',
          ...paper
        })),
        { element: 'Nd', step: 'melted', country: 'JP', share: '0.9' },
        { element: 'Fe', step: 'melted', country: 'JP' }
      ]
    })
    const read = async (url: string) => (await maker.request('GET', `/v1/reports/${url}`)).body
    const { batches } = await read(`dfars-252.225-7052?batch=${alloy}&deliveryDate=2027-01-15`)
    const asked = batches[0].readings.conservative.gaps
      .filter(({ step }: { step: string }) => step === 'melted')
      .map((gap: Record<string, string>) => [gap['kind'], gap['element'], gap['share']].join(' '))
    t.strictSame(asked, ['declared_only Fe 1', 'declared_only Nd 0.9', 'no_evidence Nd 0.1'])
    const { unknowns } = await read(`gaps?batch=${alloy}`)
    t.strictSame(
      unknowns.map((gap: Record<string, string>) =>
        [gap['kind'], gap['element'], gap['step'], gap['share']].join(' ')
      ),
      [
        'evidence_missing Fe melted 1',
        'step_unknown Nd melted 0.1',
        'evidence_missing Nd melted 0.9'
      ],
      'nothing was open before'
    )
  })

  t.test('how to close what the lines of the whole leave open of an element', async (t) => {
    const chain = await oreChain(t)
    const trader = await chain.party('Trader', 'SG')
    const product = { class: 'separated_oxide', name: 'Nd oxide' }
    const steps = ['refined', 'separated'].map((step) => ({ element: '*', step, country: 'MY' }))
    const of = (share: string, element = '*') => ({ element, step: 'mined', country: 'AU', share })
    const missing = async (...lines: object[]) => {
      const more = { product, entry: 'purchased', assay: OXIDE, declared: [...steps, ...lines] }
      const batch = await trader.commission(boughtOre('10', more))
      const { body } = await trader.request('GET', `/v1/reports/gaps?batch=${batch}`)
      return body.unknowns.filter(
        ({ kind, element }: Record<string, string>) => kind === 'origin_unknown' && element === 'Nd'
      )
    }
    const [gap] = await missing(of('0.4'))
    t.match(gap, { share: '0.6', remedy: /of an element take the place of those of `\*`/ })
    t.match(await missing(of('0.4'), of('0.6', 'Nd')), [{ share: '0.4' }], 'what it warns of')
    t.strictSame(await missing(of('0.4'), of('0.4', 'Nd'), of('0.6', 'Nd')), [])
  })

  t.test('what was corrected away, until whoever can close it does', async (t) => {
    const chain = await oreChain(t)
    const mine = await chain.party('Mine', 'AU')
    const trader = await chain.party('Trader', 'SG')
    /** Ore of the mine that the trader blended, and that the mine takes back. */
    const takenBack = async (announced: string | null) => {
      const event = randomUUID()
      const ore = await mine.commission(mined('100'), { id: event })
      await mine.send(ore, '100', trader)
      const use = randomUUID()
      const blend = await trader.blend({ [ore]: '60' }, '60', { event: { id: use } })
      const correction = randomUUID()
      await mine.record({
        type: 'correct',
        id: correction,
        event,
        ...(announced === null
          ? { reason: 'did_not_occur' }
          : { reason: 'incorrect_data', correctiveEvent: announced })
      })
      await settle(chain)
      return { ore, use, blend, correction }
    }
    const unknowns = async (batch: string, asOf = '') => {
      const { body } = await trader.request('GET', `/v1/reports/gaps?batch=${batch}${asOf}`)
      return body.unknowns.map((gap: { kind: string; node: string; closer: { name: string } }) => [
        gap.kind,
        gap.node,
        gap.closer?.name
      ])
    }

    const never = await takenBack(null)
    t.strictSame(await unknowns(never.blend), [['voided', never.ore, 'Trader']])
    const custody = await trader.request('GET', `/v1/batches/${never.ore}/custody`)
    t.match(custody.body.gaps, [{ kind: 'voided', element: '*', supplier: null }])
    const undone = randomUUID()
    await trader.record({ type: 'correct', id: undone, event: never.use, reason: 'did_not_occur' })
    await settle(chain)
    t.notMatch(await unknowns(never.blend), [['voided', never.ore]], 'its use is corrected')

    const corrective = randomUUID()
    const wrong = await takenBack(corrective)
    const announced = [['voided', wrong.ore, 'Mine']]
    t.strictSame(await unknowns(wrong.blend), announced)
    const { position } = (await trader.request('GET', `/v1/batches/${wrong.blend}`)).body
    await mine.record({
      type: 'commission',
      id: corrective,
      corrects: wrong.correction,
      outputs: [{ id: wrong.ore, ...mined('110') }]
    })
    await settle(chain)
    t.strictSame(await unknowns(wrong.blend), [], 'its maker told what was there')
    t.strictSame(await unknowns(wrong.blend, `&asOf=${position}`), announced, 'and had not then')
  })

  t.test('findings until they are closed, and as of any moment', async (t) => {
    const { smelter, metal } = await bought(t)
    const { items } = (await smelter.request('GET', `/v1/findings?batch=${metal}`)).body
    t.same(items, [])
    const little = randomUUID()
    await smelter.record({
      type: 'transform',
      stages: ['metal_making'],
      inputs: [{ batch: metal, mass: kg('80') }],
      outputs: [
        {
          id: little,
          product: { class: 'ree_metal', name: 'Remelted' },
          mass: kg('68'),
          assay: METAL
        }
      ]
    })
    const gaps = (more = '') => smelter.request('GET', `/v1/reports/gaps?batch=${little}${more}`)
    const { body } = await gaps()
    t.match(body.findings, [
      { code: 'MB_ELEMENT_LOSS', severity: 'warning', closer: { name: 'Smelter' } }
    ])
    const [finding] = body.findings
    const url = `/v1/findings/${finding.id}/resolution`
    await smelter.request('POST', url, { reason: 'The rest is in the crucible.' })
    t.same((await gaps()).body.findings, [])
    const then = await gaps(`&asOf=${body.position}`)
    t.same(then.body.findings, body.findings)
  })

  t.test('a table, with the same lines', async (t) => {
    const { smelter, ask } = await bought(t)
    const json = await ask(smelter)
    const csv = await ask(smelter, '', { accept: 'text/csv' })
    t.match(csv.headers['content-type'], /text\/csv/)
    const rows = parse(csv.body, { columns: true }) as Record<string, string>[]
    const table = await readTable((await ask(smelter, '&format=xlsx')).raw)
    t.equal(table.length, rows.length, 'as many rows in the workbook')
    t.equal(rows.length, json.body.unknowns.length + json.body.findings.length)
    t.match(rows[0], {
      record: 'unknown',
      content_hash: json.body.contentHash,
      batch_status: 'clear',
      chain_complete: 'true',
      rule_version: /^gap-regulations \(\d{4}-/,
      requester: smelter.organization
    })
  })

  t.test('a table of one line where nothing is open: an empty one would say nothing', async (t) => {
    const chain = await oreChain(t)
    const mine = await chain.party('Mine', 'AU')
    const batch = await mine.commission(mined('10'))
    const url = `/v1/reports/gaps?batch=${batch}`
    const { body } = await mine.request('GET', url)
    t.strictSame([body.unknowns, body.findings], [[], []])
    const csv = await mine.request('GET', `${url}&format=csv`)
    const hash = { content_hash: body.contentHash }
    t.match(parse(csv.body, { columns: true }), [{ batch, record: 'nothing_open', ...hash }])
  })

  t.test('what a finding says beside what to do about it', async (t) => {
    const chain = await oreChain(t)
    const mine = await chain.party('Mine', 'AU')
    const batch = await mine.commission(mined('10', { deposit: 'longnan' }))
    const csv = await mine.request('GET', `/v1/reports/gaps?batch=${batch}&format=csv`)
    const [row] = parse(csv.body, { columns: true }) as Record<string, string>[]
    t.match(row, { record: 'finding', message: /not what Longnan/, remedy: /^Check the deposit/ })
  })
})

t.test('refuses a question without a batch, or about the future', async (t) => {
  const { smelter, ask } = await bought(t)
  t.equal((await smelter.request('GET', '/v1/reports/gaps')).status, 400)
  t.equal((await ask(smelter, '&asOf=99999')).status, 400)
})

t.test('refuses a report that would fill the memory, and goes on', async (t) => {
  const chain = await oreChain(t)
  const maker = await chain.party('Maker', 'DE')
  const assay = elements({
    ...{ Nd: '20.9', Pr: '5.9', Dy: '1', Tb: '1', Ce: '0.5', Gd: '0.5', Ho: '0.5', La: '0.5' },
    ...{ Fe: '68.1', B: '0.98' }
  })
  const alloys = Array.from({ length: 1_400 }, () => randomUUID())
  for (let from = 0; from < alloys.length; from += 200) {
    await maker.record({
      type: 'commission',
      outputs: alloys.slice(from, from + 200).map((id) => ({
        id,
        product: { class: 'alloy', name: 'Alloy' },
        entry: 'purchased',
        mass: kg('1'),
        assay
      }))
    })
  }
  const mill = async (inputs: readonly string[]) => {
    const powder = randomUUID()
    const product = { class: 'powder', name: 'Powder' }
    await maker.record({
      type: 'transform',
      stages: ['powder'],
      inputs: inputs.map((batch) => ({ batch, mass: kg('1') })),
      outputs: [{ id: powder, product, mass: kg('698'), assay }]
    })
    return powder
  }
  const halves = [await mill(alloys.slice(0, 700)), await mill(alloys.slice(700))]
  const block = randomUUID()
  const product = { class: 'sintered_block', name: 'Block' }
  await maker.record({
    type: 'transform',
    stages: ['press_sinter'],
    inputs: halves.map((batch) => ({ batch, mass: kg('698') })),
    outputs: [{ id: block, product, mass: kg('1390'), assay }]
  })
  const gaps = (batch: string) => maker.request('GET', `/v1/reports/gaps?batch=${batch}`)
  t.match(await gaps(block), {
    status: 422,
    body: { code: 'LIMIT_EXCEEDED', detail: /inputs one by one/ }
  })
  t.match(await gaps(halves[0] ?? ''), { status: 200, body: { complete: true } })
})

t.test('protects: strangers, and the name of a supplier who is not to be told', async (t) => {
  const { chain, smelter, metal, ask } = await bought(t)
  const buyer = await chain.party('Buyer', 'US')
  t.equal((await ask(buyer)).status, 404)
  await smelter.send(metal, '10', buyer)
  const { body } = await ask(buyer)
  t.ok(body.unknowns.length > 0)
  t.ok(
    body.unknowns.every((each: { blocks: unknown[] }) => Array.isArray(each.blocks)),
    'what is missing is told to whoever holds the batch'
  )
})
