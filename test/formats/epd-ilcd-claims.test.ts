/** What a data set of ILCD says of itself in a way that the next reader would understand otherwise. */
import t from 'tap'
import { ilcdEpd } from '../../src/formats/ilcd/epd.ts'
import { soda4lcaEpd } from '../../src/formats/soda4lca/epd.ts'
import { loadReference } from '../../src/reference.ts'

const { epd: tables } = loadReference()
const EF_31 = 'd4aa3ec7-b1d7-4a4a-a6cb-37af88dcc902'

function document(parts: {
  readonly uuid?: string
  readonly version?: string
  readonly dataSet?: string
  readonly information?: string
  readonly method?: string
  readonly compliance?: string
  readonly exchanges?: string
  readonly review?: string
  readonly generator?: string
  readonly publication?: string
  readonly results?: string
}): string {
  const { uuid = '11111111-2222-4333-8444-555555555555', version = '01.00.000' } = parts
  return `<processDataSet xmlns="http://lca.jrc.it/ILCD/Process"
 xmlns:c="http://lca.jrc.it/ILCD/Common" xmlns:e="http://www.iai.kit.edu/EPD/2013">
 <processInformation><dataSetInformation><c:UUID>${uuid}</c:UUID>
 <name><baseName>Nd metal</baseName></name>${parts.dataSet ?? ''}</dataSetInformation>${parts.information ?? ''}</processInformation>
 <modellingAndValidation><LCIMethodAndAllocation>${parts.method ?? ''}</LCIMethodAndAllocation>
 <validation>${parts.review ?? ''}</validation>
 <complianceDeclarations>${parts.compliance ?? ''}</complianceDeclarations>
 </modellingAndValidation>
 <administrativeInformation><dataGenerator>${parts.generator ?? ''}</dataGenerator><publicationAndOwnership>
 <c:dataSetVersion>${version}</c:dataSetVersion>
 <c:referenceToOwnershipOfDataSet refObjectId="a"><c:shortDescription>Smelter</c:shortDescription>
 </c:referenceToOwnershipOfDataSet>${parts.publication ?? ''}</publicationAndOwnership></administrativeInformation>
 <exchanges>${parts.exchanges ?? ''}</exchanges>
 <LCIAResults>${parts.results ?? result('a7ea142a-9749-11ed-a8fc-0242ac120002', { 'A1-A3': '1.50' })}</LCIAResults>
</processDataSet>`
}

function result(id: string, amounts: Readonly<Record<string, string>>): string {
  const stated = Object.entries(amounts)
    .map(([module, text]) => `<e:amount e:module="${module}">${text}</e:amount>`)
    .join('')
  return `<LCIAResult><referenceToLCIAMethodDataSet refObjectId="${id}"/><c:other>${stated}</c:other></LCIAResult>`
}

function contact(element: string, id: string, name: string): string {
  return `<${element} refObjectId="${id}"><c:shortDescription>${name}</c:shortDescription></${element}>`
}

const read = (parts: Parameters<typeof document>[0]) =>
  ilcdEpd.parse(Buffer.from(document(parts)), tables, { unread: true })

t.test('a standard that is not complied with is not claimed, and told', async (t) => {
  const complying = (approval: string) =>
    read({
      compliance: `<compliance><c:referenceToComplianceSystem refObjectId="${EF_31}"/>${
        approval === ''
          ? ''
          : `<c:approvalOfOverallCompliance>${approval}</c:approvalOfOverallCompliance>`
      }</compliance>`
    })
  for (const approval of ['', 'Fully compliant', 'Not defined']) {
    const { epd, findings } = complying(approval)
    t.match(epd, { standards: ['EN 15804+A2'], methodSet: 'EF 3.1' }, approval)
    t.notOk(
      findings.some(({ pointer }) => /compliance/.test(pointer)),
      approval
    )
  }
  const { epd, findings, unread = [] } = complying('Not compliant')
  t.same(epd?.standards, [])
  t.equal(epd?.methodSet, undefined)
  t.equal(epd?.results[0]?.method, 'EF 3.1', 'by the id that only this method has')
  const pointer = '/modellingAndValidation/complianceDeclarations/compliance'
  t.match(
    findings.filter((each) => each.pointer === pointer),
    [{ code: 'EPD_DOCUMENT_UNCLEAR', message: /does not comply/, actual: 'EN 15804+A2' }]
  )
  t.equal(unread.filter((each) => each.pointer === pointer).length, 1)
})

t.test('a day that is written as a moment is the day that begins then, and told', async (t) => {
  const dated = (value: number, name = 'publicationDateOfEPD') => {
    const parsed = soda4lcaEpd.parse(
      Buffer.from(
        JSON.stringify({
          processInformation: {
            dataSetInformation: {
              UUID: '11111111-2222-4333-8444-555555555555',
              name: { baseName: [{ value: 'Nd metal', lang: 'en' }] }
            },
            time: { other: { anies: [{ name, value }] } }
          },
          administrativeInformation: {
            publicationAndOwnership: {
              dataSetVersion: '01.00.000',
              referenceToOwnershipOfDataSet: { shortDescription: [{ value: 'Smelter' }] }
            }
          }
        })
      ),
      tables
    )
    const { published, validUntil } = parsed.epd ?? {}
    const told = parsed.findings.filter(({ pointer }) => /\/time\//.test(pointer))
    return { day: (published ?? validUntil)?.date, told }
  }
  t.same(dated(Date.parse('2020-05-06T00:00:00Z')), { day: '2020-05-06', told: [] })
  const moments = [
    ['2020-05-05T22:00:00Z', '2020-05-06', 'midnight in Berlin'],
    ['2020-05-05T16:00:00Z', '2020-05-06', 'midnight in Beijing'],
    ['2020-05-05T18:15:00Z', '2020-05-06', 'midnight in Kathmandu'],
    ['2020-05-06T05:00:00Z', '2020-05-06', 'midnight in New York'],
    ['2020-05-06T12:00:00Z', '2020-05-06', 'noon'],
    ['2020-05-06T15:30:12Z', '2020-05-06', 'no midnight anywhere']
  ] as const
  for (const [moment, day, why] of moments) {
    const read = dated(Date.parse(moment))
    t.equal(read.day, day, why)
    t.match(read.told, [{ code: 'EPD_DOCUMENT_UNCLEAR', message: new RegExp(`${day} is taken`) }])
  }
  const until = dated(Date.parse('2025-05-05T22:00:00Z'), 'expirationDateOfEPD')
  t.equal(until.day, '2025-05-06')
  t.equal(until.told.length, 1)
})

t.test('an id or a version that is none is told with what stands there', async (t) => {
  const VERSION = '/administrativeInformation/publicationAndOwnership/dataSetVersion'
  const ID = '/processInformation/dataSetInformation/UUID'
  const told = (parts: Parameters<typeof document>[0]) => {
    const { epd, findings } = read(parts)
    t.equal(epd, null)
    return findings
  }
  t.match(told({ version: 'v1.0' }), [
    { code: 'EPD_DOCUMENT', pointer: VERSION, actual: 'v1.0', expected: /01\.00\.000/ }
  ])
  t.match(told({ uuid: 'S-P-01937' }), [{ pointer: ID, actual: 'S-P-01937' }])
  t.match(told({ version: '' }), [
    { pointer: VERSION, message: 'The data set has no dataSetVersion.', actual: undefined }
  ])
  t.equal(told({ uuid: '', version: '' }).length, 1)
  t.ok(read({ uuid: 'DAA1778E-BE8F-4D2F-B1B3-C32CA2F0E90D' }).epd)
})

t.test('whatever all figures are for is one thing; more than one is told', async (t) => {
  const reference = (...ids: number[]) =>
    `<quantitativeReference>${ids
      .map((id) => `<referenceToReferenceFlow>${id}</referenceToReferenceFlow>`)
      .join('')}</quantitativeReference>`
  const exchange = (id: number, amount: string, inside = '') =>
    `<exchange dataSetInternalID="${id}"><referenceToFlowDataSet refObjectId="f">${inside}
     </referenceToFlowDataSet><meanAmount>${amount}</meanAmount></exchange>`
  const told = (information: string, exchanges: string) => {
    const { epd, findings } = read({ information, exchanges })
    const places = findings
      .filter(
        ({ code, message }) => code === 'EPD_DOCUMENT_UNCLEAR' && /as well|Another/.test(message)
      )
      .map(({ pointer }) => pointer)
    return [epd?.declaredUnit.value, ...places]
  }
  t.same(told(reference(1), exchange(1, '2') + exchange(2, '3')), ['2'])
  t.same(told(reference(1, 2), exchange(1, '2') + exchange(2, '3')), [
    '2',
    '/processInformation/quantitativeReference/referenceToReferenceFlow/1'
  ])
  t.same(told(reference(1), exchange(1, '2') + exchange(1, '3')), ['2', '/exchanges/exchange/1'])
  const property = (reference: boolean, meanValue: number) => ({
    uuid: '93a60a56-a3c8-22da-a746-0800200c9a66',
    referenceFlowProperty: reference,
    meanValue,
    unitGroupUUID: '93a60a57-a3c8-12da-a746-0800200c9a66'
  })
  const several = soda4lcaEpd.parse(
    Buffer.from(
      JSON.stringify({
        processInformation: {
          dataSetInformation: {
            UUID: '11111111-2222-4333-8444-555555555555',
            name: { baseName: [{ value: 'Nd metal' }] }
          },
          quantitativeReference: { referenceToReferenceFlow: [0] }
        },
        administrativeInformation: {
          publicationAndOwnership: {
            dataSetVersion: '01.00.000',
            referenceToOwnershipOfDataSet: { shortDescription: [{ value: 'Smelter' }] }
          }
        },
        exchanges: {
          exchange: [
            {
              dataSetInternalID: 0,
              meanAmount: 1,
              flowProperties: [property(true, 4), property(false, 5), property(true, 6)]
            }
          ]
        }
      })
    ),
    tables
  )
  t.match(several.epd?.declaredUnit, { value: '4', unit: 'MTQ' })
  t.match(
    several.findings.filter(({ message }) => /in another property/.test(message)),
    [{ pointer: '/exchanges/exchange/0/flowProperties/2/meanValue' }]
  )
})

t.test('neither the format nor EN 15804 are the rules of a product', async (t) => {
  const method = (...ids: string[]) =>
    ids
      .map(
        (id) => `<referenceToLCAMethodDetails refObjectId="${id}"><c:shortDescription>${id}
         </c:shortDescription></referenceToLCAMethodDetails>`
      )
      .join('')
  const others = {
    'ILCD format': 'a97a0155-0234-4b87-b4ce-a45da52f2a40',
    'extensions 1.1': 'cba73800-7874-11e3-981f-0800200c9a66',
    'extensions 1.2': 'a29449fd-aa2f-4de8-b5d7-4b06b43c6fde',
    'EN 15804+A1': 'b00f9ec0-7874-11e3-981f-0800200c9a66',
    'EN 15804+A2 (EF 3.0)': 'c0016b33-8cf7-415c-ac6e-deba0d21440d',
    'EN 15804+A2 (EF 3.1)': EF_31,
    'ISO 14025': '4f2eb655-6e44-4874-a95a-e28f5442cd4d'
  }
  for (const [name, id] of Object.entries(others)) {
    t.equal(read({ method: method(id) }).epd?.pcr, undefined, name)
    t.equal(read({ method: method(id, 'rules') }).epd?.pcr?.id, 'rules', name)
  }
})

t.test('who published it operates the programme, where no authority registered it', async (t) => {
  const publisher = `<c:other>${contact('e:referenceToPublisher', 'p', 'Publisher')}</c:other>`
  const authority = contact('c:referenceToRegistrationAuthority', 'r', 'Authority')
  t.equal(read({ publication: publisher }).epd?.operator?.name, 'Publisher')
  t.equal(read({ publication: authority + publisher }).epd?.operator?.name, 'Authority')
})

t.test('who made it does not review it; what was not reviewed says nothing', async (t) => {
  const GENERATOR = 'c:referenceToPersonOrEntityGeneratingTheDataSet'
  const reviewed = (id: string, name: string) =>
    read({
      generator: contact(GENERATOR, 'g', 'Practitioner'),
      review: `<review type="Independent external review">${contact(
        'c:referenceToNameOfReviewerAndInstitution',
        id,
        name
      )}</review>`
    }).findings.filter(({ code }) => code === 'EPD_REVIEWER')
  t.match(reviewed('g', 'Office'), [{ message: /contact data set of the practitioner/ }])
  t.same(reviewed('v', 'Office'), [])
  const { epd, findings } = read({ review: '<review type="Not reviewed"/>' })
  t.equal(epd?.verification, undefined)
  t.notOk(findings.some(({ pointer }) => /review/.test(pointer)))
})

t.test(
  'an id that two methods share is of the one that is declared beside another standard',
  async (t) => {
    const declared = (...ids: string[]) =>
      read({
        compliance: ids
          .map(
            (id) => `<compliance><c:referenceToComplianceSystem refObjectId="${id}"/></compliance>`
          )
          .join(''),
        results: result('b5c611c6-def3-11e6-bf01-fe55135034f3', { 'A1-A3': '1' })
      })
    const [former, ef30] = [
      'b00f9ec0-7874-11e3-981f-0800200c9a66',
      'c0016b33-8cf7-415c-ac6e-deba0d21440d'
    ]
    t.match(declared(former, EF_31).epd?.results, [{ indicator: 'AP', method: 'EF 3.1' }])
    t.match(declared(former, ef30).epd?.results, [{ indicator: 'AP', method: 'EF 3.0' }])
    const both = declared(ef30, EF_31)
    t.equal(both.epd?.results[0]?.method, undefined)
    t.ok(both.findings.some(({ code }) => code === 'EPD_METHOD_AMBIGUOUS'))
  }
)

t.test(
  'not declared, not assessed and zero are three things, and the first is outside',
  async (t) => {
    const climate = 'a7ea142a-9749-11ed-a8fc-0242ac120002'
    const stated = (amounts: Readonly<Record<string, string>>) =>
      read({ results: result(climate, amounts) }).epd
    const epd = stated({ 'A1-A3': '0', A4: 'INA', A5: 'MND', B1: 'ND', C1: '', D: '-0.5' })
    t.same(
      epd?.results[0]?.values.map(({ module, status, text }) => [module, status, text]),
      [
        ['A1-A3', 'declared', '0'],
        ['A4', 'not_assessed', null],
        ['A5', 'not_declared', null],
        ['B1', 'not_declared', null],
        ['C1', 'not_declared', null],
        ['D', 'declared', '-0.5']
      ]
    )
    t.same(epd?.boundary, { kind: 'cradle_to_gate_with_options', modules: ['A1-A3', 'A4', 'D'] })
    const uses = ['A4', 'A5', 'B1', 'B2', 'B3', 'B4', 'B5', 'B6', 'B7', 'C1', 'C2', 'C3', 'C4']
    const life = Object.fromEntries(['A1', 'A2', 'A3', ...uses].map((module) => [module, '1']))
    t.equal(stated(life)?.boundary?.kind, 'cradle_to_grave')
    t.equal(stated({ ...life, B4: 'MND' })?.boundary?.kind, 'cradle_to_gate_with_options')
    t.same(stated({ A1: '1', A2: '1', A3: '1' })?.boundary?.kind, 'cradle_to_gate')
    t.equal(stated({ A1: '1', A3: '1' })?.boundary, undefined)
  }
)

t.test('an emission is compared with what is put in, where anything is', async (t) => {
  const exchange = (id: string, direction: string, amount: string) =>
    `<exchange dataSetInternalID="${id}"><referenceToFlowDataSet
     refObjectId="08a91e70-3ddc-11dd-923d-0050c2490048"><c:shortDescription>CO2</c:shortDescription>
     </referenceToFlowDataSet><exchangeDirection>${direction}</exchangeDirection>
     <meanAmount>${amount}</meanAmount></exchange>`
  const told = (exchanges: string) => {
    const information =
      '<quantitativeReference><referenceToReferenceFlow>0</referenceToReferenceFlow></quantitativeReference>'
    return read({ information, exchanges })
      .findings.map(({ code }) => code)
      .filter((code) => /REFERENCE_FLOW|INVENTORY/.test(code))
  }
  t.same(told(exchange('1', 'Output', '500')), [], 'nothing is put in')
  t.same(told(exchange('1', 'Output', '500') + exchange('2', 'Input', '50')), [])
  t.same(told(exchange('1', 'Output', '501') + exchange('2', 'Input', '50')), [
    'EPD_INVENTORY_AMOUNT'
  ])
  t.same(
    told(exchange('0', 'Output', '501') + exchange('2', 'Input', '50')),
    ['EPD_REFERENCE_FLOW'],
    'of the reference flow only that it is none'
  )
})

t.test('1 is as true as true is in XML Schema', async (t) => {
  const truth = ['true', '1', ' 1 ', 'false', '0', '']
  const readWith = (text: string) => {
    const other = `<c:other><e:scenarios><e:scenario e:name="S" e:default="${text}"/></e:scenarios>
     <e:contentDeclaration><e:material e:packaging="${text}"><e:name>Carton</e:name></e:material></e:contentDeclaration>
     </c:other>`
    const { epd } = read({ dataSet: other })
    const [carton] = epd?.product.composition?.components ?? []
    return [epd?.scenarios[0]?.default ?? false, carton?.packaging ?? false]
  }
  t.same(
    truth.map(readWith),
    [true, true, true, false, false, false].map((each) => [each, each])
  )
})

t.test('classes without a name add nothing to the name of a class', async (t) => {
  const named = (...names: readonly string[]) => {
    const classes = names.map(
      (name, n) => `<c:class level="${n}" classId="3${n}">${name}</c:class>`
    )
    const dataSet = `<classificationInformation><c:classification name="CPC">${classes.join('')}
     </c:classification></classificationInformation>`
    return read({ dataSet }).epd?.product.classifications
  }
  t.same(named('Metals', 'Rare'), [{ system: 'CPC', code: '31', name: 'Metals / Rare' }])
  t.same(named('', 'Rare'), [{ system: 'CPC', code: '31', name: 'Rare' }])
  t.same(named('Metals', ' '), [{ system: 'CPC', code: '31', name: 'Metals' }])
  t.same(named('', ''), [{ system: 'CPC', code: '31' }])
})

t.test('a region of ILCD is that region of UN M49', async (t) => {
  const places = {
    GLO: '001',
    RER: '150',
    RNA: '003',
    RLA: '419',
    RAF: '002',
    RAS: '142',
    OCE: '009'
  }
  for (const [location, code] of Object.entries(places)) {
    const information = `<geography><locationOfOperationSupplyOrProduction location="${location}"/></geography>`
    t.same(read({ information }).epd?.geography, [code], location)
  }
})
