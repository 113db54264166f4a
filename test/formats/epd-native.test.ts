import { readFileSync } from 'node:fs'
import t from 'tap'
import { RegistryError } from '../../src/errors.ts'
import { epdCodecOf, epdMediaTypes } from '../../src/formats/media-types.ts'
import { nativeEpd } from '../../src/formats/native/epd.ts'
import { type EpdDocument, epdDocument, epdText } from '../support/epds.ts'
import { goldenData, goldenEpds } from '../support/golden-epds.ts'
import { unlessAbsent } from '../support/shared-data.ts'

const schema = JSON.parse(
  readFileSync(new URL('../../schemas/epd.json', import.meta.url), 'utf8')
) as EpdDocument

const parse = (document: unknown) => nativeEpd.parse(Buffer.from(JSON.stringify(document)))
const pointers = (document: unknown) => parse(document).findings.map(({ pointer }) => pointer)

t.test('the schema is closed: nothing unknown, nothing endless', async (t) => {
  let objects = 0
  const walk = (node: unknown, path: string): void => {
    if (typeof node !== 'object' || node === null) return
    const { type, ...keywords } = node as EpdDocument
    if (type === 'object') {
      objects += 1
      t.ok('additionalProperties' in keywords, `${path} says what else it takes`)
      if (!keywords['properties']) t.ok(keywords['maxProperties'], `${path} is bounded`)
    }
    if (type === 'array') {
      t.ok(keywords['maxItems'], `${path} is bounded`)
      t.notOk(Array.isArray(keywords['items']) || keywords['prefixItems'], `${path} is no tuple`)
    }
    if (type === 'string') {
      const names = Object.keys(keywords)
      t.ok(keywords['maxLength'], `${path} is bounded`)
      t.notOk(names.indexOf('pattern') < names.indexOf('maxLength') && keywords['pattern'], path)
    }
    for (const [name, value] of Object.entries(keywords)) {
      if (name !== 'examples' && name !== 'example') walk(value, `${path}/${name}`)
    }
  }
  walk(schema, '')
  t.ok(objects > 20)
  t.match(schema['$id'], 'https://lodestone.example/schemas/epd.json')
})

t.test('the examples are declarations', async (t) => {
  for (const example of schema['examples']) t.same(parse(example).findings, [])
})

t.test('each media type has its format', async (t) => {
  for (const type of nativeEpd.mediaTypes) t.equal(epdCodecOf(type)?.name, 'native')
  t.equal(new Set(epdMediaTypes).size, epdMediaTypes.length, 'and no type two of them')
  t.equal(epdCodecOf('text/plain'), undefined)
})

t.test('figures are kept as they were written anywhere, if they are decimal numbers', async (t) => {
  const figure = (value: string) =>
    epdDocument('ndpr-oxide', (epd) => (epd['results'][0].values[0].value = value))
  for (const text of ['.5', '-.5e-7', '+1.50', '7.', '007', '-0.0']) {
    t.equal(parse(figure(text)).epd?.results[0]?.values[0]?.text, text)
  }
  for (const text of ['', '.', '1,5', '+', '1 000', '1e', '0x1', 'NaN', 'ND']) {
    t.same(pointers(figure(text)), ['/results/0/values/0/value'], text)
  }
})

t.test('not declared, not assessed and zero are three things', async (t) => {
  const document = epdDocument('ndpr-oxide', (epd) => {
    epd['results'] = [
      {
        indicator: 'RWD',
        unit: 'kg',
        values: [
          { module: 'A1', value: '0' },
          { module: 'A2', value: 'INA' },
          { module: 'C4', value: 'MND' },
          { module: 'C3', scenario: 'recycling', value: '-1.50E-7' }
        ]
      }
    ]
  })
  t.same(parse(document).epd?.results[0], {
    indicator: 'RWD',
    unit: 'kg',
    pointer: '/results/0',
    values: [
      {
        module: 'A1',
        scenario: null,
        status: 'declared',
        text: '0',
        pointer: '/results/0/values/0'
      },
      {
        module: 'A2',
        scenario: null,
        status: 'not_assessed',
        text: null,
        pointer: '/results/0/values/1'
      },
      {
        module: 'C4',
        scenario: null,
        status: 'not_declared',
        text: null,
        pointer: '/results/0/values/2'
      },
      {
        module: 'C3',
        scenario: 'recycling',
        status: 'declared',
        text: '-1.50E-7',
        pointer: '/results/0/values/3'
      }
    ]
  })
})

t.test('the model holds what the document says, and nothing it does not say', async (t) => {
  const { epd } = nativeEpd.parse(Buffer.from(epdText('ndpr-oxide')))
  t.match(epd, {
    version: '01.00.000',
    name: { en: 'NdPr oxide, 99.5 %', zh: '镨钕氧化物' },
    validFrom: { date: '2026-01-01', precision: 'year' },
    validUntil: { date: '2031-12-31', precision: 'year' },
    pcr: { validUntil: { date: '2029-12-31', precision: 'year' } },
    product: { composition: { basis: 'oxide', complete: false } },
    sites: [],
    includes: [],
    documents: []
  })
  for (const absent of ['published', 'verification', 'operator', 'electricity', 'schema']) {
    t.notOk(absent in (epd ?? {}), absent)
  }
})

t.test('real values survive as they are written', unlessAbsent(goldenData, 3425), async (t) => {
  let kept = 0
  for (const { rows } of goldenEpds()) {
    const texts = rows.map((row) => row['value_verbatim'] ?? '')
    const document = epdDocument('magnet-n48h', (epd) => {
      const values = texts.map((text) => ({
        module: 'A1-A3',
        value: text === '(not declared)' ? 'MND' : text
      }))
      epd['results'] = [{ indicator: 'AP', unit: 'mol H+ eq', values }]
    })
    const parsed = parse(document)
    t.same(parsed.findings, [])
    const read = parsed.epd?.results[0]?.values.map(({ text }) => text ?? '(not declared)')
    t.same(read, texts)
    kept += read?.length ?? 0
  }
  t.comment(`${kept} values kept verbatim`)
  t.equal(kept, 3425)
})

t.test('equal content has one hash, whatever the order and spacing', async (t) => {
  const document = epdDocument('magnet-n48h')
  const reordered = Object.fromEntries(Object.entries(document).reverse())
  const hash = (value: unknown, indent?: number) =>
    nativeEpd.contentHash(Buffer.from(JSON.stringify(value, null, indent)))
  t.ok(hash(document).equals(hash(reordered, 3)))
  const other = { ...document, registrationNumber: 'other' }
  t.notOk(hash(document).equals(hash(other)))
})

t.test('an id and a version name even what is no declaration yet', async (t) => {
  const { id } = epdDocument('magnet-n48h')
  t.same(parse({ id, version: '2' }).identity, { id, version: '2' })
  t.equal(parse({ id, version: '2' }).epd, null)
  for (const document of [{ id }, { id, version: 2 }, { id: 'x', version: '2' }, [], null, 'x']) {
    t.equal(parse(document).identity, null, JSON.stringify(document))
    t.ok(parse(document).findings.length > 0)
  }
})

t.test('findings point at what does not follow the schema', async (t) => {
  const cases: Readonly<Record<string, (epd: EpdDocument) => void>> = {
    '/results/0/values/0/value': (epd) => (epd['results'][0].values[0].value = 26.4),
    '/results/1/values/0/value': (epd) => (epd['results'][1].values[0].value = '26,1'),
    '/results/2/values/0/value': (epd) => (epd['results'][2].values[0].value = 'ND'),
    '/declaredUnit/amount': (epd) => (epd['declaredUnit'].amount = '1'),
    '/id': (epd) => (epd['id'] = epd['id'].toUpperCase()),
    '/version': (epd) => (epd['version'] = '1.0-beta'),
    '/validUntil': (epd) => (epd['validUntil'] = '10/2031'),
    '/methodSet': (epd) => delete epd['methodSet'],
    '/name': (epd) => (epd['name'] = 'Magnet'),
    '/name/en': (epd) => (epd['name'].en = ' Magnet'),
    '/results': (epd) => (epd['results'] = []),
    '/geography/0': (epd) => (epd['geography'] = ['Fin']),
    '/boundary/modules': (epd) => (epd['boundary'].modules = ['A1-A3', 'A1-A3']),
    '/pcr/href': (epd) => (epd['pcr'].href = 'file:///etc/passwd')
  }
  for (const [pointer, change] of Object.entries(cases)) {
    t.same(pointers(epdDocument('magnet-n48h', change)), [pointer])
  }
  const respelled = epdDocument('magnet-n48h', (epd) => {
    epd['name'].en = ' Magnet N48H'
    epd['owner'].country = 'de'
  })
  t.match(parse(respelled).findings, [
    { pointer: '/name/en', remedy: 'Write Magnet N48H.' },
    { pointer: '/owner/country', remedy: 'Write DE.' }
  ])
  const number = parse(epdDocument('magnet-n48h', cases['/results/0/values/0/value']))
  t.match(number.findings[0], { code: 'SCHEMA', remedy: 'Write it as text: "26.4".' })
  for (const [remedy, validUntil] of [
    ['Write it like 2026-09-30.', 20311001],
    ['Write it like 2026-09-30.', { toString: 1 }],
    ['Leave the member out where there is nothing to say, or state its value.', null]
  ]) {
    const { findings } = parse(
      epdDocument('magnet-n48h', (epd) => (epd['validUntil'] = validUntil))
    )
    t.match(findings, [{ pointer: '/validUntil', remedy }])
  }
})

t.test('what two readers may read differently is no document', async (t) => {
  for (const text of ['{"id":1,"id":2}', '{', '\ufeff{}', '{"a":1e400}', '"\\ud800"']) {
    t.throws(() => nativeEpd.parse(Buffer.from(text)), RegistryError, text)
  }
})

t.test(
  'a language that is none is told by its name, and a decimal comma with an example',
  async (t) => {
    const document = epdDocument('magnet-n48h', (epd) => {
      epd['name'] = { english: 'Magnet' }
      epd['results'][0].values[0].value = '26,41'
    })
    const { findings } = nativeEpd.parse(Buffer.from(JSON.stringify(document)))
    t.match(findings, [
      {
        pointer: '/name/english',
        expected: /BCP 47/,
        actual: 'english',
        remedy: 'Write it like en.'
      },
      { pointer: '/results/0/values/0/value', actual: '26,41', remedy: 'Write it like 26.41.' }
    ])
    t.equal(findings.length, 2)
  }
)
