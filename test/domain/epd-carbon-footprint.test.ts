/** What of a declaration counts along a chain: figures up to the gate, for one kilogram. */
import t from 'tap'
import { carbonFootprint } from '../../src/domain/epd/carbon-footprint.ts'
import { formatDecimal } from '../../src/domain/quantity/rational.ts'
import { nativeEpd } from '../../src/formats/native/epd.ts'
import { loadReference } from '../../src/reference.ts'
import { type EpdDocument, epdDocument } from '../support/epds.ts'

const reference = loadReference()

function footprintOf(
  kind: string,
  values: Readonly<Record<string, string>>,
  change: (epd: EpdDocument) => void = () => {}
) {
  const document = epdDocument('ndpr-metal-gate-to-gate', (epd) => {
    epd['boundary'] = { kind, modules: Object.keys(values) }
    const stated = Object.entries(values).map(([module, value]) => ({ module, value }))
    epd['results'] = [{ ...epd['results'][0], values: stated }]
    epd['declaredUnit'] = { value: '1', unit: 'KGM' }
    change(epd)
  })
  const { epd } = nativeEpd.parse(Buffer.from(JSON.stringify(document)))
  if (!epd) throw new Error('the fixture cannot be read')
  const {
    values: found,
    primaryShare,
    ...rest
  } = carbonFootprint(epd, reference.epd, reference.units)
  const perKg = [...found].map(([method, value]) => `${method} ${formatDecimal(value, 3)}`)
  return { ...rest, perKg, primary: primaryShare && formatDecimal(primaryShare, 2) }
}

t.test('a sum that is stated goes before its parts, which are added where it is not', (t) => {
  const of = (values: Readonly<Record<string, string>>) =>
    footprintOf('cradle_to_gate', values).perKg
  t.same(of({ 'A1-A3': '7', A1: '1', A2: '2', A3: '3' }), ['EF 3.1 7.000'])
  t.same(of({ A1: '1', A2: '2', A3: '3' }), ['EF 3.1 6.000'])
  t.end()
})

t.test('from the cradle all of A1 to A3 is a figure, or none is', (t) => {
  for (const kind of ['cradle_to_gate', 'cradle_to_gate_with_options', 'cradle_to_grave']) {
    const { perKg, lacking, boundary } = footprintOf(kind, { A1: '1', A3: '3', C1: '9' })
    t.same([perKg, lacking, boundary], [[], 'value', 'cradle_to_gate'], kind)
    const whole = footprintOf(kind, { 'A1-A3': '4', C1: '9', D: '-2' })
    t.same([whole.perKg, whole.lacking], [['EF 3.1 4.000'], null], `${kind}: no more than that`)
  }
  t.end()
})

t.test('of one step the modules that it has count, unless it holds raw materials', (t) => {
  const { perKg, lacking, boundary } = footprintOf('gate_to_gate', { A2: '2', A3: '3', C1: '9' })
  t.same([perKg, lacking, boundary], [['EF 3.1 5.000'], null, 'gate_to_gate'])
  t.equal(footprintOf('gate_to_gate', { A1: '1', A3: '3' }).boundary, null)
  t.equal(footprintOf('gate_to_gate', { 'A1-A3': '3' }).boundary, null)
  const claimed = footprintOf('gate_to_gate', { A3: '3' }, (epd) =>
    epd['boundary'].modules.push('A1')
  )
  t.equal(claimed.boundary, null, 'also where it only says so')
  t.end()
})

t.test('a figure is of one kilogram, and of nothing where nobody knows the mass', (t) => {
  const per = (declaredUnit: EpdDocument, values: Readonly<Record<string, string>>) => {
    const { perKg, lacking } = footprintOf('gate_to_gate', values, (epd) => {
      epd['declaredUnit'] = declaredUnit
    })
    return [perKg, lacking]
  }
  t.same(per({ value: '2', unit: 'TNE' }, { A3: '3000' }), [['EF 3.1 1.500'], null])
  t.same(per({ value: '1', unit: 'C62', mass: { value: '250', unit: 'GRM' } }, { A3: '3' }), [
    ['EF 3.1 12.000'],
    null
  ])
  t.same(per({ value: '1', unit: 'C62' }, { A3: '3' }), [[], 'mass'])
  t.same(per({ value: '1', unit: 'C62' }, { A3: 'MND' }), [[], 'value'])
  t.end()
})

t.test('methods stay apart, and other indicators are no footprint', (t) => {
  const { perKg } = footprintOf('gate_to_gate', { A3: '3' }, (epd) => {
    const [first] = epd['results']
    const of = (more: object, value: string) => ({
      ...first,
      ...more,
      values: [{ module: 'A3', value }]
    })
    epd['results'].unshift(of({ indicator: 'GWP-fossil' }, '99'))
    epd['results'].push(of({ method: 'EF 3.0' }, '4'))
  })
  t.same(perKg, ['EF 3.1 3.000', 'EF 3.0 4.000'])
  t.end()
})

t.test('what it says of its data, its parts and its co-products comes along', (t) => {
  const id = 'e7d1a2b3-1c2d-4e3f-8a4b-5c6d7e8f9a01'
  const quantity = { value: '1', unit: 'KGM' }
  const told = footprintOf('gate_to_gate', { A3: '3' }, (epd) => {
    epd['dataQuality'] = { primaryDataSharePct: '45' }
    epd['allocation'] = { method: 'economic', shares: [] }
    epd['includes'] = [
      { epd: id, name: 'Oxide', quantity },
      { name: 'Acid', href: 'https://epd.example/1', quantity },
      { href: 'https://epd.example/2', quantity }
    ]
  })
  t.match(told, {
    primary: '0.45',
    allocation: 'economic',
    includes: [id, 'Acid', 'https://epd.example/2']
  })
  const silent = footprintOf('gate_to_gate', { A3: '3' }, (epd) => {
    delete epd['dataQuality']
    delete epd['allocation']
    delete epd['includes']
  })
  t.strictSame([silent.primary, silent.allocation, silent.includes], [null, null, []])
  t.end()
})
