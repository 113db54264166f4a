import t from 'tap'
import { keyText } from '../../src/domain/epd/figures.ts'
import { methodOf } from '../../src/domain/epd/method.ts'
import { RegistryError } from '../../src/errors.ts'
import { soda4lcaEpd } from '../../src/formats/soda4lca/epd.ts'
import { loadReference } from '../../src/reference.ts'
import { goldenData } from '../support/golden-epds.ts'
import { compareDocument, compareValues, goldenFiles, misplaced } from '../support/golden-import.ts'
import { sharedData, unlessAbsent } from '../support/shared-data.ts'

const { epd: tables } = loadReference()
const parse = (text: string) => soda4lcaEpd.parse(Buffer.from(text), tables)
const FOLDER = 'epd/ilcd-json-soda4lca'
const malformed = sharedData(`${FOLDER}/f63ac879_test.json`)

const document = {
  processInformation: {
    dataSetInformation: {
      UUID: '11111111-2222-4333-8444-555555555555',
      name: { baseName: [{ value: 'Nd metal', lang: 'en' }] }
    }
  },
  modellingAndValidation: {
    complianceDeclarations: {
      compliance: [
        { referenceToComplianceSystem: { refObjectId: 'c0016b33-8cf7-415c-ac6e-deba0d21440d' } }
      ]
    }
  },
  administrativeInformation: {
    publicationAndOwnership: {
      dataSetVersion: '01.00.000',
      referenceToOwnershipOfDataSet: { shortDescription: [{ value: 'Smelter' }] }
    }
  },
  LCIAResults: { LCIAResult: [] as unknown[] }
}

/** The document with one impact: acidification, unless its reference says otherwise. */
function withImpact(reference: Readonly<Record<string, string>>, compliance?: string) {
  const copy = structuredClone(document)
  copy.LCIAResults.LCIAResult.push({
    referenceToLCIAMethodDataSet: {
      refObjectId: 'b5c611c6-def3-11e6-bf01-fe55135034f3',
      ...reference
    },
    other: {
      anies: [
        { module: 'A1-A3', value: '1.50' },
        { module: 'C3', scenario: 'S1', value: '0' },
        { module: 'C3', scenario: 'S2' }
      ]
    }
  })
  const [declared] = copy.modellingAndValidation.complianceDeclarations.compliance
  if (declared && compliance) declared.referenceToComplianceSystem.refObjectId = compliance
  return parse(JSON.stringify(copy))
}

const methodIn = ({ epd }: ReturnType<typeof parse>) =>
  epd?.results[0] && methodOf(epd.results[0], epd, tables.indicators)
const codes = ({ findings }: ReturnType<typeof parse>) =>
  findings.map(({ code }) => code).filter((code) => code.startsWith('EPD_METHOD'))

t.test(
  'accepts real declarations with every value at its key',
  unlessAbsent(goldenData, 1369),
  async (t) => {
    let read = 0
    for (const file of goldenFiles('ilcd-json-soda4lca')) {
      const parsed = parse(sharedData(`epd/${file}`) ?? '')
      t.ok(parsed.epd, file)
      if (!parsed.epd) continue
      const count = compareValues(parsed.epd, file)
      t.same({ lost: count.lost, wrong: count.wrong }, { lost: [], wrong: [] }, file)
      t.same(misplaced(parsed.epd, file, tables.indicators), [], file)
      compareDocument(t, parsed.epd, file)
      read += count.right
    }
    t.comment(`${read} values read, ${read} right, 0 lost, 0 wrong`)
    t.equal(read, 1369)
  }
)

t.test('accepts', async (t) => {
  t.test('methods by id, version and compliance', async (t) => {
    const ef31 = 'd4aa3ec7-b1d7-4a4a-a6cb-37af88dcc902'
    t.equal(methodIn(withImpact({})), 'EF 3.0')
    t.equal(methodIn(withImpact({}, ef31)), 'EF 3.1')
    t.equal(methodIn(withImpact({ version: '39.00.000' }, ef31)), 'EF 3.1', 'a version of its own')
    t.same(codes(withImpact({ version: '01.03.009' })), [])
    t.same(codes(withImpact({ version: '01.04.000' }, ef31)), [])
  })

  t.test('not declared, zero and a value as three things, scenarios apart', async (t) => {
    const { epd } = withImpact({})
    const [result] = epd?.results ?? []
    t.match(result?.values, [
      { module: 'A1-A3', scenario: null, text: '1.50' },
      { module: 'C3', scenario: 'S1', text: '0' },
      { module: 'C3', scenario: 'S2', status: 'not_declared', text: null }
    ])
    const keys = result?.values.map((value) =>
      keyText({ indicator: 'AP', method: null, module: value.module, scenario: value.scenario })
    )
    t.equal(new Set(keys).size, 3)
    t.equal(result?.values[1]?.pointer, '/LCIAResults/LCIAResult/0/other/anies/1')
  })
})

t.test('accepts a list of one amount without its brackets', async (t) => {
  const copy = structuredClone(document)
  const referenceToLCIAMethodDataSet = { refObjectId: 'b5c611c6-def3-11e6-bf01-fe55135034f3' }
  const anies = { module: 'A1-A3', value: '1.50' }
  copy.LCIAResults.LCIAResult.push({ referenceToLCIAMethodDataSet, other: { anies } })
  t.match(parse(JSON.stringify(copy)).epd?.results[0]?.values, [
    { module: 'A1-A3', text: '1.50', pointer: '/LCIAResults/LCIAResult/0/other/anies' }
  ])
})

t.test('tells', async (t) => {
  t.test('contradictions of id, version and compliance', async (t) => {
    const versioned = withImpact({ version: '01.04.000' })
    t.same(codes(versioned), ['EPD_METHOD_CONFLICT'])
    t.equal(methodIn(versioned), 'EF 3.1', 'the reference stands')
    const gwp = { refObjectId: 'a7ea142a-9749-11ed-a8fc-0242ac120002' }
    t.same(codes(withImpact(gwp)), ['EPD_METHOD_CONFLICT'])
  })

  t.test('a method that cannot be told, and guesses none', async (t) => {
    const without = withImpact({}, '9c1e8451-2321-4498-b459-b6568b6b6547')
    t.same(codes(without), ['EPD_METHOD_AMBIGUOUS'])
    t.equal(methodIn(without), null)
  })

  t.test('indicators without a code by their id', async (t) => {
    const { epd } = withImpact({ refObjectId: '99999999-2222-4333-8444-555555555555' })
    t.equal(epd?.results[0]?.indicator, 'urn:uuid:99999999-2222-4333-8444-555555555555')
  })
})

t.test('knows a product that goes in, as soda4LCA writes directions', async (t) => {
  const told = (direction: string) => {
    const copy = {
      ...structuredClone(document),
      exchanges: {
        exchange: [{ dataSetInternalID: 0, meanAmount: 1.0, 'exchange direction': direction }]
      }
    }
    Object.assign(copy.processInformation, {
      quantitativeReference: { referenceToReferenceFlow: [0] }
    })
    const { findings } = parse(JSON.stringify(copy))
    return findings.filter(({ code }) => code === 'EPD_REFERENCE_FLOW').length
  }
  t.equal(told('INPUT'), 1)
  t.equal(told('OUTPUT'), 0)
})

t.test(
  'refuses an amount without a module, and one with something else in place of a number',
  async (t) => {
    const amount = (any: object) => {
      const copy = structuredClone(document)
      const referenceToLCIAMethodDataSet = { refObjectId: 'b5c611c6-def3-11e6-bf01-fe55135034f3' }
      copy.LCIAResults.LCIAResult.push({ referenceToLCIAMethodDataSet, other: { anies: [any] } })
      return parse(JSON.stringify(copy)).epd?.results[0]?.values[0]
    }
    t.match(amount({ value: '5', module: null }), { module: 'unstated', text: '5' })
    t.match(amount({ value: '5' }), { module: 'unstated', text: '5' })
    for (const value of [{ mean: 5 }, [1, 2]]) {
      t.match(amount({ value, module: 'A1' }), { status: 'declared', text: '<value>' })
    }
    for (const value of [null, '', ' ', 'ND']) {
      t.match(amount({ value, module: 'A1' }), { status: 'not_declared', text: null })
    }
  }
)

t.test('refuses', async (t) => {
  t.test('a document without identity', unlessAbsent({ [FOLDER]: malformed }, 1), async (t) => {
    const parsed = parse(malformed ?? '')
    t.equal(parsed.epd, null)
    t.ok(parsed.findings.some(({ code }) => code === 'EPD_DOCUMENT'))
  })

  t.test('what is no object, and what is nearly one', async (t) => {
    for (const text of ['[]', 'null', '3', '', '{"a":']) {
      t.throws(() => parse(text), RegistryError, text)
    }
    for (const value of [null, 3, 'x', [], [[]], {}]) {
      for (const name of Object.keys(document)) {
        const parsed = parse(JSON.stringify({ ...document, [name]: value }))
        t.ok(parsed.epd || parsed.findings.length > 0, `${name}: ${JSON.stringify(value)}`)
      }
    }
  })
})
