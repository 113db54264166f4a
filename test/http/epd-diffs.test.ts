import t from 'tap'
import { diffEpds } from '../../src/domain/epd/diff.ts'
import type { Epd } from '../../src/domain/epd/epd.ts'
import { nativeEpd } from '../../src/formats/native/epd.ts'
import { loadReference } from '../../src/reference.ts'
import { market } from '../support/epd-market.ts'
import { type EpdDocument, epdDocument } from '../support/epds.ts'

function model(change: (document: EpdDocument) => void = () => {}) {
  const document = epdDocument('magnet-n48h', (epd) => {
    epd['id'] = 'e7d1a2b3-1c2d-4e3f-8a4b-5c6d7e8f9a01'
    change(epd)
  })
  const { epd } = nativeEpd.parse(Buffer.from(JSON.stringify({ ...document, id: epdId })))
  if (!epd) throw new Error('the fixture cannot be read')
  return epd
}
const epdId = 'e7d1a2b3-1c2d-4e3f-8a4b-5c6d7e8f9a01'

/** The first value of the first result, as the change wants it. */
const first = (text: string) => (epd: EpdDocument) => {
  epd['results'][0].values[0].value = text
}

const reference = loadReference()
const compare = (one: Epd, other: Epd) => diffEpds(one, other, reference)

t.test('another order of results, values and lists is no change', async (t) => {
  const turned = model((epd) => {
    epd['results'].reverse()
    for (const { values } of epd['results']) values.reverse()
    epd['product'].composition.components.reverse()
    epd['scenarios']?.reverse()
    epd['standards'].reverse()
  })
  t.strictSame(compare(model(), turned), {
    changes: [],
    substantive: false,
    overLimit: false,
    basis: [],
    calculation: 'not_required'
  })
})

t.test('a change of more than 10 % makes an update due, in either direction', async (t) => {
  const from100 = (text: string) => compare(model(first('100')), model(first(text))).overLimit
  t.equal(from100('110'), false)
  t.equal(from100('110.0000001'), true)
  t.equal(from100('90'), false)
  t.equal(from100('89.9'), true)
  t.equal(from100('100.0'), false)
  t.equal(from100('0'), true, 'what was there is nothing now')
  t.equal(compare(model(first('100')), model(first('0'))).substantive, true)
  const from0 = (text: string) => compare(model(first('0')), model(first(text))).overLimit
  t.equal(from0('0.00'), false)
  t.equal(from0('0.1'), true, 'what was nothing has grown beyond all percent')
})

t.test('figures are compared for the same amount of product', async (t) => {
  const of = (declaredUnit: EpdDocument, ...values: string[]) =>
    model((epd) => {
      epd['declaredUnit'] = declaredUnit
      epd['results'] = [
        {
          indicator: 'GWP-total',
          unit: 'kg CO2 eq',
          values: ['A1-A3', 'C1', 'D'].map((module, at) => ({ module, value: values[at] ?? 'MND' }))
        }
      ]
    })
  const kilogram = { value: '1', unit: 'KGM' }
  const results = (one: Epd, other: Epd) => {
    const { changes, overLimit } = compare(one, other)
    const told = changes
      .filter(({ field }) => field.startsWith('/results/'))
      .map(({ before, after, relative, editorial }) => [
        `${before} ${after}`,
        relative && Number(relative.n) / Number(relative.d),
        editorial
      ])
    return [overLimit, told]
  }
  const tonne = { value: '1', unit: 'TNE' }
  t.same(results(of(kilogram, '26.41', '0'), of(tonne, '26410', '0')), [
    false,
    [['26.41 26410', 0, true]]
  ])
  t.same(results(of(kilogram, '26.41', '0'), of(tonne, '26.41', '0')), [
    true,
    [['26.41 26.41', -0.999, false]]
  ])
  t.same(results(of(kilogram, '20'), of({ value: '0.5', unit: 'KGM' }, '11')), [
    false,
    [['20 11', 0.1, false]]
  ])
  const cubic = { value: '1', unit: 'MTQ', mass: { value: '7500', unit: 'KGM' } }
  t.same(results(of(kilogram, '2'), of(cubic, '15000')), [false, [['2 15000', 0, true]]])
  t.same(
    results(of(cubic, '2'), of({ ...cubic, mass: tonne }, '2')),
    [false, []],
    'still a cubic meter'
  )
  const [unweighed] = [{ value: '1', unit: 'MTK' }]
  t.same(
    results(of(kilogram, '2'), of(unweighed, '2')),
    [true, [['2 2', null, false]]],
    'nobody knows'
  )
  t.same(
    results(of(kilogram, '0'), of(unweighed, '0')),
    [false, []],
    'nothing is nothing of any amount'
  )
  t.same(results(of({ value: '2', unit: 'KGM' }, '8'), of({ value: '500', unit: 'GRM' }, '2')), [
    false,
    [['8 2', 0, true]]
  ])
  const liters = { value: '4000', unit: 'LTR' }
  t.same(
    results(of({ value: '2', unit: 'MTQ' }, '1'), of(liters, '2')),
    [false, [['1 2', 0, true]]],
    'a volume of another unit needs no mass'
  )
  const pieces = { value: '1', unit: 'C62', mass: { value: '4', unit: 'KGM' } }
  t.same(results(of(pieces, '6'), of({ value: '2', unit: 'KGM' }, '3')), [
    false,
    [['6 3', 0, true]]
  ])
  const unstated = { ...of(kilogram, '6').declaredUnit, value: 'unstated', unit: 'unstated' }
  const silent = { ...of(kilogram, '6.3'), declaredUnit: unstated }
  t.same(
    results(of(pieces, '6'), silent),
    [false, [['6 6.3', 0.05, false]]],
    'what is not stated is taken for the same'
  )
  t.same(results(silent, of(pieces, '6.3')), [false, []])
  const { changes, substantive } = compare(of(kilogram, '2', 'INA'), of(tonne, '2000', 'INA'))
  t.equal(substantive, true, 'another declared unit')
  t.same(
    changes.map(({ field }) => field),
    ['/declaredUnit/unit', '/results/GWP-total/EF 3.1/values/A1-A3/'],
    'and what is no figure is the same under any unit'
  )
})

t.test('figures of two methods are two figures, and a unit is one in every spelling', async (t) => {
  const said = model((epd) => {
    for (const result of epd['results']) result.method = epd['methodSet']
  })
  const fields = (other: Epd) => compare(model(), other).changes.map(({ field }) => field)
  t.same(
    fields(said).filter((field) => field.includes('/values/')),
    [],
    'said for each is said for all'
  )
  const method = model().methodSet === 'EF 3.1' ? 'EF 3.0' : 'EF 3.1'
  const { changes, overLimit } = compare(
    model(),
    model((epd) => (epd['methodSet'] = method))
  )
  const gwp = changes.filter(({ field }) => /^\/results\/GWP-total\/.*\/A1-A3/.test(field))
  t.match(gwp.map(({ before, after }) => [before, after]).sort(), [
    [null, '26.41'],
    ['26.41', null]
  ])
  t.ok(changes.every(({ relative }) => relative === null))
  t.equal(overLimit, true)
  const spelled = (unit: string) =>
    compare(
      model(),
      model((epd) => (epd['results'][0].unit = unit))
    )
  t.match(spelled('kgCO2e'), { substantive: false, overLimit: false, changes: [{}] })
  t.match(spelled('t CO2 eq'), { substantive: true, overLimit: true })
})

t.test('of list items with one name each is compared', async (t) => {
  const databases = (...versions: string[]) =>
    model((epd) => {
      epd['backgroundDatabases'] = versions.map((version) => ({ name: 'Base/1', version }))
    })
  const fields = (...versions: string[]) =>
    compare(databases('1', '2'), databases(...versions)).changes.map(({ field }) => field)
  t.same(fields('1', '2'), [])
  t.same(fields('9', '2'), ['/backgroundDatabases/Base~11/version'])
  t.same(fields('1', '9'), ['/backgroundDatabases/Base~11 (2)/version'])
})

t.test('the unit that counts is compared, of every result', async (t) => {
  const { countedUnits } = reference.epd
  const groupOf = (wanted: string) => countedUnits.find(({ unit }) => unit === wanted)?.groups[0]
  const [kilograms, other] = [groupOf('kg CO2 eq'), groupOf('kg CFC-11 eq')]
  t.ok(kilograms && other)
  const counted = (unit: string, unitGroup: string | undefined): Epd => {
    const epd = model()
    const results = epd.results.map((each) => {
      if (each.indicator !== 'GWP-total') return each
      return { ...each, unit, ...(unitGroup === undefined ? {} : { unitGroup }) }
    })
    return { ...epd, results }
  }
  const one = counted('kg CO2 eq', kilograms)
  t.equal(compare(one, counted('kg CO2 eq', other)).substantive, true, 'the text is the same')
  t.strictSame(compare(counted('CO2', kilograms), one).changes, [], 'only the text is another one')
  t.strictSame(compare(counted('kg CO2 eq', undefined), one).changes, [], 'another format')
  const apart = (unit: string) =>
    model((epd) => {
      const [first] = epd['results']
      const [value, ...values] = first.values
      epd['results'][0] = { ...first, unit, values: [value] }
      epd['results'].push({ ...first, values })
    })
  t.strictSame(compare(model(), apart('kg CO2 eq')).changes, [], 'told apart and yet the same')
  t.equal(compare(model(), apart('t CO2 eq')).substantive, true, 'the first is counted otherwise')
  t.equal(compare(apart('g CO2 eq'), apart('t CO2 eq')).overLimit, true)
})

t.test('a change is editorial only where words, names or links change', async (t) => {
  const substantive = (change: (epd: EpdDocument) => void) =>
    compare(model(), model(change)).substantive
  const mended: readonly ((epd: EpdDocument) => void)[] = [
    (epd) => (epd['name'].en = 'Another name'),
    (epd) => (epd['name'].fr = 'Un nom'),
    (epd) => (epd['note'] = { en: 'Page 3 names the right plant now.' }),
    (epd) => (epd['owner'].name = 'Demo Magnet Works Plc'),
    (epd) => (epd['product'].description = { en: 'A magnet.' }),
    (epd) => (epd['registrationNumber'] = 'DEMO-2')
  ]
  for (const [index, change] of mended.entries()) {
    t.equal(substantive(change), false, `mended ${index}`)
  }
  const changed: readonly ((epd: EpdDocument) => void)[] = [
    first('0.0000001'),
    (epd) => epd['results'].pop(),
    (epd) => (epd['validUntil'] = '2031-11-01'),
    (epd) => (epd['validFrom'] = '2026-11-02'),
    (epd) => (epd['pcr'].version = '2.0'),
    (epd) => (epd['owner'].country = 'SE'),
    (epd) => (epd['product'].grade = 'N50H'),
    (epd) => (epd['geography'] = ['SE']),
    (epd) => (epd['declaredUnit'].value = '2'),
    (epd) => epd['includes'].pop(),
    (epd) => (epd['standards'] = ['ISO 14025'])
  ]
  for (const [index, change] of changed.entries()) {
    t.equal(substantive(change), true, `changed ${index}`)
  }
  t.comment(`${mended.length} editorial and ${changed.length} substantive changes told apart`)
})

t.test(
  'the same number and the same silence in other words are no change of content',
  async (t) => {
    const share = (epd: EpdDocument) =>
      epd['product'].composition.components.find(({ substance }: EpdDocument) => substance === 'B')
    const withoutMnd = (epd: EpdDocument) => {
      for (const result of epd['results']) {
        result.values = result.values.filter(({ value }: EpdDocument) => value !== 'MND')
      }
    }
    const same: readonly ((epd: EpdDocument) => void)[] = [
      (epd) => (share(epd).sharePct = '1.00'),
      (epd) => (epd['electricity'].kgCo2ePerKwh = '0.0580'),
      (epd) => (epd['includes'][0].quantity.value = '0.3620'),
      (epd) => (epd['declaredUnit'].value = '1.0'),
      withoutMnd
    ]
    for (const [index, change] of same.entries()) {
      const diff = compare(model(), model(change))
      t.ok(diff.changes.length > 0, `${index} is shown`)
      const { substantive, overLimit, calculation } = diff
      t.same({ substantive, overLimit, calculation }, SAME, `${index}`)
    }
    const nothing = (epd: EpdDocument) => {
      epd['results'].push({
        indicator: 'GWP-GHG',
        unit: 'kg',
        values: [{ module: 'D', value: 'MND' }]
      })
    }
    t.equal(compare(model(), model(nothing)).overLimit, false, 'an indicator without a figure')
    const other: readonly ((epd: EpdDocument) => void)[] = [
      (epd) => (epd['pcr'].version = '1.00'),
      (epd) => (epd['product'].classifications[1].code = '46910.0'),
      (epd) => (epd['results'][0].values[1].value = 'INA'),
      (epd) => (epd['results'][0].values[1].value = '0')
    ]
    for (const [index, change] of other.entries()) {
      t.equal(compare(model(), model(change)).substantive, true, `changed ${index}`)
    }
  }
)

const SAME = { substantive: false, overLimit: false, calculation: 'not_required' }

t.test('other materials or other energy require a new calculation (CRMA annex V)', async (t) => {
  const calculation = (...changes: ((epd: EpdDocument) => void)[]) =>
    compare(
      model(),
      model((epd) => {
        for (const change of changes) change(epd)
      })
    ).calculation
  const { composition } = JSON.parse(JSON.stringify(epdDocument('magnet-n48h'))).product
  const basis: readonly ((epd: EpdDocument) => void)[] = [
    (epd) => (epd['electricity'].approach = 'on_site'),
    (epd) => (epd['electricity'].kgCo2ePerKwh = '0.0123'),
    (epd) => (epd['includes'][0].epd = 'e7d1a2b3-1c2d-4e3f-8a4b-5c6d7e8f9aff'),
    (epd) => (epd['includes'][0].quantity.value = '0.9'),
    (epd) => epd['product'].composition.components.pop()
  ]
  t.ok(composition.components.length > 1)
  for (const [index, change] of basis.entries()) {
    t.equal(calculation(change), 'missing', `changed ${index}`)
    t.equal(calculation(change, first('26.42')), 'made', `changed ${index} and calculated`)
  }
  t.equal(
    calculation((epd) => (epd['electricity'].description = { en: 'x' })),
    'not_required'
  )
  t.equal(calculation(first('26.42')), 'not_required')
  const unstated = (epd: EpdDocument) => {
    delete epd['electricity']
    delete epd['product'].composition
    delete epd['includes']
  }
  t.equal(calculation(unstated), 'not_required', 'what is not stated has not changed')
  const spelled = model().results[0]?.values[0]?.text ?? ''
  t.equal(
    calculation((epd) => (epd['electricity'].approach = 'on_site'), first(`${spelled}0`)),
    'missing',
    'more digits of the same figure are no calculation'
  )
})

t.test('a version on another basis with the same figures is told', async (t) => {
  const { submit, publish, owner } = await market(t)
  const one = await submit(
    epdDocument('ndpr-oxide', (epd) => {
      epd['electricity'] = { approach: 'location_based', kgCo2ePerKwh: '0.6' }
    })
  )
  await publish(one)
  const told = async (change: (epd: EpdDocument) => void) => {
    const next = structuredClone(one)
    next['version'] = '9'
    change(next)
    const { body } = await owner.request('POST', '/v1/epds/check', next)
    const findings = body.findings as { code: string; pointer: string; severity: string }[]
    return findings
      .filter(({ code }) => code === 'EPD_NOT_RECALCULATED')
      .map(({ pointer, severity }) => `${severity} ${pointer}`)
  }
  const greener = (epd: EpdDocument) => {
    epd['electricity'] = { approach: 'on_site', kgCo2ePerKwh: '0.01' }
  }
  t.same(await told(() => {}), [])
  t.same(await told(greener), ['warning /electricity'])
  t.same(
    await told((epd) => {
      greener(epd)
      first('17.5')(epd)
    }),
    []
  )
  const second = structuredClone(one)
  second['version'] = '2'
  greener(second)
  await submit(second)
  t.same(await told(greener), ['warning /electricity'], 'what was published is what is followed')
})

t.test('GET /v1/epds/{id}/diff', async (t) => {
  t.test('accepts two published versions, from everybody', async (t) => {
    const { submit, publish, service } = await market(t)
    const one = await submit(epdDocument('ndpr-oxide', (epd) => (epd['version'] = '1')))
    await publish(one)
    const next = structuredClone(one)
    next['version'] = '2'
    next['name'].en = 'Another name'
    await publish(await submit(next))
    const { status, body } = await service.request('GET', `/v1/epds/${one['id']}/diff?from=1&to=2`)
    t.equal(status, 200)
    t.strictSame(body, {
      id: one['id'],
      from: '1',
      to: '2',
      substantive: false,
      overLimit: false,
      basis: [],
      calculation: 'not_required',
      changes: [
        { field: '/name/en', before: one['name'].en, after: 'Another name', editorial: true },
        { field: '/version', before: '1', after: '2', editorial: true }
      ]
    })
  })

  t.test('accepts a changed result, with how much it changed', async (t) => {
    const { submit, owner } = await market(t)
    const one = await submit(epdDocument('ndpr-metal-gate-to-gate'))
    const next = structuredClone(one)
    next['version'] = '4'
    next['results'][0].values[0].value = '12.6'
    await submit(next)
    const { body } = await owner.request('GET', `/v1/epds/${one['id']}/diff?from=3&to=4`)
    t.match(body, {
      substantive: true,
      overLimit: true,
      changes: [{ field: /GWP-total/, before: '10.5', after: '12.6', changePct: '20.0000' }, {}]
    })
  })

  t.test('refuses a question without both versions', async (t) => {
    const { submit, owner } = await market(t)
    const { id } = await submit()
    t.equal((await owner.request('GET', `/v1/epds/${id}/diff?from=1`)).status, 400)
  })

  t.test('protects what is not published', async (t) => {
    const { submit, rival, owner } = await market(t)
    const { id } = await submit()
    const url = `/v1/epds/${id}/diff?from=1.0&to=1.0`
    t.equal((await rival.request('GET', url)).status, 404)
    t.strictSame((await owner.request('GET', url)).body.changes, [])
  })
})
