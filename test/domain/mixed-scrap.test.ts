import t from 'tap'
import { recycledShares } from '../../src/domain/lineage/recycled.ts'
import { desk, elements, id, kg } from '../support/books.ts'

const ALLOY = elements({ Nd: '23', Pr: '7', Dy: '1', B: '1', Fe: '68' })

/** An alloy that is melted of scrap alone, after the scrap lay in one heap. */
function remelted(own: string, bought: string) {
  const { books, facility, record } = desk()
  facility('works', {})
  let hours = 0
  const told = (document: Record<string, unknown>) => {
    hours += 1
    const time = new Date(Date.parse('2026-03-01T00:00:00Z') + hours * 3_600_000).toISOString()
    return record({ time, facility: id('works'), ...document }).findings.filter(
      ({ severity }) => severity === 'error'
    )
  }
  const lot = (name: string, product: string, mass: string, more: object = {}) => ({
    id: id(name),
    product: { class: product, name },
    mass: kg(mass),
    assay: ALLOY,
    ...more
  })
  const draw = (name: string, mass: string) => ({ batch: id(name), mass: kg(mass) })
  const entries = [
    lot('flakes', 'alloy', '1000', { entry: 'purchased' }),
    lot('bought', 'alloy_scrap', '100', { entry: 'pre_consumer_scrap' })
  ]
  t.same(told({ type: 'commission', outputs: entries }), [])
  const skull = lot('skull', 'alloy_scrap', '100', { role: 'co_product' })
  const make = (stage: string, inputs: object[], outputs: object[]) =>
    told({ type: 'transform', stages: [stage], inputs, outputs })
  t.same(make('alloying', [draw('flakes', '1000')], [lot('cast', 'alloy', '890'), skull]), [])
  const inputs = [draw('skull', own), draw('bought', bought)].filter(
    ({ mass }) => mass.value !== '0'
  )
  const heap = lot('heap', 'alloy_scrap', '100', { assay: 'inherited' })
  t.same(make('storage_transport_trade', inputs, [heap]), [])
  t.same(make('alloying', [draw('heap', '100')], [lot('again', 'alloy', '98')]), [])
  const lineage = books.batches.get(id('again'))?.lineage
  const parts = lineage && recycledShares(lineage, 'Nd')?.parts
  return [parts?.same_process, parts?.pre_consumer, parts?.post_consumer]
}

t.test(
  'R15: what lay in one heap with scrap of others is rework for its own part alone',
  async (t) => {
    t.same(remelted('100', '0'), [1e12, 0, 0], 'one’s own scrap, stored and melted again')
    t.same(remelted('20', '80'), [2e11, 8e11, 0])
    t.same(remelted('0', '100'), [0, 1e12, 0])
  }
)
