import t from 'tap'
import { RegistryError } from '../../src/errors.ts'
import { ilcdEpd } from '../../src/formats/ilcd/epd.ts'
import { readXml } from '../../src/formats/xml/read-xml.ts'
import { loadReference } from '../../src/reference.ts'
import { goldenData } from '../support/golden-epds.ts'
import { compareDocument, compareValues, goldenFiles, misplaced } from '../support/golden-import.ts'
import { sharedData, unlessAbsent } from '../support/shared-data.ts'

const { epd: tables } = loadReference()
const parse = (bytes: Uint8Array | string) => ilcdEpd.parse(Buffer.from(bytes), tables)
const FOLDERS = ['ilcd-sample-data', 'ilcd-xml', 'olca-ilcd']
const PROCESS = `<processDataSet xmlns="http://lca.jrc.it/ILCD/Process"
 xmlns:c="http://lca.jrc.it/ILCD/Common" xmlns:e="http://www.iai.kit.edu/EPD/2013">
 <processInformation><dataSetInformation><c:UUID>11111111-2222-4333-8444-555555555555</c:UUID>
 <name><baseName>Nd metal</baseName></name></dataSetInformation></processInformation>
 <administrativeInformation><publicationAndOwnership>
 <c:dataSetVersion>01.00.000</c:dataSetVersion>
 <c:referenceToOwnershipOfDataSet refObjectId="a"><c:shortDescription>Smelter</c:shortDescription>
 </c:referenceToOwnershipOfDataSet></publicationAndOwnership></administrativeInformation>
 <LCIAResults><LCIAResult><referenceToLCIAMethodDataSet
 refObjectId="6a37f984-a4b3-458a-a20a-64418c145fa2"/><c:other>
 <e:amount e:module="A1-A3">1.50</e:amount><e:amount e:module="D"/>
 <amount xmlns="urn:other" module="A4">9</amount></c:other></LCIAResult></LCIAResults>
</processDataSet>`

t.test(
  'accepts real declarations with every value at its key',
  unlessAbsent(goldenData, 1131),
  async (t) => {
    let read = 0
    for (const file of FOLDERS.flatMap(goldenFiles)) {
      const parsed = parse(sharedData(`epd/${file}`) ?? '')
      t.ok(parsed.epd, `${file} ${JSON.stringify(parsed.findings)}`)
      if (!parsed.epd) continue
      const count = compareValues(parsed.epd, file)
      t.same({ lost: count.lost, wrong: count.wrong }, { lost: [], wrong: [] }, file)
      t.same(misplaced(parsed.epd, file, tables.indicators), [], file)
      compareDocument(t, parsed.epd, file)
      read += count.right
    }
    t.comment(`${read} values read, ${read} right, 0 lost, 0 wrong`)
    t.equal(read, 1131)
  }
)

t.test('accepts', async (t) => {
  t.test('a method by an id that only it has, and empty amounts as not declared', async (t) => {
    const { epd, findings } = parse(PROCESS)
    t.match(epd?.results[0], {
      indicator: 'GWP-total',
      method: 'EF 3.0',
      pointer: '/LCIAResults/LCIAResult',
      values: [
        { module: 'A1-A3', text: '1.50', pointer: '/LCIAResults/LCIAResult/other/amount/0' },
        { module: 'D', status: 'not_declared' }
      ]
    })
    t.equal(epd?.results[0]?.values.length, 2, 'elements of other namespaces are none of ours')
    t.notOk(findings.some(({ code }) => code.startsWith('EPD_METHOD')))
  })

  t.test('no attribute of another namespace for one of ILCD', async (t) => {
    const amount = '<e:amount e:module="A1-A3">1.50</e:amount>'
    const other = amount.replace('e:module', 'xmlns:f="urn:f" f:module="A1" e:module')
    const parsed = ilcdEpd.parse(Buffer.from(PROCESS.replace(amount, other)), tables, {
      unread: true
    })
    t.match(parsed.epd?.results[0]?.values, [{ module: 'A1-A3', text: '1.50' }, { module: 'D' }])
    t.match(
      parsed.unread?.find(({ pointer }) => pointer.includes('urn:f')),
      { pointer: '/LCIAResults/LCIAResult/other/amount/0/@{urn:f}module', message: /: A1$/ }
    )
    const alone = parse(PROCESS.replace(amount, other.replace(' e:module="A1-A3"', '')))
    t.match(alone.epd?.results[0]?.values[0], { module: 'unstated' }, 'which the rules refuse')
  })

  t.test('UTF-8 and UTF-16, with a byte order mark', async (t) => {
    const declared = `<?xml version="1.0" encoding="UTF-16"?>${PROCESS}`
    const little = Buffer.from(`\uFEFF${declared}`, 'utf16le')
    for (const bytes of [Buffer.from(`\uFEFF${PROCESS}`), little, Buffer.from(little).swap16()]) {
      t.equal(parse(bytes).epd?.name['en'], 'Nd metal')
    }
  })

  t.test('older encodings, where the document says so', async (t) => {
    const nameIn = (encoding: string, bytes: string) => {
      const text = `<?xml version="1.0" encoding="${encoding}"?>${PROCESS}`
      const document = Buffer.from(text.replace('Nd metal', bytes), 'latin1')
      return Object.values(parse(document).epd?.name ?? {})[0]
    }
    t.equal(nameIn('ISO-8859-1', 'H\xfctte 5 \xb5m'), 'Hütte 5 µm')
    t.equal(nameIn('iso-8859-15', 'H\xfctte \xa4'), 'Hütte €')
    t.equal(nameIn('iso-8859-2', 'Hu\xbb'), 'Huť')
    t.equal(nameIn('Windows-1252', '\x84Nd\x93 \x96 50 \x80'), '„Nd“ – 50 €')
    t.equal(nameIn('windows-1250', 'P\xf8\xedbor \x8dar'), 'Příbor Ťar')
    t.equal(nameIn('ISO-8859-1', 'Nd'), 'Nd', 'also where all letters are of ASCII')
    const latin = `<?xml version="1.0" encoding="ISO-8859-1"?>${PROCESS}`.replace(
      'Nd metal',
      'Hütte'
    )
    const hash = (bytes: Buffer) => ilcdEpd.contentHash(bytes)
    const utf = hash(Buffer.from(latin.replace('ISO-8859-1', 'UTF-8')))
    t.ok(hash(Buffer.from(latin, 'latin1')).equals(utf), 'the same content as in UTF-8')
  })

  t.test('the same content as the same, whatever the prefixes', async (t) => {
    const renamed = PROCESS.replaceAll('c:', 'common:').replace('xmlns:c=', 'xmlns:common=')
    const hash = (text: string) => ilcdEpd.contentHash(Buffer.from(text))
    t.ok(hash(renamed).equals(hash(PROCESS)))
    t.notOk(hash(PROCESS.replace('1.50', '1.5')).equals(hash(PROCESS)))
  })
})

t.test('refuses', async (t) => {
  const refused = (bytes: Uint8Array | string, why: RegExp, name: string) => {
    try {
      parse(bytes)
      t.fail(`${name} was read`)
    } catch (error) {
      if (!(error instanceof RegistryError)) throw error
      t.equal(error.code, 'BODY_INVALID', name)
      t.match([error.message, ...error.details.map(({ message }) => message)].join(' '), why, name)
    }
  }
  const bomb = '<!DOCTYPE x [<!ENTITY a "aaaaaaaaaa"><!ENTITY b "&a;&a;&a;&a;&a;&a;">]>'
  refused(`${bomb}${PROCESS.replace('Nd metal', '&b;')}`, /document type/, 'an entity bomb')
  refused('<!DOCTYPE x SYSTEM "file:///etc/passwd"><x/>', /document type/, 'an external type')
  refused(PROCESS.replace('Nd metal', '&nbsp;'), /entity/, 'an entity that nobody declared')
  refused(PROCESS.slice(0, 900), /unclosed/, 'a truncated document')
  refused('', /well-formed|no element/, 'nothing')
  refused('PK\u0003\u0004', /well-formed/, 'a zip')
  refused('<flowDataSet xmlns="http://lca.jrc.it/ILCD/Flow"/>', /flowDataSet/, 'another data set')
  const inEncoding = (encoding: string, name: string) =>
    `<?xml version="1.0" encoding="${encoding}"?>${PROCESS.replace('Nd metal', name)}`
  refused(inEncoding('ISO-8859-1', 'Hütte'), /its bytes are UTF-8/, 'UTF-8 that says Latin-1')
  const latin = (encoding: string, name: string) =>
    Buffer.from(inEncoding(encoding, name), 'latin1')
  const dash = /0x96 \(byte \d+\) is no character. It may be in windows-1252/
  refused(latin('ISO-8859-1', 'Nd \x96 H\xfctte'), dash, 'windows-1252 that says Latin-1')
  refused(latin('windows-1252', 'Nd \x81'), /0x81/, 'what windows-1252 leaves open')
  refused(latin('iso-8859-7', 'Nd'), /iso-8859-7/, 'an encoding that no data set has')
  const placed = /not in utf-8 at byte \d+ \(line 4, column 19\)/
  refused(latin('utf-8', 'H\xfctte'), placed, 'Latin-1 that says UTF-8')
  refused(
    Buffer.from(PROCESS.replace('Nd metal', 'Hütte'), 'latin1'),
    /encoding="…"/,
    'says nothing'
  )
  const marked = Buffer.concat([Buffer.from([0xef, 0xbb, 0xbf]), latin('ISO-8859-1', 'Nd')])
  refused(marked, /iso-8859-1/, 'Latin-1 behind the mark of UTF-8')
  const wide = `<?xml version="1.0" encoding="UTF-16"?>${PROCESS}`
  refused(Buffer.from(wide, 'utf16le'), /needs a byte order mark/, 'UTF-16 without its mark')
  refused(Buffer.from([0x3c, 0x61, 0xff, 0x3e]), /utf-8/, 'bytes that are no text')
  refused(Buffer.from(PROCESS, 'utf16le'), /well-formed/, 'UTF-16 without a byte order mark')

  const twice = `\uFEFF\uFEFF<?xml version="1.0"?>${PROCESS}`
  refused(twice, /two byte order marks/, 'two marks in UTF-8: the second is no part of XML')
  refused(Buffer.from(twice, 'utf16le'), /two byte order marks/, 'two marks in UTF-16')

  t.test('what is too deep, too large or too much', async (t) => {
    const deep = `${'<a>'.repeat(65)}${'</a>'.repeat(65)}`
    t.throws(() => readXml(Buffer.from(deep)), RegistryError)
    t.ok(readXml(Buffer.from(`${'<a>'.repeat(64)}${'</a>'.repeat(64)}`)))
    const limits = { bytes: 100, depth: 5, elements: 10 }
    t.throws(() => readXml(Buffer.from(`<a>${' '.repeat(100)}</a>`), limits), RegistryError)
    t.throws(() => readXml(Buffer.from(`<a>${'<b/>'.repeat(10)}</a>`), limits), RegistryError)
  })

  t.test('a data set without identity or owner, with the place of what is missing', async (t) => {
    const { epd, findings } = parse('<processDataSet xmlns="http://lca.jrc.it/ILCD/Process"/>')
    t.equal(epd, null)
    t.same(new Set(findings.map(({ code }) => code)), new Set(['EPD_DOCUMENT']))
    t.equal(findings.length, 3)
  })

  t.test('two ids or versions, of which every reader would take another', async (t) => {
    const [id, version] = ['22222222-2222-4333-8444-555555555555', '02.00.000']
    for (const [name, one, other] of [
      ['UUID', '</c:UUID>', `<c:UUID>${id}</c:UUID>`],
      ['dataSetVersion', '</c:dataSetVersion>', `<c:dataSetVersion>${version}</c:dataSetVersion>`]
    ] as const) {
      const { findings } = parse(PROCESS.replace(one, `${one}${other}`))
      const told = findings.find(({ code }) => code === 'EPD_DOCUMENT')
      t.match(told, {
        pointer: new RegExp(`/${name}/1$`),
        message: `The data set has more than one ${name}.`
      })
    }
  })

  t.test('an inventory, which has the same format', async (t) => {
    const { findings } = parse(PROCESS.replace(/<LCIAResults>.*<\/LCIAResults>/s, ''))
    t.match(findings.at(-1), { code: 'EPD_DOCUMENT', pointer: '/LCIAResults' })
  })
})

t.test('tells of a text, class or date that another one of the same kind stands for', async (t) => {
  const document = PROCESS.replace(
    '<baseName>Nd metal</baseName>',
    `<baseName xml:lang="en">Nd metal</baseName><baseName>neodymium</baseName>
     <baseName xml:lang="de">Nd-Metall</baseName>`
  )
    .replace(
      '</dataSetInformation>',
      `<classificationInformation><c:classification name="CPC"><c:class level="0" classId="34">
       Chemicals</c:class><c:class level="1" classId="342">Metals</c:class></c:classification>
       </classificationInformation></dataSetInformation><time><c:dataSetValidUntil>2028
       </c:dataSetValidUntil><c:other><expirationDateOfEPD
       xmlns="http://www.indata.network/EPD/2024">2030-03-01</expirationDateOfEPD></c:other></time>`
    )
    .replace(
      '<c:shortDescription>Smelter</c:shortDescription>',
      ['Smelter', 'Hütte', 'Nd-Metall', 'Smelter']
        .map(
          (name, at) => `<c:shortDescription xml:lang="${'efdz'[at]}">${name}</c:shortDescription>`
        )
        .join('')
    )
  const whole = (text: string) => ilcdEpd.parse(Buffer.from(text), tables, { unread: true })
  const { epd, findings, unread } = whole(document)
  t.match(epd, {
    name: { en: 'Nd metal', de: 'Nd-Metall' },
    validUntil: { date: '2030-03-01', precision: 'day' }
  })
  const [DATA_SET, OWNER] = [
    '/processInformation/dataSetInformation',
    'referenceToOwnershipOfDataSet'
  ]
  const ends = '/processInformation/time/dataSetValidUntil'
  const known = ['/processInformation/geography']
  const told = unread?.map(({ pointer }) => pointer).filter((each) => !known.includes(each))
  t.same(told?.sort(), [
    '/LCIAResults/LCIAResult/other/{urn:other}amount',
    `/administrativeInformation/publicationAndOwnership/${OWNER}/@refObjectId`,
    `/administrativeInformation/publicationAndOwnership/${OWNER}/shortDescription/1`,
    `${DATA_SET}/classificationInformation/classification/class/0/@classId`,
    `${DATA_SET}/name/baseName/1`,
    ends
  ])
  t.ok(findings.some(({ code, pointer }) => code === 'EPD_DOCUMENT_UNCLEAR' && pointer === ends))
  const agreed = whole(document.replace('2028', '2030'))
  t.notOk([...agreed.findings, ...(agreed.unread ?? [])].some(({ pointer }) => pointer === ends))
})

t.test(
  'tells of documents without an address, and of the product flow that is not there',
  async (t) => {
    const reference = (name: string, id: string, title: string) =>
      `<${name} refObjectId="${id}" version="00.00.003"><c:shortDescription>${title}</c:shortDescription></${name}>`
    const document = PROCESS.replace(
      '</dataSetInformation>',
      `${reference('referenceToExternalDocumentation', 'b', 'Background report')}</dataSetInformation>
     <quantitativeReference><referenceToReferenceFlow>1</referenceToReferenceFlow></quantitativeReference>`
    ).replace(
      '<LCIAResults>',
      `<exchanges><exchange dataSetInternalID="1">${reference('referenceToFlowDataSet', 'f', 'Nd')}
     <exchangeDirection>Output</exchangeDirection></exchange></exchanges><LCIAResults>`
    )
    const { epd, unread = [] } = ilcdEpd.parse(Buffer.from(document), tables, { unread: true })
    t.same(epd?.documents, [])
    const isTold = (part: string) => unread.some(({ pointer }) => part.startsWith(pointer))
    t.ok(isTold('/processInformation/dataSetInformation/referenceToExternalDocumentation'))
    t.ok(isTold('/exchanges/exchange/referenceToFlowDataSet'))
  }
)

t.test('knows a reviewer by the contact, whatever it is called', async (t) => {
  const told = (type: string, id: string, name: string) => {
    const review = `<modellingAndValidation><validation><review type="${type}">
     <c:referenceToNameOfReviewerAndInstitution refObjectId="${id}"><c:shortDescription>${name}
     </c:shortDescription></c:referenceToNameOfReviewerAndInstitution></review></validation>
     </modellingAndValidation>`
    const { findings } = parse(
      PROCESS.replace('<administrativeInformation>', `${review}<administrativeInformation>`)
    )
    return findings.filter(({ code }) => code === 'EPD_REVIEWER')
  }
  const external = 'Independent external review'
  t.match(told(external, 'a', 'Quality Office'), [
    { severity: 'error', message: /contact data set of the owner/, actual: 'Quality Office (a)' }
  ])
  t.same(told(external, 'b', 'Quality Office'), [])
  t.same(told('Dependent internal review', 'a', 'Quality Office'), [])
  t.same(told(external, 'a', 'Smelter'), [], 'the rules tell it by the name')
})

t.test('tells of a result that names no module, and of none that says nothing', async (t) => {
  const findings = (mean: string) =>
    parse(
      PROCESS.replace(
        '</LCIAResults>',
        `<LCIAResult><meanAmount>${mean}</meanAmount></LCIAResult></LCIAResults>`
      )
    ).findings.filter(({ pointer }) => pointer === '/LCIAResults/LCIAResult/1')
  t.match(findings('12.5'), [{ code: 'EPD_DOCUMENT_UNCLEAR', actual: '12.5' }])
  t.same(findings('0.0'), [])
})

t.test('tells of a subtype that the extensions do not have', async (t) => {
  const of = (subType: string) => {
    const method = `<modellingAndValidation><LCIMethodAndAllocation><c:other><e:subType>${subType}</e:subType>
     </c:other></LCIMethodAndAllocation></modellingAndValidation>`
    const bytes = Buffer.from(PROCESS.replace('<administrativeInformation>', `${method}$&`))
    return ilcdEpd.parse(bytes, tables, { unread: true })
  }
  const at = '/modellingAndValidation/LCIMethodAndAllocation/other/subType'
  const known = of('specific dataset')
  t.equal(known.epd?.product.representing, 'specific')
  t.notOk(known.findings.some(({ pointer }) => pointer === at))
  const odd = of('industry dataset')
  t.match(
    odd.findings.filter(({ pointer }) => pointer === at),
    [{ code: 'EPD_DOCUMENT_UNCLEAR', actual: 'industry dataset' }]
  )
  t.ok(
    odd.unread?.some(({ pointer }) => pointer === at),
    'and it is lost'
  )
})

t.test('a region that ISO does not have is told, also where it looks like a code', async (t) => {
  const at = (location: string) => {
    const place = `<geography><locationOfOperationSupplyOrProduction location="${location}"/></geography>`
    const { epd, findings } = parse(PROCESS.replace('</processInformation>', `${place}$&`))
    return [epd?.geography, findings.filter(({ code }) => code === 'EPD_DOCUMENT_UNCLEAR').length]
  }
  t.same(at('FI'), [['FI'], 0])
  t.same(at('CN-NM'), [['CN-NM'], 0])
  t.same(at('RER'), [['150'], 0])
  for (const region of ['EU-28', 'EU-27', 'EU', 'EU-27+EFTA', 'RoW'])
    t.same(at(region), [[], 1], region)
})

t.test('finds texts by their language, whatever case it is written in', async (t) => {
  const names =
    '<baseName xml:lang="DE">Nd-Metall</baseName><baseName xml:lang="EN">Nd metal</baseName>'
  const { epd } = parse(
    PROCESS.replace(
      '<baseName>Nd metal</baseName>',
      `${names}<baseName xml:lang="de_AT">Nd</baseName>`
    )
  )
  t.strictSame(epd?.name, { de: 'Nd-Metall', en: 'Nd metal', 'de-AT': 'Nd' })
})

t.test('a day without its hyphens is no number of milliseconds', async (t) => {
  const published = (text: string) =>
    parse(
      PROCESS.replace(
        '</processInformation>',
        `<time><c:other><publicationDateOfEPD xmlns="http://www.indata.network/EPD/2019">${text}</publicationDateOfEPD>
         </c:other></time></processInformation>`
      )
    ).epd?.published?.date
  t.equal(published('20200508'), '20200508', 'as stated, for the rules to refuse')
  t.equal(published('1588896000000'), '2020-05-08')
  t.equal(published('2020-05-08Z'), '2020-05-08')
})

t.test('tells of a space at the edge of a name, and not of how XML is indented', async (t) => {
  const spaces = (name: string) =>
    parse(PROCESS.replace('Nd metal', name)).findings.filter(
      ({ code }) => code === 'EPD_NAME_SPACE'
    )
  for (const name of [' Nd metal', 'Nd metal\t', '\u00a0Nd metal']) {
    t.match(spaces(name), [
      { pointer: '/processInformation/dataSetInformation/name/baseName', severity: 'info' }
    ])
  }
  for (const name of ['Nd metal', '\n    Nd metal\n  ', 'Nd  metal']) t.same(spaces(name), [])
})

t.test('reads a content declaration, and tells what it cannot say', async (t) => {
  const { epd, findings, unread } = ilcdEpd.parse(
    Buffer.from(
      PROCESS.replace(
        '</dataSetInformation>',
        `<c:other><contentDeclaration xmlns="http://www.indata.network/EPD/2019"
         xmlns:f="http://www.indata.network/EPD/2019"><substance f:hazardCode="SVHC;H360D; GHS08">
         <name xml:lang="de">Blei</name><name xml:lang="en">Lead</name><weightPerc f:value="4.20E-2"/>
         </substance><substance><name>Iron</name><weightPerc f:lowerValue=".50" f:upperValue="1.20"/>
         </substance></contentDeclaration></c:other></dataSetInformation>`
      )
    ),
    tables,
    { unread: true }
  )
  t.strictSame(epd?.product.composition?.components, [
    { substance: 'Lead', sharePct: '0.042', hazards: ['H360D'], svhc: true },
    { substance: 'Iron', minimumPct: '0.5', maximumPct: '1.20' }
  ])
  const pointer = '/processInformation/dataSetInformation/other/contentDeclaration/substance/0'
  t.match(
    findings.filter(({ pointer: at }) => at.includes('contentDeclaration')),
    [{ code: 'EPD_DOCUMENT_UNCLEAR', pointer: `${pointer}/@hazardCode`, actual: 'GHS08' }]
  )
  const told = unread?.map(({ pointer: at }) => at).filter((at) => at.startsWith(pointer))
  t.same(told, [`${pointer}/name/0`, `${pointer}/@hazardCode`])
})
