import t from 'tap'
import { carbonFootprint } from '../../src/domain/epd/carbon-footprint.ts'
import type { Epd } from '../../src/domain/epd/epd.ts'
import { methodOf } from '../../src/domain/epd/method.ts'
import { type EpdReport, reportOn } from '../../src/domain/epd/review-epd.ts'
import { formatDecimal } from '../../src/domain/quantity/rational.ts'
import { openEpd } from '../../src/formats/openepd/epd.ts'
import { openEpdWriter } from '../../src/formats/openepd/write-epd.ts'
import { loadReference } from '../../src/reference.ts'
import type { EpdDocument } from '../support/epds.ts'
import { sharedData, unlessAbsent } from '../support/shared-data.ts'

const reference = loadReference()
const { epd: tables } = reference

/** A document as a producer of the United States has it. */
function document(impacts: EpdDocument): EpdDocument {
  return {
    doctype: 'openEPD',
    id: 'EC3ABCDE',
    product_name: 'Sintered magnet',
    manufacturer: { name: 'Magnet works' },
    declared_unit: { qty: 2, unit: 'kg' },
    date_of_issue: '2026-02-01T00:00:00Z',
    valid_until: '2031-01-31T00:00:00Z',
    compliance: [{ short_name: 'ISO 21930' }],
    impacts
  }
}

function read(stated: EpdDocument): Epd {
  const { epd, findings } = openEpd.parse(Buffer.from(JSON.stringify(stated)), tables)
  if (!epd) throw new Error(JSON.stringify(findings))
  return epd
}

function judged(epd: Epd): EpdReport {
  return reportOn(epd, {
    reference,
    today: '2026-11-29',
    submitter: '11111111-1111-4111-8111-111111111111',
    current: null,
    organizations: new Set(),
    facilities: new Set(),
    profiles: [],
    origin: openEpd.origin
  })
}

const figure = (mean: number, unit: string) => ({ A1A2A3: { mean, unit } })
const codesOf = ({ findings }: EpdReport) => findings.map(({ code }) => code)

t.test('figures of TRACI and CML', async (t) => {
  const traci = {
    gwp: figure(44.8, 'kgCO2e'),
    odp: figure(1.2e-6, 'kgCFC11e'),
    ap: figure(0.1, 'kgSO2e'),
    ep: figure(0.03, 'kgNe'),
    pocp: figure(1.5, 'kgO3e')
  }
  const cml = { gwp: figure(44, 'kgCO2e'), ep: figure(0.02, 'kgPO4e') }
  const ef = { gwp: figure(46, 'kgCO2e') }

  t.test('are kept under their own method, which is told once', async (t) => {
    const epd = read(document({ 'TRACI 2.1': traci, 'CML 2016': cml }))
    t.same(
      epd.results.map(({ indicator, method, values: [first] }) => [
        indicator,
        method,
        first?.module,
        first?.text
      ]),
      [
        ['GWP', 'TRACI 2.1', 'A1-A3', '44.8'],
        ['ODP', 'TRACI 2.1', 'A1-A3', '0.0000012'],
        ['AP', 'TRACI 2.1', 'A1-A3', '0.1'],
        ['EP', 'TRACI 2.1', 'A1-A3', '0.03'],
        ['POCP', 'TRACI 2.1', 'A1-A3', '1.5'],
        ['GWP', 'CML 2016', 'A1-A3', '44'],
        ['EP', 'CML 2016', 'A1-A3', '0.02']
      ]
    )
    const report = judged(epd)
    t.ok(report.acceptable)
    const told = report.findings.filter(({ code }) => code === 'EPD_METHOD_OTHER')
    t.same(
      told.map(({ pointer, actual }) => [pointer, actual]),
      [
        ['/results/0', 'TRACI 2.1'],
        ['/results/5', 'CML 2016']
      ]
    )
    t.same(report.profiles, [], 'no profile takes them')
    t.notOk(
      codesOf(report).some((code) => /UNLISTED|EPD_UNIT$/.test(code)),
      'units are checked'
    )
  })

  t.test('are never one figure with those of another method', async (t) => {
    const epd = read(document({ 'TRACI 2.1': traci, 'EF 3.1': ef }))
    const { values } = carbonFootprint(epd, tables, reference.units)
    t.same(
      [...values].map(([method, value]) => [method, formatDecimal(value, 3)]),
      [
        ['TRACI 2.1', '22.400'],
        ['EF 3.1', '23.000']
      ]
    )
  })

  t.test('are refused in another unit, which nobody converts', async (t) => {
    const tonnes = read(document({ 'TRACI 2.1': { gwp: figure(0.0448, 'tCO2e') } }))
    const report = judged(tonnes)
    t.notOk(report.acceptable)
    t.match(
      report.findings.filter(({ severity }) => severity === 'error'),
      [{ code: 'EPD_UNIT', expected: 'kg CO2 eq', actual: 'tCO2e' }]
    )
  })

  t.test('are told in the units that openEPD has for them, and not refused', async (t) => {
    // As its schema has it: nitrogen and ozone, whatever the method.
    const stated = {
      gwp: figure(44, 'kgCO2e'),
      ep: figure(0.02, 'kgNe'),
      pocp: figure(0.3, 'kgO3e'),
      'ep-fresh': figure(0.001, 'kgPO4e')
    }
    const inUnits = (method: string) => {
      const report = judged(read(document({ [method]: stated })))
      t.ok(report.acceptable, method)
      return report.findings
        .filter(({ code }) => code === 'EPD_UNIT')
        .map(({ severity, expected }) => `${severity} ${expected}`)
    }
    t.same(inUnits('CML 2016'), ['warning kg PO4 eq', 'warning kg ethene eq'])
    t.same(inUnits('ReCiPe 2016'), ['warning kg P eq'])
    t.same(inUnits('TRACI 2.2'), ['warning kg P eq'])
    const acid = { ap: figure(0.1, 'kgSO2e') }
    const older = judged(read(document({ 'TRACI 2.0': acid, 'TRACI 2.1': acid })))
    t.match(
      older.findings.filter(({ code }) => code === 'EPD_UNIT'),
      [{ severity: 'warning', pointer: '/results/0/unit', expected: 'mol H+ eq' }]
    )
  })

  t.test('have units with a source', async (t) => {
    for (const { id, units, source = '' } of tables.methods.values()) {
      t.equal(source !== '', units !== undefined, id)
    }
  })

  t.test('say nothing for EN 15804', async (t) => {
    const claimed = {
      ...document({ 'TRACI 2.1': traci }),
      compliance: [{ short_name: 'EN 15804+A1' }]
    }
    const report = judged(read(claimed))
    t.match(report.profiles, [{ profile: 'en15804-a1', claimed: true, conforms: false }])
    t.ok(codesOf(report).includes('EPD_PROFILE_METHOD'))
    t.notOk(report.acceptable, 'what claims a standard has its method')
  })
})

t.test(
  'phosphate of freshwater, the one unit that openEPD has for it, is told and not refused',
  async (t) => {
    const impacts = { 'EF 3.1': { 'ep-fresh': figure(0.01, 'kgPO4e') } }
    const report = judged(read(document(impacts)))
    t.ok(report.acceptable)
    t.match(
      report.findings.filter(({ code }) => code === 'EPD_UNIT'),
      [{ severity: 'warning', expected: 'kg P eq', actual: 'kgPO4e' }]
    )
    const marine = { 'EF 3.1': { 'ep-marine': figure(0.01, 'kgPO4e') } }
    t.notOk(judged(read(document(marine))).acceptable, 'of the sea it never was')
  }
)

t.test(
  'ep means eutrophication of the sea under the Environmental Footprint, unless that is stated too',
  async (t) => {
    const impact = (key: string, mean: number) => ({ [key]: figure(mean, 'kgNe') })
    const of = (set: EpdDocument) =>
      openEpd.parse(Buffer.from(JSON.stringify(document({ 'EF 3.1': set }))), tables)
    const alone = of({ ...impact('ep', 1), 'ep-marine': null })
    t.same(alone.findings, [])
    t.match(alone.epd?.results, [{ indicator: 'EP-marine', values: [{ text: '1' }] }])
    const both = of({ ...impact('ep', 1), ...impact('ep-marine', 2) })
    t.match(both.epd?.results, [{ indicator: 'EP-marine', values: [{ text: '2' }] }])
    t.match(both.findings, [{ code: 'EPD_DOCUMENT_UNCLEAR', pointer: '/impacts/EF 3.1/ep' }])
  }
)

t.test('a method that nobody knows is refused, and one without a name as well', async (t) => {
  for (const [method, code] of [
    ['TRACI 9', 'EPD_METHOD_UNKNOWN'],
    ['Unknown LCIA', 'EPD_INDICATOR_METHOD']
  ] as const) {
    const report = judged(read(document({ [method]: { gwp: figure(1, 'kgCO2e') } })))
    t.notOk(report.acceptable)
    t.ok(codesOf(report).includes(code), method)
  }
})

const SCHEMA = 'epd/openepd/Epd.light.v7.28.schema.json'
const schema = sharedData(SCHEMA)
t.test(
  'every impact in every scope of every method of openEPD is at its own key, there and back',
  unlessAbsent({ [SCHEMA]: schema }, 21),
  async (t) => {
    const { $defs } = JSON.parse(schema ?? '{}')
    const methods: string[] = $defs.LCIAMethod.enum
    const impacts = Object.keys($defs.ImpactSet.properties).filter((key) => key !== 'ext')
    const scopes = Object.keys($defs.ScopeSetGwp.properties).filter((key) =>
      /^(A1A2A3|A\d|B\d|C\d|D)$/.test(key)
    )
    let next = 0
    const set = () =>
      Object.fromEntries(
        impacts.map((impact) => [
          impact,
          Object.fromEntries(
            scopes.map((scope) => {
              next += 1
              return [scope, { mean: next, unit: 'x' }]
            })
          )
        ])
      )
    let right = 0
    for (const method of methods) {
      const stated = set()
      const { epd, findings } = openEpd.parse(
        Buffer.from(JSON.stringify(document({ [method]: stated }))),
        tables
      )
      if (!epd) throw new Error(method)
      const unread = findings.map(({ pointer }) => pointer.split('/').at(-1) ?? '')
      const { document: back } = written(epd)
      const kept = back['impacts'][method]
      t.same(
        Object.fromEntries(Object.entries(stated).filter(([impact]) => !unread.includes(impact))),
        kept,
        `${method}, less ${unread.join(', ')}`
      )
      const keys = epd.results.flatMap((result) =>
        result.values.map(({ module }) =>
          [result.indicator, methodOf(result, epd, tables.indicators), module].join(' ')
        )
      )
      t.equal(new Set(keys).size, keys.length, 'no key twice')
      t.same(
        unread.filter((impact) => !['ep', 'gwp-nonCO2'].includes(impact)),
        [],
        'the registry has no indicator for two'
      )
      right += keys.length
    }
    t.comment(`${methods.length} methods, ${right} figures at their key, there and back`)
  }
)

function written(epd: Epd): { readonly document: EpdDocument } {
  const { bytes } = openEpdWriter.write(epd, tables)
  return { document: JSON.parse(bytes.toString('utf8')) }
}
