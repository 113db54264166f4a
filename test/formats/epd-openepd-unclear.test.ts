import t from 'tap'
import type { Finding } from '../../src/domain/finding.ts'
import { openEpd } from '../../src/formats/openepd/epd.ts'
import { loadReference } from '../../src/reference.ts'
import type { EpdDocument } from '../support/epds.ts'

const { epd: tables } = loadReference()
const gwp = (scopes: unknown) => ({ impacts: { 'EF 3.1': { gwp: scopes } } })
const figure = { mean: 1, unit: 'kgCO2e' }
const DOCUMENT = {
  doctype: 'openEPD',
  id: 'EC3XYZ12',
  product_name: 'Nd metal',
  manufacturer: { name: 'Smelter' },
  declared_unit: { qty: 1, unit: 'kg' },
  ...gwp({ A1A2A3: figure })
}

function parse(change: EpdDocument) {
  const bytes = Buffer.from(JSON.stringify({ ...DOCUMENT, ...change }))
  const { epd, findings, unread = [] } = openEpd.parse(bytes, tables, { unread: true })
  return { epd, findings, unread: unread.map(({ pointer }) => pointer) }
}

const told = (findings: readonly Finding[]) =>
  findings.map(({ severity, pointer }) => `${severity} ${pointer}`)

t.test('what is of another kind than openEPD has there is a finding and a loss', async (t) => {
  const cases: readonly (readonly [EpdDocument, string])[] = [
    [{ program_operator_doc_id: 4789 }, '/program_operator_doc_id'],
    [{ openepd_version: '1.0' }, '/openepd_version'],
    [{ openepd_version: 0.2 }, '/openepd_version'],
    [{ program_operator_version: 'Rev. 3' }, '/program_operator_version'],
    [{ valid_until: 2030 }, '/valid_until'],
    [{ declared_unit: { qty: '1', unit: 'kg' } }, '/declared_unit/qty'],
    [{ kg_per_declared_unit: 12.5 }, '/kg_per_declared_unit'],
    [{ declaration_url: 'www.smelter.example/epd.pdf' }, '/declaration_url'],
    [{ attachments: { EPD: 'epd.pdf' } }, '/attachments/EPD'],
    [{ applicable_in: 'US' }, '/applicable_in'],
    [{ compliance: ['ISO 14025'] }, '/compliance/0'],
    [{ program_operator: 'Programme' }, '/program_operator'],
    [{ pcr: { name: 'Metals', issuer: 'Programme' } }, '/pcr/issuer'],
    [{ product_classes: { HS: { code: '280530' } } }, '/product_classes/HS'],
    [{ includes: { qty: 1 } }, '/includes'],
    [{ kg_C_biogenic_per_declared_unit: { qty: 5, unit: 'g' } }, '/kg_C_biogenic_per_declared_unit']
  ]
  for (const [change, pointer] of cases) {
    const { epd, findings, unread } = parse(change)
    t.ok(epd, pointer)
    t.same(told(findings), [`warning ${pointer}`])
    t.ok(unread.includes(pointer), `${pointer} is lost`)
  }
})

t.test('null, nothing and numbers that are codes are no fault', async (t) => {
  const { epd, findings } = parse({
    program_operator: null,
    product_description: '',
    compliance: null,
    applicable_in: [840],
    product_classes: { CPC: 3429, HS: ['280530', 28053010] },
    ...gwp({ A1A2A3: figure, A4: null, B1_years: 25, ext: null, C_scenarios: null })
  })
  t.same(findings, [])
  t.same(epd?.geography, ['840'])
  t.same(epd?.product.classifications, [
    { system: 'CPC', code: '3429' },
    { system: 'HS', code: '280530' },
    { system: 'HS', code: '28053010' }
  ])
})

t.test(
  'figures that nobody can place are told, and without any there is no declaration',
  async (t) => {
    const NONE = 'error /impacts'
    const at = '/impacts/EF 3.1'
    for (const [change, ...expected] of [
      [{ impacts: undefined }, NONE],
      [{ impacts: {} }, NONE],
      [{ impacts: [1] }, NONE, 'warning /impacts'],
      [{ impacts: { 'EF 3.1': 5 } }, NONE, `warning ${at}`],
      [gwp(22.4), NONE, `warning ${at}/gwp`],
      [gwp({ 'A1-A3': figure }), `warning ${at}/gwp/A1-A3`, NONE],
      [gwp({ A1A2A3: figure, a4: figure }), `warning ${at}/gwp/a4`],
      [
        gwp({ A1A2A3: figure, C_scenarios: [{ name: 'sold', likelihood: 1, A6: figure }] }),
        `warning ${at}/gwp/C_scenarios/0/A6`
      ]
    ] as const) {
      const { findings, unread } = parse(change)
      t.same(told(findings), expected)
      for (const each of expected.filter((one) => one !== NONE)) {
        const pointer = each.replace('warning ', '')
        t.ok(
          unread.some((lost) => pointer === lost || pointer.startsWith(`${lost}/`)),
          pointer
        )
      }
    }
  }
)

t.test(
  'figures of ISO 21930 are told by what they are, and where EN 15804 has its own',
  async (t) => {
    const energy = { A1A2A3: { mean: 3, unit: 'MJ' } }
    const mass = { A1A2A3: { mean: 1, unit: 'kg' } }
    const { findings, epd } = parse({
      resource_uses: { RPRec: energy, re: energy, fw: { A1A2A3: { mean: 1, unit: 'm3' } } },
      output_flows: { hlrw: mass, nobodys: mass }
    })
    const said = findings.map(({ pointer, message, remedy }) => [pointer, message, remedy])
    const none = 'The registry has no indicator for these figures'
    const rest = 'They stay in the document.'
    const state = (key: string) =>
      `Where they are what EN 15804 counts, state them as ${key} as well.`
    t.strictSame(said, [
      [
        '/resource_uses/RPRec',
        `${none}: renewable primary resources used as energy carrier. ${rest}`,
        state('pere')
      ],
      [
        '/resource_uses/re',
        `${none}: renewable energy resources. ${rest}`,
        'Nothing need be done.'
      ],
      [
        '/output_flows/hlrw',
        `${none}: high level radioactive waste disposed. ${rest}`,
        state('rwd')
      ],
      ['/output_flows/nobodys', `${none}. ${rest}`, 'Nothing need be done.']
    ])
    t.same(
      epd?.results.map(({ indicator }) => indicator),
      ['GWP-total', 'FW'],
      'none is taken for another'
    )
  }
)

t.test('a version that is no number is refused, and does not become the first', async (t) => {
  for (const [version, actual] of [
    ['2', '"2"'],
    [true, 'true'],
    [[3], '[3]']
  ] as const) {
    const { findings } = parse({ version })
    t.same(told(findings), ['error /version'])
    t.match(findings, [{ expected: /JSON number/, actual, remedy: /program_operator_version/ }])
  }
  t.same(parse({ version: '2', program_operator_version: '2.1' }).findings, [])
  t.equal(parse({ version: '2', program_operator_version: '2.1' }).epd?.version, '2.1')
})

t.test('the version of openEPD may be left out, or be written as a number', async (t) => {
  for (const openepd_version of ['0.1', 0.1, null, undefined]) {
    t.same(parse({ openepd_version }).findings, [])
  }
})

t.test('rules end on a day that is written as one, like everything else', async (t) => {
  const until = (valid_until: string) =>
    parse({ pcr: { name: 'Metals', valid_until } }).epd?.pcr?.validUntil
  for (const time of ['2031-10-31', '2031-10-31T23:59:59Z', '2031-10-31 00:00:00+02:00']) {
    t.same(until(time), { date: '2031-10-31', precision: 'day' }, time)
  }
  t.same(until('2031-10'), { date: '2031-10-31', precision: 'month' })
  for (const none of ['2031-10-310', '2031-10-31 or later']) {
    t.equal(until(none)?.date, none, 'the rules refuse it as it stands')
  }
})
