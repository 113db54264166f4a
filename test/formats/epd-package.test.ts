import t from 'tap'
import type { Epd } from '../../src/domain/epd/epd.ts'
import { RegistryError } from '../../src/errors.ts'
import { ilcdPackage } from '../../src/formats/ilcd/archive/epd.ts'
import { listPackage, readPackageFile } from '../../src/formats/ilcd/archive/files.ts'
import { openPackages } from '../../src/formats/ilcd/archive/split.ts'
import { ilcdPackageWriter } from '../../src/formats/ilcd/archive/write-package.ts'
import { ilcdEpd } from '../../src/formats/ilcd/epd.ts'
import { ilcdEpdWriter } from '../../src/formats/ilcd/write-epd.ts'
import { nativeEpd } from '../../src/formats/native/epd.ts'
import { readZip } from '../../src/formats/zip/read-zip.ts'
import { writeZip } from '../../src/formats/zip/write-zip.ts'
import { loadReference } from '../../src/reference.ts'
import { epdText } from '../support/epds.ts'
import { goldenData } from '../support/golden-epds.ts'
import { compareDocument, compareValues, goldenFiles, misplaced } from '../support/golden-import.ts'
import { contact, flow, ID, packageOf, process, source } from '../support/ilcd-package.ts'
import { sharedBytes, unlessAbsent } from '../support/shared-data.ts'

const { epd: tables } = loadReference()
const parse = (bytes: Buffer) => ilcdPackage.parse(bytes, tables)

function bytesOf(file: string): Buffer {
  const [zip = ''] = file.split('!')
  return sharedBytes(`epd/${zip}`) ?? Buffer.alloc(0)
}

async function declared(files: Readonly<Record<string, string>>): Promise<Epd> {
  const { epd, findings } = await parse(await packageOf(files))
  if (!epd) throw new Error(JSON.stringify(findings))
  return epd
}

t.test('real packages', unlessAbsent(goldenData, 925), async (t) => {
  t.test('are read with every value at its key', async (t) => {
    let read = 0
    for (const file of goldenFiles('ilcd-zip')) {
      const { epd, findings } = await parse(bytesOf(file))
      t.ok(epd, `${file} ${JSON.stringify(findings)}`)
      if (!epd) continue
      const count = compareValues(epd, file)
      t.same({ lost: count.lost, wrong: count.wrong }, { lost: [], wrong: [] }, file)
      t.same(misplaced(epd, file, tables.indicators), [], file)
      compareDocument(t, epd, file)
      read += count.right
    }
    t.comment(`${read} values read from packages, ${read} right, 0 lost, 0 wrong`)
    t.equal(read, 925)
  })

  t.test('hold the product, its unit by id and the files beside it', async (t) => {
    const units: Record<string, unknown> = {}
    for (const file of goldenFiles('ilcd-zip')) {
      const { epd } = await parse(bytesOf(file))
      const { value, unit, properties } = epd?.declaredUnit ?? {}
      const [property] = properties ?? []
      const about = property ? ` ${property.property} ${property.value} ${property.unit}` : ''
      units[file.split('_')[0] ?? ''] = `${value} ${unit}${about}`
    }
    t.same(units, {
      'ilcd-zip/environdec': '1 MTK',
      'ilcd-zip/epditaly': '1 MTQ bulk_density 17.5 kg/m^3',
      'ilcd-zip/oekobau': '1 MTK grammage 13.17 kg/m^2'
    })
    const oekobau = goldenFiles('ilcd-zip').find((file) => file.includes('oekobau')) ?? ''
    const { epd } = await parse(bytesOf(oekobau))
    t.equal(epd?.pcr?.publisher, 'ift Rosenheim')
    t.equal(epd?.documents.length, 4)
    const files = await listPackage(bytesOf(oekobau), tables)
    t.equal(files.length, 36)
    for (const { sha256, mediaType } of epd?.documents ?? []) {
      t.equal(mediaType, 'application/pdf')
      t.ok(
        files.some((file) => file.sha256 === sha256),
        'each named document is a file of the package'
      )
    }
    const [first] = files
    const bytes = await readPackageFile(bytesOf(oekobau), first?.path ?? '', tables)
    t.equal(bytes?.bytes.length, first?.size)
    t.equal(await readPackageFile(bytesOf(oekobau), '../x', tables), undefined)
  })

  t.test('tell everything that a conversion leaves behind', async (t) => {
    const oekobau = goldenFiles('ilcd-zip').find((file) => file.includes('oekobau')) ?? ''
    const { unread = [] } = await ilcdPackage.parse(bytesOf(oekobau), tables, { unread: true })
    const told = unread.map(({ pointer }) => pointer).join('\n')
    t.match(told, /synonyms/)
    t.match(told, /copyright/)
    t.match(told, /contactAddress/)
    t.match(told, /indicator|flows~13449546e/)
    t.ok(unread.every(({ of }) => of === 'document'))
  })
})

t.test('the product flow', async (t) => {
  t.test('counts in the exact version that is named', async (t) => {
    const files = {
      'flows/1.xml': flow({ version: '01.00.000', mean: '2' }),
      'flows/2.xml': flow({ version: '02.00.000', mean: '3' })
    }
    const first = await declared({ ...files, 'processes/p.xml': process({ flow: '01.00.000' }) })
    t.match(first.declaredUnit, { value: '2', unit: 'KGM' })
    const second = await declared({ ...files, 'processes/p.xml': process({ flow: '02.00.000' }) })
    t.match(second.declaredUnit, { value: '3', unit: 'KGM' })
    const any = await declared({ ...files, 'processes/p.xml': process({}) })
    t.match(any.declaredUnit, { value: '3' }, 'the newest where none is named')
    const bytes = await packageOf({ ...files, 'processes/p.xml': process({ flow: '03.00.000' }) })
    const { epd, findings } = await parse(bytes)
    t.match(epd?.declaredUnit, { unit: 'unstated' }, 'never another version')
    t.match(
      findings.find(({ code }) => code === 'EPD_DOCUMENT_UNCLEAR'),
      { expected: '03.00.000', actual: '01.00.000, 02.00.000' }
    )
  })

  t.test('counts times the amount of the exchange', async (t) => {
    const epd = await declared({
      'processes/p.xml': process({ amount: '2.5' }),
      'flows/f.xml': flow({ mean: '4' })
    })
    t.match(epd.declaredUnit, { value: '10', unit: 'KGM' })
    const parameterized = await declared({
      'processes/p.xml': process({ amount: '1', resulting: '2.5E3' }),
      'flows/f.xml': flow({ mean: '4' })
    })
    t.match(parameterized.declaredUnit, { value: '10000' }, 'what results where parameters count')
  })

  t.test('is not multiplied from what is no number', async (t) => {
    for (const [file, given] of [
      ['/exchanges/exchange/meanAmount', { process: { amount: '1,0' }, flow: {} }],
      ['/exchanges/exchange/resultingAmount', { process: { resulting: '1 000' }, flow: {} }],
      ['/flowProperties/flowProperty/meanValue', { process: {}, flow: { mean: '0,5' } }]
    ] as const) {
      const bytes = await packageOf({
        'processes/p.xml': process(given.process),
        'flows/f.xml': flow(given.flow)
      })
      const { findings } = await parse(bytes)
      const told = findings.filter(({ code }) => code === 'EPD_VALUE_INVALID')
      t.match(told, [{ severity: 'error', remedy: /with a point/ }])
      t.ok(told[0]?.pointer.endsWith(file), file)
    }
  })

  t.test('holds its biogenic carbon as an exact number, or says what is none', async (t) => {
    const carbon = async (amount: string, mean: string) => {
      const property = `<flowProperty dataSetInternalID="5"><referenceToFlowPropertyDataSet
        refObjectId="62e503ce-544a-4599-b2ad-bcea15a7bf20"/><meanValue>${mean}</meanValue></flowProperty>`
      const { biogenicCarbon } = await declared({
        'processes/p.xml': process({ amount }),
        'flows/f.xml': flow().replace('</flowProperties>', `${property}</flowProperties>`)
      })
      return biogenicCarbon?.productKg
    }
    t.equal(await carbon('1.0', '0.50'), '0.50', 'as it is stated')
    t.equal(await carbon('1', '5E-3'), '0.005', 'as our own format takes it')
    t.equal(await carbon('2', '0.5'), '1')
    t.equal(await carbon('1.000000000000000000001', '0.5'), '0.5000000000000000000005')
    t.equal(await carbon('1', '0,5'), '0,5', 'which the rules refuse')
    t.equal(await carbon('2', '0,5'), '0,5')
  })

  t.test('is measured by the id of its property, which one digit changes', async (t) => {
    const mass = '93a60a56-a3c8-11da-a746-0800200b9a66'
    const heat = '93a60a56-a3c8-11da-a746-0800200c9a66'
    for (const [property, unit] of [
      [mass, 'KGM'],
      [heat, '3B']
    ] as const) {
      const epd = await declared({
        'processes/p.xml': process({}),
        'flows/f.xml': flow({ property })
      })
      t.equal(epd.declaredUnit.unit, unit)
    }
  })

  t.test('is read by neither of two files that both say they are it', async (t) => {
    const bytes = await packageOf({
      'processes/p.xml': process({}),
      'flows/a.xml': flow({}),
      'flows/b.xml': flow({ mean: '9' })
    })
    const { epd, findings } = await parse(bytes)
    t.equal(epd?.declaredUnit.unit, 'unstated')
    t.ok(findings.some(({ message }) => /Two files/.test(message)))
  })
})

t.test('properties that a declaration has no field for are told', async (t) => {
  const property = (id: string, value: string) =>
    `<PropertyData property="${id}"><Data format="float">${value}</Data></PropertyData>`
  const details = (id: string, name: string, unit: string) =>
    `<PropertyDetails id="${id}"><Name>${name}</Name><Units name="${unit}"/></PropertyDetails>`
  const text = flow()
    .replace(
      '</dataSetInformation>',
      `<c:other><MatML_Doc xmlns="http://www.matml.org/"><Material><BulkDetails>
       ${property('a', '7240')}${property('b', '0.35')}</BulkDetails></Material><Metadata>
       ${details('a', 'gross density', 'kg/m^3')}${details('b', 'conductivity', 'W/mK')}
       </Metadata></MatML_Doc></c:other></dataSetInformation>`
    )
    .replace(
      '</flowProperties>',
      `<flowProperty dataSetInternalID="4"><referenceToFlowPropertyDataSet
       refObjectId="93a60a56-a3c8-22da-a746-0800200c9a66"/><meanValue>0.000138</meanValue>
       </flowProperty></flowProperties>`
    )
  const bytes = await packageOf({ 'processes/a.xml': process(), 'flows/f.xml': text })
  const { epd, unread = [] } = await ilcdPackage.parse(bytes, tables, { unread: true })
  t.match(epd?.declaredUnit, { properties: [{ property: 'gross_density', value: '7240' }] })
  const told = unread.map(({ message }) => message.replace(/.*: /, ''))
  for (const lost of ['0.35', 'W/mK', '0.000138']) t.ok(told.includes(lost), lost)
  t.notOk(told.includes('7240'))
})

t.test('contacts and sources say what the reference does not', async (t) => {
  const epd = await declared({
    'processes/p.xml': process({}),
    'contacts/c.xml': contact({ www: 'https://smelter.example' }),
    'sources/s.xml': source({ file: '../external_docs/EPD%20final.pdf' }),
    'external_docs/EPD final.pdf': '%PDF-1.7'
  })
  t.same(epd.owner, { name: 'Smelter', website: 'https://smelter.example' })
  t.match(epd.documents, [
    { kind: 'epd_pdf', href: `urn:uuid:${ID.source}`, mediaType: 'application/pdf' }
  ])
  const missing = await parse(
    await packageOf({ 'processes/p.xml': process({}), 'sources/s.xml': source({ file: 'x.pdf' }) })
  )
  t.ok(missing.findings.some(({ message }) => /does not hold the file/.test(message)))
})

t.test('one package for each of several declarations', async (t) => {
  const other = '22222222-2222-4333-8444-555555555555'
  const bytes = await packageOf({
    'processes/a.xml': process({}),
    'processes/b.xml': process({ id: other, flow: '09.00.000' }),
    'flows/f.xml': flow({}),
    'contacts/c.xml': contact({}),
    'sources/s.xml': source({ file: '../external_docs/a.pdf' }),
    'external_docs/a.pdf': 'a',
    'external_docs/nobody.pdf': 'b'
  })
  const whole = await parse(bytes)
  t.equal(whole.epd, null)
  t.match(whole.findings, [{ code: 'EPD_DOCUMENT', expected: 'one process data set' }])
  const packages = await ilcdPackage.split(bytes, tables)
  const ids = await Promise.all(packages.map(async (each) => (await parse(each)).epd?.id))
  t.same(ids, [ID.process, other])
  for (const each of packages) {
    const paths = (await listPackage(each, tables)).map(({ path }) => path)
    t.equal(paths.filter((path) => path.includes('processes')).length, 1, 'nothing of the other')
    t.ok(paths.includes('ILCD/external_docs/a.pdf'))
    t.notOk(paths.includes('ILCD/external_docs/nobody.pdf'))
  }
  t.ok((await ilcdPackage.split(packages[0] ?? bytes, tables))[0]?.equals(packages[0] ?? bytes))
})

t.test(
  'two files that are the same version of one declaration are told, with both names',
  async (t) => {
    const version = (text: string) => (xml: string) =>
      xml.replace(/(<c:dataSetVersion>)[^<]*/, `$1${text}`)
    const bytes = await packageOf({
      'processes/a.xml': version('01.00')(process({})),
      'processes/b.xml': process({ id: '22222222-2222-4333-8444-555555555555' }),
      'old/processes/a.xml': version('01.00.000')(process({}))
    })
    const { paths, packageAt } = await openPackages(bytes, tables.archive)
    for (const [index, path] of paths.entries()) {
      const error = await packageAt(index).then(
        () => null,
        (thrown: RegistryError) => thrown
      )
      if (path.endsWith('b.xml')) {
        t.equal(error, null, 'the others stand')
        continue
      }
      t.equal(error?.code, 'BODY_INVALID')
      t.match(
        error?.message,
        /2 files .* 11111111.*: ILCD\/old\/processes\/a.xml, ILCD\/processes\/a.xml/
      )
      const other = path.includes('old') ? 'ILCD/processes/a.xml' : 'ILCD/old/processes/a.xml'
      t.match(error?.details, [
        {
          pointer: `/${path.replaceAll('/', '~1')}`,
          message: `It is the same version as ${other}.`,
          remedy: /^Keep one/
        }
      ])
    }
    await t.rejects(ilcdPackage.split(bytes, tables), { code: 'BODY_INVALID' })
    const next = await packageOf({
      'processes/a.xml': version('01.00.000')(process({})),
      'processes/b.xml': version('01.00.001')(process({}))
    })
    t.equal((await ilcdPackage.split(next, tables)).length, 2, 'two versions are two declarations')
  }
)

t.test(
  'versions of one declaration come the oldest first, whatever their files are called',
  async (t) => {
    const version = (text: string) => process().replace('01.00.000', text)
    const other = process({ id: '11111111-2222-4333-8444-666666666666' })
    const bytes = await packageOf({
      'processes/a.xml': version('02.00.000'),
      'processes/b.xml': other,
      'processes/c.xml': version('01.10'),
      'processes/d.xml': version('01.09.000')
    })
    const { paths } = await openPackages(bytes, tables.archive)
    const names = paths.map((path) => path.slice(-5, -4))
    t.same(names, ['d', 'c', 'a', 'b'])
  }
)

t.test(
  'data sets that were sorted into folders of their own count as those beside them',
  async (t) => {
    const bytes = await packageOf({
      'processes/a.xml': process(),
      'processes/magnets/2026/b.xml': process({ id: '11111111-2222-4333-8444-666666666666' }),
      'flows/products/c.xml': flow({ mean: '5' }),
      'external_docs/d.xml': '<page/>'
    })
    const { paths, packageAt } = await openPackages(bytes, tables.archive)
    t.same(paths, ['ILCD/processes/a.xml', 'ILCD/processes/magnets/2026/b.xml'])
    for (const index of paths.keys()) {
      const { epd } = await parse(await packageAt(index))
      t.match(epd?.declaredUnit, { value: '5', unit: 'KGM' }, 'with its product')
    }
  }
)

t.test('is the same content however it is packed', async (t) => {
  const files = { 'processes/p.xml': process({}), 'flows/f.xml': flow({}) }
  const turned = { 'flows/f.xml': flow({}), 'processes/p.xml': process({}) }
  const hash = async (packed: Readonly<Record<string, string>>) =>
    ilcdPackage.contentHash(await packageOf(packed), tables)
  const known = await hash(files)
  t.ok(known.equals(await hash(turned)))
  const changed = await hash({ ...files, 'flows/f.xml': flow({ mean: '2' }) })
  t.notOk(changed.equals(known), 'a dependency is content')
})

t.test('goes out with what it needs', async (t) => {
  const { epd } = nativeEpd.parse(Buffer.from(epdText('magnet-n48h')))
  if (!epd) throw new Error('the fixture is no declaration')
  const { bytes, losses } = await ilcdPackageWriter.write(epd, tables)
  const { epd: back } = await parse(bytes)
  t.same(back?.declaredUnit.value, epd.declaredUnit.value)
  t.same(back?.declaredUnit.unit, epd.declaredUnit.unit)
  t.notOk(
    losses.some(({ pointer }) => pointer.startsWith('/results')),
    'every figure'
  )
  const folders = (await readZip(bytes, tables.archive)).files.map(({ path }) => path.split('/')[1])
  t.same(
    [...new Set(folders)],
    ['processes', 'flows', 'flowproperties', 'unitgroups', 'contacts', 'sources']
  )
  t.ok((await ilcdPackageWriter.write(epd, tables)).bytes.equals(bytes), 'the same bytes again')
  const described = {
    ...epd,
    pcr: { name: 'Rules', href: 'https://pcr.example/rules.pdf' },
    product: {
      ...epd.product,
      classifications: [
        { system: 'CAS', code: '1313-97-9' },
        { system: 'HS', code: '2846.90', name: 'Compounds of rare earths' },
        { system: 'CPC', code: '34230' }
      ]
    },
    documents: [{ kind: 'other', href: 'https://smelter.example/lci.pdf' } as const]
  }
  const again = await parse((await ilcdPackageWriter.write(described, tables)).bytes)
  t.strictSame(again.epd?.product.classifications, described.product.classifications)
  t.strictSame(again.epd?.documents, described.documents, 'nothing that was not said')
  t.match(again.epd?.pcr, described.pcr)
  const original = Buffer.from(process({}))
  const source = { format: 'ilcd', bytes: original }
  const whole = await ilcdPackageWriter.write(epd, tables, source)
  const [file] = (await readZip(whole.bytes, tables.archive)).files
  const inside = await (await readZip(whole.bytes, tables.archive)).read(file?.path ?? '')
  t.ok(inside.equals(original), 'a process that came as ILCD goes in byte for byte')
})

t.test('counts in the units of ILCD what is declared in others, and says so', async (t) => {
  const { epd } = nativeEpd.parse(Buffer.from(epdText('magnet-n48h')))
  if (!epd) throw new Error('the fixture is no declaration')
  const written = async (unit: object) => {
    const declared = { ...epd, declaredUnit: { properties: [], ...unit } as never }
    const { bytes, losses } = await ilcdPackageWriter.write(declared, tables)
    const { value, unit: code, mass } = (await parse(bytes)).epd?.declaredUnit ?? {}
    const told = losses.filter(({ pointer }) => pointer.startsWith('/declaredUnit'))
    t.ok(
      told.every(({ message }) => /same amount/.test(message)),
      JSON.stringify(told)
    )
    return [value, code, mass?.value, told.length > 0]
  }
  t.same(await written({ value: '2.5', unit: 'MWH' }), ['9000', '3B', undefined, true])
  t.same(await written({ value: '1', unit: 'KWH' }), ['3.6', '3B', undefined, true])
  t.same(await written({ value: '1000', unit: 'LTR' }), ['1', 'MTQ', undefined, true])
  t.same(await written({ value: '1', unit: 'LBR' }), ['0.45359237', 'KGM', undefined, true])
  const sheet = { value: '1', unit: 'MTK', mass: { value: '7.5', unit: 'TNE' } }
  t.same(await written(sheet), ['1', 'MTK', '7500', true])
  const piece = { value: '1', unit: 'C62', mass: { value: '0.02', unit: 'KGM' } }
  t.same(await written(piece), ['1', 'C62', '0.02', false])
  t.same(await written({ value: '1', unit: 'KGM' }), ['1', 'KGM', undefined, false])
})

t.test('a text that reads as another quantity gives way to the declared unit', async (t) => {
  const { epd } = nativeEpd.parse(Buffer.from(epdText('magnet-n48h')))
  if (!epd) throw new Error('the fixture is no declaration')
  const declaredUnit = { value: '1000', unit: 'KGM', properties: [], description: { en: '5 KGM' } }
  const { bytes, losses } = ilcdEpdWriter.write({ ...epd, declaredUnit }, tables)
  t.match(ilcdEpd.parse(bytes, tables).epd?.declaredUnit, { value: '1000', unit: 'KGM' })
  t.ok(losses.some(({ pointer }) => pointer === '/declaredUnit/description'))
})

t.test('refuses', async (t) => {
  const refused = async (files: Readonly<Record<string, string>>, why: RegExp, name: string) => {
    const bytes = await packageOf(files)
    const error = await parse(bytes).then(
      () => null,
      (thrown: unknown) => thrown
    )
    t.ok(error instanceof RegistryError, name)
    if (!(error instanceof RegistryError)) return
    t.equal(error.code, 'BODY_INVALID', name)
    t.match([error.message, ...error.details.map(({ message }) => message)].join(' '), why, name)
  }
  await refused({ 'flows/f.xml': flow({}) }, /no process data set/, 'no declaration')
  await refused({ 'processes/p.xml': '<x' }, /cannot be read/, 'a process that is no XML')
  const unnamed = { 'processes/p.xml': process(), 'processes/q.xml': '<processDataSet/>' }
  await refused(unnamed, /cannot be read/, 'a process without a UUID beside a sound one')
  await refused(
    { 'processes/p.xml': `<!DOCTYPE x [<!ENTITY a "b">]>${process({})}` },
    /document type/,
    'a document type inside'
  )
  await refused({ 'processes/p.zip': 'PK' }, /no process data set/, 'an archive in an archive')
  const many = Object.fromEntries(
    Array.from({ length: 51 }, (_, n) => [`processes/${n}.xml`, process({})])
  )
  await refused(many, /at most 50/, 'too many declarations')
  const heavy = `<processDataSet xmlns="http://lca.jrc.it/ILCD/Process">${'<a/>'.repeat(99_000)}</processDataSet>`
  const trees = Object.fromEntries(
    Array.from({ length: 4 }, (_, n) => [`processes/${n}.xml`, heavy])
  )
  await refused(trees, /more than|cannot be read/, 'too many elements in all')

  t.test('a dependency that cannot be read, without the declaration', async (t) => {
    const bytes = await packageOf({
      'processes/p.xml': process({}),
      [`flows/${ID.flow}.xml`]: '<broken'
    })
    const { epd, findings } = await parse(bytes)
    t.ok(epd, 'the declaration stands')
    t.ok(findings.some(({ message }) => /cannot be read/.test(message)))
  })

  t.test('bundles of other formats', unlessAbsent(goldenData, 4), async (t) => {
    for (const name of ['', '-corrupted-manifest', '-missing-manifest', '-missing-toc']) {
      const bytes = sharedBytes(`epd/openepd/tests/test-bundle${name}.epb`)
      await t.rejects(parse(bytes ?? Buffer.alloc(0)), { code: 'BODY_INVALID' }, name)
    }
  })

  t.test('half of a real package', unlessAbsent(goldenData, 20), async (t) => {
    const whole = sharedBytes('epd/ilcd-zip/environdec_with_dependencies.zip') ?? Buffer.alloc(0)
    for (let part = 1; part < 20; part += 1) {
      const bytes = whole.subarray(0, Math.floor((whole.length * part) / 20))
      await t.rejects(parse(Buffer.from(bytes)), { code: 'BODY_INVALID' }, `${part} of 20`)
    }
  })
  t.ok(await writeZip([]), 'an empty archive can be written')
})
