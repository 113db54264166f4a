import { globSync, readFileSync } from 'node:fs'
import t from 'tap'
import { reportOn } from '../../src/domain/epd/review-epd.ts'
import type { Finding } from '../../src/domain/finding.ts'
import { epdFormatOf } from '../../src/formats/epd-format.ts'
import { loadReference } from '../../src/reference.ts'
import { goldenData } from '../support/golden-epds.ts'
import { SHARED, unlessAbsent } from '../support/shared-data.ts'

const reference = loadReference()
const files = [
  'ilcd-json-soda4lca/*.json',
  'ilcd-xml/*.xml',
  'ilcd-zip/*.zip',
  'ilcd-sample-data/processes/*.xml',
  'ilcd-rare-earth-tiangong/*.xml'
]
  .flatMap((pattern) => globSync(`epd/${pattern}`, { cwd: SHARED }))
  .sort()

interface Judged {
  readonly findings: readonly Finding[]
  readonly acceptable: boolean
}

/** A real document as its submission would be judged, less what only a registry knows. */
async function judge(file: string): Promise<Judged> {
  const bytes = readFileSync(new URL(file, SHARED))
  const codec = epdFormatOf(bytes)
  const { epd, findings } = await codec.parse(bytes, reference.epd)
  if (!epd) return { findings, acceptable: false }
  const report = reportOn(epd, {
    reference,
    today: '2026-11-23',
    submitter: '11111111-1111-4111-8111-111111111111',
    current: null,
    organizations: new Set(),
    facilities: new Set(),
    profiles: [],
    ...('origin' in codec ? { origin: codec.origin } : {})
  })
  const readable = !findings.some(({ severity }) => severity === 'error')
  return {
    findings: [...findings, ...report.findings],
    acceptable: readable && report.acceptable
  }
}

/** Document, code, pointer (native, or of the document where its format speaks), how many. */
const defects: readonly (readonly [string, string, RegExp, number])[] = [
  ['0e85f255', 'EPD_PROPERTIES', /^\/declaredUnit\/properties\/2/, 1],
  ['335241f9', 'EPD_CONVERSION_FACTOR', /^\/declaredUnit\/properties/, 1],
  ['335241f9', 'EPD_DOCUMENT_UNCLEAR', /validation\/review/, 1],
  ['0aa8b645', 'EPD_MODULE_SPLIT', /^\/boundary/, 1],
  ['f63ac879-', 'EPD_MODULE_OVERLAP', /^\/results/, 1],
  ['c23b2987', 'EPD_REGISTRATION_NUMBER', /^\/registrationNumber/, 1],
  ['00c28f1f', 'EPD_REGISTRATION_NUMBER', /^\/registrationNumber/, 1],
  ['f63ac879-', 'EPD_REGISTRATION_NUMBER', /^\/registrationNumber/, 1],
  ['f63ac879_test', 'EPD_DOCUMENT', /^\/processInformation/, 2],
  ['environdec_single', 'EPD_DOCUMENT_UNCLEAR', /geography/, 1],
  ['environdec_single', 'EPD_INDICATOR_SUM', /^\/results/, 3],
  ['epditaly', 'EPD_VALIDITY_PERIOD', /^\/validUntil/, 1],
  ['epditaly', 'EPD_INDICATOR_SUM', /^\/results/, 7],
  ['processes/sample_EPD', 'EPD_DOCUMENT', /^\/LCIAResults/, 2],
  ['88b3adb6', 'EPD_REFERENCE_FLOW', /^\/exchanges/, 1],
  ['d6a4bed2', 'EPD_REFERENCE_FLOW', /^\/exchanges/, 1],
  ['ab24cf46', 'EPD_REFERENCE_FLOW', /^\/exchanges/, 1],
  ['9e91e1b0', 'EPD_REFERENCE_FLOW', /^\/exchanges/, 1],
  ['fdcf0d43', 'EPD_REFERENCE_FLOW', /^\/exchanges/, 1],
  ['97852adf', 'EPD_INVENTORY_AMOUNT', /^\/exchanges/, 1]
]
/** What must stay silent: legal negatives, scenarios, blanks, properties that agree. */
const traps: readonly (readonly [string, RegExp])[] = [
  ['', /^EPD_NEGATIVE|^EPD_MODULE_SUM|^EPD_MODULE_BLANK|^EPD_BIOGENIC_CARBON/],
  ['ilcd-json-soda4lca', /^EPD_VALUE_DUPLICATE|^EPD_SCENARIO|^EPD_INDICATOR_SUM|^EPD_UNIT/],
  ['ilcd-json-soda4lca', /^EPD_REFERENCE_FLOW|^EPD_INVENTORY_AMOUNT/],
  ['ilcd-xml', /^EPD_REFERENCE_FLOW|^EPD_INVENTORY_AMOUNT/],
  ['ilcd-zip', /^EPD_REFERENCE_FLOW|^EPD_INVENTORY_AMOUNT/],
  // The yield of electrolysis with fluoride, and oxalate that balances as decahydrate.
  ['5a85a39e', /^EPD_INVENTORY_AMOUNT/],
  ['b05dea95', /^EPD_REFERENCE_FLOW|^EPD_INVENTORY_AMOUNT/],
  ['335241f9', /^EPD_PROPERTIES/],
  ['0e85f255', /^EPD_CONVERSION_FACTOR/],
  ['0b4c397d', /^EPD_(PROPERTIES|CONVERSION|VALIDITY|REGISTRATION)/],
  ['c23b2987', /^EPD_(PROPERTIES|CONVERSION)/]
]
const acceptable = [
  '00c28f1f',
  '0aa8b645',
  '0b4c397d',
  '0e85f255',
  '335241f9',
  'c23b2987',
  'f63ac879-',
  'Heizkoerper',
  'Kalk',
  'oekobau'
]

t.test('real documents', unlessAbsent(goldenData, defects.length), async (t) => {
  const judged = new Map<string, Judged>()
  for (const file of files) judged.set(file, await judge(file))
  const of = (name: string) => [...judged].filter(([file]) => file.includes(name))

  t.test('show every defect that they are known to have', async (t) => {
    for (const [name, code, pointer, count] of defects) {
      const [found] = of(name)
      const matching = found?.[1].findings.filter(
        (each) => each.code === code && pointer.test(each.pointer)
      )
      t.equal(matching?.length, count, `${name} ${code}`)
    }
    t.comment(`${defects.length} defects looked for in ${files.length} documents`)
  })

  t.test('are silent where nothing is wrong', async (t) => {
    let looked = 0
    for (const [name, codes] of traps) {
      for (const [file, { findings }] of of(name)) {
        t.same(
          findings.filter(({ code }) => codes.test(code)),
          [],
          `${file} ${codes.source}`
        )
        looked += 1
      }
    }
    t.comment(`${looked} traps`)
  })

  t.test('are accepted unless a defect refuses them', async (t) => {
    for (const [file, { acceptable: taken }] of judged) {
      t.equal(
        taken,
        acceptable.some((name) => file.includes(name)),
        file
      )
    }
  })
})
