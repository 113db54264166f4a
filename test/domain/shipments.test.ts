import t from 'tap'
import { effectOf } from '../../src/domain/custody/fold.ts'
import { shipmentStatus } from '../../src/domain/custody/shipment.ts'
import type { Finding } from '../../src/domain/finding.ts'
import { parseEvent } from '../../src/formats/native/event.ts'
import { loadReference } from '../../src/reference.ts'
import { desk, id, kg, NOW, oxides } from '../support/books.ts'

const OXIDE = oxides({ Nd2O3: '73.24', Pr6O11: '26.24' })

/** 100 kg of oxide on its way from `acme` to `buyer`. */
function onItsWay(ownership = 'transferred', declared: object = OXIDE) {
  const all = desk()
  all.facility('plant', {})
  all.facility('dock', { organization: 'buyer' })
  const commission = {
    type: 'commission',
    time: '2026-02-01T00:00:00Z',
    facility: id('plant'),
    outputs: [
      {
        id: id('oxide'),
        product: { class: 'separated_oxide', name: 'NdPr oxide' },
        entry: 'purchased',
        mass: kg('150'),
        assay: declared
      }
    ]
  }
  const ship = {
    type: 'ship',
    id: id('shipment'),
    time: '2026-02-02T00:00:00Z',
    facility: id('plant'),
    to: id('buyer'),
    ownership,
    lines: [{ batch: id('oxide'), mass: kg('100') }]
  }
  for (const document of [commission, ship]) t.same(all.record(document).findings, [])
  let receipts = 0
  let told: readonly Finding[] = []
  const receive = (outcome: string, mass?: string, more: object = {}) => {
    receipts += 1
    const { findings } = all.record(
      {
        type: 'receive',
        id: id(`receipt ${receipts}`),
        time: '2026-02-05T00:00:00Z',
        facility: id('dock'),
        shipment: id('shipment'),
        outcome,
        lines: [{ batch: id('oxide'), ...(mass === undefined ? {} : { mass: kg(mass) }), ...more }]
      },
      'buyer'
    )
    told = findings
    return findings.map(({ code }) => code)
  }
  const findings = () => told
  const takeBack = (receipt: number) => {
    const correct = {
      type: 'correct',
      time: '2026-02-06T00:00:00Z',
      facility: id('dock'),
      event: id(`receipt ${receipt}`),
      reason: 'incorrect_data'
    }
    return all.record(correct, 'buyer').findings.map(({ code }) => code)
  }
  const state = () => {
    const shipment = all.books.shipments.get(id('shipment'))
    const [line] = shipment?.lines ?? []
    const kilograms = (ug: bigint | undefined) => Number(ug ?? 0n) / 1e9
    const status = shipment && shipmentStatus(shipment)
    return [
      status,
      ...[line?.openUg, line?.receivedUg, line?.returnedUg, line?.lostUg].map(kilograms)
    ]
  }
  const held = (custodian: string, owner = custodian) => {
    const accounts = (all.books.batchAccounts.get(id('oxide')) ?? []).flatMap(
      (account) => all.books.accounts.get(account) ?? []
    )
    const own = accounts.filter(
      (account) =>
        account.place === 'on_hand' &&
        account.custodian === id(custodian) &&
        account.owner === id(owner)
    )
    return own.reduce((sum, account) => sum + Number(account.balanceUg) / 1e9, 0)
  }
  return { ...all, receive, findings, takeBack, state, held }
}

t.test(
  'a shipment in parts: the rest stays in transit until it comes or is given up',
  async (t) => {
    const { receive, state, held } = onItsWay()
    t.same(receive('accepted', '40', { partial: true }), [])
    t.same(state(), ['partly_received', 60, 40, 0, 0])
    t.same(receive('accepted', '50', { partial: true }), [])
    t.same(receive('accepted'), ['TRANSIT_LOSS'], 'the last 10 kg never came, and nobody was told')
    t.same(state(), ['received', 0, 90, 0, 10])
    t.equal(held('buyer'), 90)
    t.same(receive('accepted', '1'), ['RECEIPT_LINE_UNKNOWN'])
  }
)

t.test('whoever received a part finds no more than the tolerance of that part, ever', async (t) => {
  const { receive, record } = onItsWay()
  t.same(receive('accepted', '10', { partial: true }), [])
  const find = (mass: string) =>
    record(
      {
        type: 'adjust',
        id: id(`found ${mass}`),
        time: '2026-02-06T00:00:00Z',
        facility: id('dock'),
        batch: id('oxide'),
        direction: 'increase',
        reason: 'stocktake',
        mass: kg(mass)
      },
      'buyer'
    ).findings
  t.match(find('0.200000001'), [
    {
      code: 'ADJUST_GAIN',
      expected: 'at most 0.02 of the 10 kg of the batch that came to you, over all stocktakes'
    }
  ])
  t.same(find('0.15'), [])
  t.match(find('0.050000001'), [{ actual: /^0.050000001 kg .*, 0.15 kg were found before$/ }])
  t.same(find('0.05'), [])
  t.match(find('0.000000001'), [{ code: 'ADJUST_GAIN' }])
  t.same(receive('accepted', '50', { partial: true }), [])
  t.match(find('1.000000001'), [{ code: 'ADJUST_GAIN' }])
  t.same(find('1'), [], 'what came since counts as well')
})

t.test('what is on its way once arrives once, also within one receipt', async (t) => {
  const { record, state, held } = onItsWay()
  const line = { batch: id('oxide'), mass: kg('50') }
  const receive = (...lines: readonly object[]) =>
    record(
      {
        type: 'receive',
        time: '2026-02-05T00:00:00Z',
        facility: id('dock'),
        shipment: id('shipment'),
        outcome: 'accepted',
        lines
      },
      'buyer'
    ).findings
  t.match(receive({ ...line, partial: true }, line), [
    { code: 'RECEIPT_LINE_UNKNOWN', pointer: '/lines/1/batch' }
  ])
  t.same([state(), held('buyer')], [['in_transit', 100, 0, 0, 0], 0])
})

t.test('a disputed difference stays in transit; disputing twice is refused', async (t) => {
  const { receive, state, held, books } = onItsWay()
  t.same(receive('disputed', '90'), [])
  t.same(state(), ['disputed', 10, 90, 0, 0])
  t.equal(books.batches.get(id('oxide'))?.drawnUg, 0n, 'nothing is lost')
  t.same(receive('disputed', '5'), ['RECEIPT_DISPUTE'])
  t.same(receive('accepted', '4', { partial: true }), [])
  t.same(state(), ['partly_received', 6, 94, 0, 0])
  t.same(receive('accepted'), ['TRANSIT_LOSS'], 'and the rest is given up')
  t.same(state(), ['received', 0, 94, 0, 6])
  t.equal(held('buyer'), 94)
})

t.test('a dispute about everything, and one about nothing', async (t) => {
  const { receive, state } = onItsWay()
  t.same(receive('disputed', '100'), ['RECEIPT_DISPUTE'], 'all of it arrived')
  t.same(receive('disputed'), [])
  t.same(state(), ['disputed', 100, 0, 0, 0])
  t.same(receive('returned'), [])
  t.same(state(), ['returned', 0, 0, 100, 0])
})

t.test('what is returned is in the hands of the sender, as its owner had it', async (t) => {
  const { receive, state, held } = onItsWay()
  t.same(receive('returned', '30'), [])
  t.same(state(), ['partly_received', 70, 0, 30, 0])
  t.same([held('acme'), held('buyer')], [80, 0])
  t.same(receive('accepted', '70'), [])
  t.same(state(), ['received', 0, 70, 30, 0])
  t.same([held('acme'), held('buyer')], [80, 70])
})

t.test('accepting needs a mass, and no more than is open', async (t) => {
  const { receive } = onItsWay('retained')
  t.same(receive('accepted'), ['RECEIPT_MASS_MISSING'])
  t.same(receive('accepted', '100.6'), ['RECEIPT_EXCEEDS_SHIPMENT'])
  t.same(receive('accepted', '100.4'), [], 'another scale')
})

t.test('an assay of the receiver that contradicts that of the maker is told', async (t) => {
  const assay = (values: Record<string, string>, more: object = {}) => ({
    assay: oxides(values, more)
  })
  const { receive } = onItsWay()
  const alike = assay({ Nd2O3: '72.9', Pr6O11: '26.5' })
  t.same(receive('accepted', '10', { partial: true, ...alike }), [])
  const other = assay({ Nd2O3: '69', Pr6O11: '26.2' })
  t.same(receive('accepted', '10', { partial: true, ...other }), ['ASSAY_CONTRADICTED'])
  const vague = assay({ Nd2O3: '69' }, { uncertainty: { Nd2O3: '5' } })
  t.same(receive('accepted', '10', { partial: true, ...vague }), [], 'within its uncertainty')
  const traces = assay({ Nd2O3: '73.1', Pr6O11: '26.2', Dy2O3: '0.4' })
  t.same(receive('accepted', '10', { partial: true, ...traces }), [], 'of traces nobody speaks')
  t.same(receive('accepted', '10', { partial: true, ...assay({ Nd2O3: '169' }) }), ['ASSAY_VALUE'])
})

t.test('to find less than a limit, or nothing at all, contradicts an assay as well', async (t) => {
  const told = (declared: object, found: object) => {
    const { receive, findings } = onItsWay('transferred', declared)
    receive('accepted', '100', { assay: found })
    return findings().map(({ code, message }) => (code === 'ASSAY_CONTRADICTED' ? message : code))
  }
  const NEODYMIUM = { Nd2O3: '97' }
  const dysprosium = (Dy2O3: string | null, more: object = {}) =>
    oxides({ ...NEODYMIUM, Dy2O3 } as never, more)
  // 2 % of Dy2O3 are 1.743 % of dysprosium.
  const FOUND = 'The receiver finds'
  t.same(told(dysprosium('2'), dysprosium('<0.05')), [
    `${FOUND} less than 0.044 % Dy where 1.743 % is declared.`
  ])
  t.same(told(dysprosium('2'), oxides(NEODYMIUM, { treo: '97' })), [
    `${FOUND} no Dy where 1.743 % is declared.`
  ])
  t.same(told(oxides(NEODYMIUM, { treo: '97' }), dysprosium('2')), [
    `${FOUND} 1.743 % Dy where none is declared.`
  ])
  t.same(told(dysprosium('<0.05'), dysprosium('2')), [
    `${FOUND} 1.743 % Dy where less than 0.044 % is declared.`
  ])
  t.same(told(dysprosium('2'), dysprosium('<2.5')), [], 'it may be')
  t.same(told(dysprosium('2'), dysprosium('<1.98')), [], 'within the tolerance')
  t.same(told(dysprosium('2'), oxides(NEODYMIUM)), [], 'that assay is silent')
  t.same(told(dysprosium('2'), dysprosium(null, { treo: '99' })), [], 'that one says so')
})

t.test('a receipt taken back leaves its line as it was, disputes included', async (t) => {
  const { receive, takeBack, state, held } = onItsWay()
  t.same(receive('disputed', '90'), [])
  const before = state()
  t.same(receive('accepted', '6'), [])
  t.same(state(), ['received', 0, 96, 0, 4])
  t.same(takeBack(2), [])
  t.same(state(), before)
  t.equal(held('acme'), 50)
})

t.test('whether a shipment is disputed follows from the receipts that still stand', async (t) => {
  const part = { partial: true }
  t.test('a part that came before the dispute', async (t) => {
    const { receive, takeBack, state } = onItsWay()
    t.same([receive('accepted', '30', part), receive('disputed', '40')], [[], []])
    t.same(takeBack(1), [])
    t.same(state(), ['disputed', 60, 40, 0, 0])
    t.same(receive('disputed', '10'), ['RECEIPT_DISPUTE'], 'it is')
  })
  t.test('a dispute that was settled since', async (t) => {
    const { receive, takeBack, state } = onItsWay()
    t.same([receive('disputed', '60'), receive('accepted', '10', part)], [[], []])
    t.same(takeBack(1), [])
    t.same(state(), ['partly_received', 90, 10, 0, 0])
    t.same(takeBack(2), [])
    t.same(state(), ['in_transit', 100, 0, 0, 0], 'nobody disputes it any more')
    t.same(receive('disputed', '60'), [])
  })
  t.test('a dispute of which some went back, and one that was opened anew', async (t) => {
    const { receive, takeBack, state } = onItsWay()
    t.same([receive('disputed', '60'), receive('returned', '10')], [[], []])
    t.same([receive('accepted', '5', part), receive('disputed', '5')], [[], []])
    t.same(state(), ['disputed', 20, 70, 10, 0])
    t.same(takeBack(1), [])
    t.same(state(), ['disputed', 80, 10, 10, 0])
    t.same(takeBack(4), [])
    t.same(state(), ['partly_received', 85, 5, 10, 0])
  })
})

t.test('what is lost on the way counts over all receipts of a line', async (t) => {
  const { receive, takeBack, state } = onItsWay()
  t.same(receive('accepted', '50', { partial: true }), [])
  t.same(receive('accepted', '48.5'), [], '1.5 % is usual')
  t.same(takeBack(1), ['RECEIPT_REOPENED'], 'the line was settled')
  t.same(receive('accepted', '48.5'), ['TRANSIT_LOSS'], '3 % is not')
  t.same(state(), ['received', 0, 97, 0, 3])
})

t.test('a receipt of before owners were asked for is replayed as it was accepted', async (t) => {
  const { books, record } = onItsWay('retained')
  const shipment = books.shipments.get(id('shipment'))
  const [line] = shipment?.lines ?? []
  if (!shipment || !line) throw new Error('no shipment')
  const ofToller = { ...line, line: 1, owner: id('toller') }
  books.shipments.set(shipment.id, { ...shipment, lines: [line, ofToller] })
  const document = {
    type: 'receive',
    id: id('unclear'),
    time: '2026-02-05T00:00:00Z',
    facility: id('dock'),
    shipment: shipment.id,
    outcome: 'accepted',
    lines: [{ batch: id('oxide'), mass: kg('100') }]
  }
  const expected = `one of ${id('acme')}, ${id('toller')}`
  t.match(record(document, 'buyer'), {
    effect: null,
    findings: [{ code: 'OWNER_AMBIGUOUS', expected }]
  })
  const { event } = parseEvent(document, () => '')
  if (!event) throw new Error('no event')
  const context = { actor: id('buyer'), nowMs: NOW, reference: loadReference() }
  const [receipt] = effectOf(books, event, context).receivedLines
  t.match(receipt, { line: 0, receivedUg: 100_000_000_000n }, 'of the first line')
})
