import { readFileSync } from 'node:fs'
import t, { type Test } from 'tap'
import { transitions } from '../../src/domain/epd/lifecycle.ts'
import type { EpdContext } from '../../src/domain/epd/review.ts'
import { reportOn } from '../../src/domain/epd/review-epd.ts'
import { epdRules } from '../../src/domain/epd/rules/table.ts'
import type { Finding } from '../../src/domain/finding.ts'
import { nativeEpd } from '../../src/formats/native/epd.ts'
import { loadReference } from '../../src/reference.ts'
import { type Change, defects, OWNER, value } from '../support/epd-defects.ts'
import { type EpdName, epdDocument } from '../support/epds.ts'
import { includedEpd, OXIDE, upstreamCodes } from '../support/included-epds.ts'

const context: EpdContext = {
  reference: loadReference(),
  today: '2026-11-23',
  submitter: OWNER,
  current: null,
  organizations: new Set([OWNER]),
  facilities: new Set(),
  included: new Map([[OXIDE, includedEpd(OXIDE)]])
}

function review(
  name: EpdName,
  change?: Change,
  more: Partial<EpdContext> = {}
): readonly Finding[] {
  const parsed = nativeEpd.parse(Buffer.from(JSON.stringify(epdDocument(name, change))))
  if (!parsed.epd) throw new Error(JSON.stringify(parsed.findings))
  return reportOn(parsed.epd, { ...context, ...more }).findings
}

function silent(t: Test, name: EpdName, change: Change): void {
  const findings = review(name, change)
  t.same(
    findings.filter(({ severity }) => severity !== 'info'),
    []
  )
}

t.test('a sound declaration gives no finding', async (t) => {
  t.same(review('magnet-n48h'), [])
  t.same(review('ndpr-oxide'), [])
  const [note, ...others] = review('ndpr-metal-gate-to-gate')
  t.match(note, { code: 'EPD_INDICATOR_UNLISTED', severity: 'info' })
  t.same(others, [])
})

t.test('each defect gives its finding and no other', async (t) => {
  const covered = new Set(['EPD_INDICATOR_UNLISTED'])
  for (const [defect, [name, change, code, pointer, more]] of Object.entries(defects)) {
    const findings = review(name, change, more).filter((each) => each.severity !== 'info')
    covered.add(code)
    t.same(
      findings.map((each) => [each.code, pointer === undefined ? undefined : each.pointer]),
      [[code, pointer]],
      defect
    )
    t.ok(findings[0]?.message.endsWith('.'), 'in a sentence')
  }
  const sum = review('ndpr-oxide', (epd) => {
    epd['results'][4].values.push({ module: 'A1-A3', value: '210' })
  })
  t.same(
    sum.map(({ code }) => code),
    ['EPD_MODULE_OVERLAP', 'EPD_MODULE_SUM']
  )
  covered.add('EPD_MODULE_SUM')
  const { epd: before = null } = nativeEpd.parse(
    Buffer.from(JSON.stringify(epdDocument('magnet-n48h')))
  )
  const greener: Change = (epd) => (epd['electricity'].kgCo2ePerKwh = '0.01')
  t.match(review('magnet-n48h', greener, { before }), [
    { code: 'EPD_NOT_RECALCULATED', pointer: '/electricity' }
  ])
  covered.add('EPD_NOT_RECALCULATED')
  // Stands for what only the database knows: test/http/epds.test.ts has its case.
  covered.add('EPD_CONFLICT')
  // What formats and profiles report: test/formats and test/domain/profiles.test.ts have their cases.
  for (const code of Object.keys(epdRules).filter((each) =>
    /^EPD_(DOCUMENT|METHOD_[AC]|PROFILE)/.test(each)
  )) {
    covered.add(code)
  }
  // What only documents of other formats can lack: test/formats/epd-corpus.test.ts has the cases, epd-ilcd.test.ts, epd-openepd-alike.test.ts, and epd-dates.test.ts.
  const foreign = [
    ...['INVENTORY_AMOUNT', 'MODULE_SPLIT', 'NAME_SPACE', 'REFERENCE_FLOW', 'REPRESENTING'],
    ...['LISTED_LONG', 'VALIDITY_UNSTATED']
  ]
  for (const code of foreign) covered.add(`EPD_${code}`)
  // What is built in: test/domain/epd-included.test.ts has the cases.
  for (const code of upstreamCodes) covered.add(code)
  t.same(Object.keys(epdRules).sort(), [...covered].sort(), 'every code has a case')
})

t.test('what is legal stays silent', async (t) => {
  t.test('five years to the day, and from a leap day', async (t) => {
    silent(t, 'magnet-n48h', (epd) => (epd['validUntil'] = '2031-11-01'))
    silent(t, 'magnet-n48h', (epd) =>
      Object.assign(epd, { validFrom: '2028-02-29', validUntil: '2033-02-28' })
    )
    silent(t, 'magnet-n48h', (epd) => Object.assign(epd, { validUntil: '2031-11' }))
    silent(t, 'magnet-n48h', (epd) =>
      Object.assign(epd, { validFrom: '2026-11', validUntil: '2031-11-30' })
    )
    const long = review('magnet-n48h', (epd) =>
      Object.assign(epd, { validFrom: '2026-11', validUntil: '2031-12' })
    )
    const period = {
      code: 'EPD_VALIDITY_PERIOD',
      expected: 'at most until 2031-11',
      actual: '2031-12'
    }
    t.match(long, [period], 'a month more than five years')
  })
  t.test('negative values outside the gate, and uptake of carbon at it', async (t) => {
    silent(t, 'magnet-n48h', (epd) => {
      epd['declaredUnit'].properties = [
        { property: 'gross_density', value: '2.237', unit: 'g/cm^3' },
        { property: 'layer_thickness', value: '0.08', unit: 'm' },
        { property: 'grammage', value: '179', unit: 'kg / m²' }
      ]
    })
    silent(t, 'magnet-n48h', (epd) => {
      epd['declaredUnit'].properties = [
        { property: 'gross_density', value: '140', unit: 'lb/ft3' },
        { property: 'layer_thickness', value: '0.08', unit: 'm' },
        { property: 'grammage', value: '179', unit: 'kg/m2' }
      ]
    })
    silent(t, 'ndpr-oxide', (epd) => (epd['results'][3].values[1].value = '-1'))
    silent(t, 'ndpr-oxide', (epd) => {
      epd['product'].class = 'mixed_oxide'
      epd['results'] = epd['results'].slice(0, 4)
      value(epd, 'GWP-total', 'A1').value = '-40200'
      value(epd, 'GWP-biogenic', 'A1').value = '-59900'
    })
    silent(t, 'ndpr-oxide', (epd) => {
      epd['product'].class = 'mixed_oxide'
      epd['boundary'].credits = { en: 'Sold heat' }
      epd['results'] = epd['results'].slice(0, 1)
      value(epd, 'GWP-total', 'A1').value = '-90000'
    })
  })
  t.test('a volume with its density, and pieces with their mass', async (t) => {
    const density = { property: 'gross_density', value: '7500', unit: 'kg/m3' }
    silent(t, 'ndpr-metal-gate-to-gate', (epd) => {
      epd['declaredUnit'] = { value: '1', unit: 'MTQ', properties: [density] }
    })
    silent(t, 'ndpr-metal-gate-to-gate', (epd) => {
      epd['declaredUnit'] = { value: '100', unit: 'C62', mass: { value: '4.2', unit: 'KGM' } }
    })
    const weight = { property: 'weight_per_piece', value: '4.2E-2', unit: 'kg' }
    silent(t, 'ndpr-metal-gate-to-gate', (epd) => {
      epd['declaredUnit'] = { value: '100', unit: 'C62', properties: [weight] }
    })
  })
  t.test('densities, grammages and weights in multiples of their units', async (t) => {
    const weighed = (unit: string, property: string, value: string, of: string) =>
      silent(t, 'ndpr-metal-gate-to-gate', (epd) => {
        const properties = [
          { property, value, unit: of },
          // The other way round as well: it is the mass of the declared unit, or a contradiction.
          { property: 'conversion_factor_to_1_kg', value: '7500', unit: '-' }
        ]
        epd['declaredUnit'] = { value: '1', unit, properties }
      })
    weighed('MTQ', 'gross_density', '7.5', 'g/cm3')
    weighed('MTQ', 'gross_density', '7.5', 'g/cm³')
    weighed('MTQ', 'bulk_density', '7.5E0', 'kg/l')
    weighed('MTK', 'grammage', '7500000', 'g/m2')
    weighed('MTR', 'linear_density', '7500', 'kg / m')
    weighed('C62', 'weight_per_piece', '7500000', 'g')
  })
  t.test('a dependent internal review by the owner', async (t) => {
    silent(t, 'magnet-n48h', (epd) => {
      epd['verification'] = { kind: 'dependent_internal', verifier: { name: epd['owner'].name } }
    })
  })
  t.test('a packaging component beside a whole product', async (t) => {
    silent(t, 'magnet-n48h', (epd) =>
      epd['product'].composition.components.push({
        substance: 'C',
        sharePct: '12',
        packaging: true
      })
    )
  })
})

t.test('a density in a unit that nobody knows is told with those that are read', async (t) => {
  const findings = review('ndpr-metal-gate-to-gate', (epd) => {
    const density = { property: 'gross_density', value: '468', unit: 'lb/ft3' }
    epd['declaredUnit'] = { value: '1', unit: 'MTQ', properties: [density] }
  })
  const told = findings.find(({ code }) => code === 'EPD_DECLARED_UNIT')
  t.match(told, {
    severity: 'error',
    message: /in a unit that is not known/,
    expected: /^kg\/m3, g\/cm3, /,
    actual: '1 MTQ, gross_density 468 lb/ft3'
  })
})

t.test('a number that cannot be read is no unit that is not known', async (t) => {
  const { epd } = nativeEpd.parse(Buffer.from(JSON.stringify(epdDocument('magnet-n48h'))))
  if (!epd) throw new Error('the sound declaration cannot be read')
  const density = { property: 'gross_density', value: '76,02', unit: 'kg/m3' } as const
  const declaredUnit = { value: '1', unit: 'MTQ', properties: [density] }
  const told = reportOn({ ...epd, declaredUnit }, context).findings.find(
    ({ code }) => code === 'EPD_DECLARED_UNIT'
  )
  t.match(told, { message: 'The declared unit cannot be converted to mass.', actual: '1 MTQ' })
})

t.test('properties and biogenic carbon that are no numbers are told', async (t) => {
  const { epd } = nativeEpd.parse(Buffer.from(JSON.stringify(epdDocument('magnet-n48h'))))
  if (!epd) throw new Error('the sound declaration cannot be read')
  const density = { property: 'gross_density', value: '7,5', unit: 'kg/m3' } as const
  const declaredUnit = { ...epd.declaredUnit, properties: [density] }
  const foreign = { ...epd, declaredUnit, biogenicCarbon: { productKg: '0,5' } }
  const told = reportOn(foreign, context).findings.filter(
    ({ code }) => code === 'EPD_VALUE_INVALID'
  )
  t.match(told, [
    { pointer: '/declaredUnit/properties/0/value', severity: 'warning', actual: '7,5' },
    { pointer: '/biogenicCarbon/productKg', severity: 'error', actual: '0,5', remedy: /point/ }
  ])
})

t.test('a kilogram of biogenic carbon shows in what was taken up', async (t) => {
  const codes = (taken: string, total: string) =>
    review('magnet-n48h', (epd) => {
      epd['biogenicCarbon'] = { productKg: '1.0' }
      value(epd, 'GWP-biogenic', 'A1-A3').value = taken
      value(epd, 'GWP-total', 'A1-A3').value = total
    }).map(({ code }) => code)
  t.same(codes('-0.40', '25.96'), ['EPD_BIOGENIC_CARBON'], 'less than the carbon itself weighs')
  t.same(codes('-3.50', '22.86'), [])
  const carbon = (productKg: string, more?: Change) =>
    review('magnet-n48h', (epd) => {
      epd['biogenicCarbon'] = { productKg }
      more?.(epd)
    })
  const withoutBiogenic: Change = (epd) =>
    (epd['results'] = epd['results'].filter(
      (each: { indicator: string }) => each.indicator === 'ODP'
    ))
  t.notMatch(carbon('0.4', withoutBiogenic), [{ code: 'EPD_BIOGENIC_CARBON' }], 'nobody knows')
  t.match(
    carbon('-0', (epd) => (epd['biogenicCarbon'].packagingKg = '0.2')),
    [],
    'packaging is burnt'
  )
  t.match(carbon('2')[0], { expected: '0 to 1.000000 kg', actual: '2 kg', remedy: /kg/ })
})

t.test('a footprint is judged per kilogram, by what the product is made from', async (t) => {
  const magnet = (gwp: string, feed: string | undefined, unit = 'KGM') =>
    review('magnet-n48h', (epd) => {
      epd['declaredUnit'].unit = unit
      if (feed === undefined) epd['product'].feed = undefined
      else epd['product'].feed = feed
      epd['results'] = [
        { indicator: 'GWP-total', unit: 'kg CO2 eq', values: [{ module: 'A1-A3', value: gwp }] }
      ]
    }).map(({ severity }) => severity)
  t.same(magnet('2.35', 'secondary'), [], 'a recycled block of 2.35')
  t.same(magnet('2.35', 'primary'), ['warning'], 'from ore it would be unusual')
  t.same(magnet('0.2', 'primary'), ['error'])
  t.same(magnet('0.2', undefined), ['warning'], 'who does not say gets the wider band')
  t.same(magnet('400', undefined), ['error'])
  t.same(magnet('26400', 'primary', 'TNE'), [], '26.4 per kilogram')
  t.same(magnet('26.4', 'primary', 'TNE'), ['error'], 'the unit is a thousand times wrong')
})

t.test('the lifecycle ends nowhere but in a withdrawal', async (t) => {
  const left = new Set(transitions.flatMap(({ from }) => from))
  const reached = transitions.map(({ to }) => to)
  t.same(
    reached.filter((state) => !left.has(state)),
    ['deregistered']
  )
  t.ok(transitions.filter(({ to }) => to === 'published').every(({ fourEyes }) => fourEyes))
})

t.test('the diagram in docs/epds.md is the table of the lifecycle', async (t) => {
  const page = readFileSync(new URL('../../docs/epds.md', import.meta.url), 'utf8')
  const drawn = [...page.matchAll(/^ {2}(\w+ --> \w+: \w+ \(.*\))$/gm)].map(([, line]) => line)
  const stated = transitions.flatMap(({ name, from, to, by, signed }) =>
    from.map((state) => `${state} --> ${to}: ${name} (${by}${signed ? ', signed' : ''})`)
  )
  t.same(drawn.sort(), stated.sort())
})
