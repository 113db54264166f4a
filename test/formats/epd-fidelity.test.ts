import { readFileSync } from 'node:fs'
import { parse as parseCsv } from 'csv-parse/sync'
import fc from 'fast-check'
import t from 'tap'
import { canonicalHash } from '../../src/domain/canonical-json.ts'
import { parseAmount } from '../../src/domain/epd/amount.ts'
import type { Epd } from '../../src/domain/epd/epd.ts'
import { methodOf } from '../../src/domain/epd/method.ts'
import { compare } from '../../src/domain/quantity/rational.ts'
import { csvEpdWriter } from '../../src/formats/csv/write-epd.ts'
import type { EpdWriter, Loss } from '../../src/formats/epd-codec.ts'
import { ilcdPackage } from '../../src/formats/ilcd/archive/epd.ts'
import { ilcdPackageWriter } from '../../src/formats/ilcd/archive/write-package.ts'
import { ilcdEpd } from '../../src/formats/ilcd/epd.ts'
import { ilcdEpdWriter } from '../../src/formats/ilcd/write-epd.ts'
import { nativeEpd } from '../../src/formats/native/epd.ts'
import { nativeDocument, nativeEpdWriter } from '../../src/formats/native/write-epd.ts'
import { openEpd } from '../../src/formats/openepd/epd.ts'
import { openEpdWriter } from '../../src/formats/openepd/write-epd.ts'
import { parseForeignJson } from '../../src/formats/strict-json.ts'
import { loadReference } from '../../src/reference.ts'
import { documentsOf } from '../support/schema-arbitrary.ts'
import { SEED } from '../support/seed.ts'

const { epd: tables } = loadReference()
const SCHEMA = new URL('../../schemas/epd.json', import.meta.url)
const schema = JSON.parse(readFileSync(SCHEMA, 'utf8')) as Record<string, unknown>
/** Documents with real indicators and modules, which is where formats differ. */
const documents = (partial: boolean) =>
  fc
    .tuple(
      documentsOf(schema, partial),
      fc.array(fc.constantFrom(...tables.indicators.keys()), { minLength: 3, maxLength: 3 }),
      fc.array(fc.constantFrom(...tables.modules.keys()), { minLength: 3, maxLength: 3 })
    )
    .map(([document, indicators, modules]) => {
      const results = document['results'] as Record<string, unknown>[]
      const renamed = results.map((result, index) => ({
        ...result,
        indicator: index === 0 ? result['indicator'] : indicators[index],
        values: (result['values'] as Record<string, unknown>[]).map((value, at) => ({
          ...value,
          module: modules[at]
        }))
      }))
      return { ...document, results: renamed }
    })

function read(document: unknown): Epd {
  const { epd, findings } = nativeEpd.parse(Buffer.from(JSON.stringify(document)))
  if (!epd) throw new Error(`the schema makes what it refuses: ${JSON.stringify(findings[0])}`)
  return epd
}

/** Everything a document says, each with the path that it has whatever its place in lists. */
function said(
  epd: Epd
): { readonly pointer: string; readonly path: string; readonly text: string }[] {
  const { results: _results, ...rest } = nativeDocument(epd)
  const walk = (
    value: unknown,
    pointer: string
  ): { pointer: string; path: string; text: string }[] => {
    if (typeof value !== 'object' || value === null) {
      return [{ pointer, path: pointer.replace(/\/\d+(?=\/|$)/g, '/*'), text: String(value) }]
    }
    return Object.entries(value).flatMap(([name, each]) =>
      walk(each, `${pointer}/${name.replaceAll('~', '~0').replaceAll('/', '~1')}`)
    )
  }
  const values = epd.results.flatMap((result, index) =>
    result.values.map(({ module, scenario, status, text }, at) => ({
      pointer: `/results/${index}/values/${at}`,
      path: JSON.stringify([
        result.indicator,
        methodOf(result, epd, tables.indicators),
        module,
        scenario
      ]),
      text: text ?? status
    }))
  )
  return [...walk(rest, ''), ...values]
}

const sameNumber = (a: string, b: string) => {
  const [x, y] = [parseAmount(a), parseAmount(b)]
  return x !== null && y !== null && compare(x.value, y.value) === 0
}

/** What was neither kept nor named. */
function forgotten(epd: Epd, back: Epd | null, losses: readonly Loss[]): string[] {
  const kept = Map.groupBy(back ? said(back) : [], ({ path }) => path)
  const named = losses.map(({ pointer }) => pointer)
  const respelled = losses.some(({ message }) => /spelled otherwise/.test(message))
  return said(epd)
    .filter(({ pointer, path, text }) => {
      const texts = (kept.get(path) ?? []).map((each) => each.text)
      if (texts.includes(text)) return false
      if (respelled && texts.some((each) => sameNumber(each, text))) return false
      return !named.some(
        (lost) => lost !== '' && (pointer === lost || pointer.startsWith(`${lost}/`))
      )
    })
    .map(({ pointer, text }) => `${pointer} ${text}`)
}

/** Reads a written document as anybody would who does not know our extension. */
const readers: Readonly<Record<string, (bytes: Buffer) => Promise<Epd | null>>> = {
  native: async (bytes) => nativeEpd.parse(bytes).epd,
  openepd: async (bytes) => {
    const { ext: _ext, ...outside } = parseForeignJson(bytes) as Record<string, unknown>
    return openEpd.parse(Buffer.from(JSON.stringify(outside)), tables).epd
  },
  ilcd: async (bytes) => ilcdEpd.parse(bytes, tables).epd,
  'ilcd-zip': async (bytes) => (await ilcdPackage.parse(bytes, tables)).epd
}
const writers: readonly EpdWriter[] = [
  nativeEpdWriter,
  openEpdWriter,
  ilcdEpdWriter,
  ilcdPackageWriter
]

t.setTimeout(120_000)
t.comment(`seed ${SEED}`)

/** Every field of the model, and some of them: made once, since making them costs most. */
const declarations = [
  ...fc.sample(documents(false), { seed: SEED, numRuns: 5 }),
  ...fc.sample(documents(true), { seed: SEED, numRuns: 10 })
].map(read)

for (const writer of writers) {
  t.test(`${writer.name} keeps or names every field`, async (t) => {
    let fields = 0
    let lost = 0
    for (const epd of declarations) {
      const { bytes, losses } = await writer.write(epd, tables)
      const back = (await readers[writer.name]?.(bytes)) ?? null
      t.same(forgotten(epd, back, losses), [], `seed ${SEED}`)
      fields += said(epd).length
      lost += losses.length
    }
    t.comment(`${fields} fields, ${lost} losses named, 0 forgotten`)
    t.ok(fields > 500)
    if (writer.name === 'native') t.equal(lost, 0)
  })
}

t.test('a loss that is not named is noticed', async (t) => {
  const [epd] = declarations
  if (!epd) throw new Error('no declaration was made')
  const { bytes, losses } = openEpdWriter.write(epd, tables)
  const back = (await readers['openepd']?.(bytes)) ?? null
  t.same(forgotten(epd, back, losses), [])
  t.ok(forgotten(epd, back, losses.slice(1)).length > 0)
})

t.test('openEPD gives everything back through ext', async (t) => {
  for (const epd of declarations) {
    const { epd: back, findings } = openEpd.parse(openEpdWriter.write(epd, tables).bytes, tables)
    t.same(findings, [], `seed ${SEED}`)
    const hashes = [epd, back].map((each) => each && canonicalHash(nativeDocument(each)))
    t.ok(hashes[0]?.equals(hashes[1] ?? Buffer.alloc(0)), `seed ${SEED}`)
  }
})

t.test('CSV has every value and names the rest', async (t) => {
  for (const epd of declarations) {
    const { bytes, losses } = csvEpdWriter.write(epd, tables)
    const named = losses.map(({ pointer }) => pointer)
    const missing = said(epd)
      .filter(({ pointer }) => !/^\/(results|id|version|methodSet)/.test(pointer))
      .filter(({ pointer }) => {
        return !named.some((lost) => pointer === lost || pointer.startsWith(`${lost}/`))
      })
    t.same(missing, [], `seed ${SEED}`)
    const rows = parseCsv(bytes, { columns: true }) as Record<string, string>[]
    const texts = epd.results.flatMap(({ values }) => values.map(({ text }) => text ?? ''))
    t.same(
      rows.map((row) => row['value']),
      texts
    )
  }
})
