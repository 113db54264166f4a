import t from 'tap'
import { elements, id, kg } from '../support/books.ts'
import { works } from '../support/works.ts'

const METAL = elements({ Nd: '75', Pr: '25' })
const MAGNET = elements({ Nd: '30', Fe: '69', B: '1' })

t.test('R7: a store leaves material at the stage at which it came', async (t) => {
  const { books, lot, buy, make } = works()
  t.same(buy(lot('bought', 'ree_metal', '100', METAL)), [])
  t.same(make('metal_making', { bought: '100' }, [lot('metal', 'ree_metal', '98', METAL)]), [])
  t.same(
    make('storage_transport_trade', { metal: '98' }, [lot('kept', 'ree_metal', '98', 'inherited')]),
    []
  )
  t.equal(books.batches.get(id('kept'))?.stage, 'metal_making')
})

t.test('R7: a facility is there from the first day of its registration', async (t) => {
  const { lot, buy } = works('2026-03-01')
  t.same(buy(lot('that day', 'ree_metal', '1', METAL)), [])
  const late = works('2026-03-02')
  t.same(late.buy(late.lot('before', 'ree_metal', '1', METAL)), ['error FACILITY_UNKNOWN'])
})

t.test('R5: swarf beside coated magnets is no coating', async (t) => {
  const coated = (magnetKg: string, scrapKg: string) => {
    const { lot, buy, make } = works()
    t.same(buy(lot('block', 'sintered_block', '100', MAGNET)), [])
    return make('machining coating', { block: '100' }, [
      lot('magnets', 'coated_magnet', magnetKg, MAGNET),
      lot('swarf', 'swarf', scrapKg, elements({ Nd: '3', Fe: '6.9' }, { complete: false }), {
        role: 'co_product'
      })
    ]).filter((told) => told.includes('COATING'))
  }
  t.same(coated('90', '40'), [], 'its grit and coolant weigh what they weigh')
  t.same(coated('116', '1'), ['error COATING_MASS'], 'a coating weighs 15 % at most')
})

t.test('R7: the last stage makes the main product, any of them a co-product', async (t) => {
  const { lot, buy, make } = works()
  t.same(buy(lot('block', 'sintered_block', '100', MAGNET)), [])
  const made = (role: string) =>
    make('machining magnetization', { block: '50' }, [
      lot(`magnets ${role}`, 'magnet', '35', MAGNET),
      lot(`swarf ${role}`, 'swarf', '12', { ...MAGNET, complete: false }, { role })
    ])
  t.equal(made('main')[0], 'error PRODUCT_STAGE')
  t.same(made('co_product'), [])
})

t.test(
  'R7: what lies behind a stage runs backwards, what lies before it skips a step',
  async (t) => {
    const { lot, buy, make } = works()
    const leach = { basis: 'oxide', unit: 'P1', values: { Nd2O3: '2' } }
    t.same(buy(lot('leachate', 'leachate', '100', leach), lot('ore', 'ore', '100', leach)), [])
    const into = (stage: string, from: string) =>
      make(stage, { [from]: '10' }, [lot(`${stage} ${from}`, 'mixed_oxide', '1', leach)])
    t.ok(into('beneficiation', 'leachate').includes('error STAGE_ORDER'))
    t.ok(into('metal_making', 'ore').includes('error STEP_MISSING'))
  }
)

t.test('R5: thorium is meant to stay behind', async (t) => {
  const { told, lot } = works()
  const evidence = [{ kind: 'licence', level: 'documented' }]
  const monazite = (Th: string) => ({
    basis: 'oxide',
    unit: 'P1',
    values: { CeO2: '30', Nd2O3: '10' },
    trace: { unit: 'P1', values: { Th, U: '<0.01' } }
  })
  const bought = { entry: 'purchased', ...lot('in', 'concentrate', '100', monazite('6')) }
  t.same(told({ type: 'commission', evidence, outputs: [bought] }), [])
  const cracked = {
    type: 'transform',
    evidence,
    stages: ['cracking_leaching'],
    inputs: [{ batch: id('in'), mass: kg('100') }],
    outputs: [lot('out', 'mixed_carbonate', '90', monazite('0.6'))]
  }
  t.same(told(cracked), [], 'that a tenth of it is left tells nothing of the recovery')
})
