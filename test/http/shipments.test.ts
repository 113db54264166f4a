import { randomUUID } from 'node:crypto'
import t from 'tap'
import { verifyBooks } from '../../src/registry/audit/verify-books.ts'
import { reevaluateStep } from '../../src/registry/books/reevaluate.ts'
import { kg, oxides } from '../support/books.ts'
import { mined, NOW, oreChain } from '../support/ore-chain.ts'
import { registeredKey } from '../support/signer.ts'

/** 100 kg of ore on its way from a seller to a buyer. */
async function onItsWay(t: Parameters<typeof oreChain>[0]) {
  const chain = await oreChain(t)
  const seller = await chain.party('Seller', 'AU')
  const buyer = await chain.party('Buyer', 'FI')
  const batch = await seller.commission(mined('150', { number: 'ORE-1' }))
  const shipment = await seller.send(batch, '100', buyer, { received: false })
  const list = async (of: typeof buyer, query = '') =>
    (await of.request('GET', `/v1/shipments${query}`)).body
  return { chain, seller, buyer, batch, shipment, list }
}

t.test('accepts', async (t) => {
  t.test('a list of what is on its way, seen from both sides, with its age', async (t) => {
    const { seller, buyer, batch, shipment, list } = await onItsWay(t)
    const line = { batch, number: 'ORE-1', shippedKg: '100', openKg: '100', disputed: false }
    const common = { id: shipment, status: 'in_transit', lines: [line] }
    t.match(await list(seller), { items: [{ ...common, direction: 'out' }] })
    const { items } = await list(buyer)
    t.match(items, [{ ...common, direction: 'in' }])
    const days = (Date.parse(NOW) - Date.parse(items[0].shippedAt)) / 86_400_000
    t.equal(items[0].ageDays, Math.floor(days))
    t.equal((await list(buyer, `?olderThanDays=${Math.floor(days)}`)).items.length, 1)
    t.equal((await list(buyer, `?olderThanDays=${Math.ceil(days)}`)).items.length, 0)
    t.equal((await list(buyer, '?direction=out')).items.length, 0)
    t.equal((await list(buyer, '?status=disputed')).items.length, 0)
  })

  t.test('of what is older, only what is still on its way', async (t) => {
    const { seller, buyer, batch, shipment, list } = await onItsWay(t)
    const second = randomUUID()
    const time = new Date(Date.parse(NOW) - 2 * 86_400_000).toISOString()
    const lines = [{ batch, mass: kg('1') }]
    await seller.record({ id: second, type: 'ship', to: buyer.organization, time, lines })
    const older = async () =>
      (await list(buyer, '?olderThanDays=2')).items.map(({ id }: { id: string }) => id)
    t.same(await older(), [shipment, second], 'two days to the second count as two')
    await buyer.request('POST', `/v1/shipments/${shipment}/acceptance`, {
      facility: buyer.facility
    })
    t.same(await older(), [second], 'what arrived is on its way no more')
    await seller.record({ type: 'correct', event: second, reason: 'did_not_occur', time: NOW })
    t.same(await older(), [], 'nor is what never set off')
  })

  t.test('page by page, both directions in the order of setting off', async (t) => {
    const { seller, buyer, batch, shipment, list } = await onItsWay(t)
    const second = await seller.send(batch, '20', buyer)
    const back = await buyer.send(batch, '5', seller, { received: false })
    const first = await list(buyer, '?limit=2')
    t.same(
      first.items.map((each: { id: string }) => each.id),
      [shipment, second]
    )
    const { items, next } = await list(buyer, `?limit=2&cursor=${first.next}`)
    t.match(items, [{ id: back, direction: 'out' }])
    t.equal(next, undefined)
  })

  t.test('acceptance in short, safe to repeat', async (t) => {
    const { buyer, batch, shipment, list } = await onItsWay(t)
    const url = `/v1/shipments/${shipment}/acceptance`
    const key = { 'idempotency-key': 'arrival-1' }
    const first = await buyer.request('POST', url, { facility: buyer.facility }, key)
    t.equal(first.status, 201, JSON.stringify(first.body))
    t.match(first.body, { type: 'receive', status: 'accepted', findings: [] })
    const again = await buyer.request('POST', url, { facility: buyer.facility }, key)
    t.same([again.status, again.body], [200, first.body])
    t.match((await list(buyer)).items, [
      { status: 'received', ageDays: null, lines: [{ batch, receivedKg: '100', openKg: '0' }] }
    ])
    const other = await buyer.request('POST', url, { facility: buyer.facility })
    t.match([other.status, other.body.code], [409, 'TRANSITION_NOT_ALLOWED'])
  })

  t.test(
    'acceptance in the second in which it set off, and by a clock that is behind',
    async (t) => {
      const { seller, buyer, batch } = await onItsWay(t)
      for (const ms of [400, 90_000]) {
        const id = randomUUID()
        const time = new Date(Date.parse(NOW) + ms).toISOString()
        const lines = [{ batch, mass: kg('1') }]
        await seller.record({ id, type: 'ship', to: buyer.organization, time, lines })
        const url = `/v1/shipments/${id}/acceptance`
        const answer = await buyer.request('POST', url, { facility: buyer.facility })
        t.equal(answer.status, 201, JSON.stringify(answer.body))
      }
    }
  )

  t.test(
    'acceptance that states no time, and what was done since the shipment set off',
    async (t) => {
      let at = Date.parse(NOW)
      const chain = await oreChain(t, () => new Date(at))
      const seller = await chain.party('Seller', 'AU')
      const buyer = await chain.party('Buyer', 'FI')
      const batch = await seller.commission(mined('150'))
      const shipment = await seller.send(batch, '100', buyer, { received: false })
      at += 300_000
      const url = `/v1/shipments/${shipment}/acceptance`
      const accepted = await buyer.request('POST', url, { facility: buyer.facility })
      t.equal(accepted.status, 201, JSON.stringify(accepted.body))
      const document = (await buyer.request('GET', `/v1/events/${accepted.body.id}/document`)).body
      const early = new Date(Date.parse(document.time) - 1).toISOString()
      await buyer.blend({ [batch]: '40' }, '40', { event: { time: document.time } })
      await t.rejects(
        buyer.blend({ [batch]: '40' }, '40', { event: { time: early } }),
        /DATE_ORDER/
      )
    }
  )

  t.test('acceptance with lines, safe to repeat later', async (t) => {
    let at = Date.parse(NOW)
    const chain = await oreChain(t, () => new Date(at))
    const seller = await chain.party('Seller', 'AU')
    const buyer = await chain.party('Buyer', 'FI')
    const batch = await seller.commission(mined('150'))
    const shipment = await seller.send(batch, '100', buyer, { received: false })
    const url = `/v1/shipments/${shipment}/acceptance`
    const key = { 'idempotency-key': 'arrival-1' }
    const accept = (mass: string) => {
      const lines = [{ batch, mass: kg(mass), partial: true }]
      return buyer.request('POST', url, { facility: buyer.facility, lines }, key)
    }
    const first = await accept('60')
    at += 60_000
    const again = await accept('60')
    t.same([first.status, again.status, again.body], [201, 200, first.body])
    t.equal((await accept('61')).status, 409, 'the key stands for another receipt')
  })

  t.test('what the receiver finds otherwise, which the sender is told as well', async (t) => {
    const { chain, seller, buyer, batch, shipment } = await onItsWay(t)
    const assay = oxides({ La2O3: '2.64', CeO2: '3.9536', Pr6O11: '0.344', Nd2O3: '1.96' })
    await buyer.record({
      type: 'receive',
      shipment,
      outcome: 'accepted',
      lines: [{ batch, mass: kg('90'), assay }]
    })
    const told = [
      { code: 'ASSAY_CONTRADICTED', severity: 'warning', batch, status: 'open' },
      { code: 'TRANSIT_LOSS', severity: 'warning', batch, actual: '10 %' }
    ]
    for (const side of [buyer, seller]) {
      const { items } = (await side.request('GET', '/v1/findings')).body
      t.match(items, told)
      t.equal(items.length, 2)
    }
    t.same((await verifyBooks(chain.service.deps)).differences, [])
  })

  t.test('a dispute with what did arrive, settled in parts', async (t) => {
    const { buyer, batch, shipment, list } = await onItsWay(t)
    const post = (path: string, lines?: object[]) =>
      buyer.request('POST', `/v1/shipments/${shipment}/${path}`, {
        facility: buyer.facility,
        ...(lines ? { lines } : {})
      })
    const lines = [{ batch, mass: kg('90') }]
    t.equal((await post('dispute', lines)).status, 201)
    t.match((await list(buyer, '?status=disputed')).items, [
      { id: shipment, lines: [{ receivedKg: '90', openKg: '10', disputed: true }] }
    ])
    t.equal((await post('dispute')).status, 409, 'nothing else is left to dispute')
    const more = [{ batch, mass: kg('5') }]
    t.match((await post('dispute', more)).body.findings, [{ code: 'RECEIPT_DISPUTE', rule: 'R9' }])
    t.equal((await post('acceptance', [{ batch }])).status, 201, 'the rest is given up')
    t.match((await list(buyer)).items, [
      { status: 'received', lines: [{ receivedKg: '90', lostKg: '10', disputed: false }] }
    ])
  })

  t.test('the correction of an earlier receipt, which settles no dispute', async (t) => {
    const { chain, buyer, batch, shipment, list } = await onItsWay(t)
    const receive = async (outcome: string, mass: string, partial = false) => {
      const id = randomUUID()
      const lines = [{ batch, mass: kg(mass), ...(partial ? { partial } : {}) }]
      await buyer.record({ type: 'receive', id, shipment, outcome, lines })
      return id
    }
    const first = await receive('accepted', '30', true)
    const second = await receive('disputed', '40')
    await buyer.record({ type: 'correct', event: first, reason: 'did_not_occur' })
    t.match((await list(buyer)).items, [
      { status: 'disputed', lines: [{ receivedKg: '40', openKg: '60', disputed: true }] }
    ])
    await receive('accepted', '10', true)
    await buyer.record({ type: 'correct', event: second, reason: 'did_not_occur' })
    t.match((await list(buyer)).items, [
      { status: 'partly_received', lines: [{ receivedKg: '10', openKg: '90', disputed: false }] }
    ])
    t.same((await verifyBooks(chain.service.deps)).differences, [])
  })

  t.test('what replaces a receipt, in its place among the others', async (t) => {
    const { chain, buyer, batch, shipment, list } = await onItsWay(t)
    const receive = async (outcome: string, mass: string, more: object = {}) => {
      const partial = outcome === 'accepted' ? { partial: true } : {}
      const lines = [{ batch, mass: kg(mass), ...partial }]
      const told = {
        type: 'receive',
        id: randomUUID() as string,
        shipment,
        outcome,
        lines,
        ...more
      }
      await buyer.record(told)
      return told.id
    }
    const replace = async (event: string, outcome: string, mass: string) => {
      const [corrects, id] = [randomUUID(), randomUUID()]
      const of = { event, reason: 'incorrect_data', correctiveEvent: id }
      await buyer.record({ type: 'correct', id: corrects, ...of })
      return receive(outcome, mass, { id, corrects })
    }
    const first = await receive('accepted', '30')
    await receive('disputed', '40')
    const again = await replace(first, 'accepted', '35')
    t.match((await list(buyer)).items, [
      { status: 'disputed', lines: [{ receivedKg: '75', openKg: '25', disputed: true }] }
    ])
    await receive('accepted', '5')
    await replace(again, 'disputed', '33')
    t.match((await list(buyer)).items, [
      { status: 'partly_received', lines: [{ receivedKg: '78', openKg: '22', disputed: false }] }
    ])
    t.same((await verifyBooks(chain.service.deps)).differences, [])
  })

  t.test(
    'less than before of a line that was settled since, which both sides are told',
    async (t) => {
      const { chain, seller, buyer, batch, shipment, list } = await onItsWay(t)
      const [first, corrects, id] = [randomUUID(), randomUUID(), randomUUID()]
      const receive = (mass: string | null, more: object = {}, partial = false) => {
        const line = { batch, ...(mass && { mass: kg(mass) }), ...(partial && { partial }) }
        return buyer.record({
          type: 'receive',
          shipment,
          outcome: 'accepted',
          lines: [line],
          ...more
        })
      }
      await receive('30', { id: first }, true)
      await receive('60')
      const wrong = { event: first, reason: 'incorrect_data', correctiveEvent: id }
      await buyer.record({ type: 'correct', id: corrects, ...wrong })
      await receive('25', { id, corrects }, true)
      t.match((await list(buyer)).items, [
        { status: 'partly_received', lines: [{ receivedKg: '85', lostKg: '10', openKg: '5' }] }
      ])
      for (const side of [buyer, seller]) {
        const { body } = await side.request('GET', '/v1/findings?code=RECEIPT_REOPENED')
        t.match(body.items, [{ rule: 'R9', severity: 'warning', batch, actual: '5 kg (dry)' }])
      }
      await receive(null)
      await buyer.record({ type: 'correct', event: id, reason: 'did_not_occur' })
      const { body } = await seller.request('GET', '/v1/findings?code=RECEIPT_REOPENED&status=open')
      t.match(body.items, [{ batch, actual: '25 kg (dry)' }], 'the sender of that, too')
      t.equal(body.items.length, 1, 'and no longer of what the receipt had said')
      await receive('25')
      t.match((await list(buyer, '?status=received')).items, [
        { lines: [{ receivedKg: '85', lostKg: '15', openKg: '0' }] }
      ])
      t.same((await verifyBooks(chain.service.deps)).differences, [])
    }
  )

  t.test('a return, and its correction, which puts it on its way again', async (t) => {
    const { seller, buyer, batch, shipment, list } = await onItsWay(t)
    const event = randomUUID()
    await buyer.record({
      type: 'receive',
      id: event,
      shipment,
      outcome: 'returned',
      lines: [{ batch, mass: kg('30') }]
    })
    t.match((await list(seller)).items, [
      { status: 'partly_received', lines: [{ returnedKg: '30', openKg: '70' }] }
    ])
    await seller.blend({ [batch]: '80' }, '80')
    await buyer.record({ type: 'correct', event, reason: 'did_not_occur' })
    t.match((await list(seller)).items, [
      { status: 'in_transit', lines: [{ returnedKg: '0', openKg: '100' }] }
    ])
  })
})

t.test('refuses', async (t) => {
  t.test('what is not a shipment to the caller', async (t) => {
    const { seller, buyer, shipment } = await onItsWay(t)
    const body = { facility: seller.facility }
    for (const [who, id] of [
      [seller, shipment],
      [buyer, randomUUID()]
    ] as const) {
      const answer = await who.request('POST', `/v1/shipments/${id}/acceptance`, body)
      t.match([answer.status, answer.body.code], [404, 'NOT_FOUND'])
    }
  })

  t.test('a receipt in short of who signs, and tells how one is signed', async (t) => {
    const { buyer, batch, shipment, list } = await onItsWay(t)
    const url = `/v1/shipments/${shipment}/acceptance`
    const short = JSON.stringify({ facility: buyer.facility })
    const signer = await registeredKey(buyer)
    const signed = async (document: string) => ({
      'lodestone-signature': await signer.sign(document)
    })
    const ignored = await buyer.request('POST', url, short, await signed(short))
    t.match(ignored, {
      status: 400,
      body: { code: 'REQUEST_INVALID', errors: [{ pointer: 'lodestone-signature' }] }
    })
    t.match((await list(buyer)).items, [{ status: 'in_transit' }], 'nothing was done')
    const policy = `/v1/organizations/${buyer.organization}/signing-policy`
    t.equal((await buyer.request('PUT', policy, { unsigned: 'refused' })).status, 200)
    for (const path of [url, `/v1/shipments/${shipment}/dispute`]) {
      const { status, body } = await buyer.request('POST', path, short)
      t.match([status, body.code], [403, 'SIGNATURE_REQUIRED'])
      t.match(body.detail, /event of the type `receive`.* \/v1\/events/)
    }
    const event = JSON.stringify({
      type: 'receive',
      time: NOW,
      facility: buyer.facility,
      shipment,
      outcome: 'accepted',
      lines: [{ batch, mass: kg('100') }]
    })
    const told = await buyer.request('POST', '/v1/events', event, await signed(event))
    t.match(told, { status: 201, body: { signedBy: { key: signer.id } } })
  })

  t.test('a receipt that the books refuse, with the findings', async (t) => {
    const { buyer, batch, shipment } = await onItsWay(t)
    const url = `/v1/shipments/${shipment}/acceptance`
    const lines = [{ batch, mass: kg('101') }]
    const answer = await buyer.request('POST', url, { facility: buyer.facility, lines })
    t.match([answer.status, answer.body.findings[0].code], [422, 'RECEIPT_EXCEEDS_SHIPMENT'])
    const bad = await buyer.request('POST', url, { facility: buyer.facility, lines: [] })
    t.equal(bad.status, 400)
    const early = { facility: buyer.facility, time: '2026-01-01T00:00:00Z' }
    const answered = await buyer.request('POST', url, early)
    t.match(answered.body.findings, [{ code: 'DATE_ORDER' }])
  })
})

t.test('refuses to receive again what came by a shipment that was corrected since', async (t) => {
  const { chain, seller, buyer, batch, shipment } = await onItsWay(t)
  const receive = (of: string, mass: string, outcome = 'accepted') => ({
    type: 'receive',
    id: randomUUID(),
    time: '2026-10-01T00:00:00Z',
    facility: buyer.facility,
    shipment: of,
    outcome,
    lines: [{ batch, mass: kg(mass) }]
  })
  const first = receive(shipment, '100')
  await buyer.record(first)
  const [corrects, again] = [randomUUID(), randomUUID()]
  const wrong = { type: 'correct', id: corrects, event: shipment, reason: 'incorrect_data' }
  await seller.record({ ...wrong, correctiveEvent: again })
  const lines = [{ batch, mass: kg('101') }]
  const to = buyer.organization
  await seller.record({ type: 'ship', id: again, corrects, to, ownership: 'transferred', lines })
  const post = (document: object) => buyer.request('POST', '/v1/events', document)
  for (const outcome of ['accepted', 'disputed', 'returned']) {
    const answer = await post(receive(again, '100', outcome))
    t.match(
      [answer.status, answer.body.findings],
      [
        422,
        [
          {
            code: 'BATCH_OVERDRAWN',
            pointer: '/lines/0',
            expected: 'at most 1 kg (dry)',
            remedy: /correct that receipt first/
          }
        ]
      ]
    )
  }
  await buyer.record({
    type: 'correct',
    time: '2026-10-02T00:00:00Z',
    event: first.id,
    reason: 'did_not_occur'
  })
  t.equal((await post(receive(again, '101'))).status, 201)
  while ((await reevaluateStep(chain.service.deps)) > 0);
  const { body } = await buyer.request('GET', `/v1/batches/${batch}`)
  t.match([body.status, body.holdings], ['clear', [{ place: 'on_hand', massKg: '101' }]])
  t.same((await verifyBooks(chain.service.deps)).differences, [])
})

t.test('protects', async (t) => {
  const { chain, shipment, list } = await onItsWay(t)
  const stranger = await chain.party('Stranger', 'SE')
  t.same((await list(stranger)).items, [])
  const body = { facility: stranger.facility }
  const answer = await stranger.request('POST', `/v1/shipments/${shipment}/dispute`, body)
  t.equal(answer.status, 404)
})

t.test('refuses a toller that sells what it merely holds', async (t) => {
  const chain = await oreChain(t)
  const owner = await chain.party('Owner', 'AU')
  const toller = await chain.party('Toller', 'MY')
  const buyer = await chain.party('Buyer', 'FI')
  const batch = await owner.commission(mined('150', { number: 'ORE-1' }))
  await owner.send(batch, '100', toller, { ownership: 'retained' })
  const made = await toller.blend({ [batch]: '40' }, '40')
  const own = await toller.commission(mined('10'))
  const ship = async (by: typeof owner, to: typeof owner, lines: object[], ownership?: string) => {
    const event = { type: 'ship', to: to.organization, time: '2026-10-01T00:00:00Z', lines }
    const said = ownership === undefined ? event : { ...event, ownership }
    return by.request('POST', '/v1/events', { facility: by.facility, ...said })
  }
  const line = (of: string, more: object = {}) => ({ batch: of, mass: kg('5'), ...more })
  const refused = await ship(toller, buyer, [line(own), line(batch), line(made)], 'transferred')
  t.equal(refused.status, 422)
  const finding = {
    rule: 'R1',
    code: 'OWNER_NOT_SENDER',
    expected: toller.organization,
    actual: owner.organization,
    remedy: /retained/
  }
  t.match(refused.body.findings, [
    { ...finding, pointer: '/lines/1/owner' },
    { ...finding, pointer: '/lines/2/owner' }
  ])
  t.equal(refused.body.findings.length, 2, 'its own material it may sell')
  const named = [line(batch, { owner: owner.organization })]
  t.equal((await ship(toller, buyer, named, 'transferred')).status, 422, 'also where it says whose')
  t.equal((await ship(toller, buyer, [line(batch)])).status, 201, 'it may send it on for its owner')
  t.equal((await ship(toller, owner, [line(made)], 'transferred')).status, 201, 'back to its owner')
  t.equal((await ship(owner, buyer, [line(batch)], 'transferred')).status, 201)
  t.same((await verifyBooks(chain.service.deps)).differences, [])
})

t.test('tells whom a shipment went to by mistake that it was corrected away', async (t) => {
  const { seller, buyer, batch, shipment } = await onItsWay(t)
  const wrong = { type: 'correct', event: shipment, reason: 'did_not_occur' }
  await seller.record(wrong)
  const answer = await buyer.request('POST', '/v1/events', {
    type: 'receive',
    time: '2026-10-20T08:00:00Z',
    facility: buyer.facility,
    shipment,
    outcome: 'accepted',
    lines: [{ batch, mass: kg('100') }]
  })
  t.equal(answer.status, 422)
  t.match(answer.body.findings, [
    {
      code: 'RECEIPT_LINE_UNKNOWN',
      message: /corrected this shipment away/,
      remedy: /in its place/
    }
  ])
})
