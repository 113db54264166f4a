import t from 'tap'
import { parseOriginKey } from '../../src/domain/lineage/key.ts'
import { WHOLE } from '../../src/domain/lineage/share.ts'
import { id, kg, oxides } from '../support/books.ts'
import { works } from '../support/works.ts'

const CARBONATE = { La2O3: '10', CeO2: '20', Nd2O3: '15' }
const ALL = { basis: 'element', unit: 'P1', complete: true }

t.test('R3: a total of the rare-earth oxides says nothing of other elements', async (t) => {
  const { lot, buy, make } = works()
  t.same(buy(lot('in', 'mixed_carbonate', '100', oxides(CARBONATE, { treo: '45' }))), [])
  const out = (name: string, more: Record<string, string>, trace: object = {}) => {
    const assay = oxides({ Nd2O3: '14.9', La2O3: '9.9', CeO2: '19.9', ...more }, trace)
    return make('separation', { in: '10' }, [lot(name, 'mixed_carbonate', '10', assay)])
  }
  t.same(
    out('thorium', {}, { trace: { unit: '59', values: { Th: '2000' } } }).filter((told) =>
      told.includes('MB_')
    ),
    ['warning MB_UNASSAYED'],
    'thorium may have been in it'
  )
  t.same(
    out('dysprosium', { Dy2O3: '0.2' }).filter((told) => told.includes('MB_')),
    ['error MB_ELEMENT_GAIN'],
    'dysprosium was not: it would be in the total'
  )
})

t.test(
  'what an assay leaves open comes of that batch, not of one whose assay closes it',
  async (t) => {
    const { books, lot, buy, make } = works()
    const from = (country: string) => ({ declared: [{ element: '*', step: 'mined', country }] })
    const closed = oxides(CARBONATE, { treo: '45' })
    const lots = [
      lot('closed', 'mixed_carbonate', '100', closed, from('AU')),
      lot('open', 'mixed_carbonate', '100', oxides(CARBONATE), from('VN'))
    ]
    t.same(buy(...lots), [])
    const out = lot('out', 'mixed_carbonate', '190', oxides({ ...CARBONATE, Dy2O3: '0.5' }))
    t.same(make('separation', { closed: '100', open: '100' }, [out]), ['warning MB_UNASSAYED'])
    const places = (element: string) =>
      books.batches
        .get(id('out'))
        ?.lineage.origins.get(element)
        ?.map(({ key, parts }) => [parseOriginKey(key).place, parts])
    t.same(places('Dy'), [['VN', WHOLE]])
    t.same(places('Nd'), [
      ['AU', WHOLE / 2],
      ['VN', WHOLE / 2]
    ])
  }
)

t.test('R4: a concentrate that says null of thorium is not assayed for it', async (t) => {
  const { lot, buy } = works()
  const of = (Th: string | null) =>
    buy(
      lot(
        `concentrate ${Th}`,
        'concentrate',
        '1',
        oxides({ CeO2: '50' }, { trace: { unit: '59', values: { Th, U: '<30' } } })
      )
    )
  t.same(of(null), ['error TH_U_MISSING'])
  t.same(of('<30'), [])
})

t.test('R8: what a remainder leaves open is open in the campaign that takes it over', async (t) => {
  const { told, lot, buy, make } = works()
  t.same(buy(lot('in', 'mixed_carbonate', '100', oxides(CARBONATE))), [])
  t.same(make('separation', { in: '100' }, [], { campaign: 'FIRST' }), [])
  t.same(
    told({
      type: 'close_campaign',
      campaign: 'FIRST',
      closing: { mass: kg('100'), assay: oxides(CARBONATE) },
      carryTo: 'SECOND'
    }),
    []
  )
  const assay = oxides({ ...CARBONATE, Dy2O3: '0.5' })
  t.same(
    make('separation', {}, [lot('out', 'mixed_carbonate', '90', assay)], { campaign: 'SECOND' }),
    ['warning MB_UNASSAYED'],
    'the dysprosium may have been in it: no assay says that it was not'
  )
})

t.test(
  'R4: of ore the name of its mineral decides, of what was made of it the assay',
  async (t) => {
    const { lot, buy } = works()
    const named = (product: string, name: string) =>
      buy(lot(name, product, '1', oxides({ CeO2: '50' })))
    t.same(named('ore', 'Monazite sand'), ['error TH_U_MISSING'])
    t.same(named('ore', 'Bastnaesite ore'), [])
    t.same(named('mixed_carbonate', 'Carbonate of monazite'), [])
  }
)

t.test('R3: of what a bound leaves open, a part of the batch holds its part', async (t) => {
  const { lot, buy, make } = works()
  const carbonate = (Dy2O3: string) => oxides({ ...CARBONATE, Dy2O3 })
  t.same(buy(lot('in', 'mixed_carbonate', '100', carbonate('<1'))), [])
  const drawn = (percent: string) =>
    make('separation', { in: '10' }, [lot(percent, 'mixed_carbonate', '10', carbonate(percent))])
  t.same(
    drawn('1.1'),
    ['error MB_ELEMENT_GAIN'],
    '100 g are open in 10 kg, not the kilogram of all'
  )
  t.same(drawn('0.9'), ['warning MB_UNASSAYED'])
})

t.test('R3: residues and losses go out, in whatever lines they are stated', async (t) => {
  const judged = (more: object) => {
    const { lot, buy, make } = works()
    const metal = { ...ALL, values: { Nd: '100' } }
    t.same(buy(lot('in', 'ree_metal', '100', metal)), [])
    return make('metal_making', { in: '100' }, [lot('out', 'ree_metal', '80', metal)], more)
  }
  const residue = (mass: string) => ({
    name: 'dross',
    mass: kg(mass),
    assay: { ...ALL, values: { Nd: '100' } }
  })
  const lost = (mass: string) => ({ element: 'Nd', mass: kg(mass) })
  const GAIN = 'error MB_ELEMENT_GAIN'
  t.ok(judged({ residues: [residue('23')] }).includes(GAIN))
  t.notOk(judged({ residues: [residue('20')] }).includes(GAIN))
  t.ok(judged({ losses: [lost('12'), lost('12')] }).includes(GAIN))
  t.notOk(judged({ losses: [lost('10'), lost('10')] }).includes(GAIN))
})

t.test('R5: a residue below a limit of what is missing explains no more than that', async (t) => {
  const judged = (slag: string | null) => {
    const { lot, buy, make } = works()
    t.same(buy(lot('in', 'separated_oxide', '700', oxides({ Nd2O3: '100' }))), [])
    const metal = lot('metal', 'ree_metal', '300', { ...ALL, values: { Nd: '100' } })
    const assay = { ...ALL, complete: false, values: { Nd: slag, C: '5' } }
    return make('metal_making', { in: '700' }, [metal], {
      residues: [{ name: 'slag', mass: kg('330'), assay }]
    })
  }
  t.same(judged(null), ['warning MB_ELEMENT_LOSS'], 'not assayed: it may hold it all')
  t.same(judged('<10'), ['error MB_ELEMENT_LOSS'], '33 kg of the 300 that are missing')
})

t.test('R4: in a magnet what is null is not judged, what is not listed is not there', async (t) => {
  const { lot, buy } = works()
  const block = (name: string, more: object) =>
    buy(lot(name, 'sintered_block', '1', { ...ALL, values: { Nd: '31', Fe: '68.5', ...more } }))
  t.same(block('listed', { B: '1' }), [])
  t.same(block('null', { B: null }), [])
  t.same(block('absent', {}), ['error GRADE_BOUNDS'])
  const values = { Nd: '26', Fe: '58', B: '0.9', C: '15' }
  t.same(buy(lot('bonded', 'bonded_magnet', '1', { ...ALL, values })), [], 'a sixth is its binder')
})

t.test('R8: what was fed without an assay of an element stays in the campaign', async (t) => {
  const { lot, buy, make } = works()
  const full = { ...CARBONATE, Dy2O3: '0.1' }
  t.same(buy(lot('in', 'mixed_carbonate', '100', oxides(CARBONATE))), [])
  t.same(buy(lot('more', 'mixed_carbonate', '100', oxides(full))), [])
  const campaign = { campaign: 'RUN' }
  t.same(make('separation', { in: '100' }, [], campaign), [])
  t.same(make('separation', { more: '100' }, [], campaign), [])
  const assay = oxides({ ...CARBONATE, Dy2O3: '0.5' })
  t.same(
    make('separation', {}, [lot('out', 'mixed_carbonate', '90', assay)], campaign),
    ['warning MB_UNASSAYED'],
    '450 g come out where 100 g are stated: the first feed may have held them'
  )
})

t.test(
  'R4: what is null below a total is not assayed, what the total does not list is absent',
  (t) => {
    const judged = (product: string, stages: string, assay: object, out: object) => {
      const { lot, buy, make } = works()
      t.same(buy(lot('in', product, '100', assay)), [])
      const told = make(stages, { in: '10' }, [lot('out', product, '10', out)])
      return told.filter((each) => each.includes('MB_ELEMENT_GAIN') || each.includes('UNASSAYED'))
    }
    const GAIN = ['error MB_ELEMENT_GAIN']
    const OPEN = ['warning MB_UNASSAYED']
    const LIGHT = { La2O3: '10', CeO2: '20', Nd2O3: '10' }

    t.test('of TREO, as parts of the material', async (t) => {
      // 45 % within 1 % of it bears 5.45 % more, and 0.02 % are forgiven.
      const from = (more: object, treo = '45') => oxides({ ...LIGHT, ...more }, { treo })
      const out = (Dy2O3: string) => oxides({ ...LIGHT, Dy2O3 })
      const of = (assay: object, Dy2O3: string) =>
        judged('mixed_carbonate', 'separation', assay, out(Dy2O3))
      t.same(of(from({ Dy2O3: null }), '5.4'), OPEN)
      t.same(of(from({ Dy2O3: null }), '5.5'), GAIN)
      t.same(of(from({}, '40.2'), '0.1'), GAIN, 'not listed')
      t.same(of(from({ Dy2O3: null }, '40'), '0.3'), OPEN, 'within the 1 % of 40')
      t.same(of(from({ Dy2O3: null }, '40'), '0.5'), GAIN)
      const twice = { trace: { unit: 'P1', values: { Dy: null } } }
      const stated = oxides({ ...LIGHT, Dy2O3: '0.1' }, { treo: '40.1', ...twice })
      t.same(of(stated, '0.3'), GAIN, 'it was assayed in another line')
    })
    t.test('of TREO, as parts of it', async (t) => {
      // A tenth of 45 %, and 1 % of that total: 4.95 %.
      const values = { La2O3: '30', CeO2: '40', Nd2O3: '20', Dy2O3: null }
      const assay = { basis: 'TREO', unit: 'P1', treo: '45', values }
      const out = (Dy2O3: string) => oxides({ La2O3: '13', CeO2: '17', Nd2O3: '8.9', Dy2O3 })
      t.same(judged('mixed_carbonate', 'separation', assay, out('4.9')), OPEN)
      t.same(judged('mixed_carbonate', 'separation', assay, out('5')), GAIN)
    })
    t.test('of a complete assay', async (t) => {
      // 99 % of the 102 % that an assay may add up to.
      const alloy = (more: object) => ({ ...ALL, values: { Nd: '30', Fe: '68', B: '1', ...more } })
      const out = (Dy: string) => ({ ...ALL, values: { Nd: '29', Fe: '67', B: '1', Dy } })
      t.same(judged('alloy', 'alloying', alloy({ Dy: null }), out('2.9')), OPEN)
      t.same(judged('alloy', 'alloying', alloy({ Dy: null }), out('3.1')), GAIN)
      t.same(judged('alloy', 'alloying', alloy({}), out('1.5')), GAIN)
      const both = { complete: true, treo: '40' }
      const rest = { ...LIGHT, Fe2O3: '55', SiO2: '4', Dy2O3: null }
      const little = judged('mixed_carbonate', 'separation', oxides(rest as never, both), {
        ...oxides({ ...LIGHT, Dy2O3: '0.5' })
      })
      t.same(little, GAIN, 'of two totals the one that leaves less')
    })
    t.end()
  }
)

t.test('what was not assayed has the origins of the lot that leaves it open', async (t) => {
  const { books, lot, buy, make } = works()
  const from = (country: string) => ({ declared: [{ element: '*', step: 'mined', country }] })
  const closed = oxides(CARBONATE, { treo: '45' })
  const open = oxides({ ...CARBONATE, Dy2O3: null } as never, { treo: '46' })
  const lots = [
    lot('closed', 'mixed_carbonate', '100', closed, from('AU')),
    lot('open', 'mixed_carbonate', '100', open, from('VN'))
  ]
  t.same(buy(...lots), [])
  const out = lot('out', 'mixed_carbonate', '190', oxides({ ...CARBONATE, Dy2O3: '0.5' }))
  t.same(make('separation', { closed: '100', open: '100' }, [out]), ['warning MB_UNASSAYED'])
  const origins = books.batches.get(id('out'))?.lineage.origins.get('Dy')
  t.same(
    origins?.map(({ key, parts }) => [parseOriginKey(key).place, parts]),
    [['VN', WHOLE]]
  )
})

t.test('R5: a residue whose total rules an element out explains none of it', async (t) => {
  const judged = (values: object, treo: string) => {
    const { lot, buy, make } = works()
    t.same(buy(lot('in', 'separated_oxide', '700', oxides({ Nd2O3: '97', CeO2: '3' }))), [])
    const metal = lot('metal', 'ree_metal', '300', { ...ALL, values: { Nd: '100' } })
    return make('metal_making', { in: '700' }, [metal], {
      residues: [{ name: 'slag', mass: kg('330'), assay: oxides(values as never, { treo }) }]
    })
  }
  t.same(judged({ CeO2: '2' }, '2'), ['error MB_ELEMENT_LOSS'])
  t.same(judged({ CeO2: '2', Nd2O3: null }, '98'), ['warning MB_ELEMENT_LOSS'])
})

t.test('R8: beside what is stated, what was left open comes out of a campaign, too', async (t) => {
  const from = (country: string) => ({ declared: [{ element: '*', step: 'mined', country }] })
  const run = { campaign: 'RUN' }
  /** A lot that states its neodymium, 15 kg of oxide, and one that says nothing of 55 of its 100 kg. */
  const fed = () => {
    const all = works()
    const { lot, buy, make } = all
    const lots = [
      lot('stated', 'mixed_carbonate', '100', oxides(CARBONATE), from('AU')),
      lot('silent', 'mixed_carbonate', '100', oxides({ La2O3: '15', CeO2: '30' }), from('VN'))
    ]
    t.same(buy(...lots), [])
    const tap = (name: string, Nd2O3: string) => {
      const assay = oxides({ La2O3: '5', CeO2: '10', Nd2O3 })
      return make('separation', {}, [lot(name, 'mixed_carbonate', '50', assay)], run)
    }
    const places = (name: string, element = 'Nd') =>
      all.books.batches
        .get(id(name))
        ?.lineage.origins.get(element)
        ?.map(({ key, parts }) => {
          const { kind, place } = parseOriginKey(key)
          return [place || kind, parts]
        })
    return { ...all, tap, places }
  }
  const both = { stated: '100', silent: '100' }
  const ALL_OF_IT = { La2O3: '15.6', CeO2: '31.2', Nd2O3: '18.75' }
  const HALVES = [
    ['AU', WHOLE / 2],
    ['VN', WHOLE / 2]
  ]

  t.test('a transform gives it to the lot that leaves it open', async (t) => {
    const { lot, make, places } = fed()
    const out = lot('out', 'mixed_carbonate', '160', oxides(ALL_OF_IT))
    t.same(make('separation', both, [out]), ['warning MB_UNASSAYED'])
    t.same(places('out'), HALVES)
  })

  t.test('so does a campaign in the event that feeds both', async (t) => {
    const { lot, make, places } = fed()
    const out = lot('out', 'mixed_carbonate', '160', oxides(ALL_OF_IT))
    t.same(make('separation', both, [out], run), ['warning MB_UNASSAYED'])
    t.same(places('out'), HALVES)
  })

  t.test('once they are mixed nobody knows whose it is', async (t) => {
    const { make, tap, places } = fed()
    t.same(make('separation', both, [], run), [])
    t.same(tap('within', '20'), [], '10 kg of oxide, of 15 that are stated')
    t.same(places('within'), [['AU', WHOLE]])
    t.same(tap('beyond', '40'), ['warning MB_UNASSAYED'], '5 are left of those')
    t.same(places('beyond'), [
      ['AU', WHOLE / 4],
      ['unknown', (WHOLE / 4) * 3]
    ])
    t.same(tap('later', '40'), ['warning MB_UNASSAYED'])
    t.same(places('later'), [['unknown', WHOLE]], 'all that was stated is gone')
    t.same(
      places('later', 'La')?.map(([place]) => place),
      ['AU', 'VN'],
      'both have their part of what both state'
    )
  })

  t.test('nor whose is what the inventory finds', async (t) => {
    const { told, lot, make, places } = fed()
    t.same(make('separation', both, [], run), [])
    const assay = oxides({ ...ALL_OF_IT, Nd2O3: '12.5' })
    const closing = { mass: kg('160'), assay }
    t.same(told({ type: 'close_campaign', ...run, closing, carryTo: 'NEXT' }), [
      'warning MB_UNASSAYED'
    ])
    const out = lot('out', 'mixed_carbonate', '80', assay)
    t.same(make('separation', {}, [out], { campaign: 'NEXT' }), [])
    t.same(places('out'), [
      ['AU', (WHOLE / 4) * 3],
      ['unknown', WHOLE / 4]
    ])
  })

  t.test('and no more of it than was left open', async (t) => {
    const { books, lot, buy, make } = works()
    const bounded = oxides({ ...CARBONATE, Nd2O3: '<0.1' })
    const lots = [
      lot('stated', 'mixed_carbonate', '100', oxides(CARBONATE), from('AU')),
      lot('bounded', 'mixed_carbonate', '100', bounded, from('VN'))
    ]
    t.same(buy(...lots), [])
    t.same(make('separation', { stated: '100', bounded: '100' }, [], run), [])
    const assay = oxides({ La2O3: '5', CeO2: '10', Nd2O3: '30.4' })
    t.same(make('separation', {}, [lot('out', 'mixed_carbonate', '50', assay)], run), [])
    const origins = books.batches.get(id('out'))?.lineage.origins.get('Nd')
    // 200 g of oxide beside the 15 kg that are stated: the bound explains 100, the tolerance the others.
    t.same(
      origins?.map(({ key, parts }) => [parseOriginKey(key).kind, (parts / WHOLE).toFixed(6)]),
      [
        ['declared', '0.993377'],
        ['unknown', '0.006623']
      ]
    )
  })
})
