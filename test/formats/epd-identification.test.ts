import { existsSync, globSync, readFileSync } from 'node:fs'
import t from 'tap'
import { figuresOf } from '../../src/domain/epd/figures.ts'
import { methodOf } from '../../src/domain/epd/method.ts'
import type { EpdReview } from '../../src/domain/epd/review.ts'
import { reviewIndicators } from '../../src/domain/epd/rules/indicators.ts'
import { definitionOf } from '../../src/domain/epd/table.ts'
import { epdFormatOf } from '../../src/formats/epd-format.ts'
import { loadReference } from '../../src/reference.ts'
import { goldenData } from '../support/golden-epds.ts'
import { csvRows, SHARED, sharedData, unlessAbsent } from '../support/shared-data.ts'

const reference = loadReference()
const { indicators, countedUnits } = reference.epd
const FOLDERS = ['ilcd-json-soda4lca/*.json', 'ilcd-xml/*.xml', 'ilcd-sample-data/processes/*.xml']
const files = FOLDERS.flatMap((pattern) => globSync(`epd/${pattern}`, { cwd: SHARED })).sort()

t.test(
  'every method and unit of real documents is identified, or there is a finding',
  unlessAbsent(goldenData, 12),
  async (t) => {
    const counts = {
      impacts: 0,
      inventory: 0,
      byVersion: 0,
      byCompliance: 0,
      byId: 0,
      told: 0,
      units: 0
    }
    for (const file of files) {
      const bytes = readFileSync(new URL(file, SHARED))
      const { epd, findings } = await epdFormatOf(bytes).parse(bytes, reference.epd)
      if (!epd) {
        t.ok(findings.length > 0, file)
        continue
      }
      const review = { epd, figures: figuresOf(epd, indicators), reference } as unknown as EpdReview
      const told = [...findings, ...reviewIndicators(review)].map(({ pointer }) => pointer)
      for (const result of epd.results) {
        const facts = indicators.get(result.indicator)
        const definition = facts && definitionOf(facts, methodOf(result, epd, indicators))
        if (!definition) {
          t.ok(
            told.some((pointer) => pointer.startsWith(result.pointer)),
            `${file} ${result.pointer}`
          )
          counts.told += 1
          continue
        }
        t.equal(definition.uuid, result.reference?.uuid, `${file} ${result.indicator}`)
        const group = result.unitGroup ?? ''
        t.ok(definition.unitGroups.includes(group), `${file} ${result.indicator}: ${group}`)
        counts.units += 1
        const same = facts.definitions.filter(({ uuid }) => uuid === definition.uuid)
        const { version } = result.reference ?? {}
        if (definition.method === null) counts.inventory += 1
        else {
          counts.impacts += 1
          if (same.length === 1) counts.byId += 1
          else if (same.some((each) => each.version === version)) counts.byVersion += 1
          else counts.byCompliance += 1
        }
      }
    }
    t.comment(`${files.length} documents: ${JSON.stringify(counts)}`)
    t.equal(
      counts.told,
      4,
      'the sample of the SDK: two without a reference, two with an invented one'
    )
    t.ok(counts.byCompliance > 0 && counts.byId > 0)
  }
)

const groups = 'epd/ilcd-identifiers/Flow_properties_and_unit_groups.csv'
t.test(
  'unit groups are those of InData',
  unlessAbsent({ [groups]: sharedData(groups) }, 14),
  async (t) => {
    const rows = csvRows(sharedData(groups) ?? '').filter((row) => row['Reference unit group UUID'])
    for (const row of rows) {
      const ids = [
        row['Reference unit group UUID'],
        row['alternative unit group UUID (deprecated)']
      ]
      for (const id of ids.filter((each) => each !== '')) {
        const found = countedUnits.find((each) => each.groups.includes(id ?? ''))
        const unit = row['Reference unit'] === 'Item(s)' ? 'item' : row['Reference unit']
        t.equal(found?.unit, unit, `${row['Flow property']} ${id}`)
      }
    }
    t.comment(`${rows.length} flow properties`)
  }
)

t.test('mass and net calorific value differ in one digit of their ids', async (t) => {
  const unit = (group: string) => countedUnits.find((each) => each.groups.includes(group))?.unit
  t.equal(unit('93a60a57-a4c8-11da-a746-0800200c9a66'), 'kg')
  t.equal(unit('93a60a57-a3c8-11da-a746-0800200c9a66'), 'MJ')
})

const master = new URL('epd/ilcd-master-data/units/unitgroups/', SHARED)
t.test(
  'the master data set of each unit group has the same reference unit',
  unlessAbsent({ [master.pathname]: existsSync(master) ? '' : null }, 39),
  async (t) => {
    const rewritten = (text: string) =>
      text
        .replace('Stück', 'item')
        .replace('Item(s)', 'item')
        .replace(/^Items/, 'items')
    let right = 0
    for (const name of globSync('*.xml', { cwd: master })) {
      const text = readFileSync(new URL(name, master), 'utf8')
      const id = /<common:UUID>([^<]+)</.exec(text)?.[1] ?? ''
      const at = /<(?:\w+:)?referenceToReferenceUnit>(\d+)</.exec(text)?.[1] ?? ''
      const unit =
        new RegExp(
          `<(?:\\w+:)?unit [^>]*dataSetInternalID="${at}"[^>]*>\\s*<(?:\\w+:)?name[^>]*>([^<]+)<`
        ).exec(text)?.[1] ?? ''
      const row = countedUnits.find(({ groups: ids }) => ids.includes(id))
      const names = row ? [row.unit, ...row.spellings] : []
      t.ok(names.includes(rewritten(unit)), `${name}: ${unit} is ${row?.unit}`)
      right += 1
    }
    t.comment(`${right} unit groups`)
    t.equal(right, 39)
  }
)
