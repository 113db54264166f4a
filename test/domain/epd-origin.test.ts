/** Where a finding of a declaration lies in the document that was sent. */
import t from 'tap'
import { reportOn } from '../../src/domain/epd/review-epd.ts'
import { ilcdPackage } from '../../src/formats/ilcd/archive/epd.ts'
import { loadReference } from '../../src/reference.ts'
import { parseEpd } from '../../src/registry/epds/epd-submission.ts'
import { packageOf, process } from '../support/ilcd-package.ts'

const reference = loadReference()

/** What the format has against a document, as pointers and places. */
async function told(mediaType: string, document: Buffer): Promise<[string, string | undefined][]> {
  const { findings } = await parseEpd({ mediaType, document }, reference)
  return findings.map(({ pointer, source }) => [pointer, source])
}

t.test('what XML has against itself has a place in XML', async (t) => {
  const wordy = process()
    .replace('<baseName>Nd metal', '<baseName>Nd metal </baseName><baseName xml:lang="de">Nd ')
    .replace('</processInformation>', '<geography/></processInformation>')
  const names = '/processInformation/dataSetInformation/name/baseName'
  const steps = names.replaceAll('/', '/*:')
  const found = await told('application/xml', Buffer.from(wordy))
  t.strictSame(
    found.filter(([pointer]) => pointer.startsWith(names)),
    [
      [`${names}/0`, `/*:processDataSet${steps}[1]`],
      [`${names}/1`, `/*:processDataSet${steps}[2]`]
    ]
  )
  t.equal(
    found.length,
    found.filter(([, source]) => source?.startsWith('/*:processDataSet/')).length
  )
})

t.test('in a package the place begins with the file', async (t) => {
  const bytes = await packageOf({
    "processes/Nd's metal.xml": process({ amount: '1,5' }).replace('Nd metal', 'Nd metal ')
  })
  const file = "doc('ILCD/processes/Nd''s%20metal.xml')/*"
  const name = '/processInformation/dataSetInformation/name/baseName'
  const found = await told('application/zip', bytes)
  t.ok(
    found.some(
      ([pointer, source]) =>
        pointer === `/ILCD~1processes~1Nd's metal.xml${name}` &&
        source === `${file}${name.replaceAll('/', '/*:')}`
    ),
    JSON.stringify(found)
  )
  const { epd } = await ilcdPackage.parse(bytes, reference.epd)
  if (!epd) throw new Error('not a declaration')
  const { findings } = reportOn(epd, {
    reference,
    today: '2026-11-23',
    submitter: '',
    current: null,
    organizations: new Set(),
    facilities: new Set(),
    included: new Map(),
    origin: ilcdPackage.origin
  })
  const ofFigures = findings.filter(({ pointer }) => pointer.startsWith('/results/0'))
  t.ok(ofFigures.length > 0)
  for (const { source } of ofFigures) t.match(source ?? '', `${file}/*:LCIAResults/`)
  const ofDeclaration = findings.find(({ code }) => code === 'EPD_PRODUCT_UNSTATED')
  t.match(ofDeclaration?.source, /^\/\*:processDataSet\/\*:processInformation\//)
})
