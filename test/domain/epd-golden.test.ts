import t from 'tap'
import { parseAmount } from '../../src/domain/epd/amount.ts'
import { figuresOf } from '../../src/domain/epd/figures.ts'
import { reportOn } from '../../src/domain/epd/review-epd.ts'
import { nativeEpd } from '../../src/formats/native/epd.ts'
import { loadReference } from '../../src/reference.ts'
import { OWNER } from '../support/epd-defects.ts'
import { epdText } from '../support/epds.ts'
import { goldenData, goldenEpds, withGoldenValues } from '../support/golden-epds.ts'
import { csvRows, sharedData, unlessAbsent } from '../support/shared-data.ts'

const reference = loadReference()
const { indicators } = reference.epd
const sound = nativeEpd.parse(Buffer.from(epdText('magnet-n48h'))).epd
if (!sound) throw new Error('the fixture is not a declaration')
const LISTS = 'epd/ilcd-identifiers'

t.test('EN 15804+A2 has 37 indicators in five groups', async (t) => {
  const counts = Object.fromEntries(
    [...Map.groupBy(indicators.values(), ({ group }) => group)].map(([group, rows]) => [
      group,
      rows.length
    ])
  )
  t.same(counts, {
    core: 13,
    additional: 6,
    resource: 10,
    waste: 3,
    output: 5,
    former: 2,
    national: 13
  })
})

for (const [list, method] of [
  ['EN15804+A2_EF3.0_indicators.csv', 'EF 3.0'],
  ['EN15804+A2_EF3.1_indicators.csv', 'EF 3.1'],
  ['EN15804+A1_indicators.csv', 'EN15804+A1']
] as const) {
  const path = `${LISTS}/${list}`
  const text = sharedData(path)
  const count = method === 'EN15804+A1' ? 25 : 37
  t.test(
    `${method} is identified as InData lists it`,
    unlessAbsent({ [path]: text }, count),
    async (t) => {
      const rows = csvRows(text ?? '').filter((row) => row['UUID']?.length === 36)
      t.equal(rows.length, count)
      for (const row of rows) {
        const code = /\(([A-Za-z-]+)\)\s*$/.exec(row['Name (en)'] ?? '')?.[1] ?? ''
        const definition = indicators
          .get(code)
          ?.definitions.find((each) => each.method === null || each.method === method)
        t.equal(definition?.uuid, row['UUID'], code)
        t.equal(definition?.version ?? '', row['Version'] ?? '', `version of ${code}`)
        t.ok(definition?.unitGroups.includes(row['UnitGroup UUID'] ?? ''), `unit group of ${code}`)
      }
    }
  )
}

t.test('methods that share an id differ by version', async (t) => {
  const shared = [...indicators.values()].filter(({ definitions }) => {
    const [first, second] = definitions.filter(({ method }) => method?.startsWith('EF') === true)
    return first && second && first.uuid === second.uuid && first.version !== second.version
  })
  t.same(shared.map(({ code }) => code).sort(), ['AP', 'HTP-c', 'POCP'])
})

t.test('real declarations', unlessAbsent(goldenData, 3425), async (t) => {
  const goldens = goldenEpds()
  const review = (file: string) => {
    const golden = goldens.find((each) => each.file.includes(file))
    if (!golden) throw new Error(`no golden declaration ${file}`)
    return reportOn(withGoldenValues(sound, golden, indicators), {
      reference,
      today: '2026-11-23',
      submitter: OWNER,
      current: null,
      organizations: new Set(),
      facilities: new Set()
    }).findings
  }
  const found = (file: string, ...codes: string[]) =>
    review(file).filter(({ code }) => codes.includes(code))

  t.test('have values that can all be read, each under a key of its own', async (t) => {
    let entries = 0
    let declared = 0
    for (const golden of goldens) {
      const epd = withGoldenValues(sound, golden, indicators)
      const values = epd.results.flatMap((result) => result.values)
      const stated = values.filter(({ status }) => status === 'declared')
      t.ok(
        stated.every(({ text }) => parseAmount(text ?? '')),
        golden.file
      )
      // The SDK's two samples use one invented indicator twice; all others have distinct keys.
      if (!/sample_EPD|sdk_sample/.test(golden.file)) {
        t.equal(figuresOf(epd, indicators).all.length, stated.length, golden.file)
      }
      entries += values.length
      declared += stated.length
    }
    t.comment(`${entries} entries, ${declared} declared, ${entries - declared} not declared`)
    t.equal(entries, 3425)
  })

  t.test('keep scenarios and methods apart', async (t) => {
    t.equal(found('0b4c397d', 'EPD_VALUE_DUPLICATE', 'EPD_SCENARIO_UNKNOWN').length, 0)
    t.equal(found('sample_EPD', 'EPD_VALUE_DUPLICATE').length, 10)
  })

  t.test('show A1-A3 beside A1, A2, A3 where it is, and nowhere else', async (t) => {
    for (const { file } of goldens) {
      const overlaps = found(file, 'EPD_MODULE_OVERLAP')
      t.equal(overlaps.length, file.includes('f63ac879') ? 1 : 0, file)
      t.same(found(file, 'EPD_MODULE_SUM'), [], 'the 25 sums agree')
    }
  })

  t.test('show sums that are wrong by a factor, and no rounding', async (t) => {
    const wrong: Readonly<Record<string, number>> = {
      // Random values, by the name of the file an example.
      'EPDv1.3_example': 26,
      'epd-v1.3-example': 18,
      // PERT 0.218 beside PERE 21.8; PERT and PENRT of C1 exchanged.
      daa1778e: 3,
      environdec_single: 3,
      // PERE and PERM are 0 and PERT is not.
      '8bc0d502': 7
    }
    for (const { file } of goldens) {
      const expected = Object.entries(wrong).find(([part]) => file.includes(part))?.[1] ?? 0
      t.equal(found(file, 'EPD_INDICATOR_SUM').length, expected, file)
    }
  })

  t.test('may be negative wherever that is legal', async (t) => {
    const negative = goldens.flatMap(({ rows }) =>
      rows.filter((row) => row['module'] !== 'D' && row['value_verbatim']?.startsWith('-'))
    )
    t.comment(`${negative.length} negative values outside D`)
    t.ok(negative.length > 0)
    for (const { file } of goldens) t.same(found(file, 'EPD_NEGATIVE_A1A3'), [], file)
  })
})
