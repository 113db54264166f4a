import t from 'tap'
import type { IncludedEpd } from '../../src/domain/epd/included.ts'
import { reportOn } from '../../src/domain/epd/review-epd.ts'
import type { Finding } from '../../src/domain/finding.ts'
import { rational } from '../../src/domain/quantity/rational.ts'
import { nativeEpd } from '../../src/formats/native/epd.ts'
import { loadReference } from '../../src/reference.ts'
import { type Change, OWNER } from '../support/epd-defects.ts'
import { epdDocument } from '../support/epds.ts'
import { includedEpd, OXIDE, upstreamCodes } from '../support/included-epds.ts'

const reference = loadReference()
const ORE = '0a0a0a0a-1c2d-4e3f-8a4b-5c6d7e8f9a01'

/** What rule E22 says of the magnet. */
function review(included: readonly IncludedEpd[], change: Change = () => {}): Finding[] {
  const document = { ...epdDocument('magnet-n48h', change), id: MAGNET }
  const { epd } = nativeEpd.parse(Buffer.from(JSON.stringify(document)))
  if (!epd) throw new Error('the fixture cannot be read')
  return reportOn(epd, {
    reference,
    today: '2026-11-23',
    submitter: OWNER,
    current: null,
    organizations: new Set([OWNER]),
    facilities: new Set(),
    included: new Map(included.map((each) => [each.id, each]))
  }).findings.filter(({ rule }) => rule === 'E22')
}

const MAGNET = 'bbbbbbbb-1c2d-4e3f-8a4b-5c6d7e8f9a09'
const seen = new Set<string>()
const codes = (findings: readonly Finding[]) =>
  findings.map(({ code, severity, pointer }) => {
    seen.add(code)
    return `${severity} ${code} ${pointer}`
  })
const footprint = (kg: bigint, method = 'EF 3.1') => ({
  boundary: 'cradle_to_gate' as const,
  values: new Map([[method, rational(kg)]]),
  primaryShare: null,
  includes: [],
  allocation: null,
  lacking: null
})

t.test('what is there, valid, upstream and counted once gives no finding', async (t) => {
  t.strictSame(review([includedEpd(OXIDE, { footprint: footprint(1n) })]), [])
  t.strictSame(review([includedEpd(OXIDE, { stage: 'storage_transport_trade' })]), [])
})

t.test('what is not published here is told, without blocking', async (t) => {
  const found = ['info EPD_INCLUDED_UNKNOWN /includes/0/epd']
  t.strictSame(codes(review([])), found)
  const { versions } = includedEpd(OXIDE, {}, { written: 'submitted' })
  t.strictSame(codes(review([{ id: OXIDE, versions, content: null }])), found)
})

t.test('what was not valid when this one starts', async (t) => {
  const before = { validUntil: '2020-12-31' }
  t.strictSame(codes(review([includedEpd(OXIDE, {}, before)])), [
    'warning EPD_INCLUDED_INVALID /includes/0/epd'
  ])
})

t.test('what was withdrawn is no unknown declaration', async (t) => {
  const [finding, ...others] = review([
    includedEpd(OXIDE, {}, { written: 'deregistered', endsOn: '2026-11-20' })
  ])
  t.match(finding, { code: 'EPD_INCLUDED_INVALID', severity: 'warning', message: /withdrawn/ })
  t.strictSame(others, [])
})

t.test('the version that is named, however it is written', async (t) => {
  const named =
    (version: string): Change =>
    (epd) =>
      (epd['includes'][0].version = version)
  const [first, second] = [includedEpd(OXIDE), includedEpd(OXIDE, {}, { version: '2.0' })]
  const superseded = { written: 'superseded', endsOn: '2026-06-01' } as const
  const versions = [{ ...first.versions[0], ...superseded }, ...second.versions]
  const both = { ...first, versions } as IncludedEpd
  t.strictSame(review([both], named('02.00.000')), [])
  t.match(review([both], named('1.0')), [{ code: 'EPD_INCLUDED_INVALID' }], 'over when this starts')
  t.match(review([both], named('9.9')), [
    { code: 'EPD_INCLUDED_UNKNOWN', pointer: '/includes/0/version', expected: '1, 2.0' }
  ])
})

t.test('a start that is known by its year alone may be any day of it', async (t) => {
  const from = (validFrom: string) => (published: string | null) =>
    codes(
      review([includedEpd(OXIDE, {}, { validFrom: '2026-06-01' })], (epd) => {
        epd['validFrom'] = validFrom
        if (published !== null) epd['published'] = published
      })
    )
  t.strictSame(from('2026')(null), [])
  t.strictSame(from('2026')('2026-03-01'), ['warning EPD_INCLUDED_INVALID /includes/0/epd'])
  t.strictSame(from('2025')(null), ['warning EPD_INCLUDED_INVALID /includes/0/epd'])
})

t.test('parts in the units that they are declared in', async (t) => {
  const built = (quantity: object, unit: object) =>
    codes(
      review(
        [
          includedEpd(OXIDE, {
            footprint: footprint(10n),
            declaredUnit: { value: '1', unit: 'KGM', properties: [], ...unit }
          })
        ],
        (epd) => {
          epd['allocation'] = { method: 'none' }
          epd['includes'][0].quantity = quantity
        }
      )
    )
  const sheet = { value: '2', unit: 'MTK', mass: { value: '4', unit: 'KGM' } }
  const more = ['warning EPD_INCLUDED_SUM /includes']
  t.strictSame(built({ value: '1.3', unit: 'MTK' }, sheet), [], '26 of 26.41 kg CO2e')
  t.strictSame(built({ value: '1.4', unit: 'MTK' }, sheet), more)
  t.strictSame(built({ value: '2642', unit: 'GRM' }, sheet), more)
  t.strictSame(built({ value: '1.4', unit: 'MTK' }, {}), [], 'nobody knows what it weighs')
})

t.test('what is made later than the product itself', async (t) => {
  const early: Change = (epd) => (epd['product'].stage = 'separation')
  t.strictSame(codes(review([includedEpd(OXIDE, { stage: 'alloying' })], early)), [
    'warning EPD_INCLUDED_STAGE /includes/0/epd'
  ])
})

t.test('a circle, directly or through others', async (t) => {
  const found = ['error EPD_INCLUDED_CYCLE /includes/0/epd']
  t.strictSame(codes(review([includedEpd(OXIDE, { includes: [MAGNET] })])), found)
  const through = [
    includedEpd(OXIDE, { includes: [ORE] }),
    includedEpd(ORE, { includes: [MAGNET] })
  ]
  t.strictSame(codes(review(through)), found)
})

t.test('a circle upstream that this one is no part of does not hang', async (t) => {
  const circle = [includedEpd(OXIDE, { includes: [ORE] }), includedEpd(ORE, { includes: [OXIDE] })]
  t.strictSame(codes(review(circle)), [])
})

t.test('N28: an oxide from the cradle beside the ore that it was made from', async (t) => {
  const both: Change = (epd) =>
    epd['includes'].push({ epd: ORE, quantity: { value: '3', unit: 'KGM' } })
  const oxide = includedEpd(OXIDE, { includes: [ORE] })
  const [finding, ...others] = review([oxide, includedEpd(ORE, { stage: 'mining' })], both)
  t.strictSame(others, [])
  t.match(finding, { code: 'EPD_DOUBLE_COUNT', actual: `${OXIDE}, ${ORE}` })
  t.strictSame(codes(finding ? [finding] : []), ['warning EPD_DOUBLE_COUNT /includes/1/epd'])
})

t.test('parts that are more than the whole, of the same method only', async (t) => {
  const whole: Change = (epd) => (epd['allocation'] = { method: 'none' })
  const review1000 = (method: string) =>
    codes(review([includedEpd(OXIDE, { footprint: footprint(1000n, method) })], whole))
  const { methodSet } = epdDocument('magnet-n48h')
  t.strictSame(review1000(methodSet), ['warning EPD_INCLUDED_SUM /includes'])
  t.strictSame(review1000('another method'), [])
})

t.test('where no registry is at hand nothing is said of what is included', async (t) => {
  const { epd } = nativeEpd.parse(Buffer.from(JSON.stringify(epdDocument('magnet-n48h'))))
  if (!epd) throw new Error('the fixture cannot be read')
  const { findings } = reportOn(epd, {
    reference,
    today: '2026-11-23',
    submitter: OWNER,
    current: null,
    organizations: new Set([OWNER]),
    facilities: new Set()
  })
  t.ok(epd.includes.some(({ epd: id }) => id !== undefined))
  t.strictSame(
    findings.filter(({ rule }) => rule === 'E22'),
    []
  )
})

t.test('what was withdrawn for some days of the start, and not there on others', async (t) => {
  const year: Change = (epd) => (epd['validFrom'] = '2026')
  const withdrawn = includedEpd(
    OXIDE,
    {},
    { written: 'deregistered', validUntil: '2026-06-30', endsOn: '2026-01-01' }
  )
  const over = includedEpd(OXIDE, {}, { validUntil: '2020-12-31', version: '2' })
  const both = { ...withdrawn, versions: [...withdrawn.versions, ...over.versions] }
  t.match(review([both], year), [
    { code: 'EPD_INCLUDED_INVALID', message: /^No published version/ }
  ])
})

t.test('what was made at the same stage, or at one that nobody knows', async (t) => {
  const { product } = epdDocument('magnet-n48h')
  t.strictSame(review([includedEpd(OXIDE, { stage: product.stage })]), [])
  t.strictSame(review([includedEpd(OXIDE, { stage: 'unstated' })]), [])
})

t.test('each of several that are included is looked at', async (t) => {
  const more: Change = (epd) =>
    epd['includes'].unshift({ epd: ORE, quantity: { value: '3', unit: 'KGM' } })
  const ore = (includes: readonly string[]) => includedEpd(ORE, { stage: 'mining', includes })
  t.strictSame(
    codes(review([includedEpd(OXIDE, { includes: [MAGNET] }), ore([])], more)),
    ['error EPD_INCLUDED_CYCLE /includes/1/epd'],
    'a circle through the second one'
  )
  t.strictSame(
    codes(review([includedEpd(OXIDE, { includes: [ORE] }), ore([])], more)),
    ['warning EPD_DOUBLE_COUNT /includes/0/epd'],
    'held by the one behind it'
  )
})

t.test('every code of the rule has a case', async (t) => {
  t.strictSame([...seen].sort(), [...upstreamCodes].sort())
})
