import { cpSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import t from 'tap'
import { loadReference } from '../src/reference.ts'

const reference = loadReference()
const { chemistry, countries, products, rules, stages, steps, units } = reference

t.test('knows the facts', async (t) => {
  t.equal(chemistry.rareEarths.size, 16, '17 rare earths less promethium')
  t.notOk(chemistry.rareEarths.has('Pm'))
  t.match(chemistry.elements.get('Pm')?.refusal, /stable isotope/)
  t.equal(stages.size, 16)
  t.equal(steps.length, 11)
  t.equal(countries.size, 249)
  t.ok(countries.has('GB') && countries.has('TW') && countries.has('SS'))
  for (const code of ['UK', 'XK', 'EU', 'XI', 'SU', 'AN']) t.notOk(countries.has(code), code)
  t.equal(units.get('APZ')?.factor, '0.0311034768', 'the troy ounce, not a tenth of it')
  for (const code of ['E4', 'KSD', 'KNS']) {
    t.equal(units.get(code)?.factor, null)
    t.ok(units.get(code)?.refusal)
  }
  t.match(rules.version, /^custody-rules\/\d{4}-\d{2}-\d{2}$/)
  t.equal(rules.r3.balanceSet.length, 20)
  t.equal(rules.lineageElements.length, 20)
})

t.test('lets nobody change a fact', async (t) => {
  t.throws(() => ((rules.r3 as { pickup: string }).pickup = '1'), TypeError)
  t.throws(() => (rules.r3.balanceSet as string[]).push('Fe'), TypeError)
  t.throws(() => (units as Map<string, unknown>).delete('KGM'), TypeError)
  t.throws(() => (units as Map<string, unknown>).set('tons', {}), TypeError)
  t.throws(() => (countries as Set<string>).add('UK'), TypeError)
  t.throws(() => ((products.get('ore') as { hs: unknown }).hs = []), TypeError)
})

t.test('links every stage into the chain', async (t) => {
  for (const stage of stages.values()) {
    if (stage.order === null) continue
    const takes = [...products.values()].filter((each) => each.consumedBy.includes(stage.id))
    const makes = [...products.values()].filter((each) => each.producedBy.includes(stage.id))
    t.ok(makes.length > 0, `${stage.id} makes ${makes.map((each) => each.id).join(', ')}`)
    if (stage.id !== 'mining') {
      t.ok(takes.length > 0, `${stage.id} takes ${takes.map((each) => each.id).join(', ')}`)
    }
  }
})

const consumes = (stage: string, product: string) =>
  products.get(product)?.consumedBy.includes(stage) ?? false

t.test('lets the chain of a magnet through, link by link', async (t) => {
  const chain: [string, string][] = [
    ['beneficiation', 'ore'],
    ['cracking_leaching', 'concentrate'],
    ['separation', 'mixed_carbonate'],
    ['separation', 'mixed_chloride'],
    ['separation', 'seg_concentrate'],
    ['metal_making', 'separated_oxide'],
    ['metal_making', 'ree_fluoride'],
    ['alloying', 'ree_metal'],
    ['alloying', 'master_alloy'],
    ['alloying', 'iron'],
    ['alloying', 'ferroboron'],
    ['alloying', 'cobalt'],
    ['alloying', 'alloy'],
    ['powder', 'alloy'],
    ['press_sinter', 'powder'],
    ['machining', 'sintered_block'],
    ['coating', 'shaped_magnet'],
    ['coating', 'nickel'],
    ['magnetization', 'shaped_magnet'],
    ['magnetization', 'coated_magnet'],
    ['assembly', 'magnet'],
    ['collection', 'collected_product'],
    ['collection', 'rotor'],
    ['hpms', 'sorted_scrap'],
    ['hpms', 'magnet'],
    ['recycle_hydromet', 'swarf'],
    ['recycle_hydromet', 'magnet_scrap'],
    ['press_sinter', 'recycled_powder'],
    ['metal_making', 'recycled_oxide']
  ]
  for (const [stage, product] of chain) t.ok(consumes(stage, product), `${stage} takes ${product}`)
})

t.test('stops what skips a step or runs backwards', async (t) => {
  const stopped: [string, string][] = [
    ['mining', 'magnet'],
    ['separation', 'concentrate'],
    ['separation', 'ore'],
    ['metal_making', 'concentrate'],
    ['alloying', 'separated_oxide'],
    ['alloying', 'mixed_oxide'],
    ['alloying', 'recycled_oxide'],
    ['powder', 'separated_oxide'],
    ['press_sinter', 'alloy'],
    ['machining', 'powder'],
    ['assembly', 'sintered_block'],
    ['beneficiation', 'mixed_carbonate'],
    ['alloying', 'magnet'],
    ['powder', 'coated_magnet']
  ]
  for (const [stage, product] of stopped) {
    t.notOk(consumes(stage, product), `${stage} does not take ${product}`)
  }
  let links = 0
  for (const product of products.values()) {
    const made = ordersOf(product.producedBy)
    for (const id of product.consumedBy) {
      const stage = stages.get(id)!
      if (stage.recycling || made.length === 0) continue
      links += 1
      const back = stage.order! < Math.min(...made)
      t.equal(back, BACKWARDS.has(`${product.id}>${id}`), `${product.id} into ${id}`)
    }
  }
  t.comment(`${links} links run forwards, but for ${BACKWARDS.size} named ones`)
})

function ordersOf(ids: readonly string[]): number[] {
  return ids.flatMap((id) => stages.get(id)?.order ?? [])
}

/** Loops that industry knows: grain-boundary diffusion, and scrap that goes back in. */
const BACKWARDS: ReadonlySet<string> = new Set([
  'shaped_magnet>press_sinter',
  'ree_slag>separation',
  'ree_slag>cracking_leaching',
  'swarf>cracking_leaching',
  'recycled_powder>alloying'
])

t.test('asks for a complete assay of metals, alloys, powders and magnets alone', async (t) => {
  const complete = [...products.values()].filter((each) => each.completeAssay).map(({ id }) => id)
  t.strictSame(complete.sort(), [
    'alloy',
    'bonded_magnet',
    'coated_magnet',
    'magnet',
    'master_alloy',
    'powder',
    'recycled_alloy',
    'recycled_powder',
    'ree_hydride',
    'ree_metal',
    'shaped_magnet',
    'sintered_block'
  ])
})

t.test('refuses tables that contradict themselves, naming file and row', async (t) => {
  const cases: [string, (file: Table) => void, RegExp][] = [
    [
      'products.json',
      (f) => (f.rows[0]!['producedBy'] = ['digging']),
      /products\.json: ore: .*digging/
    ],
    ['products.json', (f) => f.rows.push(f.rows[0]!), /products\.json: ore is listed twice/],
    ['products.json', (f) => (f.rows[0]!['complete'] = true), /products\.json: \/rows\/0/],
    [
      'products.json',
      (f) => Object.assign(f.rows[0]!, { producedBy: [], entries: [] }),
      /neither be made/
    ],
    ['steps.json', (f) => (f.rows[0]!['requiredFor'] = ['Nd', 'Xx']), /steps\.json: .*Xx/],
    ['steps.json', (f) => f.rows.push(f.rows[0]!), /steps\.json: a step is listed twice/],
    [
      'rules/crma-29.json',
      (f) => ((f as unknown as { elements: string[] }).elements = ['Nd', 'Xx']),
      /rules\/crma-29\.json: there is no element Xx/
    ],
    ['stages.json', (f) => f.rows.splice(0, 1), /there is no stage mining/],
    ['units.json', (f) => (f.rows[0]!['factor'] = 1), /units\.json: \/rows\/0\/factor/],
    ['elements.json', (f) => delete elementRow(f, 'Nd')['reportedOxide'], /Nd needs the oxide/],
    [
      'elements.json',
      (f) => (elementRow(f, 'Nd')['reportedOxide'] = 'Pr6O11'),
      /Nd needs the oxide/
    ],
    [
      'elements.json',
      (f) => (elementRow(f, 'U')['symbol'] = 'Uu'),
      /custody-rules\.json: .*element U/
    ],
    ['elements.json', (f) => delete f['source'], /elements\.json: .*source/],
    ['custody-rules.json', (f) => f.rows.push(f.rows[0]!), /stated twice/],
    ['custody-rules.json', (f) => f.rows.splice(0, 1), /custody-rules\.json: .*balanceSet/],
    [
      'custody-rules.json',
      (f) => (f.rows[1]!['value'] = '2 %'),
      /custody-rules\.json: .*chemistry/
    ],
    ['countries.json', (f) => (f.rows[0]!['code'] = 'gb'), /countries\.json: \/rows\/0\/code/]
  ]
  const source = join(import.meta.dirname, '../data')
  for (const [index, [name, spoil, message]] of cases.entries()) {
    const data = `${t.testdir({})}/${index}`
    cpSync(source, data, { recursive: true })
    const file: Table = JSON.parse(readFileSync(join(data, name), 'utf8'))
    spoil(file)
    writeFileSync(join(data, name), JSON.stringify(file))
    t.throws(() => loadReference(pathToFileURL(`${data}/`)), { message }, `${name} ${message}`)
  }
  const data = `${t.testdir({})}/broken`
  cpSync(source, data, { recursive: true })
  writeFileSync(join(data, 'units.json'), '{')
  t.throws(() => loadReference(pathToFileURL(`${data}/`)), { message: /units\.json: SyntaxError/ })
  t.comment(`${cases.length + 1} spoiled tables refused`)
})

interface Table extends Record<string, unknown> {
  rows: Record<string, unknown>[]
}

function elementRow(file: Table, symbol: string): Record<string, unknown> {
  return file.rows.find((row) => row['symbol'] === symbol)!
}
