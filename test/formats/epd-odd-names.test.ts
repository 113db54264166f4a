import t from 'tap'
import type { Epd } from '../../src/domain/epd/epd.ts'
import { reviewClassification } from '../../src/domain/epd/rules/classification.ts'
import { epdWriters } from '../../src/formats/epd-writers.ts'
import { ilcdPackage } from '../../src/formats/ilcd/archive/epd.ts'
import { listPackage } from '../../src/formats/ilcd/archive/files.ts'
import { ilcdEpd } from '../../src/formats/ilcd/epd.ts'
import { nativeEpd } from '../../src/formats/native/epd.ts'
import { openEpd } from '../../src/formats/openepd/epd.ts'
import { writeZip } from '../../src/formats/zip/write-zip.ts'
import { loadReference } from '../../src/reference.ts'
import { epdText } from '../support/epds.ts'
import { flow, process } from '../support/ilcd-package.ts'

const reference = loadReference()
const { epd: tables } = reference
/** Members that every object of JavaScript has, which no table of the service may take for its own. */
const NAMES = ['constructor', 'toString', 'valueOf', 'hasOwnProperty', '__proto__']

t.test('words that every object knows are words like any other', async (t) => {
  for (const name of NAMES) {
    const { epd } = nativeEpd.parse(Buffer.from(epdText('ndpr-oxide')))
    if (!epd) throw new Error('the fixture is not read')
    const odd: Epd = {
      ...epd,
      methodSet: name,
      standards: [name],
      geography: [name],
      declaredUnit: { ...epd.declaredUnit, unit: name },
      product: { ...epd.product, classifications: [{ system: name, code: name }] },
      results: epd.results.map((result) => ({ ...result, unitGroup: name, method: name }))
    }
    for (const { name: format, write } of epdWriters) {
      const { bytes } = await write(odd, tables)
      t.type(bytes, Buffer, `${format} ${name}`)
    }
    const review = { epd: odd, reference, today: '2026-01-01', submitter: '' }
    t.same(reviewClassification(review as never), [], name)
  }
})

t.test('they say nothing where a document of others has them', async (t) => {
  for (const name of NAMES) {
    const text = process({ flow: name })
      .replace(
        '<quantitativeReference>',
        `<geography><locationOfOperationSupplyOrProduction location="${name}"/></geography><quantitativeReference>`
      )
      .replace('6a37f984-a4b3-458a-a20a-64418c145fa2', name)
    const { epd } = ilcdEpd.parse(Buffer.from(text), tables)
    t.same(epd?.geography, [], name)
    t.equal(epd?.results[0]?.indicator, `urn:uuid:${name.toLowerCase()}`)
    const openText = `{"doctype":"openEPD","id":"EC300001","product_name":"x","manufacturer":{"name":"x"},
      "declared_unit":{"qty":1,"unit":"${name}"},"applicable_in":["${name}"],
      "impacts":{"${name === '__proto__' ? 'x' : name}":{"gwp":{"A1":{"mean":1,"unit":"${name}"}}}}}`
    const { epd: open } = openEpd.parse(Buffer.from(openText), tables)
    t.same(open?.geography, [], name)
    t.equal(open?.declaredUnit.unit, name)
  }
})

t.test('files beside the data sets do no harm, whatever they are called', async (t) => {
  const junk = Buffer.from([0, 5, 22, 7, 0, 2, 0, 0, 77, 97, 99])
  const zip = await writeZip([
    { path: 'My export/ILCD/processes/p.xml', bytes: Buffer.from(process()) },
    { path: 'My export/ILCD/flows/f.xml', bytes: Buffer.from(flow({ mean: '2.5E-3' })) },
    { path: 'My export/ILCD/flows/._f.xml', bytes: junk },
    { path: '__MACOSX/My export/ILCD/processes/._p.xml', bytes: junk },
    { path: '__MACOSX/My export/ILCD/processes/p.xml', bytes: junk },
    { path: 'My export/.DS_Store', bytes: junk },
    { path: 'My export/ILCD/external_docs/report.constructor', bytes: junk }
  ])
  const { epd, findings } = await ilcdPackage.parse(zip, tables)
  t.notOk(findings.some(({ message }) => /cannot be read/.test(message)))
  t.match(epd?.declaredUnit, { value: '0.0025', unit: 'KGM' }, 'exponents are numbers as well')
  const report = (await listPackage(zip, tables)).find(({ path }) => path.endsWith('constructor'))
  t.equal(report?.mediaType, 'application/octet-stream')
})

t.test('an archive without folders is told by its data sets', async (t) => {
  const zip = await writeZip([
    { path: 'a.xml', bytes: Buffer.from(flow({ mean: '3' })) },
    { path: 'b.XML', bytes: Buffer.from(process()) },
    { path: 'c.txt', bytes: Buffer.from('<') }
  ])
  const { epd, findings } = await ilcdPackage.parse(zip, tables)
  t.match(epd?.declaredUnit, { value: '3', unit: 'KGM' }, JSON.stringify(findings))
  const bundle = await writeZip([{ path: 'manifest', bytes: Buffer.from('{}') }])
  await t.rejects(ilcdPackage.parse(bundle, tables), { message: /bundle of openEPD/ })
})
