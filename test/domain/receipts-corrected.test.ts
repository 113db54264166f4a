import { isDeepStrictEqual } from 'node:util'
import fc from 'fast-check'
import t from 'tap'
import { shipmentStatus } from '../../src/domain/custody/shipment.ts'
import type { Finding } from '../../src/domain/finding.ts'
import { desk, id, kg, oxides } from '../support/books.ts'
import { SEED } from '../support/seed.ts'

type Document = Readonly<Record<string, unknown>>

const DAY_MS = 86_400_000
const onDay = (day: number) => new Date(Date.parse('2026-02-01T00:00:00Z') + day * DAY_MS)

/** One lot of 100 kg of `acme`, and what is sent of it and received by `buyer`. */
function traded() {
  const all = desk()
  all.facility('plant', {})
  all.facility('dock', { organization: 'buyer' })
  const product = { class: 'separated_oxide', name: 'NdPr oxide' }
  const assay = oxides({ Nd2O3: '73.24', Pr6O11: '26.24' })
  const lot = { id: id('lot'), product, entry: 'purchased', mass: kg('100'), assay }
  let told: readonly Finding[] = []
  const codes = (document: Document, actor?: string) => {
    told = all.record(document, actor).findings
    return told.flatMap(({ code, severity }) => (severity === 'error' ? code : []))
  }
  const time = onDay(0).toISOString()
  codes({ type: 'commission', time, facility: id('plant'), outputs: [lot] })
  const shipments = () =>
    ['first', 'second'].map((name) => {
      const shipment = all.books.shipments.get(id(name))
      return shipment && [shipmentStatus(shipment), ...shipment.lines]
    })
  const accounts = () =>
    (all.books.batchAccounts.get(id('lot')) ?? [])
      .flatMap((account) => all.books.accounts.get(account) ?? [])
      .filter(({ balanceUg, deficitUg }) => balanceUg + deficitUg > 0n)
      .map(({ id: account, balanceUg, deficitUg }) => [account, balanceUg, deficitUg])
      .sort()
  return { codes, told: () => told, shipments, accounts }
}

interface Step {
  readonly of: 'first' | 'second'
  readonly outcome: 'part' | 'final' | 'disputed' | 'returned'
  readonly mass: number
}

function receipt(step: Step, name: string, day: number): Document {
  const part = step.outcome === 'part'
  const accepted = part || step.outcome === 'final'
  return {
    type: 'receive',
    id: id(name),
    time: onDay(day).toISOString(),
    facility: id('dock'),
    shipment: id(step.of),
    outcome: accepted ? 'accepted' : step.outcome,
    lines: [{ batch: id('lot'), mass: kg(`${step.mass}`), ...(part ? { partial: true } : {}) }]
  }
}

function shipping(name: string, mass: string, day: number): Document {
  return {
    type: 'ship',
    id: id(name),
    time: onDay(day).toISOString(),
    facility: id('plant'),
    to: id('buyer'),
    ownership: 'transferred',
    lines: [{ batch: id('lot'), mass: kg(mass) }]
  }
}

/** Records both shipments and the steps; null where the books refuse one. */
function recorded(steps: readonly Step[]) {
  const books = traded()
  for (const [name, mass] of [
    ['first', '40'],
    ['second', '30']
  ] as const) {
    books.codes(shipping(name, mass, 1))
  }
  const refused = steps.some(
    (step, index) => books.codes(receipt(step, `receipt ${index}`, 2 + index), 'buyer').length > 0
  )
  return refused ? null : books
}

/** Takes a receipt back, and tells what takes its place. */
function corrected(books: ReturnType<typeof traded>, index: number, step: Step | null): string[] {
  const told = takenBack(books, index, step === null)
  return step ? [...told, ...again(books, index, step)] : told
}

function takenBack(books: ReturnType<typeof traded>, index: number, forGood = false): string[] {
  const wrong = {
    type: 'correct',
    id: id(`correct ${index}`),
    time: onDay(60).toISOString(),
    facility: id('dock'),
    event: id(`receipt ${index}`),
    reason: forGood ? 'did_not_occur' : 'incorrect_data',
    ...(forGood ? {} : { correctiveEvent: id(`again ${index}`) })
  }
  return books.codes(wrong, 'buyer')
}

function again(books: ReturnType<typeof traded>, index: number, step: Step): string[] {
  const document = receipt(step, `again ${index}`, 2 + index)
  return books.codes({ ...document, corrects: id(`correct ${index}`) }, 'buyer')
}

const of = (outcome: Step['outcome'], mass: number): Step => ({ of: 'first', outcome, mass })

t.test('what replaces a receipt is told in its place', async (t) => {
  const disputed = (books: ReturnType<typeof traded> | null) => books?.shipments()[0]?.[0]
  t.test('the figure of a part does not end the dispute that came after it', async (t) => {
    const books = recorded([of('part', 10), of('disputed', 20)])
    t.ok(books)
    t.same(books && corrected(books, 0, of('part', 12)), [])
    t.equal(disputed(books), 'disputed')
    t.same(books?.shipments(), recorded([of('part', 12), of('disputed', 20)])?.shipments())
  })
  t.test('that of a dispute does not open again what was settled since', async (t) => {
    const books = recorded([of('disputed', 10), of('part', 20)])
    t.same(books && corrected(books, 0, of('disputed', 12)), [])
    t.equal(disputed(books), 'partly_received')
  })
  t.test('nor is it refused because another was opened since', async (t) => {
    const books = recorded([of('disputed', 10), of('part', 5), of('disputed', 5)])
    t.same(books && corrected(books, 0, of('disputed', 12)), [])
    t.equal(disputed(books), 'disputed')
    t.same(books && corrected(books, 2, null), [])
    t.equal(disputed(books), 'partly_received')
  })
})

t.test('what a receipt took or gave up as the rest stays as it was told', async (t) => {
  const settled = () => {
    const books = recorded([of('part', 10), of('final', 20)]) as ReturnType<typeof traded>
    t.match(books.shipments()[0]?.slice(1), [{ openUg: 0n, lostUg: 10_000_000_000n }])
    return books
  }
  t.test('less than before leaves the line open, and both sides are told', async (t) => {
    const books = settled()
    t.same(corrected(books, 0, of('part', 8)), [])
    t.match(books.told(), [{ code: 'RECEIPT_REOPENED', pointer: '/lines/0', actual: '2 kg (dry)' }])
    const [first] = books.shipments()
    t.match(first, ['partly_received', { openUg: 2_000_000_000n, lostUg: 10_000_000_000n }])
    const rest = { ...receipt(of('final', 0), 'rest', 9), lines: [{ batch: id('lot') }] }
    t.same(books.codes(rest, 'buyer'), [])
    const right = recorded([of('part', 8), of('final', 20)])
    t.same(books.shipments(), right?.shipments(), 'as if it had been told right')
    t.same(books.accounts(), right?.accounts())
  })
  t.test(
    'taken back for good, all of it is open again; of a shipment that was taken back nothing is',
    async (t) => {
      const books = settled()
      t.same(corrected(books, 0, null), [])
      t.match(books.told(), [
        { code: 'RECEIPT_REOPENED', pointer: '/event', actual: '10 kg (dry)' }
      ])
      const never = settled()
      const wrong = { event: id('first'), reason: 'did_not_occur', facility: id('plant') }
      const time = onDay(50).toISOString()
      t.same(never.codes({ type: 'correct', id: id('never sent'), time, ...wrong }), [])
      t.same(corrected(never, 0, null), [])
      t.same(
        never.told().filter(({ code }) => code === 'RECEIPT_REOPENED'),
        []
      )
    }
  )

  t.test('more than is left asks for the receipt that gave it up', async (t) => {
    const books = settled()
    t.same(corrected(books, 0, of('part', 14)), ['RECEIPT_EXCEEDS_SHIPMENT'])
    t.match(books.told(), [
      { message: /10 kg of the line were given up as lost/, remedy: /^Correct the/ }
    ])
    t.same(takenBack(books, 1), [])
    t.same(again(books, 0, of('part', 14)), [])
    t.same(again(books, 1, of('final', 20)), [])
    const right = recorded([of('part', 14), of('final', 20)])
    t.same(books.shipments(), right?.shipments())
    t.same(books.accounts(), right?.accounts())
  })
  t.test('more than was ever shipped is settled with the sender', async (t) => {
    const books = settled()
    t.same(corrected(books, 0, of('part', 30)), ['RECEIPT_EXCEEDS_SHIPMENT'])
    t.match(books.told(), [{ message: 'More is received than was shipped.' }])
  })
  t.test('what no later receipt settled is told to nobody', async (t) => {
    const alone = recorded([of('final', 20)]) as ReturnType<typeof traded>
    t.same(corrected(alone, 0, of('part', 20)), [])
    t.same(alone.told(), [], 'it says itself that more is to come')
    const books = recorded([of('part', 10), of('part', 20)]) as ReturnType<typeof traded>
    t.same(corrected(books, 0, of('part', 8)), [])
    t.same(books.told(), [])
  })
})

const told = fc.record({
  outcome: fc.constantFrom<Step['outcome']>('part', 'part', 'disputed', 'returned'),
  mass: fc.integer({ min: 1, max: 12 })
})
const entry = fc.record({
  of: fc.constantFrom<Step['of']>('first', 'second'),
  told,
  /** What it should have said; null where it did not occur, undefined where it was right. */
  right: fc.option(fc.option(told), { nil: undefined })
})

t.test('corrected receipts end as they would have if they had been told right', async (t) => {
  t.comment(`seed ${SEED}`)
  let compared = 0
  const history = fc.array(entry, { minLength: 2, maxLength: 6 })
  fc.assert(
    fc.property(history, fc.boolean(), (entries, backwards) => {
      const right = recorded(
        entries.flatMap(({ of, told, right }) => (right === null ? [] : { of, ...(right ?? told) }))
      )
      const books = recorded(entries.map(({ of, told }) => ({ of, ...told })))
      if (!right || !books) return true
      const wrong = entries.flatMap(({ of, right }, index) =>
        right === undefined ? [] : [{ index, step: right && { of, ...right } }]
      )
      const refused = (backwards ? wrong.toReversed() : wrong).some(
        ({ index, step }) => corrected(books, index, step).length > 0
      )
      // Of several, one may only be possible once another is mended.
      if (refused) return wrong.length > 1
      compared += wrong.length > 0 ? 1 : 0
      return (
        isDeepStrictEqual(books.shipments(), right.shipments()) &&
        isDeepStrictEqual(books.accounts(), right.accounts())
      )
    }),
    { seed: SEED, numRuns: 600 }
  )
  t.ok(compared > 50, `${compared} compared`)
})
