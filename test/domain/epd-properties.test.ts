/** What is said of a material beside its declared unit: each property, with whatever unit, or with none. */
import t from 'tap'
import { declaredMassKg } from '../../src/domain/epd/declared-mass.ts'
import type { DeclaredUnit, MaterialProperty } from '../../src/domain/epd/product.ts'
import { reportOn } from '../../src/domain/epd/review-epd.ts'
import { loadReference } from '../../src/reference.ts'
import { OWNER } from '../support/epd-defects.ts'
import { epdNamed } from '../support/epds.ts'

const reference = loadReference()
const magnet = epdNamed('magnet-n48h')

type Stated = readonly [MaterialProperty['property'], value: string, unit?: string]

function told(properties: readonly Stated[], unit: Partial<DeclaredUnit> = {}) {
  const declaredUnit = {
    value: '1',
    unit: 'KGM',
    ...unit,
    properties: properties.map(([property, value, stated = '-']) => ({
      property,
      value,
      unit: stated
    }))
  }
  return reportOn(
    { ...magnet, declaredUnit },
    {
      reference,
      today: '2026-11-23',
      submitter: OWNER,
      current: null,
      organizations: new Set([OWNER]),
      facilities: new Set()
    }
  ).findings.filter(({ code }) => /PROPERTIES|FACTOR|VALUE_INVALID/.test(code))
}

const density: Stated = ['gross_density', '7500', 'kg/m^3']
const thickness: Stated = ['layer_thickness', '0.01', 'm']
const grammage: Stated = ['grammage', '75', 'kg/m^2']

t.test('density, thickness and grammage are compared where all three are stated', async (t) => {
  t.same(told([density, thickness, grammage]), [])
  t.match(told([density, thickness, ['grammage', '7.5', 'kg/m^2']]), [
    {
      code: 'EPD_PROPERTIES',
      pointer: '/declaredUnit/properties/0/value',
      expected: 'grammage 75.0000, or a density of 750.0000'
    }
  ])
  const wrong: Stated = ['grammage', '7.5', 'kg/m^2']
  for (const some of [[density, wrong], [thickness, wrong], [density, thickness], [wrong]]) {
    t.same(told(some), [], some.map(([property]) => property).join())
  }
  t.match(
    told([
      ['gross_density', '7500'],
      ['layer_thickness', '0.01'],
      ['grammage', '7.5', '']
    ]),
    [{ code: 'EPD_PROPERTIES' }],
    'without a unit each is in the one that it is compared in'
  )
})

t.test('a property of nothing is compared with nothing', async (t) => {
  for (const nothing of [density, thickness, grammage]) {
    const three = [density, thickness, grammage].map(
      (each): Stated => (each === nothing ? [each[0], '0', each[2] ?? '-'] : each)
    )
    t.same(told(three), [], nothing[0])
  }
})

t.test('each property is looked at, not the first one only', async (t) => {
  t.match(told([density, ['grammage', '7,5', 'kg/m^2'], ['linear_density', 'heavy']]), [
    { code: 'EPD_VALUE_INVALID', pointer: '/declaredUnit/properties/1/value', actual: '7,5' },
    { code: 'EPD_VALUE_INVALID', pointer: '/declaredUnit/properties/2/value' }
  ])
})

t.test('the factor to 1 kg is what one declared unit weighs, where that is known', async (t) => {
  const factor = (value: string, unit?: Partial<DeclaredUnit>) =>
    told([['conversion_factor_to_1_kg', value, 'kg']], unit)
  t.same(factor('1'), [])
  t.match(factor('2'), [{ code: 'EPD_CONVERSION_FACTOR', expected: '1.000000', actual: '2 kg' }])
  const piece = { unit: 'C62', mass: { value: '4', unit: 'KGM' } }
  t.same(factor('4', piece), [])
  t.match(factor('0.25', piece), [{ message: /wrong way round/ }])
  t.same(factor('4', { unit: 'C62' }), [], 'nobody knows what a piece weighs')
  t.same(factor('4', { value: '0' }), [], 'nothing weighs nothing')
})

t.test('what is stated twice for one property is told, where it is not the same', async (t) => {
  t.same(told([density, ['gross_density', '7.5', 'g/cm3']]), [])
  t.match(told([density, thickness, ['gross_density', '750', 'kg/m3']]), [
    {
      code: 'EPD_PROPERTIES',
      severity: 'warning',
      pointer: '/declaredUnit/properties/2/value',
      message: /gross density is stated twice/,
      expected: '7500 kg/m^3',
      actual: '750 kg/m3',
      remedy: /./
    }
  ])
})

t.test('the stated mass of the declared unit is what a property says that it weighs', async (t) => {
  const weighing: readonly (readonly [unit: string, kg: string, Stated, wrong: Stated])[] = [
    ['C62', '0.05', ['weight_per_piece', '50', 'g'], ['weight_per_piece', '0.04', 'kg']],
    ['MTQ', '7500', density, ['gross_density', '750', 'kg/m3']],
    ['LTR', '7.5', density, ['gross_density', '7500', 'g/cm3']],
    ['MTK', '75', grammage, ['grammage', '75', 'g/m2']],
    ['MTR', '2', ['linear_density', '2', 'kg/m'], ['linear_density', '2', 'g/m']]
  ]
  for (const [unit, value, right, wrong] of weighing) {
    const declared = { value: '1', unit, mass: { value, unit: 'KGM' } }
    t.same(told([right], declared), [], unit)
    t.match(told([wrong], declared), [
      {
        code: 'EPD_PROPERTIES',
        severity: 'warning',
        pointer: '/declaredUnit/properties/0/value',
        message: /the stated mass counts/,
        expected: new RegExp(`^${value}0* kg for 1 ${unit}$|^${value}\\.0* kg for 1 ${unit}$`),
        actual: /kg by /,
        remedy: /./
      }
    ])
  }
  const heap: Stated = ['bulk_density', '4000', 'kg/m3']
  const cubic = { value: '1', unit: 'MTQ', mass: { value: '4000', unit: 'KGM' } }
  t.same(told([density, heap], cubic), [], 'a heap is lighter than what it is a heap of')
  t.same(told([['gross_density', '750']], cubic), [], 'a number without a unit weighs nothing')
  t.same(
    told([heap], { value: '1', unit: 'MTQ' }),
    [],
    'where none is stated there is nothing to be'
  )
})

t.test('which of two densities weighs a volume does not depend on their order', async (t) => {
  const heap: Stated = ['bulk_density', '4000', 'kg/m3']
  for (const stated of [
    [density, heap],
    [heap, density]
  ]) {
    const properties = stated.map(([property, value, unit = '-']) => ({ property, value, unit }))
    const kg = declaredMassKg(
      { value: '2', unit: 'MTQ', properties },
      { units: reference.units, epd: reference.epd }
    )
    t.same(kg, { n: 15000n, d: 1n }, stated.map(([property]) => property).join())
  }
})
