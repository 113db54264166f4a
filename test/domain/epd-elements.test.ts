import t from 'tap'
import { namedElements } from '../../src/domain/epd/named-elements.ts'
import { loadReference } from '../../src/reference.ts'

const { chemistry } = loadReference()
const elements = (substance: string, more = {}) =>
  [
    ...new Set(
      namedElements(
        { basis: 'substance', complete: false, components: [{ substance, ...more }] },
        chemistry
      )
    )
  ].sort()

t.test('finds the elements in what people call a substance', async (t) => {
  const named: Readonly<Record<string, readonly string[]>> = {
    Nd2O3: ['Nd', 'O'],
    'Neodymium oxide': ['Nd'],
    'neodymium(III) oxide (Nd2O3), 99.5 %': ['Nd', 'O'],
    'Praseodymium-neodymium metal': ['Nd', 'Pr'],
    'NdFeB alloy': ['B', 'Fe', 'Nd'],
    Dysprosium: ['Dy'],
    'Nd(OH)3': ['H', 'Nd', 'O'],
    'Nd2(CO3)3·8H2O': ['C', 'H', 'Nd', 'O'],
    Fe: ['Fe'],
    Aluminium: ['Al'],
    'Sodium chloride, NaCl': ['Cl', 'Na']
  }
  for (const [substance, symbols] of Object.entries(named)) {
    t.same(elements(substance), symbols, substance)
  }
})

t.test('takes no word and no short form for a formula', async (t) => {
  for (const substance of [
    'PVC',
    'POM',
    'As received',
    'In the coating',
    'Nylon',
    'H360D',
    'EPS 15'
  ]) {
    t.same(elements(substance), [], substance)
  }
  t.same(elements('Fe', { packaging: true }), [], 'and packaging is no part of the product')
})
