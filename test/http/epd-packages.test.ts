import { createHash, randomUUID } from 'node:crypto'
import t from 'tap'
import { ilcdPackageWriter } from '../../src/formats/ilcd/archive/write-package.ts'
import { nativeEpd } from '../../src/formats/native/epd.ts'
import { readZip } from '../../src/formats/zip/read-zip.ts'
import { writeZip } from '../../src/formats/zip/write-zip.ts'
import { loadReference } from '../../src/reference.ts'
import { market } from '../support/epd-market.ts'
import { epdText } from '../support/epds.ts'
import { goldenData } from '../support/golden-epds.ts'
import { hostileZip } from '../support/hostile-zip.ts'
import { sharedBytes, unlessAbsent } from '../support/shared-data.ts'

const { epd: tables } = loadReference()
const ZIP = { 'content-type': 'application/zip' }
const PDF = Buffer.from('%PDF-1.7 the declaration')

type Files = { readonly path: string; readonly bytes: Buffer }[]

/** The files of a package of one of our declarations, with a PDF and a page beside it. */
async function filesOf(id: string): Promise<Files> {
  const { epd } = nativeEpd.parse(Buffer.from(epdText('magnet-n48h')))
  if (!epd) throw new Error('the fixture is no declaration')
  const { bytes } = await ilcdPackageWriter.write({ ...epd, id: id as typeof epd.id }, tables)
  const zip = await readZip(bytes, tables.archive)
  const files: Files = []
  for (const { path } of zip.files) files.push({ path, bytes: await zip.read(path) })
  return [
    ...files,
    { path: 'ILCD/external_docs/Erklärung 1.pdf', bytes: PDF },
    { path: 'ILCD/external_docs/page.html', bytes: Buffer.from('<script>alert(1)</script>') }
  ]
}

const SODA4LCA = 'application/vnd.soda4lca.process+json'

t.test('accepts', async (t) => {
  t.test('JSON of soda4LCA, and gives it back as it came to who asks for it', async (t) => {
    const { owner } = await market(t)
    const id = randomUUID()
    const name = { baseName: [{ value: 'NdPr oxide', lang: 'en' }] }
    const text = `${JSON.stringify({
      processInformation: { dataSetInformation: { UUID: id, name } },
      administrativeInformation: {
        publicationAndOwnership: {
          dataSetVersion: '00.01.000',
          referenceToOwnershipOfDataSet: { shortDescription: [{ value: 'Plant', lang: 'en' }] }
        }
      },
      LCIAResults: {
        LCIAResult: [
          {
            referenceToLCIAMethodDataSet: { refObjectId: 'a7ea142a-9749-11ed-a8fc-0242ac120002' },
            other: {
              anies: [
                { module: 'A1-A3', value: 'PLACE' },
                {
                  name: 'referenceToUnitGroupDataSet',
                  value: { refObjectId: '1ebf3012-d0db-4de2-aefd-ef30cedb0be1' }
                }
              ]
            }
          }
        ]
      }
    }).replace('"PLACE"', '61.200000000000000000001')}\n`
    const made = await owner.request('POST', '/v1/epds', text, { 'content-type': SODA4LCA })
    t.equal(made.status, 201, JSON.stringify(made.body))
    const url = `/v1/epds/${id}`
    const back = await owner.request('GET', url, undefined, { accept: SODA4LCA })
    t.match(back, { status: 200, headers: { 'content-type': SODA4LCA } })
    t.equal(back.raw.toString('utf8'), text)
    const csv = await owner.request('GET', url, undefined, { accept: 'text/csv' })
    t.match(csv.raw.toString('utf8'), /,declared,61\.200000000000000000001/)
  })

  t.test('a package, keeps every byte of it, and serves its files', async (t) => {
    const { owner, publish, rival, service } = await market(t)
    const id = randomUUID()
    const bytes = await writeZip(await filesOf(id))
    const made = await owner.request('POST', '/v1/epds', bytes, ZIP)
    t.equal(made.status, 201, JSON.stringify(made.body))
    t.match(made.body, { id, mediaType: 'application/zip', size: bytes.length })
    t.equal(made.body.sha256, createHash('sha256').update(bytes).digest('hex'))
    const url = `/v1/epds/${id}`
    t.equal((await rival.request('GET', `${url}/files`)).status, 404, 'confidential until then')

    await publish(made.body)
    const document = await service.request('GET', `${url}/document`)
    t.ok(document.raw.equals(bytes))
    const { body } = await service.request('GET', `${url}/files`)
    const pdf = body.items.find(({ path }: { path: string }) => path.endsWith('.pdf'))
    t.match(pdf, {
      mediaType: 'application/pdf',
      size: PDF.length,
      sha256: createHash('sha256').update(PDF).digest('hex')
    })
    const file = `${url}/file?path=${encodeURIComponent(pdf.path)}`
    const read = await service.request('GET', `${file}&version=${made.body.version}`)
    t.equal(read.status, 200)
    t.ok(read.raw.equals(PDF))
    t.match(read.headers, {
      'content-type': 'application/pdf',
      'content-disposition': /^attachment; .*filename\*=UTF-8''Erkl%C3%A4rung%201\.pdf$/,
      'x-content-type-options': 'nosniff',
      'content-security-policy': /sandbox/,
      'cache-control': 'public, max-age=31536000, immutable'
    })
    const page = await service.request('GET', `${url}/file?path=ILCD/external_docs/page.html`)
    t.equal(page.headers['content-type'], 'application/octet-stream', 'nothing that runs')
    for (const path of ['nothing.pdf', '../../etc/passwd', 'ILCD/external_docs']) {
      const none = await service.request('GET', `${url}/file?path=${encodeURIComponent(path)}`)
      t.equal(none.status, 404, path)
    }
  })

  t.test('a package wished for as what it is not, and the other way round', async (t) => {
    const { owner } = await market(t)
    const made = await owner.request('POST', '/v1/epds', epdText('magnet-n48h'))
    const url = `/v1/epds/${made.body.id}`
    const zip = await owner.request('GET', url, undefined, { accept: 'application/zip' })
    t.equal(zip.status, 200)
    t.equal(zip.headers['content-type'], 'application/zip')
    t.ok(Number(zip.headers['lodestone-losses']) > 0)
    t.ok((await readZip(zip.raw, tables.archive)).files.length > 5)
    t.same((await owner.request('GET', `${url}/files`)).body.items, [], 'it was one document')
    const packed = await owner.request(
      'POST',
      '/v1/epds',
      await writeZip(await filesOf(randomUUID())),
      ZIP
    )
    const other = `/v1/epds/${packed.body.id}`
    const openEpd = await owner.request('GET', other, undefined, {
      accept: 'application/vnd.openepd+json'
    })
    t.match(openEpd.raw.toString('utf8'), /"doctype": "openEPD"/)
    const { body } = await owner.request('GET', `${other}?losses=openepd`)
    t.ok(body.losses.some(({ of }: { of: string }) => of === 'document'))
    t.ok(body.losses.some(({ of }: { of: string }) => of === 'declaration'))
    const same = await owner.request('GET', other, undefined, { accept: 'application/zip' })
    t.equal(same.headers['lodestone-losses'], '0', 'in its own format it is the document')
  })

  t.test('several declarations in one archive, all or none', async (t) => {
    const { owner } = await market(t)
    const [a, b] = [randomUUID(), randomUUID()].sort()
    const both = [...(await filesOf(a ?? '')), ...(await filesOf(b ?? ''))]
    const files = [...new Map(both.map((file) => [file.path, file])).values()]
    const bytes = await writeZip(files)
    const checked = await owner.request('POST', '/v1/epds/check', bytes, ZIP)
    t.match(checked, { status: 200, body: { acceptable: true } })
    const made = await owner.request('POST', '/v1/epds', bytes, ZIP)
    t.equal(made.status, 201, JSON.stringify(made.body))
    t.same(made.body.items.map(({ id }: { id: string }) => id).sort(), [a, b])
    const listed = await owner.request('GET', `/v1/epds/${a}/files`)
    const paths = listed.body.items.map(({ path }: { path: string }) => path).join(' ')
    t.match(paths, new RegExp(a ?? ''))
    t.notMatch(paths, new RegExp(b ?? ''), 'each has a package of its own')
    t.equal((await owner.request('POST', '/v1/epds', bytes, ZIP)).status, 200, 'again is the same')

    const c = randomUUID()
    const spoiled = [...(await filesOf(c)), ...(await filesOf(randomUUID()))].map((file) =>
      file.path.includes('processes') && !file.path.includes(c)
        ? {
            ...file,
            bytes: Buffer.from(
              file.bytes.toString().replace(/(alid|expiration)(\w*)>\d{4}/g, '$1$2>1999')
            )
          }
        : file
    )
    const whole = [...new Map(spoiled.map((file) => [file.path, file])).values()]
    const refused = await owner.request('POST', '/v1/epds', await writeZip(whole), ZIP)
    t.equal(refused.status, 422, JSON.stringify(refused.body))
    t.match(refused.body.detail, /^Declaration /)
    t.equal((await owner.request('GET', `/v1/epds/${c}`)).status, 404, 'nothing of it is stored')
  })
})

t.test('refuses', async (t) => {
  const { owner } = await market(t)
  const send = (bytes: Buffer) => owner.request('POST', '/v1/epds', bytes, ZIP)

  t.test('what no archive should be', async (t) => {
    const bad: Readonly<Record<string, Buffer>> = {
      nothing: Buffer.alloc(0),
      'a path out': hostileZip([{ name: '../x.xml', content: '<x/>' }]),
      'a bomb': hostileZip([{ name: 'ILCD/processes/a.xml', content: Buffer.alloc(15_000_000) }]),
      'no declaration': hostileZip([{ name: 'a.txt', content: 'x' }]),
      'half of one': (await writeZip(await filesOf(randomUUID()))).subarray(0, 3000)
    }
    for (const [name, bytes] of Object.entries(bad)) {
      const answer = await send(bytes)
      t.equal(answer.status, 400, name)
      t.match(answer.body, { code: 'BODY_INVALID' }, name)
    }
  })

  t.test('more than an archive may have, without reading it', async (t) => {
    const large = Buffer.alloc(tables.archive.archiveBytes + 1)
    const answer = await send(large)
    t.equal(answer.status, 413)
    const document = await owner.request('POST', '/v1/epds', Buffer.alloc(2_000_000, 0x20))
    t.equal(document.status, 413, 'one document stays small')
  })

  t.test(
    'what is no declaration here, with every finding',
    unlessAbsent(goldenData, 3),
    async (t) => {
      for (const name of ['environdec', 'epditaly', 'oekobau']) {
        const bytes = sharedBytes(`epd/ilcd-zip/${name}_with_dependencies.zip`) ?? Buffer.alloc(0)
        const answer = await send(bytes)
        t.ok([201, 422].includes(answer.status), `${name} ${JSON.stringify(answer.body)}`)
        const codes = answer.body.findings.map(
          ({ code, severity }: Record<string, string>) => `${code} ${severity}`
        )
        t.comment(`${name}: ${answer.status} ${codes.join(', ')}`)
        const outside = await owner.request(
          'POST',
          '/v1/epds?state=external&operator=P&registrationNumber=N&href=https%3A%2F%2Fp.example',
          bytes,
          ZIP
        )
        const known = answer.status === 201 ? 409 : 201
        t.equal(outside.status, known, `${name} ${JSON.stringify(outside.body)}`)
      }
    }
  )
})
