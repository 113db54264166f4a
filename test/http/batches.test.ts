import { randomUUID } from 'node:crypto'
import t, { type Test } from 'tap'
import { WHOLE } from '../../src/domain/lineage/share.ts'
import type { Chain, Party } from '../support/ore-chain.ts'
import { bought, mined, NOW, oreChain } from '../support/ore-chain.ts'
import { readSvg } from '../support/read-svg.ts'
import type { Answer } from '../support/service.ts'

/**
 * mine (AU, chain) and hidden (CN, restricted) sell to trader, who blends them with a bought batch
 * of unknown origin and sells the blend to smelter and rival; smelter repacks it and sells to maker.
 */
interface World {
  readonly chain: Chain
  readonly mine: Party
  readonly hidden: Party
  readonly trader: Party
  readonly smelter: Party
  readonly rival: Party
  readonly maker: Party
  readonly stranger: Party
  readonly ore: string
  readonly secret: string
  readonly bought: string
  readonly blend: string
  readonly lot: string
}

async function world(): Promise<World> {
  const chain = await oreChain(t)
  const mine = await chain.party('Mine', 'AU')
  const hidden = await chain.party('Hidden', 'CN')
  const trader = await chain.party('Trader', 'SG')
  const smelter = await chain.party('Smelter', 'EE')
  const rival = await chain.party('Rival', 'US')
  const maker = await chain.party('Maker', 'DE', 'buyer')
  const stranger = await chain.party('Stranger', 'FR')
  const ore = await mine.commission(mined('1000', { number: 'ORE-A' }))
  const secret = await hidden.commission(mined('1000', { number: 'ORE-B' }), {
    disclosure: 'restricted'
  })
  const unknown = await trader.commission(bought('500', { number: 'ORE-C' }))
  await mine.send(ore, '600', trader)
  await hidden.send(secret, '200', trader)
  const from = { [ore]: '600', [secret]: '200', [unknown]: '200' }
  const evidence = [{ kind: 'weighbridge_ticket', level: 'documented', issuer: 'Port' }]
  const event = { evidence }
  const blend = await trader.blend(from, '1000', { number: 'BL-1', event })
  await trader.send(blend, '400', smelter, { receivedKg: '399.5' })
  await trader.send(blend, '100', rival)
  const lot = await smelter.blend({ [blend]: '300' }, '300', { number: 'LOT-1' })
  await smelter.send(lot, '200', maker)
  const parties = { mine, hidden, trader, smelter, rival, maker, stranger }
  return { chain, ...parties, ore, secret, bought: unknown, blend, lot }
}

const w = await world()

/** The answer to a question about a batch, which must be 200. */
async function ask(party: Party, batch: string, question = ''): Promise<Answer['body']> {
  const answer = await party.request('GET', `/v1/batches/${batch}${question}`)
  if (answer.status !== 200) throw new Error(`${question}: ${JSON.stringify(answer.body)}`)
  return answer.body
}

const status = async (party: Party, batch: string, question = '') =>
  (await party.request('GET', `/v1/batches/${batch}${question}`)).status

function parts(texts: readonly string[]): number {
  return texts.reduce((sum, text) => {
    const [whole = '0', decimals = ''] = text.split('.')
    return sum + Number(whole) * WHOLE + Number(decimals.padEnd(12, '0'))
  }, 0)
}

/** As `t.match`, which lets a list be longer than its pattern, but with nothing more. */
function only(t: Test, found: readonly unknown[], pattern: readonly unknown[]): void {
  t.equal(found.length, pattern.length)
  t.match(found, pattern)
}

interface Edge {
  readonly node: string
  readonly massKg?: string
  readonly share: string
}

t.test('GET /v1/batches/{id}/upstream', async (t) => {
  t.test('accepts a question by a holder: everything it was made from', async (t) => {
    const { nodes, events, truncated, position, asOf } = await ask(w.maker, w.lot, '/upstream')
    t.strictSame(
      nodes.map((n: { number?: string; depth: number }) => [n.depth, n.number]),
      [
        [0, 'LOT-1'],
        [1, 'BL-1'],
        [2, 'ORE-A'],
        [2, undefined],
        [2, 'ORE-C']
      ]
    )
    t.equal(truncated, null)
    t.type(position, 'number')
    t.equal(asOf, NOW)
    for (const { inputs } of events as { inputs: Edge[] }[]) {
      if (inputs.length > 0) t.equal(parts(inputs.map(({ share }) => share)), WHOLE)
    }
  })

  t.test('accepts a question by a holder: what is missing and who can supply it', async (t) => {
    const { gaps } = await ask(w.maker, w.lot, '/upstream')
    const nd = gaps.filter(({ element }: { element: string }) => element === 'Nd')
    only(t, nd, [
      { kind: 'origin_unknown', node: w.bought, share: '1', supplier: { name: 'Trader' } }
    ])
  })

  t.test('accepts depth and limit, and says what was not walked', async (t) => {
    const near = await ask(w.maker, w.lot, '/upstream?depth=1')
    t.match(near, { truncated: 'depth', nodes: [{}, { number: 'BL-1', truncated: true }] })
    t.equal(near.nodes.length, 2)
    const blending = near.events.find(({ omitted }: { omitted?: object }) => omitted)
    t.match(blending.omitted, { batches: 3, share: '1' })
    only(t, near.gaps, [{ kind: 'not_walked', node: w.blend }])
    const few = await ask(w.maker, w.lot, '/upstream?limit=3')
    t.match(few, { truncated: 'limit' })
    const cut = few.events.find(({ omitted }: { omitted?: object }) => omitted)
    const shares = [...cut.inputs.map(({ share }: Edge) => share), cut.omitted.share]
    t.equal(parts(shares), WHOLE, 'what is listed and what is left out add up')
  })

  t.test('accepts a wish for CSV: one line for each time that a batch was drawn', async (t) => {
    const url = `/v1/batches/${w.lot}/upstream`
    const csv = await w.maker.request('GET', url, undefined, { accept: 'text/csv' })
    t.match(csv.headers['content-type'], 'text/csv')
    const lines = String(csv.body).trimEnd().split('\r\n')
    t.equal(lines.length, 6)
    t.match(lines[0], /^batch,position,as_of,direction,depth,node/)
    t.equal(lines.filter((line) => line.includes('ORE-A')).length, 1)
    const same = await w.maker.request('GET', `${url}?format=csv`)
    t.equal(same.body, csv.body, 'the parameter and the header mean the same')
  })

  t.test('accepts a wish for a picture, which shows no more than the answer', async (t) => {
    for (const path of ['/upstream', '/origins', '/origins?by=facility', '/origins?by=step']) {
      const url = `/v1/batches/${w.lot}${path}`
      const svg = await w.maker.request('GET', url, undefined, { accept: 'image/svg+xml' })
      t.match(svg, { status: 200, headers: { 'content-type': /^image\/svg\+xml/ } }, path)
      t.equal(svg.headers['content-security-policy'], "default-src 'none'")
      const text = svg.raw.toString('utf8')
      t.ok(readSvg(text).length > 10)
      const hidden = [w.hidden.organization, w.hidden.facility, w.secret, 'ORE-B', 'Hidden']
      t.strictSame(
        hidden.filter((word) => text.includes(word)),
        [],
        'nothing withheld is drawn'
      )
      const same = await w.maker.request('GET', `${url}${path.includes('?') ? '&' : '?'}format=svg`)
      t.equal(same.raw.toString('utf8'), text, 'the parameter and the header mean the same')
    }
    const down = await w.trader.request('GET', `/v1/batches/${w.blend}/downstream?format=svg`)
    t.match(down.raw.toString('utf8'), /What became of the batch/)
    t.equal(await status(w.maker, w.lot, '/custody?format=svg'), 400, 'what has no picture')
  })

  t.test('refuses a depth or limit that is out of bounds, and unknown parameters', async (t) => {
    t.equal(await status(w.maker, w.lot, '/upstream?depth=0'), 400)
    t.equal(await status(w.maker, w.lot, '/upstream?limit=20001'), 400)
    t.equal(await status(w.maker, w.lot, '/upstream?deep=1'), 400)
  })

  t.test('protects who made a restricted batch, and keeps its place', async (t) => {
    const answer = await w.maker.request('GET', `/v1/batches/${w.lot}/upstream`)
    const text = JSON.stringify(answer.body)
    const names = [w.hidden.organization, w.hidden.facility, w.secret, 'ORE-B', 'Hidden']
    for (const name of names) t.notOk(text.includes(name), name)
    const { nodes, events } = answer.body
    const outline = nodes.find(({ node }: Edge) => node === 'withheld-1')
    t.strictSame(outline, {
      node: 'withheld-1',
      depth: 2,
      visibility: 'outline',
      country: 'CN',
      region: null,
      stage: 'mining'
    })
    const blending = events.find(({ inputs }: { inputs: Edge[] }) => inputs.length === 3)
    t.match(blending.inputs[1], { node: 'withheld-1', massKg: '200', share: '0.2' })
  })

  t.test('protects a restricted maker from nobody who dealt with it', async (t) => {
    const { nodes } = await ask(w.trader, w.blend, '/upstream')
    const names = nodes.map((n: { organization?: { name: string } }) => n.organization?.name)
    t.ok(names.includes('Hidden'))
  })
})

t.test('GET /v1/batches/{id}/downstream', async (t) => {
  t.test('accepts a question by the maker: its customer, and beyond it a count', async (t) => {
    const { nodes, events, beyond } = await ask(w.mine, w.ore, '/downstream')
    t.match(nodes, [
      { node: w.ore, visibility: 'whole' },
      { node: 'withheld-1', visibility: 'receiver', organization: { name: 'Trader' } }
    ])
    t.equal(nodes.length, 2)
    only(t, events, [
      { visibility: 'receiver', organization: { name: 'Trader' }, inputs: [{ massKg: '600' }] }
    ])
    t.strictSame(beyond, [{ depth: 2, batches: 1, massKg: '300' }])
  })

  t.test('protects the customers of a customer, and what else went into it', async (t) => {
    const text = JSON.stringify(await ask(w.mine, w.ore, '/downstream'))
    const others = [w.smelter, w.rival, w.maker, w.hidden].map(({ organization }) => organization)
    const hidden = [...others, w.blend, w.lot, w.secret, w.bought, 'BL-1', 'LOT-1']
    for (const name of hidden) t.notOk(text.includes(name), name)
  })

  t.test('refuses descendants of what the caller never held', async (t) => {
    const answer = await w.maker.request('GET', `/v1/batches/${w.ore}/downstream`)
    t.match(answer, { status: 403, body: { code: 'FORBIDDEN' } })
  })
})

t.test('GET /v1/batches/{id}/origins', async (t) => {
  t.test('accepts every holder: recorded, declared and unknown add up to exactly 1', async (t) => {
    for (const party of [w.smelter, w.maker]) {
      const { elements, by } = await ask(party, w.lot, '/origins')
      t.equal(by, 'country')
      t.strictSame(
        elements.map(({ element }: { element: string }) => element),
        ['*', 'Ce', 'La', 'Nd', 'Pr']
      )
      for (const { shares, unknown, feed } of elements) {
        t.equal(parts([...shares.map(({ share }: Edge) => share), unknown]), WHOLE)
        t.equal(parts(Object.values(feed)), WHOLE)
      }
    }
    const { elements } = await ask(w.maker, w.lot, '/origins?element=*')
    only(t, elements, [{ element: '*', unknown: '0.2' }])
    only(t, elements[0].shares, [
      { country: 'AU', basis: 'recorded', share: '0.6' },
      { country: 'CN', basis: 'recorded', share: '0.2' }
    ])
  })

  t.test('accepts declared histories apart from recorded ones', async (t) => {
    const declared = [{ element: '*', step: 'mined', country: 'BR', share: '0.25' }]
    const told = await w.trader.commission(bought('10', { declared }))
    const { elements } = await ask(w.trader, told, '/origins?element=Nd')
    t.match(elements, [
      { shares: [{ basis: 'declared', country: 'BR', share: '0.25' }], unknown: '0.75' }
    ])
  })

  t.test('accepts a question by facility, naming whom the caller may know', async (t) => {
    const { elements } = await ask(w.maker, w.lot, '/origins?by=facility&element=*')
    only(t, elements[0].shares, [
      { party: { id: w.mine.facility, name: 'Mine works' }, withheld: false, share: '0.6' },
      { party: null, withheld: true, country: 'CN', share: '0.2' }
    ])
    const seller = await ask(w.trader, w.blend, '/origins?by=facility&element=*')
    t.match(seller.elements[0].shares[1], { party: { name: 'Hidden works' }, withheld: false })
  })

  t.test('accepts a question by step, with what nobody tells', async (t) => {
    const { steps } = await ask(w.maker, w.lot, '/origins?by=step&element=*')
    only(t, steps, [{ step: 'mined', unknown: '0.2' }, {}, {}, {}, {}])
    only(t, steps[0].places, [
      { country: 'AU', basis: 'recorded', atLeast: '0.6', atMost: '0.6' },
      { country: 'CN', basis: 'recorded', atLeast: '0.2', atMost: '0.2' }
    ])
    const nd = await ask(w.maker, w.lot, '/origins?by=step&element=Nd')
    const separated = nd.steps.find(({ step }: { step: string }) => step === 'separated')
    t.strictSame([separated.places, separated.unknown], [[], '1'])
  })

  t.test('accepts a wish for CSV, where each element adds up to 1', async (t) => {
    const csv = await ask(w.maker, w.lot, '/origins?element=Nd&format=csv')
    const [header, ...lines] = String(csv).trimEnd().split('\r\n')
    t.match(header, /,element,kind,basis,country,region,party,party_name,withheld,share_fraction$/)
    t.equal(parts(lines.map((line) => line.split(',').at(-1) ?? '')), WHOLE)
    t.ok(lines.some((line) => line.includes(',unknown,unknown,')))
    const steps = await ask(w.maker, w.lot, '/origins?by=step&format=csv')
    t.match(steps, /share_at_least_fraction/)
  })

  t.test('refuses what is neither an element nor a way to split', async (t) => {
    t.equal(await status(w.maker, w.lot, '/origins?element=neodymium'), 400)
    t.equal(await status(w.maker, w.lot, '/origins?by=person'), 400)
    t.equal(await status(w.maker, w.lot, '/origins?by=facility&element=Xx'), 400)
    const told = await w.maker.request('GET', `/v1/batches/${w.lot}/origins?element=Xx`)
    t.match(told, { status: 400, body: { code: 'REQUEST_INVALID', detail: /no element Xx/ } })
    t.equal((await w.maker.request('GET', '/v1/batches?element=Xx')).status, 400)
    t.equal(await status(w.maker, w.lot, '/origins?element=Au'), 200, 'there is none in it')
  })

  t.test('protects the batch from everybody else, and answers 304 to who has it', async (t) => {
    for (const by of ['country', 'facility', 'step']) {
      t.equal(await status(w.stranger, w.lot, `/origins?by=${by}`), 404)
      t.equal(await status(w.rival, w.lot, `/origins?by=${by}`), 404)
    }
    const url = `/v1/batches/${w.lot}/origins`
    const { headers } = await w.maker.request('GET', url)
    const again = await w.maker.request('GET', url, undefined, {
      'if-none-match': String(headers['etag'])
    })
    t.equal(again.status, 304)
  })
})

t.test('GET /v1/batches/{id}', async (t) => {
  t.test('accepts a holder, and shows its own balance alone', async (t) => {
    const kg = async (party: Party) =>
      (await ask(party, w.blend)).holdings.map(({ massKg }: { massKg: string }) => massKg)
    t.strictSame(await kg(w.trader), ['500'])
    t.strictSame(await kg(w.smelter), ['99.5'])
    t.strictSame(await kg(w.rival), ['100'])
  })

  t.test('accepts who holds something made from it', async (t) => {
    const ore = await ask(w.maker, w.ore)
    t.strictSame([ore.number, ore.visibility, ore.holdings], ['ORE-A', 'whole', []])
    t.equal(await status(w.maker, w.ore, '/upstream'), 200)
    t.equal(await status(w.maker, w.ore, '/origins'), 200)
  })

  t.test('accepts anybody for a public batch, without its ancestors and holders', async (t) => {
    const from = { [w.ore]: '10' }
    await w.mine.send(w.ore, '10', w.trader)
    const open = await w.trader.blend(from, '10', { number: 'OPEN', disclosure: 'public' })
    const seen = await ask(w.stranger, open)
    t.strictSame([seen.number, seen.holdings], ['OPEN', []])
    const { nodes } = await ask(w.stranger, open, '/upstream')
    t.strictSame(nodes[1], { node: 'withheld-1', depth: 1, visibility: 'place' })
    const custody = await ask(w.stranger, open, '/custody')
    t.strictSame([custody.holders, custody.shipments], [[], []])
    t.equal(await status(w.stranger, open, '/downstream'), 403)
    t.equal(await status(w.stranger, w.ore), 404)
  })

  t.test('accepts who is to receive it, and hides the maker where a trader sells it', async (t) => {
    const restricted = { disclosure: 'restricted' }
    const evidence = [{ kind: 'assay_certificate', level: 'documented', issuer: 'Hidden Lab' }]
    const batches = [
      await w.hidden.commission(mined('50'), { ...restricted, evidence }),
      // The event says nothing of it: the batch alone is restricted.
      await w.hidden.commission(mined('50', restricted), { evidence })
    ]
    for (const ore of batches) {
      await w.hidden.send(ore, '50', w.trader)
      await w.trader.send(ore, '20', w.smelter, { received: false })
      t.match(await ask(w.trader, ore), { organization: { name: 'Hidden' }, visibility: 'whole' })
      const seen = await ask(w.smelter, ore)
      t.match(seen, { visibility: 'nameless', country: 'CN', massKg: '50' })
      const questions = ['', '/upstream', '/custody', '/history', '/findings', '/origins']
      for (const question of [...questions, '/origins?by=facility', '/upstream?format=csv']) {
        const text = JSON.stringify(await ask(w.smelter, ore, question))
        const names = [w.hidden.organization, w.hidden.facility, w.hidden.name]
        for (const name of names) t.notOk(text.includes(name), `${question} does not name ${name}`)
      }
    }
  })

  t.test('refuses what is no id', async (t) => {
    t.equal(await status(w.maker, 'LOT-1'), 400)
    t.equal(await status(w.maker, w.lot.toUpperCase()), 400)
  })

  t.test('protects restricted ancestors and everything else alike: 404', async (t) => {
    const unknown = '00000000-0000-4000-8000-000000000000'
    const detail = async (party: Party, batch: string) => {
      const { status, body } = await party.request('GET', `/v1/batches/${batch}`)
      return [status, body.code, body.detail.replace(batch, 'X')]
    }
    const nothing = await detail(w.maker, unknown)
    t.equal(nothing[0], 404)
    t.strictSame(await detail(w.maker, w.secret), nothing, 'a restricted ancestor')
    t.strictSame(await detail(w.rival, w.lot), nothing, 'what another customer made')
    t.strictSame(await detail(w.stranger, w.blend), nothing, 'what is none of its business')
    t.strictSame(await detail(w.mine, w.blend), nothing, 'what a customer made')
  })
})

t.test('GET /v1/batches/{id}/custody', async (t) => {
  t.test('accepts a seller: its balance, its customers, its shipments', async (t) => {
    const { holders, shipments, evidence } = await ask(w.trader, w.blend, '/custody')
    const who = holders.map((h: { custodian: { name: string }; massKg: string }) => [
      h.custodian.name,
      h.massKg
    ])
    t.strictSame(who, [
      ['Trader', '500'],
      ['Smelter', null],
      ['Rival', null]
    ])
    only(t, shipments, [
      { status: 'received', shippedKg: '400', receivedKg: '399.5', lostKg: '0.5' },
      { status: 'received', shippedKg: '100', receivedKg: '100', lostKg: '0' }
    ])
    only(t, evidence, [{ kind: 'weighbridge_ticket', issuer: 'Port', type: 'transform' }])
  })

  t.test('accepts a customer: through whose hands it came', async (t) => {
    const { holders, shipments, gaps } = await ask(w.smelter, w.blend, '/custody')
    only(t, holders, [
      { custodian: { name: 'Trader' }, massKg: null },
      { custodian: { name: 'Smelter' }, massKg: '99.5' }
    ])
    only(t, shipments, [{ sender: { name: 'Trader' }, receiver: { name: 'Smelter' } }])
    t.strictSame(gaps, [])
  })

  t.test('accepts a question about what is on its way: the receiver can close it', async (t) => {
    const ore = await w.mine.commission(mined('5'))
    const shipment = await w.mine.send(ore, '5', w.trader, { received: false })
    const { shipments, gaps, holders } = await ask(w.trader, ore, '/custody')
    only(t, shipments, [{ shipment, status: 'in_transit', receivedKg: '0' }])
    only(t, gaps, [{ kind: 'in_transit', supplier: { name: 'Trader' } }])
    only(t, holders, [{ custodian: { name: 'Mine' }, massKg: null }])
  })

  t.test('accepts a wish for CSV', async (t) => {
    const csv = await ask(w.trader, w.blend, '/custody?format=csv')
    const records = String(csv)
      .trimEnd()
      .split('\r\n')
      .map((line) => line.split(',')[3])
    const expected = ['record', 'holder', 'holder', 'holder', 'shipment', 'shipment', 'evidence']
    t.strictSame(records, expected)
  })

  t.test('protects other customers of a supplier, and customers of a customer', async (t) => {
    const text = JSON.stringify(await ask(w.smelter, w.blend, '/custody'))
    t.notOk(text.includes(w.rival.organization))
    const ore = await w.mine.commission(mined('30'))
    await w.mine.send(ore, '30', w.trader)
    await w.trader.send(ore, '20', w.smelter)
    const seen = await ask(w.mine, ore, '/custody')
    t.strictSame(seen.beyond, { shipments: 1, massKg: '20' })
    t.notOk(JSON.stringify(seen).includes(w.smelter.organization))
  })

  t.test(
    'protects a batch from whom it was never sent, and keeps what was known before',
    async (t) => {
      const ore = await w.mine.commission(mined('7'))
      const shipment = await w.mine.send(ore, '7', w.trader, { received: false })
      t.equal(await status(w.trader, ore), 200)
      const listed = async () => {
        const { body } = await w.trader.request('GET', '/v1/batches?limit=100')
        return body.items.some(({ id }: { id: string }) => id === ore)
      }
      t.equal(await listed(), true)
      const { position } = await ask(w.mine, ore)
      await w.mine.record({ type: 'correct', event: shipment, reason: 'did_not_occur' })
      t.equal(await status(w.trader, ore), 404)
      t.equal(await listed(), false)
      t.strictSame((await ask(w.mine, ore, '/custody')).shipments, [])
      only(t, (await ask(w.mine, ore, `/custody?asOf=${position}`)).shipments, [{ shipment }])
    }
  )

  t.test('protects what was before it from whom it was never sent', async (t) => {
    const ore = await w.mine.commission(mined('7'))
    const ground = await w.mine.blend({ [ore]: '7' }, '7')
    const shipment = await w.mine.send(ground, '7', w.trader, { received: false })
    t.equal(await status(w.trader, ore), 200, 'it is upstream of what the trader gets')
    await w.mine.record({ type: 'correct', event: shipment, reason: 'did_not_occur' })
    t.equal(await status(w.trader, ore), 404)
  })

  t.test('protects what a toller holds, except from its owner', async (t) => {
    const ore = await w.mine.commission(mined('40'))
    await w.mine.send(ore, '40', w.trader, { ownership: 'retained' })
    const { holders } = await ask(w.mine, ore, '/custody')
    only(t, holders, [
      { custodian: { name: 'Mine' } },
      { custodian: { name: 'Trader' }, owner: { name: 'Mine' }, massKg: '40' }
    ])
    const held = `/v1/batches?holder=${w.trader.organization}&limit=100`
    const found = async (party: Party) =>
      (await party.request('GET', held)).body.items.some(({ id }: { id: string }) => id === ore)
    t.equal(await found(w.mine), true, 'an owner finds its own by who holds it')
    t.equal(await found(w.trader), true)
    t.equal(await found(w.smelter), false)
  })
})

t.test('GET /v1/batches/{id}/history and /findings', async (t) => {
  t.test('accept a holder: what became known, when, and the own postings', async (t) => {
    const { content, origins, postings } = await ask(w.smelter, w.blend, '/history')
    only(t, content, [{ number: 'BL-1', massKg: '1000', recordedAt: NOW }])
    t.match(origins, [
      { position: content[0].position, elements: [{ element: '*' }, {}, {}, {}, {}] }
    ])
    const mine = postings.map((p: { type: string; massKg: string; balanceKg: string }) => [
      p.type,
      p.massKg,
      p.balanceKg
    ])
    t.strictSame(mine, [
      ['receive', '399.5', '399.5'],
      ['transform', '-300', '99.5']
    ])
    t.strictSame((await ask(w.smelter, w.blend, '/findings')).items, [])
  })

  t.test('accept a holder: what a rule said and let pass, with its rule and pointer', async (t) => {
    const mass = { value: '9', unit: 'KGM', basis: 'dry', moisturePct: '1' }
    const ore = await w.mine.commission(mined('9', { mass }))
    const { items, batch } = await ask(w.mine, ore, '/findings')
    t.equal(batch, ore)
    only(t, items, [
      {
        rule: 'R4',
        code: 'MOISTURE_UNUSED',
        severity: 'warning',
        pointer: /^\/outputs\/0\/mass/,
        organization: w.mine.organization,
        resolvedPosition: null
      }
    ])
  })

  t.test('protect them from everybody else', async (t) => {
    t.equal(await status(w.stranger, w.blend, '/history'), 404)
    t.equal(await status(w.stranger, w.blend, '/findings'), 404)
    const { postings } = await ask(w.maker, w.ore, '/history')
    t.strictSame(postings, [], 'an ancestor shows no balances')
  })
})

t.test('asOf', async (t) => {
  const ore = await w.mine.commission(mined('100'))
  const born = (await ask(w.mine, ore)).recordedPosition as number
  await w.mine.send(ore, '60', w.trader)
  const after = (await ask(w.mine, ore)).position as number

  t.test('accepts a position: balances, shipments and the graph of that moment', async (t) => {
    const then = await ask(w.mine, ore, `?asOf=${born}`)
    t.match(then, { position: born, holdings: [{ massKg: '100' }] })
    only(t, (await ask(w.mine, ore, `?asOf=${after}`)).holdings, [{ massKg: '40' }])
    const on = await ask(w.mine, ore, `/custody?asOf=${born + 1}`)
    t.match(on.shipments, [{ status: 'in_transit', receivedKg: '0', receivedAt: null }])
    t.strictSame((await ask(w.mine, ore, `/custody?asOf=${born}`)).shipments, [])
    t.match(await ask(w.mine, ore, `/origins?asOf=${born}&element=*`), {
      position: born,
      elements: [{ unknown: '0' }]
    })
    for (const question of ['/upstream', '/downstream', '/history', '/findings']) {
      t.equal((await ask(w.mine, ore, `${question}?asOf=${born}`)).position, born, question)
    }
  })

  t.test('accepts a time, and an answer of the past never changes', async (t) => {
    const url = `/custody?asOf=${born}`
    const before = await ask(w.trader, ore, url)
    const timed = await ask(w.mine, ore, `?asOf=${NOW}`)
    t.equal(timed.asOf, NOW)
    await w.mine.send(ore, '10', w.trader)
    t.strictSame(await ask(w.trader, ore, url), before)
    const list = await w.mine.request('GET', `/v1/batches?asOf=${born - 1}&limit=100`)
    const ids = list.body.items.map(({ id }: { id: string }) => id)
    t.ok(ids.includes(w.ore))
    t.notOk(ids.includes(ore))
  })

  t.test('refuses what is neither, lies ahead, or lies before everything', async (t) => {
    for (const wrong of [
      '2026-02-30T00:00:00Z',
      'yesterday',
      '2026-11-23',
      '-1',
      '1e3',
      '99999999',
      '2027-01-01T00:00:00Z',
      '1990-01-01T00:00:00Z',
      '2026-13-01T00:00:00Z'
    ]) {
      const answer = await w.mine.request('GET', `/v1/batches/${ore}?asOf=${wrong}`)
      t.match(
        answer,
        { status: 400, body: { code: 'REQUEST_INVALID', errors: [{ pointer: 'asOf' }] } },
        wrong
      )
    }
  })

  t.test('protects: before a batch was known, it is not there', async (t) => {
    for (const question of ['', '/origins', '/origins?by=facility', '/upstream', '/custody']) {
      const join = question.includes('?') ? '&' : '?'
      t.equal(await status(w.mine, ore, `${question}${join}asOf=${born - 1}`), 404, question)
    }
  })
})

t.test('GET /v1/batches', async (t) => {
  const list = async (party: Party, query = '') => {
    const answer = await party.request('GET', `/v1/batches?${query}`)
    t.equal(answer.status, 200, query)
    return answer.body.items.map(({ number }: { number: string }) => number) as string[]
  }

  t.test('accepts everybody and lists what each has to do with', async (t) => {
    t.strictSame(await list(w.maker), ['LOT-1'])
    t.strictSame(await list(w.rival), ['BL-1'])
    t.strictSame(await list(w.stranger), [])
    t.ok((await list(w.trader)).includes('ORE-A'), 'also what it had and sold')
  })

  t.test('accepts filters', async (t) => {
    t.strictSame((await list(w.smelter, 'number=LOT-1')).length, 1)
    t.strictSame(await list(w.smelter, `organization=${w.trader.organization}&number=BL-1`), [
      'BL-1'
    ])
    t.strictSame(await list(w.maker, 'product=ore&stage=mining&element=Nd&status=clear'), ['LOT-1'])
    t.strictSame(await list(w.maker, 'element=Dy'), [])
    t.strictSame(await list(w.maker, 'status=contested'), [])
    t.strictSame(await list(w.maker, `holder=${w.maker.organization}`), ['LOT-1'])
    t.strictSame(await list(w.smelter, `holder=${w.maker.organization}`), [])
    const inHand = await list(w.trader, `holder=${w.trader.organization}`)
    t.ok(inHand.includes('BL-1'))
    t.notOk(inHand.includes('ORE-A'), 'all of it was used')
    const identifiers = [{ scheme: 'sscc', value: '340123450000000017' }]
    await w.mine.commission(mined('1', { number: 'TAGGED', identifiers }))
    t.strictSame(await list(w.mine, 'identifier=sscc:340123450000000017'), ['TAGGED'])
    t.strictSame(await list(w.stranger, 'identifier=sscc:340123450000000017'), [])
  })

  t.test('accepts a number of an ancestor, which the list itself does not hold', async (t) => {
    t.notOk((await list(w.maker)).includes('ORE-A'))
    t.strictSame(await list(w.maker, 'number=ORE-A'), ['ORE-A'])
    t.strictSame(await list(w.maker, 'number=ORE-B'), [], 'a restricted one is not there')
    t.strictSame(await list(w.stranger, 'number=ORE-A'), [])
  })

  t.test('accepts pages of any size and shows each batch once', async (t) => {
    const all = (await w.trader.request('GET', '/v1/batches?limit=100')).body.items
    const seen: string[] = []
    let url: string | undefined = '/v1/batches?limit=2'
    for (let pages = 0; url !== undefined && pages < 20; pages += 1) {
      const { body, headers }: Answer = await w.trader.request('GET', url)
      seen.push(...body.items.map(({ id }: { id: string }) => id))
      url = /<(.*)>; rel="next"/.exec(String(headers['link'] ?? ''))?.[1]
      t.equal(url === undefined, body.next === undefined)
    }
    t.strictSame(
      seen,
      all.map(({ id }: { id: string }) => id)
    )
    t.ok(seen.length > 4)
  })

  t.test(
    'accepts the status that a batch had, and asks for the past what it was then',
    async (t) => {
      const ore = randomUUID()
      const { body } = await w.mine.record({
        ...{ type: 'commission', outputs: [{ id: ore, ...mined('3') }] }
      })
      const blend = await w.mine.blend({ [ore]: '3' }, '3', { number: 'ONCE-CLEAR' })
      const clear = async (asOf = '') =>
        (await list(w.mine, `status=clear&limit=100${asOf}`)).includes('ONCE-CLEAR')
      const { position } = await ask(w.mine, blend)
      t.equal(await clear(), true)
      await w.mine.record({ type: 'correct', event: body.id, reason: 'did_not_occur' })
      t.not((await ask(w.mine, blend)).status, 'clear')
      t.equal(await clear(), false)
      t.equal(await clear(`&asOf=${position}`), true)
    }
  )

  t.test('accepts the lowest id that a client may choose, and lists it first', async (t) => {
    const id = '00000000-0000-0000-0000-000000000000'
    const { mass, ...batch } = mined('1', { number: 'LOWEST' })
    await w.mine.commission({ ...batch, mass, id })
    const [first] = (await w.mine.request('GET', '/v1/batches?limit=1')).body.items
    t.match(first, { id, number: 'LOWEST' })
    t.strictSame(await list(w.mine, 'number=LOWEST'), ['LOWEST'])
  })

  t.test('refuses filters that are none, and cursors of another query', async (t) => {
    const code = async (query: string) =>
      (await w.trader.request('GET', `/v1/batches?${query}`)).body.code
    t.equal(await code('element=Neodymium'), 'REQUEST_INVALID')
    t.equal(await code('identifier=nothing'), 'REQUEST_INVALID')
    t.equal(await code('organization=me'), 'REQUEST_INVALID')
    t.equal(await code('colour=red'), 'REQUEST_INVALID')
    const { next } = (await w.trader.request('GET', '/v1/batches?limit=1')).body
    t.equal(await code(`product=ore&cursor=${next}`), 'CURSOR_INVALID')
    const forged = `${next.split('.')[0]}.${Buffer.from("' or 1=1").toString('base64url')}`
    t.equal(await code(`limit=1&cursor=${forged}`), 'CURSOR_INVALID')
  })

  t.test(
    'asks for the past with the rights of today, where a batch was restricted since',
    async (t) => {
      const [ore, correctiveEvent] = [randomUUID(), randomUUID()]
      const commission = (more: object) => w.mine.record({ type: 'commission', ...more })
      const { body } = await commission({ outputs: [{ id: ore, ...mined('50') }] })
      await w.mine.send(ore, '50', w.trader)
      const blend = await w.trader.blend({ [ore]: '50' }, '50')
      await w.trader.send(blend, '50', w.smelter)
      const seen = async (asOf = '') => {
        const { nodes, position } = await ask(w.smelter, blend, `/upstream${asOf}`)
        return { position, visibility: nodes[1].visibility }
      }
      const before = await seen()
      t.equal(before.visibility, 'whole')
      const correction = await w.mine.record({
        ...{ type: 'correct', event: body.id, reason: 'incorrect_data', correctiveEvent }
      })
      const outputs = [{ id: ore, ...mined('50', { disclosure: 'restricted' }) }]
      await commission({ id: correctiveEvent, corrects: correction.body.id, outputs })
      t.equal((await seen()).visibility, 'outline')
      t.equal((await seen(`?asOf=${before.position}`)).visibility, 'outline')
    }
  )

  t.test('protects makers: no filter tells who made a restricted batch', async (t) => {
    const ore = await w.hidden.commission(mined('50', { number: 'VIA' }), {
      disclosure: 'restricted'
    })
    await w.hidden.send(ore, '50', w.trader)
    await w.trader.send(ore, '20', w.rival)
    t.ok((await list(w.rival)).includes('VIA'))
    t.strictSame(await list(w.rival, `organization=${w.hidden.organization}`), [])
    t.ok((await list(w.trader, `organization=${w.hidden.organization}`)).includes('VIA'))
  })
})
