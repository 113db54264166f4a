import { randomUUID } from 'node:crypto'
import t, { type Test } from 'tap'
import { campaignId } from '../../src/domain/custody/campaign.ts'
import { verifyBooks } from '../../src/registry/audit/verify-books.ts'
import { reevaluateStep } from '../../src/registry/books/reevaluate.ts'
import { elements, kg, oxides } from '../support/books.ts'
import { testApp } from '../support/service.ts'

const OXIDE = oxides({ Nd2O3: '73.24', Pr6O11: '26.24', La2O3: '0.02', CeO2: '0.03' })
const METAL = elements({ Nd: '73.9', Pr: '25.6', Fe: '0.3' })

const service = await testApp(t, { now: () => new Date('2026-11-23T12:00:00Z') })
const maker = await service.actor('producer')
const facility = await service.facility(maker.organization)

type Document = Record<string, unknown>

const record = (document: Document) => maker.request('POST', '/v1/events', document)

async function accept(document: Document): Promise<{ id: string; findings: { code: string }[] }> {
  const answer = await record({ id: randomUUID(), facility, ...document })
  if (answer.status !== 201) throw new Error(JSON.stringify(answer.body))
  return answer.body
}

async function oxide(country: string): Promise<string> {
  const id = randomUUID()
  const product = { class: 'separated_oxide', name: 'NdPr oxide' }
  const declared = [{ element: '*', step: 'mined', country }]
  const output = { id, product, entry: 'purchased', mass: kg('1000'), assay: OXIDE, declared }
  await accept({ type: 'commission', time: '2026-09-02T06:00:00Z', outputs: [output] })
  return id
}

const run = (campaign: string, day: number, more: Document = {}) => ({
  type: 'transform',
  time: `2026-10-0${day}T06:00:00Z`,
  facility,
  stages: ['metal_making'],
  campaign,
  inputs: [],
  outputs: [],
  ...more
})
const feed = (batch: string, mass = '1000') => ({ inputs: [{ batch, mass: kg(mass) }] })
const product = { class: 'ree_metal', name: 'NdPr metal' }
const tap = (id: string, mass: string) => ({
  outputs: [{ id, product, mass: kg(mass), assay: METAL }]
})

const correct = (event: string, more: Document = {}) =>
  accept({ type: 'correct', time: '2026-10-09T06:00:00Z', event, reason: 'did_not_occur', ...more })

const settle = async () => {
  while ((await reevaluateStep(service.deps)) > 0);
}

async function countries(batch: string): Promise<Record<string, string>> {
  const { body } = await maker.request('GET', `/v1/batches/${batch}/origins?element=Nd`)
  return Object.fromEntries(
    body.elements[0].shares.map((each: { country: string; share: string }) => [
      each.country,
      each.share
    ])
  )
}

const status = async (batch: string) =>
  (await maker.request('GET', `/v1/batches/${batch}`)).body.status
const onHand = async (batch: string) =>
  (await maker.request('GET', `/v1/batches/${batch}`)).body.holdings[0]?.massKg ?? '0'
const campaign = async (name: string) =>
  (await maker.request('GET', `/v1/campaigns/${campaignId(maker.organization, name)}`)).body
const inKg = async (name: string) =>
  (await campaign(name)).balance.find((line: { element: string }) => line.element === 'Nd')?.inKg

async function verified(t: Test) {
  const { differences } = await verifyBooks(service.deps)
  t.same(differences, [], 'the stored books equal a replay')
}

t.test('a feed that did not occur', async (t) => {
  const [early, late] = [await oxide('AU'), await oxide('VN')]
  const [first, second] = [randomUUID(), randomUUID()]
  await accept(run('Feed', 1, feed(early)))
  await accept(run('Feed', 2, tap(first, '300')))
  const wrong = await accept(run('Feed', 3, feed(late)))
  await accept(run('Feed', 4, tap(second, '300')))
  t.strictSame(Object.keys(await countries(second)).sort(), ['AU', 'VN'])
  const before = (await maker.request('GET', `/v1/batches/${second}`)).body.position
  await correct(wrong.id)
  t.equal(await status(second), 'suspect', 'until it is evaluated again')
  t.equal(await onHand(late), '1000', 'the lot is whole again')
  await settle()
  t.strictSame(await countries(second), { AU: '1' })
  t.equal(await status(second), 'clear')
  t.match(await inKg('Feed'), /^627\.9/, 'one lot')
  const then = await maker.request('GET', `/v1/batches/${second}/origins?element=Nd&asOf=${before}`)
  t.equal(then.body.elements[0].shares.length, 2, 'what was known then stays')
  t.match(await campaign('Feed'), { status: 'open', events: 4 }, 'and the campaign goes on')
  await accept(run('Feed', 5, tap(randomUUID(), '100')))
  await verified(t)

  t.test('cannot be taken back twice', async (t) => {
    const again = await record({
      type: 'correct',
      time: '2026-10-09T06:00:00Z',
      facility,
      event: wrong.id,
      reason: 'did_not_occur'
    })
    t.match(again, { status: 422, body: { findings: [{ code: 'CORRECTION_TARGET' }] } })
  })
})

t.test('an output that did not occur is back in the pool', async (t) => {
  const lot = await oxide('AU')
  const [wrong, next] = [randomUUID(), randomUUID()]
  await accept(run('Tap', 1, feed(lot)))
  const { id } = await accept(run('Tap', 2, tap(wrong, '800')))
  const refused = await record({ ...run('Tap', 3, tap(next, '500')) })
  t.match(refused, { status: 422, body: { findings: [{ code: 'CAMPAIGN_OVERDRAWN' }] } })
  await correct(id)
  await settle()
  t.equal(await onHand(wrong), '0')
  t.match((await maker.request('GET', `/v1/batches/${wrong}`)).body, {
    status: 'contested',
    voided: true
  })
  await accept(run('Tap', 3, tap(next, '500')))
  t.equal(await status(next), 'clear')
  await verified(t)
})

t.test('an output too large, corrected: later outputs are contested no more', async (t) => {
  const lot = await oxide('AU')
  const [wrong, next] = [randomUUID(), randomUUID()]
  await accept(run('Much', 1, feed(lot)))
  const { id } = await accept(run('Much', 2, tap(wrong, '400')))
  await accept(run('Much', 3, tap(next, '400')))
  const corrective = randomUUID()
  const correction = await correct(id, { reason: 'incorrect_data', correctiveEvent: corrective })
  const pending = await record({ ...run('Much', 4, tap(randomUUID(), '1')) })
  t.match(pending.status, 201, 'what stands at the end of the campaign takes more')
  await accept(run('Much', 2, { id: corrective, corrects: correction.id, ...tap(wrong, '480') }))
  await settle()
  t.equal(await status(next), 'contested', 'together more than there was')
  const codes = async () => {
    const { body } = await maker.request('GET', `/v1/batches/${next}/findings`)
    return body.items
      .filter((item: { resolvedPosition: number | null }) => item.resolvedPosition === null)
      .map((item: { code: string }) => item.code)
  }
  t.ok((await codes()).includes('CAMPAIGN_OVERDRAWN'))
  const second = randomUUID()
  const again = await correct(corrective, { reason: 'incorrect_data', correctiveEvent: second })
  await accept(run('Much', 2, { id: second, corrects: again.id, ...tap(wrong, '300') }))
  await settle()
  t.equal(await status(next), 'clear', 'a correction of a correction')
  t.same(await codes(), [])
  await verified(t)
})

t.test('a closing that did not occur opens the campaign again', async (t) => {
  const lot = await oxide('AU')
  await accept(run('Close', 1, feed(lot)))
  await accept(run('Close', 2, tap(randomUUID(), '500')))
  const closing = { mass: kg('380'), assay: OXIDE }
  const close = { type: 'close_campaign', time: '2026-10-05T06:00:00Z', campaign: 'Close' }
  const { id } = await accept({ ...close, closing, carryTo: 'Heir' })
  await correct(id)
  await settle()
  t.match(await campaign('Close'), { status: 'open' })
  t.match(await accept(run('Close', 6, tap(randomUUID(), '100'))), { findings: [] })
  const heir = await record({ ...run('Heir', 6, tap(randomUUID(), '100')) })
  t.match(heir, { status: 422, body: { findings: [{ code: 'CAMPAIGN_OVERDRAWN' }] } })
  await accept({
    ...close,
    time: '2026-10-07T06:00:00Z',
    closing: { mass: kg('270'), assay: OXIDE }
  })
  await verified(t)
})

t.test('a closing whose remainder was taken over', async (t) => {
  const lot = await oxide('AU')
  const metal = randomUUID()
  await accept(run('Old', 1, feed(lot)))
  await accept(run('Old', 2, tap(randomUUID(), '500')))
  const closing = { mass: kg('380'), assay: OXIDE }
  const close = { type: 'close_campaign', time: '2026-10-05T06:00:00Z', campaign: 'Old' }
  const { id } = await accept({ ...close, closing, carryTo: 'New' })
  const taken = await accept(run('New', 6, tap(metal, '100')))
  await correct(id)
  await settle()
  t.equal(await status(metal), 'contested', 'it took what was never handed over')
  const more = await record({ ...run('Old', 7, tap(randomUUID(), '10')) })
  t.match(more, { status: 422, body: { findings: [{ code: 'CAMPAIGN_PENDING' }] } })
  await correct(taken.id)
  await settle()
  t.match(await accept(run('Old', 7, tap(randomUUID(), '10'))), { findings: [] })
  await verified(t)
})

t.test(
  'what is fed after a correction is recorded, though it does not make up for all',
  async (t) => {
    const [wrong, right] = [await oxide('AU'), await oxide('VN')]
    const [metal, next, last] = [randomUUID(), randomUUID(), randomUUID()]
    const { id } = await accept(run('Short', 1, feed(wrong)))
    const tapped = await accept(run('Short', 2, tap(metal, '600')))
    await correct(id)
    await settle()
    const OVER = { code: 'CAMPAIGN_OVERDRAWN', severity: 'error' }
    t.match(await record(run('Short', 3, tap(next, '1'))), {
      status: 422,
      body: { findings: [OVER] }
    })
    const told = await accept(run('Short', 3, feed(right, '400')))
    t.match(told.findings, [
      { ...OVER, severity: 'warning' },
      { ...OVER, severity: 'warning' }
    ])
    const both = { ...feed(right, '200'), ...tap(next, '100') }
    t.match(await accept(run('Short', 4, both)), { findings: [{ ...OVER, severity: 'warning' }] })
    await settle()
    t.equal(await status(next), 'contested', 'the pool is short')
    const corrective = randomUUID()
    const correction = await correct(tapped.id, {
      reason: 'incorrect_data',
      correctiveEvent: corrective
    })
    await accept({
      ...run('Short', 2),
      id: corrective,
      corrects: correction.id,
      time: '2026-10-02T06:00:00Z'
    })
    await settle()
    t.equal(await status(next), 'clear', 'what came out before anything was fed is gone')
    t.strictSame(await countries(next), { VN: '1' })
    t.match(await accept(run('Short', 5, tap(last, '200'))), { findings: [] })
    await verified(t)
  }
)

t.test('what an event took over stays where later events stand on it', async (t) => {
  const lot = await oxide('AU')
  const metal = randomUUID()
  await accept(run('Giver', 1, feed(lot)))
  const closing = { mass: kg('900'), assay: OXIDE }
  const close = { type: 'close_campaign', time: '2026-10-02T06:00:00Z', campaign: 'Giver' }
  const { id } = await accept({ ...close, closing, carryTo: 'Taker' })
  const first = await accept(run('Taker', 3, tap(randomUUID(), '100')))
  const second = await accept(run('Taker', 4, tap(metal, '100')))
  await correct(first.id)
  await settle()
  const opening = async () =>
    (await campaign('Taker')).balance.find((line: { element: string }) => line.element === 'Nd')
  t.match(await opening(), { openingKg: '565.134772662', outKg: '73.9' })
  t.equal(await status(metal), 'clear', 'it came of what was taken over')
  t.strictSame(await countries(metal), { AU: '1' })
  t.match(await accept(run('Taker', 5, tap(randomUUID(), '100'))), { findings: [] })
  await verified(t)

  t.test('and is contested where it was never handed over', async (t) => {
    await correct(second.id)
    await correct(id)
    await settle()
    t.equal((await campaign('Taker')).pool.status, 'contested')
    await verified(t)
  })

  t.test('until its place lets go of it: then the giver goes on', async (t) => {
    const more = () => record({ ...run('Giver', 7, tap(randomUUID(), '100')), id: randomUUID() })
    const CODE = 'CAMPAIGN_PENDING'
    const remedy = /Correct the event.* once more where it was corrected before/
    t.match(await more(), { status: 422, body: { findings: [{ code: CODE, remedy }] } })
    const again = (correctiveEvent?: string) => ({
      ...{ type: 'correct', id: randomUUID(), facility, time: '2026-10-09T06:00:00Z' },
      ...{ event: first.id, reason: 'did_not_occur', correctiveEvent }
    })
    const ALREADY = { status: 422, body: { findings: [{ code: 'CORRECTION_TARGET' }] } }
    t.match(await record(again(randomUUID())), ALREADY, 'nothing takes its place')
    t.match(await record(again()), { status: 201 })
    await settle()
    t.match(await record(again()), ALREADY)
    t.match(await more(), { status: 201 })
    t.equal(await status(metal), 'contested')
    t.equal((await campaign('Giver')).pool.status, 'clear')
    t.match(await opening(), { openingKg: '0', outKg: '73.9' }, 'nothing was ever handed over')
    await verified(t)
  })
})

t.test('a first feed that is corrected to a later day contests what came out before', async (t) => {
  const [lot, early, late] = [await oxide('AU'), randomUUID(), randomUUID()]
  const fed = await accept(run('dated', 1, feed(lot)))
  await accept(run('dated', 3, tap(early, '100')))
  await accept(run('dated', 7, tap(late, '100')))
  const correctiveEvent = randomUUID()
  const { id: corrects } = await correct(fed.id, { reason: 'incorrect_data', correctiveEvent })
  await accept({ ...run('dated', 5, feed(lot)), id: correctiveEvent, corrects })
  await settle()
  const { body } = await maker.request('GET', `/v1/findings?batch=${early}&rule=R7`)
  t.match(body.items, [{ code: 'DATE_ORDER', expected: 'at or after 2026-10-05T06:00:00.000Z' }])
  t.equal(await status(early), 'contested')
  t.same((await verifyBooks(service.deps)).differences, [])
})

t.test(
  'the material as a whole weighs what was fed, not what was told and taken back',
  async (t) => {
    const whole = async (batch: string) => {
      const { body } = await maker.request('GET', `/v1/batches/${batch}/origins?element=*`)
      const [{ shares, unknown }] = body.elements
      return [...shares.map((each: Document) => [each['country'], each['share']]), ['?', unknown]]
    }
    const [first, second, third] = [await oxide('AU'), await oxide('VN'), await oxide('BR')]
    const [early, late] = [randomUUID(), randomUUID()]
    const wrong = await accept(run('Whole', 1, feed(first)))
    const less = await accept(run('Whole', 2, feed(second)))
    await accept(run('Whole', 3, tap(early, '300')))
    await correct(wrong.id)
    await settle()
    t.strictSame(
      await whole(early),
      [
        ['VN', '1'],
        ['?', '0']
      ],
      'a feed that did not occur'
    )

    await accept(run('Whole', 4, feed(third, '300')))
    await accept(run('Whole', 5, tap(late, '300')))
    const correctiveEvent = randomUUID()
    const named = { reason: 'incorrect_data', correctiveEvent }
    const { id: corrects } = await correct(less.id, named)
    await accept({ ...run('Whole', 2, feed(second, '400')), id: correctiveEvent, corrects })
    await settle()
    // 100 of the 400 kg were left after the first output when 300 kg more were fed.
    t.strictSame(
      await whole(late),
      [
        ['BR', '0.75'],
        ['VN', '0.25'],
        ['?', '0']
      ],
      'a smaller feed'
    )
    await verified(t)
  }
)

t.test('a closing is told anew after its heir was closed, too', async (t) => {
  const [lot, metal] = [await oxide('AU'), randomUUID()]
  const close = (campaign: string, day: number, mass: string, more: Document = {}) => ({
    type: 'close_campaign',
    time: `2026-10-0${day}T06:00:00Z`,
    campaign,
    closing: { mass: kg(mass), assay: OXIDE },
    ...more
  })
  await accept(run('Elder', 1, feed(lot)))
  await accept(run('Elder', 2, tap(randomUUID(), '500')))
  const { id } = await accept(close('Elder', 3, '390', { carryTo: 'Younger' }))
  await accept(run('Younger', 4, tap(metal, '100')))
  await accept(close('Younger', 5, '260'))
  const correctiveEvent = randomUUID()
  const { id: corrects } = await correct(id, { reason: 'incorrect_data', correctiveEvent })
  const again = close('Elder', 3, '380', { carryTo: 'Younger', id: correctiveEvent, corrects })
  t.match(await accept(again), { findings: [] })
  await settle()
  t.equal(await status(metal), 'clear')
  t.strictSame(await countries(metal), { AU: '1' })
  await verified(t)
})
