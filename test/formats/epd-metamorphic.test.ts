/**
 * What must not change what is read or found: the order of results, modules, scenarios, languages and
 * members, and the size of the declared unit.
 */
import { globSync, readFileSync } from 'node:fs'
import t from 'tap'
import type { Epd } from '../../src/domain/epd/epd.ts'
import { reportOn } from '../../src/domain/epd/review-epd.ts'
import type { Finding } from '../../src/domain/finding.ts'
import { epdFormatOf } from '../../src/formats/epd-format.ts'
import { loadReference } from '../../src/reference.ts'
import { defects, OWNER } from '../support/epd-defects.ts'
import { type EpdDocument, type EpdName, epdDocument } from '../support/epds.ts'
import { goldenData } from '../support/golden-epds.ts'
import { SEED, seeded } from '../support/seed.ts'
import { SHARED, unlessAbsent } from '../support/shared-data.ts'

const reference = loadReference()
const profiles = [...reference.epd.profiles.keys()]
const documents = globSync('epd/ilcd-json-soda4lca/*.json', { cwd: SHARED }).sort()
/** Lists of a native declaration whose order says nothing. */
const UNORDERED = ['results', 'values', 'modules', 'standards', 'geography', 'sites', 'scenarios']

t.comment(`seed ${SEED}`)

function shuffled<Item>(items: readonly Item[], next: () => number): Item[] {
  const rest = [...items]
  return items.map(() => rest.splice(Math.floor(next() * rest.length), 1)[0] as Item)
}

/** The same document with its members, and the lists that `unordered` accepts, in another order. */
function reordered(
  value: unknown,
  next: () => number,
  unordered: (name: string) => boolean
): unknown {
  const within = (item: unknown) => reordered(item, next, unordered)
  if (Array.isArray(value)) return value.map(within)
  if (typeof value !== 'object' || value === null) return value
  const members = shuffled(Object.entries(value), next)
  return Object.fromEntries(
    members.map(([name, item]) => [
      name,
      Array.isArray(item) && unordered(name) ? shuffled(item, next).map(within) : within(item)
    ])
  )
}

interface Judged {
  readonly epd: Epd | null
  readonly findings: readonly Finding[]
}

async function judged(document: unknown): Promise<Judged> {
  const bytes = Buffer.from(JSON.stringify(document))
  const { epd = null, findings } = await epdFormatOf(bytes).parse(bytes, reference.epd)
  if (!epd) return { epd, findings }
  const context = { reference, today: '2026-11-23', submitter: OWNER, current: null, profiles }
  const parties = { organizations: new Set([OWNER]), facilities: new Set<string>() }
  const report = reportOn(epd, { ...context, ...parties })
  return { epd, findings: [...findings, ...report.findings] }
}

/** What is found, without where: a place in a list is another one after reordering. */
const found = ({ findings }: Judged) =>
  findings
    .map(({ code, profile = '', rule, severity }) => `${profile} ${rule} ${code} ${severity}`)
    .sort()

/** Every value under its key. */
const values = ({ epd }: Judged) =>
  (epd?.results ?? [])
    .flatMap(({ indicator, method = '', values }) =>
      values.map(({ module, scenario, status, text }) =>
        [indicator, method, module, scenario, status, text].join(' | ')
      )
    )
    .sort()

const native = (name: string) => UNORDERED.includes(name)
const soda4lca = (name: string) => ['LCIAResult', 'exchange', 'anies', 'name'].includes(name)

t.test('another order changes no finding of a native declaration', async (t) => {
  const next = seeded(SEED)
  let compared = 0
  for (const [what, [name, change]] of Object.entries(defects)) {
    const document = epdDocument(name, change)
    const sound = await judged(document)
    const other = await judged(reordered(document, next, native))
    t.same(found(other), found(sound), what)
    t.same(values(other), values(sound), what)
    compared += 1
  }
  t.comment(`${compared} declarations, each with something wrong`)
  t.ok(compared > 40)
})

t.test(
  'another order changes nothing that is read of real documents',
  unlessAbsent(goldenData, 10),
  async (t) => {
    const next = seeded(SEED + 1)
    let read = 0
    for (const file of documents) {
      const document = JSON.parse(readFileSync(new URL(file, SHARED), 'utf8'))
      const one = await judged(document)
      const other = await judged(reordered(document, next, soda4lca))
      t.same(values(other), values(one), file)
      t.same(found(other), found(one), file)
      read += values(one).length
    }
    t.comment(`${read} values of ${documents.length} documents under the same keys`)
    t.ok(read > 1000)
  }
)

/** The declared unit a thousand times as large, and everything that is said for one of it. */
function scaled(document: EpdDocument): EpdDocument {
  // The decimal point three places to the right: nothing is computed, nothing is rounded.
  const times = (text: string) => {
    const [, mantissa = '', exponent] = /^(-?[\d.]+)(?:[eE]([+-]?\d+))?$/.exec(text) ?? []
    if (mantissa === '') return text
    if (exponent !== undefined) return `${mantissa}e${Number(exponent) + 3}`
    const [whole = '', fraction = ''] = mantissa.split('.')
    const digits = `${whole}${fraction.slice(0, 3).padEnd(3, '0')}`.replace(/^(-?)0+(?=\d)/, '$1')
    return fraction.length > 3 ? `${digits}.${fraction.slice(3)}` : digits
  }
  const { biogenicCarbon, declaredUnit, results } = document
  const { mass } = declaredUnit
  return {
    ...document,
    declaredUnit: {
      ...declaredUnit,
      value: times(declaredUnit.value),
      ...(mass ? { mass: { ...mass, value: times(mass.value) } } : {})
    },
    ...(biogenicCarbon
      ? {
          biogenicCarbon: Object.fromEntries(
            Object.entries<string>(biogenicCarbon).map(([of, text]) => [of, times(text)])
          )
        }
      : {}),
    results: results.map((result: EpdDocument) => ({
      ...result,
      values: result['values'].map((value: EpdDocument) =>
        value['value'] === undefined ? value : { ...value, value: times(value['value']) }
      )
    }))
  }
}

/** A profile may ask for a unit of one kilogram. */
const ofAnySize = (findings: string[]) =>
  findings.filter((finding) => !finding.includes('EPD_PROFILE_UNIT'))

t.test('a declared unit a thousand times as large changes no finding', async (t) => {
  // What these say is not for one declared unit.
  const fixed = /quantity|unit|mass|propert|factor|amount|includes|composition|no number/i
  const names: readonly EpdName[] = ['magnet-n48h', 'ndpr-oxide', 'ndpr-metal-gate-to-gate']
  const cases = [
    ...names.map((name) => [name, epdDocument(name)] as const),
    ...Object.entries(defects)
      .filter(([what]) => !fixed.test(what))
      .map(([what, [name, change]]) => [what, epdDocument(name, change)] as const)
  ]
  let compared = 0
  for (const [what, document] of cases) {
    const one = await judged(document)
    if (one.epd === null) continue
    const other = await judged(scaled(document))
    t.same(ofAnySize(found(other)), ofAnySize(found(one)), what)
    compared += 1
  }
  t.comment(`${compared} declarations`)
  t.ok(compared > 30)
})
