/** What is said of a material beside its declared unit: each property, with whatever unit, or with none. */
import t from 'tap'
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
