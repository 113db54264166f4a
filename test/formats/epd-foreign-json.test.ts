import t from 'tap'
import { parseAmount, plainDecimal } from '../../src/domain/epd/amount.ts'
import { epdFormatOf } from '../../src/formats/epd-format.ts'
import { openEpd } from '../../src/formats/openepd/epd.ts'
import { openEpdWriter } from '../../src/formats/openepd/write-epd.ts'
import { soda4lcaEpd } from '../../src/formats/soda4lca/epd.ts'
import { loadReference } from '../../src/reference.ts'

const { epd: tables } = loadReference()
const bytesOf = (text: string) => Buffer.from(text)
const read = (text: string) => openEpd.parse(bytesOf(text), tables, { unread: true })

/** Figures as JSON tools of all kinds write them, some with more digits than a double has. */
const LITERALS = [
  ...['1.50', '0.0', '-0.0', '2', '1E-7', '6.02E+23', '-1.0e-12', '12.300'],
  ...['0.12345678901234567890123', '9007199254740993', '1.7976931348623157e308']
]

function openEpdText(gwp: string): string {
  return `{"doctype":"openEPD","id":"EC300001","product_name":"NdPr metal","manufacturer":{"name":"Smelter"},
  "declared_unit":{"qty":1.00,"unit":"kg"},"impacts":{"EF 3.1":{"gwp":${gwp}}}}`
}

t.test('openEPD keeps the digits of every number', async (t) => {
  for (const literal of LITERALS) {
    const { epd, findings } = read(openEpdText(`{"A1A2A3":{"mean":${literal},"unit":"kgCO2e"}}`))
    if (!epd) throw new Error(JSON.stringify(findings))
    t.equal(epd.results[0]?.values[0]?.text, literal)
    t.equal(epd.declaredUnit.value, '1.00')
    const { bytes, losses } = openEpdWriter.write(epd, tables)
    t.match(bytes.toString('utf8'), `"mean": ${literal},`)
    t.notOk(losses.some(({ pointer }) => /^\/(results\/0\/values|declaredUnit)|^$/.test(pointer)))
  }
})

t.test('a number that a double would make nothing or infinity of is named', async (t) => {
  for (const literal of ['1e-400', '1e400']) {
    const { epd } = read(openEpdText(`{"A1":{"mean":${literal},"unit":"kgCO2e"}}`))
    if (!epd) throw new Error('not read')
    t.equal(epd.results[0]?.values[0]?.text, literal)
    const { losses } = openEpdWriter.write(epd, tables)
    t.ok(losses.some(({ pointer }) => pointer.startsWith('/results/0')))
  }
})

t.test('what a tool with doubles has written anew still comes back from ext', async (t) => {
  const text = openEpdText('{"A1":{"mean":0.12345678901234567890123,"unit":"kgCO2e"}}')
  const { epd } = read(text)
  if (!epd) throw new Error('not read')
  const rewritten = JSON.stringify(JSON.parse(openEpdWriter.write(epd, tables).bytes.toString()))
  const { epd: back, findings } = read(rewritten)
  t.same(findings, [])
  t.equal(back?.results[0]?.values[0]?.text, '0.12345678901234567890123')
})

t.test('documents are equal by their numbers, however those are spelled', async (t) => {
  const hash = (mean: string) =>
    openEpd.contentHash(bytesOf(openEpdText(`{"A1":{"mean":${mean}}}`)))
  t.ok(hash('1.50').equals(hash('15e-1')))
  t.ok(hash('-0.0').equals(hash('0')))
  t.notOk(hash('1.5').equals(hash('1.50000000000000000000001')))
  t.notOk(hash('1.5').equals(hash('"1.5"')))
  t.notOk(hash('1.5').equals(hash('{"number":"15e-1"}')))
})

t.test('openEPD without a doctype is told by its fields', async (t) => {
  const { doctype: _doctype, ...document } = JSON.parse(openEpdText('{}'))
  t.equal(epdFormatOf(bytesOf(JSON.stringify(document))).name, 'openepd')
  t.ok(read(JSON.stringify(document)).epd)
  t.ok(read(JSON.stringify({ ...document, doctype: 'OpenEPD' })).epd)
  t.throws(() => read(JSON.stringify({ ...document, doctype: 'openIndustryEpd' })))
})

t.test('openEPD is read with everything that a declaration has a field for', async (t) => {
  const document = {
    ...JSON.parse(openEpdText('{}')),
    language: 'de',
    manufacturer: { name: 'Smelter', web_domain: 'smelter.example' },
    epd_developer: { name: 'LCA', web_domain: 'lca.example' },
    third_party_verifier_name: 'A. Verifier',
    third_party_verification_url: 'https://verifier.example/1.pdf',
    kg_per_declared_unit: { qty: 1e-3, unit: 'kg' },
    kg_C_biogenic_per_declared_unit: { qty: 0.25, unit: 'kg' },
    lca_discussion: 'Zuschnitt.',
    product_classes: { CPC: ['37540', '41600'], Acme: 'x1' },
    pcr: {
      id: 'pcr-1',
      name: 'Metals',
      version: '2.0',
      issuer: { name: 'Programme' },
      valid_until: '2030-01-31T00:00:00Z',
      doc: 'https://programme.example/pcr.pdf'
    },
    declaration_url: 'https://programme.example/epd.pdf',
    includes: [
      { qty: 1.2, link: 'https://y.example/1', gwp_fraction: 0.5, citation: 'Nd oxide' },
      { qty: 2e-3, link: 'https://y.example/2' }
    ],
    attachments: { LCA_Report: 'https://lca.example/r.pdf', Datasheet: 'https://smelter.example/d' }
  }
  const { epd, unread } = read(JSON.stringify(document))
  t.match(unread, [{ pointer: '/id' }], 'nothing else is left')
  t.equal(unread?.length, 1)
  const expected = {
    owner: { name: 'Smelter', website: 'https://smelter.example' },
    practitioner: { name: 'LCA', website: 'https://lca.example' },
    verification: {
      verifier: { name: 'A. Verifier' },
      reportHref: 'https://verifier.example/1.pdf'
    },
    declaredUnit: { value: '1', unit: 'KGM', mass: { value: '0.001', unit: 'KGM' } },
    biogenicCarbon: { productKg: '0.25' },
    note: { de: 'Zuschnitt.' },
    product: {
      classifications: [
        { system: 'CPC', code: '37540' },
        { system: 'CPC', code: '41600' },
        { system: 'Acme', code: 'x1' }
      ]
    },
    pcr: {
      id: 'pcr-1',
      name: 'Metals',
      version: '2.0',
      publisher: 'Programme',
      validUntil: { date: '2030-01-31', precision: 'day' },
      href: 'https://programme.example/pcr.pdf'
    },
    includes: [
      {
        name: 'Nd oxide',
        href: 'https://y.example/1',
        quantity: { value: '1.2', unit: 'C62' },
        gwpShare: '0.5'
      },
      { href: 'https://y.example/2', quantity: { value: '0.002', unit: 'C62' } }
    ],
    documents: [
      { kind: 'epd_pdf', href: 'https://programme.example/epd.pdf' },
      { kind: 'project_report', href: 'https://lca.example/r.pdf' },
      { kind: 'other', title: 'Datasheet', href: 'https://smelter.example/d' }
    ]
  }
  t.match(epd, expected)
  if (!epd) return
  const { ext: _ext, ...outside } = JSON.parse(openEpdWriter.write(epd, tables).bytes.toString())
  t.match(read(JSON.stringify(outside)).epd, expected, 'and written again without the extension')
})

t.test(
  'soda4LCA keeps the digits of numbers, and anything odd beside them does no harm',
  async (t) => {
    const amounts = LITERALS.map(
      (value, index) => `{"module":"B1","scenario":"S${index}","value":${value}}`
    )
    const odd = ['null', '[]', '{}', '"x"', '3', '{"name":"n"}', '{"module":"A4","value":null}']
    const text = `{"processInformation":{"dataSetInformation":{"UUID":"0f0f0f0f-1111-4222-8333-aaaabbbbcccc",
    "name":{"baseName":[{"value":"Oxide","lang":"en"}]}}},
    "administrativeInformation":{"publicationAndOwnership":{"dataSetVersion":"00.01.000",
    "referenceToOwnershipOfDataSet":{"shortDescription":[{"value":"Plant","lang":"en"}]}}},
    "LCIAResults":{"LCIAResult":[null,{"referenceToLCIAMethodDataSet":
    {"refObjectId":"a7ea142a-9749-11ed-a8fc-0242ac120002"},"other":{"anies":[${[...odd, ...amounts]}]}}]}}`
    const { epd } = soda4lcaEpd.parse(bytesOf(text), tables)
    const values = epd?.results[0]?.values ?? []
    t.match(values[0], { module: 'A4', status: 'not_declared' })
    t.same(
      values.slice(1).map((value) => value.text),
      LITERALS
    )
  }
)

t.test('a product of decimals is written in plain digits, exactly', async (t) => {
  const cases = {
    '4.2E-4': '0.00042',
    '1E3': '1000',
    '1.50': '1.5',
    '-0.0': '0',
    '1e-20': `0.${'0'.repeat(19)}1`
  }
  for (const [text, plain] of Object.entries(cases)) {
    const amount = parseAmount(text)
    t.equal(amount && plainDecimal(amount.value), plain)
  }
  t.equal(plainDecimal({ n: 1n, d: 3n }), null)
})
