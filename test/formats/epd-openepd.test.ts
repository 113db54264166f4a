import { Ajv2020 } from 'ajv/dist/2020.js'
import formats from 'ajv-formats'
import t from 'tap'
import type { Epd } from '../../src/domain/epd/epd.ts'
import { RegistryError } from '../../src/errors.ts'
import { ilcdEpd } from '../../src/formats/ilcd/epd.ts'
import { ilcdEpdWriter } from '../../src/formats/ilcd/write-epd.ts'
import { nativeEpd } from '../../src/formats/native/epd.ts'
import { nativeDocument } from '../../src/formats/native/write-epd.ts'
import { openEpd } from '../../src/formats/openepd/epd.ts'
import { openEpdWriter } from '../../src/formats/openepd/write-epd.ts'
import { soda4lcaEpd } from '../../src/formats/soda4lca/epd.ts'
import { loadReference } from '../../src/reference.ts'
import { type EpdDocument, epdNamed, epdText } from '../support/epds.ts'
import { goldenData } from '../support/golden-epds.ts'
import { compareValues, goldenFiles } from '../support/golden-import.ts'
import { sharedData, unlessAbsent } from '../support/shared-data.ts'

const { epd: tables } = loadReference()
const parse = (document: unknown) => openEpd.parse(Buffer.from(JSON.stringify(document)), tables)
const SCHEMA = 'epd/openepd/Epd.light.v7.28.schema.json'
const schema = sharedData(SCHEMA)

function written(epd: Epd) {
  const { bytes, losses } = openEpdWriter.write(epd, tables)
  return { document: JSON.parse(bytes.toString('utf8')) as EpdDocument, losses }
}

function real(file: string): Epd {
  const codec = file.endsWith('.json') ? soda4lcaEpd : ilcdEpd
  const { epd } = codec.parse(Buffer.from(sharedData(`epd/${file}`) ?? ''), tables)
  if (!epd) throw new Error(`${file} is no declaration`)
  return epd
}

const folders = ['ilcd-json-soda4lca', 'ilcd-sample-data', 'ilcd-xml']
const files = () => folders.flatMap(goldenFiles)

t.test('real declarations', unlessAbsent(goldenData, 2147), async (t) => {
  t.test('come back from openEPD with every value at its key and every text', async (t) => {
    let right = 0
    for (const file of files()) {
      const epd = real(file)
      const { document } = written(epd)
      const back = parse(document)
      t.same(back.findings, [], file)
      if (!back.epd) continue
      t.same(nativeDocument(back.epd), nativeDocument(epd), file)
      const count = compareValues(back.epd, file)
      t.same([count.lost, count.wrong], [[], []], file)
      right += count.right
    }
    t.comment(`${right} values through openEPD and back, 0 wrong`)
    t.ok(right > 2000)
  })

  t.test('lie in openEPD itself at the right key, or are named as lost', async (t) => {
    const counts = { right: 0, lost: 0, wrong: 0 }
    const reasons = new Map<string, number>()
    for (const file of files()) {
      const epd = real(file)
      const { document, losses } = written(epd)
      const { ext: _ext, ...outside } = document
      for (const { pointer, message } of losses) {
        if (pointer.startsWith('/results')) reasons.set(message, (reasons.get(message) ?? 0) + 1)
      }
      const { epd: foreign } = parse(outside)
      const found = new Map(foreign ? entriesOf(foreign) : [])
      const lost = new Set(losses.map(({ pointer }) => pointer))
      for (const [at, result] of epd.results.entries()) {
        for (const [index, value] of result.values.entries()) {
          const key = keyOf(result.indicator, value.module, value.scenario)
          const named = lost.has(`/results/${at}`) || lost.has(`/results/${at}/values/${index}`)
          const same = found.has(key) && found.get(key) === Number(value.text)
          if (named) counts.lost += 1
          else if (same) counts.right += 1
          else counts.wrong += 1
        }
      }
      t.ok(foreign, file)
    }
    t.comment(JSON.stringify({ ...counts, reasons: Object.fromEntries(reasons) }))
    t.equal(counts.wrong, 0)
    t.ok(counts.right > 1700)
  })
})

function keyOf(indicator: string, module: string, scenario: string | null): string {
  return `${indicator} ${module} ${scenario ?? ''}`
}

function entriesOf(epd: Epd): [string, number][] {
  return epd.results.flatMap(({ indicator, values }) =>
    values.map(({ module, scenario, text }): [string, number] => [
      keyOf(indicator, module, scenario),
      Number(text)
    ])
  )
}

t.test(
  'writes what the schema of openEPD takes',
  unlessAbsent({ [SCHEMA]: schema }, 3),
  async (t) => {
    const ajv = new Ajv2020({ strict: false })
    formats.default(ajv)
    const validate = ajv.compile(JSON.parse(schema ?? '{}'))
    for (const name of ['magnet-n48h', 'ndpr-oxide'] as const) {
      t.ok(validate(written(epdNamed(name)).document), JSON.stringify(validate.errors))
    }
    for (const file of files()) {
      t.ok(validate(written(real(file)).document), `${file} ${JSON.stringify(validate.errors)}`)
    }
  }
)

t.test('names what openEPD has no place for', async (t) => {
  const { losses } = written(epdNamed('ndpr-oxide'))
  const pointers = losses.map(({ pointer }) => pointer)
  for (const pointer of ['/product/stage', '/product/composition', '/allocation']) {
    t.ok(
      pointers.some((lost) => lost === pointer || pointer.startsWith(`${lost}/`)),
      pointer
    )
  }
  t.ok(
    losses.some(({ message }) => /not assessed/.test(message)),
    'INA is not a number'
  )
})

t.test('a province that openEPD does not have is written as its country, and named', async (t) => {
  const geography = ['AU-WA', 'AU', 'US-CA', 'CN-NM', '150']
  const { document, losses } = written({ ...epdNamed('ndpr-oxide'), geography })
  t.same(document['applicable_in'], ['AU', 'US-CA', 'CN', '150'])
  t.same(
    losses.map(({ pointer }) => pointer).filter((pointer) => pointer.startsWith('/geography')),
    ['/geography/0', '/geography/3']
  )
})

t.test('a language of three letters is not taken for one of two', async (t) => {
  for (const [tag, language] of [
    ['fil', undefined],
    ['zh-Hans', 'zh'],
    ['de', 'de']
  ] as const) {
    const { document, losses } = written({ ...epdNamed('ndpr-oxide'), name: { [tag]: 'NdPr' } })
    t.equal(document['language'], language)
    t.equal(
      losses.some(({ pointer }) => pointer.startsWith('/name')),
      tag !== language
    )
  }
})

t.test('the document stands where the extension says something else', async (t) => {
  const { document } = written(epdNamed('ndpr-oxide'))
  document['impacts']['EF 3.0'].gwp.A1.mean = 5
  const { epd, findings } = parse(document)
  t.match(findings, [{ code: 'EPD_DOCUMENT_UNCLEAR', pointer: '/ext/lodestone' }])
  const gwp = epd?.results.find(({ indicator }) => indicator === 'GWP-total')
  t.equal(gwp?.values.find(({ module }) => module === 'A1')?.text, '5')
})

t.test('a version is a whole number, however JSON spells it, or is refused', async (t) => {
  const others = {
    doctype: 'openEPD',
    id: 'EC300001',
    product_name: 'Nd metal',
    manufacturer: { name: 'Smelter' },
    impacts: { 'EF 3.1': { gwp: { A1A2A3: { mean: 1, unit: 'kgCO2e' } } } }
  }
  const read = (version: string) => {
    const text = JSON.stringify({ ...others, version: 0 }).replace(
      '"version":0',
      `"version":${version}`
    )
    return openEpd.parse(Buffer.from(text), tables)
  }
  for (const [spelled, version] of [
    ['3', '3'],
    ['0', '0'],
    ['3.0', '3'],
    ['1e2', '100'],
    ['null', '1']
  ] as const) {
    const { epd, findings } = read(spelled)
    t.equal(epd?.version, version, spelled)
    t.same(findings, [], spelled)
  }
  for (const wrong of ['-1', '1.5', '12345678901']) {
    t.match(read(wrong).findings, [
      { code: 'EPD_DOCUMENT', severity: 'error', pointer: '/version', actual: wrong, remedy: /./ }
    ])
  }
})

t.test('a time is its day, and what is neither is refused as it stands', async (t) => {
  const dates = (date: string) => {
    const { epd } = parse({
      doctype: 'openEPD',
      id: 'EC300001',
      product_name: 'Nd metal',
      manufacturer: { name: 'Smelter' },
      date_of_issue: date,
      valid_until: date,
      impacts: { 'EF 3.1': { gwp: { A1A2A3: { mean: 1, unit: 'kgCO2e' } } } }
    })
    return [epd?.validFrom?.date, epd?.validUntil?.date]
  }
  for (const time of ['', 'T23:30:00Z', 'T23:30:00.123456+01:00', ' 00:00:00', 'T00:00']) {
    t.same(dates(`2026-01-31${time}`), ['2026-01-31', '2026-01-31'], time)
  }
  for (const no of ['2026-01-310', '2026-01-31 or later']) t.same(dates(no), [no, no])
})

t.test('reads what others wrote', async (t) => {
  const { epd, findings } = parse({
    doctype: 'openEPD',
    id: 'EC300001',
    version: 2,
    product_name: 'Nd metal',
    manufacturer: { name: 'Smelter' },
    declared_unit: { qty: 1, unit: 't' },
    date_of_issue: '2026-01-31T00:00:00Z',
    applicable_in: ['CN', 'EU27'],
    impacts: {
      'CML 2012': { ep: { A1A2A3: { mean: 0.5, unit: 'kg PO4 eq' } } },
      'TRACI 2.1': { gwp: { A1: { mean: -1e-7, unit: 'kgCO2e' }, A2: null } }
    },
    output_flows: { hlrw: { A1: { mean: 1, unit: 'kg' } } }
  })
  t.match(epd, {
    version: '2',
    declaredUnit: { value: '1', unit: 'TNE' },
    published: { date: '2026-01-31', precision: 'day' },
    geography: ['CN'],
    results: [
      { indicator: 'EP', method: 'EN15804+A1', values: [{ module: 'A1-A3', text: '0.5' }] },
      { indicator: 'GWP', method: 'TRACI 2.1', values: [{ text: '-1e-7' }] }
    ]
  })
  t.same(
    findings.map(({ pointer }) => pointer),
    ['/applicable_in/1', '/output_flows/hlrw']
  )
})

t.test('cuts no character in two where openEPD takes fewer', async (t) => {
  const { epd } = nativeEpd.parse(Buffer.from(epdText('magnet-n48h')))
  if (!epd) throw new Error('the epdNamed is no declaration')
  const name = { en: `${'x'.repeat(199)}😀 magnet` }
  const owner = { name: `${'y'.repeat(199)}😀` }
  const { bytes, losses } = openEpdWriter.write({ ...epd, name, owner }, tables)
  t.ok(JSON.stringify(JSON.parse(bytes.toString('utf8'))).isWellFormed())
  t.same(openEpd.parse(bytes, tables).epd?.name, name, 'and is read again')
  t.match(JSON.parse(bytes.toString('utf8')), { product_name: 'x'.repeat(199) })
  t.ok(['/name', '/owner'].every((part) => losses.some(({ pointer }) => pointer.startsWith(part))))
  const document = { ...SMELTER, [`${'z'.repeat(10)}`]: `${'w'.repeat(59)}😀 and more` }
  const { unread = [] } = openEpd.parse(Buffer.from(JSON.stringify(document)), tables, {
    unread: true
  })
  t.ok(unread.length > 0 && unread.every(({ message }) => !/[\ud800-\udfff]/.test(message)))
})

t.test('knows a verifier by the web domain, whatever the verifier is called', async (t) => {
  const owner = { name: 'Smelter', web_domain: 'smelter.example' }
  const told = (parties: Record<string, unknown>) => {
    const document = {
      ...SMELTER,
      manufacturer: owner,
      impacts: { 'EF 3.1': { gwp: { A1A2A3: { mean: 1, unit: 'kgCO2e' } } } },
      ...parties
    }
    return parse(document).findings.filter(({ code }) => code === 'EPD_REVIEWER')
  }
  const verifier = (web_domain?: string, name = 'Smelter Reviews Ltd') => ({
    third_party_verifier: { name, web_domain }
  })
  for (const domain of [
    'smelter.example',
    'https://www.Smelter.example/about',
    'SMELTER.example.'
  ]) {
    t.match(told(verifier(domain)), [
      { pointer: '/third_party_verifier/web_domain', message: /of the owner/ }
    ])
  }
  const developer = { name: 'LCA house', web_domain: 'lca.example' }
  t.match(told({ ...verifier('lca.example'), epd_developer: developer }), [
    { message: /of the practitioner/ }
  ])
  t.same(told(verifier('reviews.example')), [])
  t.same(told(verifier()), [], 'where one has none, names tell')
  t.same(told({ ...verifier(), manufacturer: { name: 'Smelter' } }), [])
  t.same(told(verifier('smelter.example', 'Smelter')), [], 'of the same name the rules judge')
  const both = {
    ...SMELTER,
    ...verifier('reviews.example'),
    third_party_verifier_name: 'Dr. Jones'
  }
  const { unread } = openEpd.parse(Buffer.from(JSON.stringify(both)), tables, { unread: true })
  t.match(
    unread?.find(({ pointer }) => pointer === '/third_party_verifier_name'),
    { message: /Dr. Jones/ }
  )
})

const SMELTER = {
  doctype: 'openEPD',
  id: 'EC3XYZ12',
  product_name: 'Nd metal',
  manufacturer: { name: 'Smelter' },
  declared_unit: { qty: 1, unit: 'kg' }
}

t.test(
  'a month without a day is its first or last, and goes out as a day that is told',
  async (t) => {
    const dates = { date_of_issue: '2024-05', valid_until: '2029-02' }
    const { epd } = openEpd.parse(Buffer.from(JSON.stringify({ ...SMELTER, ...dates })), tables)
    t.match(epd, {
      published: { date: '2024-05-01', precision: 'month' },
      validUntil: { date: '2029-02-28', precision: 'month' }
    })
    if (!epd) throw new Error('it was not read')
    t.match(nativeDocument(epd), {
      published: '2024-05',
      validFrom: '2024-05',
      validUntil: '2029-02'
    })
    const out = await openEpdWriter.write(epd, tables)
    t.match(JSON.parse(Buffer.from(out.bytes).toString('utf8')), { valid_until: /^2029-02-28T/ })
    const xml = await ilcdEpdWriter.write(epd, tables)
    t.match(Buffer.from(xml.bytes).toString('utf8'), /expirationDateOfEPD>2029-02-28</)
    for (const { losses } of [out, xml]) {
      const lost = losses.find(({ pointer }) => pointer === '/validUntil')
      t.match(lost, { message: /month/ })
    }
  }
)

t.test('keeps the unit of every figure, and tells what it does not take', async (t) => {
  const gwp = {
    A1: { mean: 1, unit: 'kgCO2e' },
    A2: { mean: 0.002, unit: 'tCO2e' },
    A3: { mean: 3, unit: 'kgCO2e' },
    C_scenarios: [
      { name: 'landfill', C4: { mean: 4, unit: 'tCO2e' } },
      { C4: { mean: 5, unit: 'kgCO2e' } },
      { name: 'sold', C4: { mean: '6', unit: 'kgCO2e' } }
    ]
  }
  const ingredient = { qty: 1, link: 'https://epd.example/1' }
  const { epd, findings, unread } = openEpd.parse(
    Buffer.from(
      JSON.stringify({
        doctype: 'openEPD',
        id: 'EC300001',
        product_name: 'Nd metal',
        manufacturer: { name: 'Smelter' },
        impacts: { 'EF 3.1': { gwp } },
        includes: [ingredient, { ...ingredient, qty: -2 }, { qty: 1, link: 'page 7' }]
      })
    ),
    tables,
    { unread: true }
  )
  const [kilograms, tonnes, ...more] = epd?.results ?? []
  t.same(more, [])
  t.match(kilograms, { unit: 'kgCO2e', pointer: '/impacts/EF 3.1/gwp' })
  t.match(tonnes, { unit: 'tCO2e', pointer: '/impacts/EF 3.1/gwp/A2' })
  t.same(
    kilograms?.values.map(({ module, text }) => [module, text]),
    [
      ['A1', '1'],
      ['A3', '3']
    ]
  )
  t.same(
    tonnes?.values.map(({ module, scenario, text }) => [module, scenario, text]),
    [
      ['A2', null, '0.002'],
      ['C4', 'landfill', '4']
    ]
  )
  const told = [
    ...['/impacts/EF 3.1/gwp/C_scenarios/1', '/impacts/EF 3.1/gwp/C_scenarios/2/C4'],
    ...['/includes/1', '/includes/2']
  ]
  t.same(findings.map(({ pointer }) => pointer).sort(), told)
  const lost = unread?.map(({ pointer }) => pointer) ?? []
  t.ok(
    told.every((pointer) => lost.includes(pointer)),
    'as losses too'
  )
})

t.test('writes the same number where another format spells it as JSON does not', async (t) => {
  const epd = epdNamed('magnet-n48h')
  const [first, ...rest] = epd.results
  if (!first) throw new Error('no results')
  const figure = (text: string) => ({ module: 'A1', scenario: null, pointer: '', text })
  for (const [text, mean] of [
    ['.50', '0.50'],
    ['+7.', '7']
  ] as const) {
    const values = [{ ...figure(text), status: 'declared' as const }]
    const respelled = { ...epd, results: [{ ...first, values }, ...rest] }
    const { bytes, losses } = openEpdWriter.write(respelled, tables)
    t.match(bytes.toString('utf8'), `"mean": ${mean},`)
    t.match(
      losses.filter(({ message }) => message.includes(text)).map(({ pointer }) => pointer),
      ['/results/0/values/0']
    )
    const { epd: back } = openEpd.parse(bytes, tables)
    t.equal(back?.results[0]?.values[0]?.text, text, 'as it was written, from the extension')
  }
})

t.test('tells what others wrote and a declaration cannot hold, part by part', async (t) => {
  const unread = (document: unknown) =>
    openEpd
      .parse(Buffer.from(JSON.stringify(document)), tables, { unread: true })
      .unread?.map(({ pointer }) => pointer)
  const { document } = written(epdNamed('ndpr-oxide'))
  const { ext, lca_discussion: _note, ...plain } = document
  t.same(unread({ ...plain, ext }), ['/ext'], 'an extension that does not agree')
  t.same(unread(document), [], 'what our own extension holds is all there')
  t.same(unread(plain), [], 'everything else that we write is read')
  const gwp = { A1A2A3: { mean: 3, unit: 'kgCO2e', rsd: 0.2 }, 'x/y': { mean: 1 } }
  const foreign = {
    ...plain,
    manufacturer: { ...plain['manufacturer'], web_domain: 'smelter.example', alt_names: ['S'] },
    impacts: { 'TRACI 2.1': { gwp } },
    output_flows: { hlrw: { A1: { mean: 1, unit: 'kg' } } },
    plants: [{ name: 'Works', pluscode: '8FVC' }, { name: 'Other works' }],
    product_sku: null,
    id: 'EC300001',
    alt_ids: { ...plain['alt_ids'], 'oekobau.dat': 'bdda4364-451f-4df2-a68b-5912469ee4c9' },
    ext: { acme: { color: 'blue' } }
  }
  t.same(unread(foreign)?.sort(), [
    '/alt_ids/oekobau.dat',
    '/ext',
    '/id',
    '/impacts/TRACI 2.1/gwp/A1A2A3/rsd',
    '/impacts/TRACI 2.1/gwp/x~1y',
    '/manufacturer/alt_names',
    '/output_flows/hlrw',
    '/plants'
  ])
  t.equal(parse(foreign).unread, undefined, 'only where it is wanted')
  const gwpOf = (A1: unknown) =>
    parse({ ...plain, impacts: { 'TRACI 2.1': { gwp: { A1, A2: { mean: 1, unit: 'kgCO2e' } } } } })
  t.same(gwpOf(null).findings, [], 'left out')
  for (const figure of [{ mean: '3', unit: 'kgCO2e' }, { unit: 'kgCO2e' }, 3, 'MND']) {
    t.match(gwpOf(figure).findings, [{ pointer: '/impacts/TRACI 2.1/gwp/A1' }], 'no number')
  }
})

t.test('an extension says nothing that the native format would refuse', async (t) => {
  const full = {
    ...epdNamed('magnet-n48h'),
    electricity: { approach: 'market_based', kgCo2ePerKwh: '0.045' },
    includes: [
      { epd: '01890a5d-ac96-774b-bcce-b302099a8057', quantity: { value: '0.3', unit: 'KGM' } }
    ],
    documents: [{ kind: 'epd_pdf', href: 'https://epd.example/a.pdf', sha256: 'ab'.repeat(32) }]
  } as const
  const { document } = written(full)
  const inside = document['ext'].lodestone
  const carried = (changes: object) =>
    parse({ ...document, ext: { lodestone: { ...inside, ...changes } } })
  t.same(carried({}).epd?.includes, full.includes)
  t.same(carried({}).findings, [])
  const [included, file] = [full.includes[0], full.documents[0]]
  for (const changes of [
    { includes: [{ ...included, epd: 'x' }] },
    { includes: [{ ...included, version: 'latest' }] },
    { electricity: { approach: 'market_based', kgCo2ePerKwh: '1,5' } },
    { documents: [{ ...file, sha256: 'x' }] },
    { owner: { ...inside.owner, organization: 'x' } },
    { sites: [{ facility: 'x' }] }
  ]) {
    const { epd, findings } = carried(changes)
    t.match(epd, { electricity: undefined, includes: [], sites: [] }, 'the document stands')
    t.match(findings, [{ code: 'EPD_DOCUMENT_UNCLEAR', pointer: '/ext/lodestone' }])
  }
})

t.test('refuses', async (t) => {
  for (const document of [{}, [], null, { doctype: 'openIndustryEpd' }]) {
    t.throws(() => parse(document), RegistryError)
  }
  t.equal(parse({ doctype: 'openEPD' }).epd, null)
  t.equal(parse({ doctype: 'openEPD' }).findings.length, 3)
  const { document } = written(epdNamed('ndpr-oxide'))
  for (const inside of [null, 3, [], {}, { ...document['ext'].lodestone, results: [3] }]) {
    t.ok(parse({ ...document, ext: { lodestone: inside } }).epd, 'the document stands')
  }
})

t.test('no day of issue is made of the year that data are from', async (t) => {
  const { published: _published, ...epd } = epdNamed('magnet-n48h')
  const issued = (validFrom: Epd['validFrom']) => {
    const { document, losses } = written({ ...epd, ...(validFrom ? { validFrom } : {}) })
    return [
      document['date_of_issue'] ?? null,
      losses.some(({ pointer }) => pointer === '/validFrom')
    ]
  }
  t.same(issued({ date: '2018-01-01', precision: 'year' }), [null, true])
  t.same(issued({ date: '2018-03-01', precision: 'month' }), [null, true])
  t.same(issued({ date: '2018-03-04', precision: 'day' }), ['2018-03-04T00:00:00Z', false])
})
