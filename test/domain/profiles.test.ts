import { readdirSync, readFileSync } from 'node:fs'
import t from 'tap'
import type { EpdContext } from '../../src/domain/epd/review.ts'
import { type EpdReport, reportOn } from '../../src/domain/epd/review-epd.ts'
import { nativeEpd } from '../../src/formats/native/epd.ts'
import { readPublications } from '../../src/formats/publications.ts'
import { loadReference } from '../../src/reference.ts'
import { type Change, OWNER, value } from '../support/epd-defects.ts'
import { type EpdName, epdDocument } from '../support/epds.ts'

const reference = loadReference()
const context: EpdContext = {
  reference,
  today: '2026-11-23',
  submitter: OWNER,
  current: null,
  organizations: new Set([OWNER]),
  facilities: new Set(),
  profiles: []
}

function report(name: EpdName, change?: Change, profiles: readonly string[] = []): EpdReport {
  const parsed = nativeEpd.parse(Buffer.from(JSON.stringify(epdDocument(name, change))))
  if (!parsed.epd) throw new Error(JSON.stringify(parsed.findings))
  return reportOn(parsed.epd, { ...context, profiles })
}

const told = ({ findings }: EpdReport) =>
  findings
    .filter(({ profile }) => profile !== undefined)
    .map(({ profile, rule, pointer, severity }) => `${profile} ${rule} ${pointer} ${severity}`)
const verdicts = ({ profiles }: EpdReport) =>
  Object.fromEntries(profiles.map(({ profile, conforms }) => [profile, conforms]))

t.test('a declaration is judged by what it claims, and by what is asked for', async (t) => {
  const sound = report('magnet-n48h')
  t.same(told(sound), [])
  t.same(verdicts(sound), { 'en15804-a2-ef3.1': true, 'iso-14025': true })
  t.ok(sound.acceptable)

  const asked = report('magnet-n48h', undefined, ['crma-annex-v', 'en15804-a1'])
  t.same(verdicts(asked), {
    'crma-annex-v': true,
    'en15804-a1': false,
    'en15804-a2-ef3.1': true,
    'iso-14025': true
  })
  t.ok(asked.acceptable, 'what is only asked for refuses nothing')
  t.ok(told(asked).includes('en15804-a1 method /methodSet error'))

  const other = report('magnet-n48h', (epd) => (epd['methodSet'] = 'EF 3.0'))
  t.ok('en15804-a2-ef3.0' in verdicts(other), 'the method decides which of the two')
  t.notOk('en15804-a2-ef3.1' in verdicts(other))
  const spelled = report(
    'magnet-n48h',
    (epd) => (epd['standards'] = ['en 15804 + A2', 'GB/T 24025'])
  )
  t.same(verdicts(spelled), { 'en15804-a2-ef3.1': true, 'iso-14025': true })
  const editions = [
    ['EN 15804:2012+A2:2019/AC:2021', 'ISO 14025:2006'],
    ['DIN EN 15804:2022-03', 'EN ISO 14025:2010', 'NF EN 15804+A2'],
    ['BS EN 15804:2012+A2:2019', 'DIN EN ISO 14025']
  ]
  for (const standards of editions) {
    const named = report('magnet-n48h', (epd) => (epd['standards'] = standards))
    t.same(verdicts(named), { 'en15804-a2-ef3.1': true, 'iso-14025': true }, standards.join())
  }
  t.same(verdicts(report('ndpr-metal-gate-to-gate')), {}, 'who claims nothing is judged by nothing')
})

const cases: Readonly<Record<string, readonly [Change, string, (string | null)?]>> = {
  'no operator': [(epd) => delete epd['operator'], 'iso-14025 programme /operator warning'],
  'no verification': [
    (epd) => delete epd['verification'],
    'en15804-a2-ef3.1 verification /verification warning'
  ],
  'an internal verification': [
    (epd) => (epd['verification'].kind = 'independent_internal'),
    'en15804-a2-ef3.1 verification /verification/kind warning'
  ],
  'a verifier without a name': [
    (epd) => delete epd['verification'].verifier,
    'iso-14025 verification /verification/verifier warning'
  ],
  'a core indicator that is missing': [
    (epd) => epd['results'].splice(4, 1),
    'en15804-a2-ef3.1 core /results warning'
  ],
  'a core indicator that is not assessed': [
    (epd) => (value(epd, 'ODP', 'A1-A3').value = 'INA'),
    'en15804-a2-ef3.1 core /results warning'
  ],
  'no reason for the missing end of life': [
    (epd) => delete epd['boundary'].exclusions,
    'en15804-a2-ef3.1 end-of-life /boundary/exclusions warning'
  ],
  'no database': [
    (epd) => delete epd['backgroundDatabases'],
    'en15804-a2-ef3.1 database /backgroundDatabases warning'
  ],
  'an edition that was not there yet': [
    (epd) =>
      Object.assign(epd, {
        validFrom: '2019-01-01',
        validUntil: '2023-12-31',
        published: '2019-01-01',
        dataPeriod: undefined,
        verification: undefined
      }),
    'en15804-a2-ef3.1 edition /published warning'
  ]
}

t.test('what a profile asks for and is not there is told, once', async (t) => {
  for (const [name, [change, expected]] of Object.entries(cases)) {
    const found = told(report('magnet-n48h', change))
    t.equal(found.filter((each) => each === expected).length, 1, `${name}: ${found.join('; ')}`)
  }
  const [first] = report('magnet-n48h', (epd) => epd['results'].splice(4, 2)).findings
  t.match(first, { code: 'EPD_PROFILE_INDICATOR', expected: 'ODP, AP', remedy: String })
})

t.test(
  'the figures of one step are no declaration by EN 15804, whatever they leave out',
  async (t) => {
    const step = report('magnet-n48h', (epd) => {
      epd['boundary'] = { ...epd['boundary'], kind: 'gate_to_gate', modules: ['A3'] }
      for (const { values } of epd['results']) values[0].module = 'A3'
    })
    t.same(told(step), ['en15804-a2-ef3.1 product-stage /boundary/modules warning'])
    t.match(verdicts(step), { 'en15804-a2-ef3.1': false, 'iso-14025': true })
    for (const edition of ['en15804-a1', 'en15804-a2-ef3.0']) {
      const asked = report('ndpr-metal-gate-to-gate', undefined, [edition])
      t.ok(told(asked).includes(`${edition} product-stage /boundary/modules warning`), edition)
    }
  }
)

t.test('what is legal stays silent', async (t) => {
  const silent: Readonly<Record<string, Change>> = {
    'an additional indicator that is not assessed': (epd) =>
      (value(epd, 'SQP', 'A1-A3').value = 'INA'),
    'negative values': (epd) =>
      (value(epd, 'PERM', 'A1-A3').value = value(epd, 'PERM', 'A1-A3').value),
    'A1, A2, A3 instead of their sum': (epd) => {
      epd['boundary'].modules = ['A1', 'A2', 'A3']
      for (const { values } of epd['results']) {
        const [{ value: sum }] = values
        values.splice(
          0,
          values.length,
          ...['A1', 'A2', 'A3'].map((module, index) => ({ module, value: index === 0 ? sum : '0' }))
        )
      }
    },
    'a thousand grams': (epd) => (epd['declaredUnit'] = { value: '1000', unit: 'GRM' })
  }
  for (const [name, change] of Object.entries(silent)) {
    const { profiles, findings } = report('magnet-n48h', change, ['crma-annex-v'])
    t.same(
      findings.filter(({ profile }) => profile),
      [],
      name
    )
    t.ok(
      profiles.every(({ conforms }) => conforms),
      name
    )
  }
})

t.test(
  'what is no module is lacked by no indicator, and what is no day is in no edition',
  async (t) => {
    const sound = report('magnet-n48h')
    const parsed = nativeEpd.parse(Buffer.from(JSON.stringify(epdDocument('magnet-n48h'))))
    if (!parsed.epd?.boundary) throw new Error(JSON.stringify(parsed.findings))
    const { boundary, ...epd } = parsed.epd
    const modules = [...boundary.modules, 'A1A3']
    const misspelled = reportOn({ ...epd, boundary: { ...boundary, modules } }, context)
    t.same(told(misspelled), told(sound))
    t.same(
      misspelled.findings.map(({ code }) => code),
      ['EPD_MODULE_UNKNOWN']
    )
    const published = { date: '06.05.2020', precision: 'day' } as const
    const undated = reportOn({ ...epd, boundary, published }, context)
    t.same(
      undated.findings.map(({ code }) => code),
      ['EPD_DATE_INVALID']
    )
  }
)

t.test('general findings count for the profiles that build on them', async (t) => {
  const wrong = report('magnet-n48h', (epd) => (value(epd, 'GWP-biogenic', 'A1-A3').value = '2.1'))
  t.same(verdicts(wrong), { 'en15804-a2-ef3.1': false, 'iso-14025': true })
  t.notOk(wrong.acceptable)
  const long = report('magnet-n48h', (epd) => (epd['validUntil'] = '2031-11-02'))
  t.same(verdicts(long), { 'en15804-a2-ef3.1': false, 'iso-14025': true })
  t.equal(long.findings.length, 1, 'and are told once')
  const lapsed = report('magnet-n48h', (epd) => (epd['pcr'].validUntil = '2026-10-19'))
  t.same(verdicts(lapsed), { 'en15804-a2-ef3.1': false, 'iso-14025': false })
})

t.test('rules whose text is not public are known by when they hold', async (t) => {
  const pcr = (name: string, date: string) =>
    report('magnet-n48h', (epd) => {
      epd['pcr'] = { name }
      epd['verification'].date = date
    }).findings.filter(({ code }) => code === 'EPD_PCR_EXPIRED')
  t.same(pcr('GB/T 47102-2026', '2026-08-01'), [])
  t.match(pcr('GB/T 47102-2026', '2026-07-31'), [{ pointer: '/pcr', expected: /2026-08-01/ }])
  t.same(pcr('gb/t 47102 2026', '2026'), [], 'a year alone may be any day of it')
  t.equal(
    pcr('Rare-earth concentrates, oxides, metals, and magnets', '2024-01-24').length,
    1,
    'punctuation does not count'
  )
  t.equal(pcr('PCR 2024:01', '2024-01-24').length, 1)
  t.same(pcr('Rare earth metals', '2001-01-01'), [], 'nobody says since when')
  t.ok(reference.epd.pcrs.every(({ source, scope }) => source !== '' && scope !== ''))
})

t.test('every profile has its file, its sources and its entry in the log', async (t) => {
  const folder = new URL('../../data/profiles/', import.meta.url)
  const published = new Map(readPublications().map((each) => [each.subject, each.bytes]))
  for (const name of readdirSync(folder)) {
    const bytes = readFileSync(new URL(name, folder))
    t.ok(published.get(`data/profiles/${name}`)?.equals(bytes), name)
  }
  t.same(
    [...reference.epd.profiles.keys()],
    [
      'crma-annex-v',
      'eco-platform-basic',
      'en15804-a1',
      'en15804-a2-ef3.0',
      'en15804-a2-ef3.1',
      'iso-14025'
    ]
  )
  const rules = [...reference.epd.profiles.values()].flatMap((profile) => profile.rules)
  t.comment(
    `${rules.length} rules, ${rules.filter(({ severity }) => severity === 'error').length} of them refuse`
  )
})

t.test('a finding has its place in the native form and in the document', async (t) => {
  const { ilcdEpd } = await import('../../src/formats/ilcd/epd.ts')
  const { soda4lcaEpd } = await import('../../src/formats/soda4lca/epd.ts')
  const { ilcdEpdWriter } = await import('../../src/formats/ilcd/write-epd.ts')
  const document = epdDocument('magnet-n48h', (epd) => {
    value(epd, 'GWP-biogenic', 'A1-A3').value = '2.1'
    delete epd['operator']
  })
  const native = nativeEpd.parse(Buffer.from(JSON.stringify(document))).epd
  if (!native) throw new Error('not a declaration')
  const { bytes } = ilcdEpdWriter.write(native, reference.epd)
  const { epd } = ilcdEpd.parse(bytes, reference.epd)
  if (!epd) throw new Error('not a declaration')
  const { findings } = reportOn(epd, { ...context, origin: ilcdEpd.origin })
  const of = (code: string, rule?: string) =>
    findings.find((each) => each.code === code && (rule === undefined || each.rule === rule))
  const sum = of('EPD_INDICATOR_SUM')
  t.match(sum?.pointer, /^\/results\/\d+\/values\/0\/value$/)
  t.equal(sum?.source, '/*:processDataSet/*:LCIAResults/*:LCIAResult[1]/*:other/*:amount[1]')
  const at = Number(sum?.pointer.split('/')[2])
  t.equal(epd.results[at]?.indicator, 'GWP-total', 'the pointer is that of the native form')
  t.equal(
    of('EPD_PROFILE_FIELD', 'programme')?.source,
    '/*:processDataSet/*:administrativeInformation/*:publicationAndOwnership/*:referenceToRegistrationAuthority'
  )
  t.equal(soda4lcaEpd.origin?.element, null, 'JSON has pointers')
})
