import t from 'tap'
import type { BatchState } from '../../src/domain/custody/books.ts'
import { desk, elements, id, kg, oxides } from '../support/books.ts'

/** Lots of 100 kg each, and one batch that all of them became in a store. */
function blended(
  product: string,
  assays: readonly object[],
  told: readonly object[] = []
): { state: BatchState; desk: Desk } {
  const books = desk()
  books.facility('store', {})
  const what = { class: product, name: product }
  const outputs = assays.map((assay, index) => ({
    id: id(`lot ${index}`),
    product: what,
    entry: 'purchased',
    mass: kg('100'),
    assay
  }))
  const entered = { type: 'commission', time: '2026-09-02T06:00:00Z', facility: id('store') }
  t.same(books.record({ ...entered, outputs }).findings, [])
  const mixed = books.record({
    type: 'transform',
    time: '2026-10-01T06:00:00Z',
    facility: id('store'),
    stages: ['storage_transport_trade'],
    inputs: outputs.map((lot) => ({ batch: lot.id, mass: lot.mass })),
    outputs: [
      { id: id('blend'), product: what, mass: kg(`${assays.length}00`), assay: 'inherited' }
    ]
  })
  t.match(mixed.findings, told)
  t.equal(mixed.findings.length, told.length)
  return { state: books.books.batches.get(id('blend')) as BatchState, desk: books }
}

type Desk = ReturnType<typeof desk>

const inKg = ({ elements }: BatchState) =>
  Object.fromEntries([...elements].map(([symbol, ug]) => [symbol, Number(ug) / 1e9]))

const DIDYMIUM = elements({ Nd: '75', Pr: '25' })
const HEAVY = elements({ Nd: '70', Pr: '25', Dy: '5' })

t.test(
  'an element that one complete assay does not list is that much thinner in the blend',
  (t) => {
    const { state, desk: books } = blended('ree_metal', [DIDYMIUM, HEAVY])
    t.same(inKg(state), { Nd: 145, Pr: 50, Dy: 5 })
    t.same([state.closedFor, state.unassayedUg], ['all', 0n])
    const used = books.record({
      type: 'transform',
      time: '2026-10-02T06:00:00Z',
      facility: id('store'),
      stages: ['alloying'],
      inputs: [{ batch: id('blend'), mass: kg('200') }],
      outputs: [
        {
          id: id('master'),
          product: { class: 'master_alloy', name: 'Remelted' },
          mass: kg('198'),
          assay: elements({ Nd: '72.5', Pr: '25', Dy: '2.5' })
        }
      ]
    })
    t.same(used.findings, [], 'its dysprosium is there to be used')
    t.end()
  }
)

t.test('where an assay is silent, nobody knows: the blend is silent, and may hold it all', (t) => {
  const open = oxides({ Nd2O3: '90' })
  const told = {
    code: 'ASSAY_INHERITED_PART',
    severity: 'warning',
    pointer: '/outputs/0/assay',
    message: /^Not every input states Pr:/
  }
  const { state } = blended(
    'separated_oxide',
    [open, oxides({ Nd2O3: '70', Pr6O11: '20' })],
    [told]
  )
  t.equal(state.elements.has('Pr'), false)
  t.equal(state.closedFor, 'none')
  // 10 kg that each assay leaves open, and the praseodymium that only one of them states.
  t.equal(Math.round(Number(state.unassayedUg) / 1e6), 20_000 + 16_554)
  const trace = oxides({ Nd2O3: '90', Pr6O11: '0.5' })
  t.notOk(blended('separated_oxide', [open, trace]).state.elements.has('Pr'), 'of a trace silently')
  t.end()
})
