import { parse as parseCsv } from 'csv-parse/sync'
import t from 'tap'
import type { Epd } from '../../src/domain/epd/epd.ts'
import { versionKey } from '../../src/domain/epd/version.ts'
import { csvEpdWriter } from '../../src/formats/csv/write-epd.ts'
import { epdFormatOf } from '../../src/formats/epd-format.ts'
import { epdWriters } from '../../src/formats/epd-writers.ts'
import { ilcdEpd } from '../../src/formats/ilcd/epd.ts'
import { ilcdEpdWriter } from '../../src/formats/ilcd/write-epd.ts'
import { nativeEpd } from '../../src/formats/native/epd.ts'
import { nativeDocument, nativeEpdWriter } from '../../src/formats/native/write-epd.ts'
import { openEpdWriter } from '../../src/formats/openepd/write-epd.ts'
import { loadReference } from '../../src/reference.ts'
import { type EpdName, epdNamed } from '../support/epds.ts'
import { goldenData } from '../support/golden-epds.ts'
import { compareDocument, compareValues, goldenFiles } from '../support/golden-import.ts'
import { sharedData, unlessAbsent } from '../support/shared-data.ts'

const { epd: tables } = loadReference()
const NAMES: readonly EpdName[] = ['magnet-n48h', 'ndpr-oxide', 'ndpr-metal-gate-to-gate']
const FOLDERS = ['ilcd-json-soda4lca', 'ilcd-sample-data', 'ilcd-xml', 'olca-ilcd']

async function real(file: string): Promise<Epd> {
  const bytes = Buffer.from(sharedData(`epd/${file}`) ?? '')
  const { epd } = await epdFormatOf(bytes).parse(bytes, tables)
  if (!epd) throw new Error(`${file} is no declaration`)
  return epd
}

function throughIlcd(epd: Epd): Epd {
  const parsed = ilcdEpd.parse(ilcdEpdWriter.write(epd, tables).bytes, tables)
  if (!parsed.epd) throw new Error(JSON.stringify(parsed.findings))
  return parsed.epd
}

t.test('real declarations', unlessAbsent(goldenData, 2500), async (t) => {
  t.test('go out as ILCD with every value at its key and every text', async (t) => {
    let right = 0
    const unnamed = /sample_EPD|sdk_sample/
    for (const file of FOLDERS.flatMap(goldenFiles).filter((each) => !unnamed.test(each))) {
      const back = throughIlcd(await real(file))
      const count = compareValues(back, file)
      t.same([count.lost, count.wrong], [[], []], file)
      compareDocument(t, back, file)
      right += count.right
    }
    t.comment(`${right} values out as ILCD and back, ${right} right, 0 lost, 0 wrong`)
    t.equal(right, 2460)
  })

  t.test('go out as native documents that its schema takes', async (t) => {
    const unnamed = /sample_EPD|sdk_sample/
    for (const file of FOLDERS.flatMap(goldenFiles).filter((each) => !unnamed.test(each))) {
      const declared = await real(file)
      const { epd, findings } = nativeEpd.parse(nativeEpdWriter.write(declared).bytes)
      t.same(findings, [], file)
      t.same(epd && nativeDocument(epd), nativeDocument(declared), file)
    }
  })

  t.test('name values whose indicator nobody can tell', async (t) => {
    const file = goldenFiles('ilcd-sample-data').find((each) => each.includes('sample_EPD')) ?? ''
    const { losses } = ilcdEpdWriter.write(await real(file), tables)
    t.equal(losses.filter(({ message }) => /no ILCD id/.test(message)).length, 2)
  })
})

t.test('our own come back from ILCD with all but what is named as lost', async (t) => {
  for (const name of NAMES) {
    const epd = epdNamed(name)
    const { losses } = ilcdEpdWriter.write(epd, tables)
    const lost = new Set(losses.map(({ pointer }) => pointer.split('/')[1]))
    const before = nativeDocument(epd)
    const after = nativeDocument(throughIlcd(epd))
    for (const key of ['id', 'name', 'standards', 'methodSet', 'validUntil', 'scenarios']) {
      if (!lost.has(key)) t.same(after[key], before[key], `${name} ${key}`)
    }
    t.same(versionKey(throughIlcd(epd).version), versionKey(epd.version))
    for (const key of Object.keys(before)) t.ok(key in after || lost.has(key), `${name} ${key}`)
    t.match(throughIlcd(epd).product, { stage: epd.product.stage, class: epd.product.class })
    t.match(throughIlcd(epd).declaredUnit, { value: epd.declaredUnit.value })
    const missing = valuesOf(epd).filter((each) => !valuesOf(throughIlcd(epd)).includes(each))
    t.ok(
      missing.every((each) => each.endsWith('not_assessed')),
      'INA alone is lost'
    )
    t.equal(losses.filter(({ message }) => /assessed/.test(message)).length, missing.length)
  }
})

function valuesOf(epd: Epd): string[] {
  return epd.results.flatMap(({ indicator, values }) =>
    values.map(({ module, scenario, status, text }) =>
      [indicator, module, scenario ?? '', text ?? status].join(' ')
    )
  )
}

t.test('CSV has one row a value, with what it is', async (t) => {
  const epd = epdNamed('ndpr-oxide')
  const rows = parseCsv(csvEpdWriter.write(epd, tables).bytes, { columns: true }) as Record<
    string,
    string
  >[]
  t.same(
    rows.map(({ indicator, module, scenario, value, status }) =>
      [indicator, module, scenario, value || status].join(' ')
    ),
    valuesOf(epd)
  )
})

t.test(
  'a unit is written as its unit group is, where the text says another one or none',
  async (t) => {
    const epd = epdNamed('ndpr-oxide')
    const values = [
      { module: 'A3', scenario: null, status: 'declared', text: '1', pointer: '' }
    ] as const
    // Phosphorus, which openEPD has no spelling for.
    const group = '0429039d-a61d-4590-ba67-aa4a20a810a1'
    const written = async (unit: string, unitGroup: string | undefined) => {
      const result = { indicator: 'EP-freshwater', method: 'EF 3.1', unit, values, pointer: '' }
      const results = [unitGroup === undefined ? result : { ...result, unitGroup }]
      const table = csvEpdWriter.write({ ...epd, results }, tables)
      const [row] = parseCsv(table.bytes, { columns: true }) as Record<string, string>[]
      const { bytes } = openEpdWriter.write({ ...epd, results }, tables)
      const { impacts } = JSON.parse(bytes.toString('utf8'))
      return [row?.['unit'], impacts['EF 3.1']['ep-fresh'].A3.unit]
    }
    t.same(await written('unstated', group), ['kg P eq', 'kg P eq'])
    t.same(await written('MJ', group), ['kg P eq', 'kg P eq'])
    t.same(await written('kg P-Äqv.', group), ['kg P-Äqv.', 'kg P-Äqv.'])
    t.same(await written('kg of P', undefined), ['kg of P', 'kg of P'])
  }
)

t.test('a table runs no formula that somebody wrote into a document', async (t) => {
  const epd = epdNamed('ndpr-oxide')
  const [first] = epd.results
  if (!first) throw new Error('no results')
  const value = { module: 'C3', pointer: '', status: 'declared' as const }
  const results = [
    {
      ...first,
      unit: '=HYPERLINK("https://evil.example")',
      values: [{ ...value, scenario: '@SUM(A1)', text: '-1.5E-3' }]
    },
    { ...first, unit: '-', values: [{ ...value, scenario: null, text: '=1+1' }] }
  ]
  const { bytes } = csvEpdWriter.write({ ...epd, results }, tables)
  const rows = parseCsv(bytes, { columns: true }) as Record<string, string>[]
  t.match(rows, [
    { unit: `'=HYPERLINK("https://evil.example")`, scenario: `'@SUM(A1)`, value: '-1.5E-3' },
    { unit: '-', value: `'=1+1` }
  ])
})

t.test(
  'a version that ILCD cannot write is named as lost, and the document stays valid',
  async (t) => {
    for (const [version, written] of [
      ['12.3', '12.03.000'],
      ['100', '00.00.000'],
      ['1.2.1000', '00.00.000']
    ] as const) {
      const { bytes, losses } = ilcdEpdWriter.write({ ...epdNamed('ndpr-oxide'), version }, tables)
      t.equal(ilcdEpd.parse(bytes, tables).epd?.version, written)
      t.ok(losses.some(({ pointer }) => pointer === '/version'))
    }
  }
)

t.test('markup in texts stays text', async (t) => {
  const epd = { ...epdNamed('ndpr-oxide'), name: { en: `<b> & "c" 'd' ]]> é \u0001` } }
  t.equal(throughIlcd(epd).name['en'], `<b> & "c" 'd' ]]> é \uFFFD`)
})

t.test('a document tells its format', async (t) => {
  for (const writer of epdWriters.filter(({ name }) => name !== 'csv')) {
    const { bytes } = await writer.write(epdNamed('ndpr-oxide'), tables)
    t.equal(epdFormatOf(bytes).name, writer.name)
    t.ok((await epdFormatOf(bytes).parse(bytes, tables)).epd, writer.name)
  }
  t.equal(epdFormatOf(Buffer.from('\uFEFF <x/>', 'utf16le')).name, 'ilcd')
  const wide = Buffer.from('\uFEFF {"id": "<"}', 'utf16le')
  for (const bytes of [wide, Buffer.from(wide).swap16()]) {
    t.throws(() => epdFormatOf(bytes), /not UTF-8/, 'it is told as JSON, not as broken XML')
  }
  t.equal(epdFormatOf(Buffer.from('{"LCIAResults":{}}')).name, 'soda4lca')
})

t.test('an edition of a standard leads to its source', (t) => {
  const standards = ['EN 15804:2012+A2:2019/AC:2021', 'EN ISO 14025:2010']
  const { bytes, losses } = ilcdEpdWriter.write({ ...epdNamed('ndpr-oxide'), standards }, tables)
  const { epd, findings } = ilcdEpd.parse(bytes, tables)
  t.match(epd, { methodSet: 'EF 3.0', standards: ['EN 15804+A2', 'ISO 14025'] })
  t.notOk(findings.some(({ code }) => code === 'EPD_METHOD_AMBIGUOUS'))
  t.ok(losses.some(({ pointer }) => pointer.startsWith('/standards')))
  t.end()
})

t.test('ILCD states no day of a validity that is known by its year', (t) => {
  const epd = epdNamed('ndpr-oxide')
  const written = (validUntil: Epd['validUntil']) => {
    const { bytes, losses } = ilcdEpdWriter.write(
      { ...epd, ...(validUntil ? { validUntil } : {}) },
      tables
    )
    return {
      day: /expirationDateOfEPD>([^<]*)</.exec(bytes.toString('utf8'))?.[1],
      year: /dataSetValidUntil>([^<]*)</.exec(bytes.toString('utf8'))?.[1],
      lost: losses.some(({ pointer }) => pointer === '/validUntil')
    }
  }
  t.same(written({ date: '2031-12-31', precision: 'year' }), {
    day: undefined,
    year: '2031',
    lost: false
  })
  t.same(written({ date: '2031-10-31', precision: 'day' }), {
    day: '2031-10-31',
    year: '2031',
    lost: false
  })
  t.end()
})

t.test('ILCD gets no id that its readers take for something else', (t) => {
  const epd = epdNamed('ndpr-oxide')
  const climate = 'a7ea142a-9749-11ed-a8fc-0242ac120002'
  const values = [
    { module: 'A3', scenario: null, status: 'declared', text: '1', pointer: '' }
  ] as const
  const ofAnother = {
    indicator: 'AP',
    method: 'EF 3.1',
    unit: 'mol H+ eq',
    reference: { uuid: climate },
    values,
    pointer: ''
  }
  const { bytes, losses } = ilcdEpdWriter.write({ ...epd, results: [ofAnother] }, tables)
  t.notOk(bytes.includes(climate), 'AP would be read as GWP-total')
  t.match(
    losses.filter(({ pointer }) => pointer === '/results/0'),
    [{ message: /^AP under EF 3.1 has the ILCD id of another method/ }]
  )
  const composition = (cas: string) => {
    const component = { substance: 'Something', sharePct: '1', cas }
    const product = {
      ...epd.product,
      composition: { basis: 'substance', complete: false, components: [component] } as const
    }
    const written = ilcdEpdWriter.write({ ...epd, product }, tables)
    return [
      /CASNumber="([^"]*)"/.exec(written.bytes.toString('utf8'))?.[1],
      written.losses.some(({ pointer }) => pointer.endsWith('/cas'))
    ]
  }
  t.same(composition('50-00-0'), ['050-00-0', false])
  t.same(composition('1313-97-9'), ['1313-97-9', false])
  t.same(composition('1234567-89-5'), [undefined, true])
  t.end()
})
