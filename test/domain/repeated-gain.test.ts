import t from 'tap'
import type { Judgement } from '../../src/domain/custody/fold.ts'
import { parseOriginKey, UNKNOWN_KEY } from '../../src/domain/lineage/key.ts'
import { WHOLE } from '../../src/domain/lineage/share.ts'
import { desk, elements, id, kg, oxides } from '../support/books.ts'

const OXIDE = oxides({ Nd2O3: '99' }, { complete: true })
const TOLD = ['MB_REPEATED_GAIN']
const CHEMISTRY = 0.02
const ALLOWANCE = 0.0002

/** Books with 1000 kg of neodymium oxide from a mine, and events that follow each other by the hour. */
function stocked() {
  const all = desk()
  all.facility('plant', {})
  let hours = 0
  const codes = ({ findings }: Judgement) =>
    findings.map(({ code }) => code).filter((code) => code !== 'MB_ELEMENT_LOSS')
  const record = (event: Record<string, unknown>) => {
    hours += 1
    const time = new Date(Date.parse('2026-02-01T00:00:00Z') + hours * 3_600_000).toISOString()
    return codes(all.record({ facility: id('plant'), time, ...event }))
  }
  const declared = [{ element: '*', step: 'mined', country: 'AU', share: '1', evidence: [] }]
  const output = (name: string, mass: string, more: object = {}) => ({
    id: id(name),
    product: { class: 'separated_oxide', name },
    mass: kg(mass),
    assay: OXIDE,
    role: 'co_product',
    ...more
  })
  const bought = { ...output('mined', '1000'), role: undefined, entry: 'purchased', declared }
  t.same(record({ type: 'commission', outputs: [bought] }), [])
  const purify = (from: [string, string][], to: [string, string][], more: object = {}) =>
    record({
      type: 'transform',
      stages: ['separation'],
      inputs: from.map(([name, mass]) => ({ batch: id(name), mass: kg(mass) })),
      outputs: to.map(([name, mass]) => output(name, mass)),
      ...more
    })
  const batch = (name: string) => {
    const found = all.books.batches.get(id(name))
    if (!found) throw new Error(`${name} was not made`)
    return found
  }
  /** Kilograms of neodymium oxide by its books, and those of unknown origin. */
  const held = (...names: string[]) => {
    const parts = names.map((name) => {
      const { massUg, lineage } = batch(name)
      const origins = lineage.origins.get('Nd') ?? []
      const unknown = origins.find(({ key }) => key === UNKNOWN_KEY)?.parts ?? 0
      const mass = Number(massUg) / 1e9
      return { mass, unknown: (mass * unknown) / WHOLE }
    })
    const sum = (of: 'mass' | 'unknown') => parts.reduce((all, part) => all + part[of], 0)
    return { mass: sum('mass'), unknown: sum('unknown'), known: sum('mass') - sum('unknown') }
  }
  return { ...all, record, purify, output, batch, held }
}

/** Oxide that may come of known origin out of so much, where the last output weighs as much. */
const most = (sourceKg: number, outputKg: number) =>
  sourceKg * (1 + CHEMISTRY) + (ALLOWANCE * outputKg) / (0.99 * 0.8573)

t.test('what is measured around what it is has the origins that it had', async (t) => {
  const { purify, held, batch } = stocked()
  const masses = ['1000', '1012', '996', '1010', '998', '1001', '990', '1005']
  let last = 'mined'
  masses.forEach((mass, index) => {
    if (index === 0) return
    const name = `again ${index}`
    t.same(purify([[last, masses[index - 1] ?? '']], [[name, mass]]), [], mass)
    last = name
  })
  t.equal(held(last).unknown, 0)
  const gained = Number(batch(last).gained.get('Nd')) / Number(batch(last).elements.get('Nd'))
  t.match(gained.toFixed(4), (15 / 1005).toFixed(4), 'what is more than the least it ever was')
})

t.test('what is a little more each time is not of known origin again and again', async (t) => {
  const { purify, held } = stocked()
  let [last, mass] = ['mined', '1000']
  for (let time = 1; time <= 10; time += 1) {
    const more = `${(Number(mass) * 1.02).toFixed(3)}`
    const name = `again ${time}`
    t.same(purify([[last, mass]], [[name, more]]), time === 1 ? [] : TOLD, name)
    ;[last, mass] = [name, more]
  }
  t.equal(held(last).mass.toFixed(0), '1219')
  t.ok(held(last).known <= most(1000, 1219), `${held(last).known} kg`)
  t.ok(held(last).known >= 1020, 'the tolerance of one event stays with what went in')
})

t.test('nor where it is split, gains in parts and is mixed again', async (t) => {
  const { purify, held } = stocked()
  const parts = Array.from({ length: 10 }, (_, index) => `part ${index}`)
  for (const part of parts) t.same(purify([['mined', '100']], [[part, '102']]), [])
  t.equal(held(...parts).unknown, 0)
  const mix = parts.map((part): [string, string] => [part, '102'])
  t.same(
    purify(mix, [
      ['one', '520'],
      ['other', '520.4']
    ]),
    TOLD
  )
  t.ok(held('one', 'other').known <= most(1000, 1040.4))
  t.same(purify([['one', '520']], [['third', '530.4']]), TOLD, 'in each part of it')
  t.ok(held('third', 'other').known <= most(1000, 1050.8))
})

t.test('what is lost takes what was gained first, and is no credit beyond', async (t) => {
  const { purify, held } = stocked()
  t.same(purify([['mined', '1000']], [['more', '1020']]), [])
  t.same(purify([['more', '1020']], [['less', '900']]), [])
  t.same(purify([['less', '900']], [['again', '918']]), [], 'the loss was not gained')
  t.same(purify([['again', '918']], [['too much', '936.36']]), TOLD)
  t.ok(held('too much').known <= most(900, 936.36))
  t.ok(held('too much').unknown > 17)
})

t.test('nor through campaigns, which hand their remainder on', async (t) => {
  const { record, purify, output, held } = stocked()
  const tap = (campaign: string, inputs: object[], outputs: object[]) =>
    record({ type: 'transform', stages: ['separation'], campaign, inputs, outputs })
  const feed = (name: string, mass: string) => [{ batch: id(name), mass: kg(mass) }]
  t.same(tap('A', feed('mined', '1000'), []), [])
  t.same(tap('A', [], [output('first', '600')]), [])
  const closing = { mass: kg('420'), assay: OXIDE }
  t.same(record({ type: 'close_campaign', campaign: 'A', closing, carryTo: 'B' }), [])
  t.same(tap('B', [], [output('second', '420')]), [], 'within the life of A')
  t.equal(held('first', 'second').unknown, 0)
  t.same(tap('B', [], [output('third', '8')]), TOLD, 'the remainder had gained already')
  t.ok(held('first', 'second', 'third').known <= most(1000, 1028))
  t.same(
    purify(
      [
        ['first', '600'],
        ['second', '420'],
        ['third', '8']
      ],
      [['all', '1040']]
    ),
    TOLD
  )
  t.ok(held('all').known <= most(1000, 1040))
})

t.test('what a stocktake found counts as gained', async (t) => {
  const { record, purify } = stocked()
  const found = { type: 'adjust', direction: 'increase', reason: 'stocktake' }
  t.same(record({ ...found, batch: id('mined'), mass: kg('20') }), [])
  t.same(purify([['mined', '510']], [['half', '510']]), [])
  t.same(purify([['mined', '510']], [['other half', '510']]), [])
  const halves: [string, string][] = [
    ['half', '510'],
    ['other half', '510']
  ]
  t.same(purify(halves, [['more', '1030']]), TOLD)
})

t.test('an element that nobody had is of unknown origin, not of that of a trace', async (t) => {
  const { purify, record, output, batch } = stocked()
  t.same(purify([['mined', '1000']], [['oxide', '1000']]), [])
  const dy = (name: string, value: string) =>
    output(name, '1000', { assay: oxides({ Nd2O3: '98.9', Dy2O3: value }, { complete: true }) })
  const again = (from: string, to: object) =>
    record({
      type: 'transform',
      stages: ['separation'],
      inputs: [{ batch: id(from), mass: kg('1000') }],
      outputs: [to]
    })
  t.same(again('oxide', dy('trace', '0.02')), [])
  t.same(again('trace', dy('more', '0.04')), TOLD)
  t.same(again('more', dy('most', '0.06')), TOLD)
  const parts = batch('most').lineage.origins.get('Dy') ?? []
  t.same(parts, [{ key: UNKNOWN_KEY, parts: WHOLE }])
})

t.test('of a campaign each gain counts once, though it goes on in several outputs', async (t) => {
  const { record, purify, output } = stocked()
  const tap = (inputs: object[], outputs: object[]) =>
    record({ type: 'transform', stages: ['separation'], campaign: 'A', inputs, outputs })
  const cycle = (name: string, mass: string) =>
    tap([{ batch: id('mined'), mass: kg('500') }], [output(name, mass)])
  t.same(cycle('first', '505'), [])
  t.same(cycle('second', '500'), [])
  const both: [string, string][] = [
    ['first', '505'],
    ['second', '500']
  ]
  t.same(purify(both, [['all', '1020']]), [], '5 kg were gained before, 15 kg are now')
  t.same(purify([['all', '1020']], [['more', '1021']]), TOLD)
})

t.test('nor twice where a feed makes up for it before the next output', async (t) => {
  const { record, purify, output } = stocked()
  const tap = (inputs: object[], outputs: object[]) =>
    record({ type: 'transform', stages: ['separation'], campaign: 'A', inputs, outputs })
  const feed = () => tap([{ batch: id('mined'), mass: kg('500') }], [])
  t.same(feed(), [])
  t.same(tap([], [output('first', '505')]), [], 'gains 5 kg')
  t.same(feed(), [])
  t.same(tap([], [output('second', '500')]), [], 'the same 5 kg')
  const both: [string, string][] = [
    ['first', '505'],
    ['second', '500']
  ]
  t.same(purify(both, [['all', '1020']]), [], '5 kg were gained before, 15 kg are now')
  t.same(purify([['all', '1020']], [['more', '1021']]), TOLD)
})

t.test('nor may it be made up for and gained again and again', async (t) => {
  const { record, output, held } = stocked()
  const tap = (inputs: object[], outputs: object[]) =>
    record({ type: 'transform', stages: ['separation'], campaign: 'A', inputs, outputs })
  t.same(tap([{ batch: id('mined'), mass: kg('500') }], [output('first', '510')]), [])
  t.same(tap([{ batch: id('mined'), mass: kg('250') }], [output('second', '250')]), [])
  t.same(tap([{ batch: id('mined'), mass: kg('250') }], [output('third', '260')]), [])
  t.same(tap([], [output('fourth', '1')]), ['CAMPAIGN_OVERDRAWN'], 'the tolerance of its life')
  t.ok(held('first', 'second', 'third').known <= most(1000, 1020))
})

t.test('nor is it forgiven again from one output of a campaign to the next', async (t) => {
  const { record, purify, output } = stocked()
  t.same(purify([['mined', '1000']], [['fed', '1010']]), [])
  const tap = (inputs: object[], outputs: object[]) =>
    record({ type: 'transform', stages: ['separation'], campaign: 'A', inputs, outputs })
  t.same(tap([{ batch: id('fed'), mass: kg('1010') }], []), [])
  t.same(tap([], [output('first', '1018')]), [], '10 kg were gained before, 8 kg are now')
  t.same(tap([], [output('second', '8')]), TOLD, '2 kg were left')
})

t.test('what a process picks up again and again is known for what it is', async (t) => {
  const { record, output, batch } = stocked()
  const metal = (name: string, Nd: string, Fe: string) =>
    output(name, '100', {
      product: { class: 'ree_metal', name },
      assay: elements({ Nd, Fe }),
      role: 'main'
    })
  const bought = { ...metal('metal', '99.6', '0.4'), role: undefined, entry: 'purchased' }
  t.same(record({ type: 'commission', outputs: [bought] }), [])
  const again = (from: string, to: object) =>
    record({
      type: 'transform',
      stages: ['metal_making'],
      inputs: [{ batch: id(from), mass: kg('100') }],
      outputs: [to]
    })
  t.same(again('metal', metal('once', '99.2', '0.8')), [])
  t.same(again('once', metal('twice', '98.8', '1.2')), [])
  const kinds = (batch('twice').lineage.origins.get('Fe') ?? []).map(
    ({ key }) => parseOriginKey(key).kind
  )
  t.same(kinds.sort(), ['pickup', 'unknown'], 'what was bought, and what came on top')
  t.equal(batch('twice').gained.has('Fe'), false)
})

t.test('what a stocktake found is gained once, by whoever uses all of it', async (t) => {
  const { record, purify } = stocked()
  const found = { type: 'adjust', direction: 'increase', reason: 'stocktake' }
  t.same(record({ ...found, batch: id('mined'), mass: kg('20') }), [])
  t.same(purify([['mined', '1020']], [['all', '1020']]), [])
  t.same(purify([['all', '1020']], [['more', '1021']]), TOLD)
})

t.test('what is found in the little that is left is gained by whoever uses that', async (t) => {
  const { record, purify, held } = stocked()
  const find = (name: string, mass: string) =>
    record({
      type: 'adjust',
      direction: 'increase',
      reason: 'stocktake',
      batch: id(name),
      mass: kg(mass)
    })
  t.same(purify([['mined', '990']], [['most', '990']]), [])
  t.same(find('mined', '19.5'), [], 'the tolerance is part of the whole batch')
  const both: [string, string][] = [
    ['most', '990'],
    ['mined', '29.5']
  ]
  t.same(purify(both, [['blend', '1019.5']]), [], 'what was found is there')
  t.same(purify([['blend', '1009.5']], [['most again', '1009.5']]), [])
  t.same(find('blend', '19.5'), ['ADJUST_GAIN'], 'it was found before, in what this was made of')
  t.same(find('blend', '0.8'), ['ADJUST_GAIN'])
  t.same(find('blend', '0.7'), [], 'what is left of the tolerance')
  t.same(purify([['most again', '1009.5']], [['more', '1020']]), TOLD)
  t.ok(held('more').unknown > 8, 'the tolerance was used up')
})

t.test('what is found is spread over what is there then', async (t) => {
  const { record, purify, batch } = stocked()
  const found = { type: 'adjust', direction: 'increase', reason: 'stocktake' }
  const gained = (...names: string[]) => {
    const parts = names.map((name) => {
      const { elements, gained } = batch(name)
      return Number(((gained.get('Nd') ?? 0n) * 1_000_000n) / (elements.get('Nd') ?? 1n))
    })
    return parts.map((part) => part / 1e6)
  }
  t.same(purify([['mined', '500']], [['before', '500']]), [])
  t.same(record({ ...found, batch: id('mined'), mass: kg('10') }), [])
  t.same(purify([['mined', '255']], [['half', '255']]), [])
  t.same(record({ ...found, batch: id('mined'), mass: kg('5') }), [])
  t.same(purify([['mined', '130']], [['half of the rest', '130']]), [])
  t.same(purify([['mined', '130']], [['rest', '130']]), [])
  t.equal(batch('mined').drawnUg, batch('mined').massUg)
  const parts = gained('before', 'half', 'half of the rest', 'rest')
  t.equal(parts[0], 0)
  t.ok(Math.abs((parts[1] ?? 0) - 10 / 510) < 2e-6, '10 of 510')
  t.ok(Math.abs((parts[2] ?? 0) - 10 / 260) < 2e-6, 'what was left of it, and 5 more, of 260')
  t.equal(parts[3], parts[2])
})
