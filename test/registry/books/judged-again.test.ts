import { randomUUID } from 'node:crypto'
import t from 'tap'
import { verifyBooks } from '../../../src/registry/audit/verify-books.ts'
import { reevaluateStep } from '../../../src/registry/books/reevaluate.ts'
import { remindOfCampaigns } from '../../../src/registry/books/remind-of-campaigns.ts'
import { findingsClosedOtherwise } from '../../../src/storage/audit/audit-hands.ts'
import { elements, kg, oxides } from '../../support/books.ts'
import { testApp } from '../../support/service.ts'

const OXIDE = oxides({ Nd2O3: '73.24', Pr6O11: '26.24' })
const SCRAP = elements({ Nd: '23', Pr: '7', Dy: '1', B: '1', Fe: '68' })

const service = await testApp(t, { now: () => new Date('2026-11-23T12:00:00Z') })
const maker = await service.actor('producer')
const facility = await service.facility(maker.organization)

type Document = Readonly<Record<string, unknown>>

async function accept(document: Document): Promise<string> {
  const id = randomUUID()
  const answer = await maker.request('POST', '/v1/events', { id, facility, ...document })
  if (answer.status !== 201) throw new Error(JSON.stringify(answer.body))
  while ((await reevaluateStep(service.deps)) > 0);
  return answer.body.id
}

const lot = (product: string, mass: string, assay: unknown, more: Document = {}) => ({
  id: randomUUID() as string,
  product: { class: product, name: product },
  mass: kg(mass),
  assay,
  ...more
})

const enters = (output: Document, more: Document = {}) =>
  accept({
    type: 'commission',
    time: '2026-03-02T06:00:00Z',
    outputs: [{ entry: 'purchased', ...output }],
    ...more
  })

const stores = (inputs: Record<string, string>, outputs: Document[], more: Document = {}) =>
  accept({
    type: 'transform',
    time: '2026-03-10T06:00:00Z',
    stages: ['storage_transport_trade'],
    inputs: Object.entries(inputs).map(([batch, mass]) => ({ batch, mass: kg(mass) })),
    outputs,
    ...more
  })

const corrects = (event: string, correctiveEvent?: string) =>
  accept({
    type: 'correct',
    time: '2026-11-02T08:00:00Z',
    event,
    reason: correctiveEvent ? 'incorrect_data' : 'did_not_occur',
    ...(correctiveEvent && { correctiveEvent })
  })

/** Takes a commission back and declares its output again. */
async function redeclares(event: string, output: Document): Promise<string> {
  const id = randomUUID()
  return enters(output, { id, corrects: await corrects(event, id) })
}

async function standing(batch: string): Promise<readonly [string, readonly string[]]> {
  const { body } = await maker.request('GET', `/v1/batches/${batch}`)
  const { items } = (await maker.request('GET', `/v1/findings?batch=${batch}&status=open`)).body
  return [body.status, items.map(({ code }: { code: string }) => code).sort()]
}

async function flagging(rule: string, what: () => Promise<unknown>) {
  const admin = await service.actor('producer', maker.organization)
  const set = (mode: string) => admin.request('POST', '/v1/rule-settings', { rule, mode })
  t.match((await set('flag')).body, { mode: 'flag' })
  await what()
  await set('refuse')
}

t.test('of a store no more comes out than a correction leaves of what was put in', async (t) => {
  const silo = { campaign: 'SILO' }
  const [first, second] = [
    lot('separated_oxide', '100', OXIDE),
    lot('separated_oxide', '100', OXIDE)
  ]
  await enters(first)
  await enters(second)
  // Mass is all that tells here: of what is not assayed in it, there may be any part.
  const unassayed = { basis: 'oxide', unit: 'P1', values: { Nd2O3: '10' } }
  const out = lot('separated_oxide', '150', unassayed)
  const fed = await stores({ [first.id]: '100' }, [], silo)
  await stores({ [second.id]: '100' }, [], silo)
  await stores({}, [out], silo)
  t.same(await standing(out.id), ['clear', []])
  await corrects(fed)
  t.same(await standing(out.id), ['contested', ['BATCH_CONTESTED', 'MB_MASS_GAIN']])
})

t.test('nor is more found in it at the end', async (t) => {
  const silo = { campaign: 'SILO 2' }
  const [first, second] = [
    lot('separated_oxide', '100', OXIDE),
    lot('separated_oxide', '100', OXIDE)
  ]
  await enters(first)
  await enters(second)
  const fed = await stores({ [first.id]: '100' }, [], silo)
  await stores({ [second.id]: '100' }, [], silo)
  const closing = { mass: kg('200'), assay: OXIDE }
  const closed = await accept({
    type: 'close_campaign',
    time: '2026-03-12T06:00:00Z',
    ...silo,
    closing
  })
  await corrects(fed)
  const { items } = (await maker.request('GET', '/v1/findings?code=MB_MASS_GAIN&status=open')).body
  t.match(
    items.filter(({ event }: { event: string }) => event === closed),
    [{ pointer: '/closing/mass', severity: 'error' }]
  )
})

t.test('what was flagged and does not follow from the inputs stands', async (t) => {
  const source = lot('separated_oxide', '100', OXIDE)
  const share = { method: 'mass', share: '0.8' }
  const outs = ['40', '41'].map((mass) =>
    lot('separated_oxide', mass, 'inherited', { allocation: share })
  )
  const bought = await enters(source)
  await flagging('R15', () => stores({ [source.id]: '81' }, outs))
  const heavy = lot('separated_oxide', '19', 'inherited')
  await flagging('R3', () => stores({ [source.id]: '10' }, [heavy]))
  const first = outs[0]?.id as string
  t.same(await standing(first), ['contested', ['ALLOCATION_SUM']])
  t.ok((await standing(heavy.id))[1].includes('MB_MASS_GAIN'))
  await redeclares(bought, source)
  t.same(await standing(first), ['contested', ['ALLOCATION_SUM', 'BATCH_CONTESTED']])
  t.ok((await standing(heavy.id))[1].includes('MB_MASS_GAIN'), 'the masses are the same')
})

t.test('what was flagged is clear when a correction removes what it was flagged for', async (t) => {
  const [wrong, right] = [oxides({ Nd2O3: '50' }), oxides({ Nd2O3: '73' })]
  const country = (name: string) => ({ declared: [{ element: '*', step: 'mined', country: name }] })
  const source = lot('separated_oxide', '100', wrong, country('AU'))
  const bought = await enters(source)
  const heavy = lot('separated_oxide', '50', right)
  await flagging('R3', () => stores({ [source.id]: '50' }, [heavy]))
  const child = lot('separated_oxide', '40', 'inherited')
  await stores({ [heavy.id]: '40' }, [child])
  const unknown = async (batch: string) =>
    (await maker.request('GET', `/v1/batches/${batch}/origins?element=Nd`)).body.elements[0].unknown
  t.same(await standing(heavy.id), ['contested', ['MB_ELEMENT_GAIN']])
  t.same(await standing(child.id), ['contested', ['INPUT_CONTESTED']])
  t.ok(Number(await unknown(child.id)) > 0.3, 'what is beyond the input')
  const again = await redeclares(bought, { ...source, assay: oxides({ Nd2O3: '55' }) })
  t.same(await standing(heavy.id), ['contested', ['BATCH_CONTESTED', 'MB_ELEMENT_GAIN']])
  const { body } = await maker.request('GET', `/v1/findings?batch=${heavy.id}&code=MB_ELEMENT_GAIN`)
  t.match(body.items.map((each: Document) => each['status']).sort(), ['open', 'resolved'])
  const mended = await redeclares(again, { ...source, assay: right })
  t.same(await standing(heavy.id), ['clear', []])
  t.same(await standing(child.id), ['clear', []])
  t.equal(Number(await unknown(child.id)), 0)
  await redeclares(mended, { ...source, assay: wrong })
  t.same(await standing(heavy.id), ['contested', ['BATCH_CONTESTED', 'MB_ELEMENT_GAIN']])
  t.equal((await standing(child.id))[0], 'contested')
})

t.test('but not while something else that it was flagged for stands', async (t) => {
  const [wrong, right] = [oxides({ Nd2O3: '50' }), oxides({ Nd2O3: '73' })]
  const source = lot('separated_oxide', '100', wrong)
  const bought = await enters(source)
  const allocation = { method: 'mass', share: '0.8' }
  const [heavy, other] = [
    lot('separated_oxide', '25', right, { allocation }),
    lot('separated_oxide', '25', right, { allocation })
  ]
  await flagging('R3', () => flagging('R15', () => stores({ [source.id]: '50' }, [heavy, other])))
  t.same(await standing(heavy.id), ['contested', ['ALLOCATION_SUM', 'MB_ELEMENT_GAIN']])
  await redeclares(bought, { ...source, assay: right })
  t.same(await standing(heavy.id), ['contested', ['ALLOCATION_SUM', 'BATCH_CONTESTED']])
})

t.test('a campaign is clear of what an event was flagged for that did not occur', async (t) => {
  const source = lot('separated_oxide', '100', OXIDE)
  await enters(source)
  const silo = { campaign: 'SILO 3' }
  await stores({ [source.id]: '60' }, [], silo)
  const allocation = { method: 'mass', share: '0.8' }
  const outs = ['10', '11'].map((mass) => lot('separated_oxide', mass, OXIDE, { allocation }))
  let wrong = ''
  await flagging('R15', async () => {
    wrong = await stores({}, outs, silo)
  })
  const after = lot('separated_oxide', '20', OXIDE)
  await stores({}, [after], silo)
  t.same(await standing(after.id), ['contested', ['INPUT_CONTESTED']])
  await corrects(wrong)
  t.same(await standing(after.id), ['clear', []])
})

t.test('nor is a claim that was flagged forgotten while the batch is in deficit', async (t) => {
  const claimedRecycled = [{ element: 'Nd', postConsumerPct: '100' }]
  const scrap = lot('magnet_scrap', '100', SCRAP, { entry: 'pre_consumer_scrap' })
  const wrong = await enters(scrap)
  await stores({ [scrap.id]: '80' }, [lot('magnet_scrap', '80', 'inherited')])
  await flagging('R15', () => redeclares(wrong, { ...scrap, mass: kg('50'), claimedRecycled }))
  t.same(await standing(scrap.id), ['contested', ['RECYCLED_SHARE_EXCEEDS']])
})

t.test('that a campaign was never closed is told until it goes on, whatever was fed', async (t) => {
  const fed = lot('separated_oxide', '100', OXIDE)
  const bought = await enters(fed)
  await stores({ [fed.id]: '100' }, [], { campaign: 'LEFT' })
  t.ok((await remindOfCampaigns(service.deps)) > 0)
  const told = async () => {
    const { items } = (await maker.request('GET', '/v1/findings?code=CAMPAIGN_OPEN&status=open'))
      .body
    return items.some(({ message }: { message: string }) => message.includes('campaign LEFT'))
  }
  t.ok(await told())
  await redeclares(bought, { ...fed, assay: oxides({ Nd2O3: '70', Pr6O11: '29' }) })
  t.ok(await told())
})

t.test('what an inherited assay says is judged by what it inherits now', async (t) => {
  const [known, other] = [lot('separated_oxide', '50', OXIDE), lot('separated_oxide', '50', OXIDE)]
  await enters(known)
  const bought = await enters(other)
  const blend = lot('separated_oxide', '100', 'inherited')
  await stores({ [known.id]: '50', [other.id]: '50' }, [blend])
  t.same(await standing(blend.id), ['clear', []])
  const silent = await redeclares(bought, { ...other, assay: oxides({ Nd2O3: '73.24' }) })
  t.same(await standing(blend.id), ['clear', ['ASSAY_INHERITED_PART']])
  const thorium = { trace: { unit: '59', values: { Th: '5000' } } }
  const active = { ...other, assay: oxides({ Nd2O3: '73.24', Pr6O11: '26' }, thorium) }
  await flagging('R12', () => redeclares(silent, active))
  t.same(await standing(other.id), ['contested', ['NORM_THRESHOLD']])
  const [status, codes] = await standing(blend.id)
  t.equal(status, 'contested')
  t.ok(codes.includes('INPUT_CONTESTED'))
  t.notOk(codes.includes('ASSAY_INHERITED_PART'), 'it is stated now')
})

t.test('what a feed leaves open counts, though it is told of by a correction', async (t) => {
  const carbonate = async (country: string, values: Record<string, string>) => {
    const declared = [{ element: '*', step: 'mined', country }]
    const made = lot('mixed_carbonate', '200', oxides(values), { declared })
    await enters(made)
    return made.id
  }
  const silent = await carbonate('AU', { La2O3: '15', CeO2: '30' })
  const bounded = await carbonate('BR', { La2O3: '10', CeO2: '20', Nd2O3: '<2' })
  const separates = (
    campaign: string,
    inputs: Record<string, string>,
    outputs: Document[],
    more = {}
  ) => stores(inputs, outputs, { stages: ['separation'], campaign, ...more })
  const taps = async (campaign: string) => {
    const assay = oxides({ La2O3: '12', CeO2: '24', Nd2O3: '11' })
    const out = lot('mixed_carbonate', '7', assay)
    await separates(campaign, { [bounded]: '39' }, [out])
    return out.id
  }
  const origins = async (batch: string) =>
    (await maker.request('GET', `/v1/batches/${batch}/origins?element=Nd`)).body.elements
  await separates('RIGHT', { [silent]: '26' }, [])
  const right = await taps('RIGHT')
  const wrong = await separates('MENDED', {}, [])
  const mended = await taps('MENDED')
  const id = randomUUID()
  const first = { id, corrects: await corrects(wrong, id) }
  await separates('MENDED', { [silent]: '26' }, [], first)
  t.same(await origins(mended), await origins(right))
  t.same(await standing(mended), await standing(right))
})

t.test('the books say of it what a replay says', async (t) => {
  t.same((await verifyBooks(service.deps)).differences, [])
  t.same(await findingsClosedOtherwise(service.deps.db), [])
})
