import t from 'tap'
import { desk, elements, id, kg, oxides } from '../support/books.ts'

const OXIDE = oxides({ Nd2O3: '73.24', Pr6O11: '26.24' })
const MAGNET = elements({ Nd: '30', Fe: '69', B: '1' })

/** Books with 100 kg of each of some batches, and events that follow each other by the hour. */
function stocked() {
  const all = desk()
  all.facility('plant', {})
  let hours = 0
  const record = (event: Record<string, unknown>) => {
    hours += 1
    const time = new Date(Date.parse('2026-02-01T00:00:00Z') + hours * 3_600_000).toISOString()
    const { findings } = all.record({ facility: id('plant'), time, ...event })
    return findings.map(({ code, pointer }) => `${code} ${pointer}`)
  }
  const buy = (name: string, product: string, assay: object) => {
    const batch = { id: id(name), product: { class: product, name }, mass: kg('100'), assay }
    t.same(record({ type: 'commission', outputs: [{ ...batch, entry: 'purchased' }] }), [])
  }
  buy('oxide', 'separated_oxide', OXIDE)
  buy('block', 'sintered_block', MAGNET)
  const output = (name: string, mass: string, more: object = {}) => ({
    id: id(name),
    product: { class: 'separated_oxide', name },
    mass: kg(mass),
    assay: 'inherited',
    ...more
  })
  const store = (from: string, fromKg: string, outputs: object[], more: object = {}) =>
    record({
      type: 'transform',
      stages: ['storage_transport_trade'],
      inputs: [{ batch: id(from), mass: kg(fromKg) }],
      outputs,
      ...more
    })
  return { record, store, output }
}

t.test('what is merely stored is not more afterwards, but for two scales', async (t) => {
  const { record, store, output } = stocked()
  const GAIN = ['MB_MASS_GAIN /outputs']
  t.same(store('oxide', '100', [output('more', '100.201')]), GAIN)
  const beside = output('beside', '1', { role: 'co_product', assay: OXIDE })
  t.same(store('oxide', '100', [output('more', '100'), beside]), GAIN, 'nor in parts')
  t.same(store('oxide', '100', [output('same', '100.2')]), [])
  const found = { type: 'adjust', batch: id('same'), direction: 'increase', reason: 'stocktake' }
  t.same(record({ ...found, mass: kg('1') }), [], 'what a scale reads more')
  t.same(store('same', '101.2', [output('after', '101.2')]), [])
})

t.test('nor is what goes through a campaign of storage, nor its inventory', async (t) => {
  const { record, store, output } = stocked()
  const campaign = { campaign: 'STORE' }
  t.same(store('oxide', '100', [], campaign), [])
  const tap = (mass: string) =>
    record({
      type: 'transform',
      stages: ['storage_transport_trade'],
      ...campaign,
      inputs: [],
      outputs: [output('tapped', mass, { assay: OXIDE })]
    })
  t.same(tap('101'), ['MB_MASS_GAIN /outputs'])
  t.same(tap('60'), [])
  const close = (mass: string) =>
    record({ type: 'close_campaign', ...campaign, closing: { mass: kg(mass), assay: OXIDE } })
  t.same(close('41'), ['MB_MASS_GAIN /closing/mass'])
  t.same(close('40'), [])
})

t.test('what left a campaign as residue is in it no more', async (t) => {
  const { store, output } = stocked()
  const campaign = { campaign: 'STORE', inputs: [] }
  const residues = [{ name: 'sweepings', mass: kg('30') }]
  t.same(store('oxide', '100', [], { campaign: 'STORE', residues }), [])
  const tap = (mass: string) =>
    store('oxide', '0', [output('tapped', mass, { assay: OXIDE })], campaign)
  t.same(tap('71'), ['MB_MASS_GAIN /outputs'])
  t.same(tap('70'), [])
})

t.test('machined magnets do not, though their swarf may', async (t) => {
  const { record } = stocked()
  const machined = (magnetKg: string, swarfKg: string) =>
    record({
      type: 'transform',
      stages: ['machining'],
      inputs: [{ batch: id('block'), mass: kg('100') }],
      outputs: [
        {
          id: id('magnets'),
          product: { class: 'shaped_magnet', name: 'Magnets' },
          mass: kg(magnetKg),
          assay: MAGNET
        },
        {
          id: id('swarf'),
          product: { class: 'swarf', name: 'Swarf with grit and oxygen' },
          role: 'co_product',
          mass: kg(swarfKg),
          assay: elements({ Nd: '24', Fe: '55.2', B: '0.8' }, { complete: false })
        }
      ]
    })
  t.ok(machined('101', '1').includes('MB_MASS_GAIN /outputs'))
  t.same(machined('80', '25'), [])
})
