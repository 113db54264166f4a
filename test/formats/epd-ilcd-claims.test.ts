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
  readonly information?: string
  readonly compliance?: string
  readonly exchanges?: string
}): string {
  const { uuid = '11111111-2222-4333-8444-555555555555', version = '01.00.000' } = parts
  return `<processDataSet xmlns="http://lca.jrc.it/ILCD/Process"
 xmlns:c="http://lca.jrc.it/ILCD/Common" xmlns:e="http://www.iai.kit.edu/EPD/2013">
 <processInformation><dataSetInformation><c:UUID>${uuid}</c:UUID>
 <name><baseName>Nd metal</baseName></name></dataSetInformation>${parts.information ?? ''}</processInformation>
 <modellingAndValidation><complianceDeclarations>${parts.compliance ?? ''}</complianceDeclarations>
 </modellingAndValidation>
 <administrativeInformation><publicationAndOwnership>
 <c:dataSetVersion>${version}</c:dataSetVersion>
 <c:referenceToOwnershipOfDataSet refObjectId="a"><c:shortDescription>Smelter</c:shortDescription>
 </c:referenceToOwnershipOfDataSet></publicationAndOwnership></administrativeInformation>
 <exchanges>${parts.exchanges ?? ''}</exchanges>
 <LCIAResults><LCIAResult><referenceToLCIAMethodDataSet
 refObjectId="a7ea142a-9749-11ed-a8fc-0242ac120002"/><c:other>
 <e:amount e:module="A1-A3">1.50</e:amount></c:other></LCIAResult></LCIAResults>
</processDataSet>`
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
