/** Whatever a bought batch turns out to be: what was made of it ends as if that had been told at once. */
import { isDeepStrictEqual } from 'node:util'
import t from 'tap'
import type { BatchState } from '../../src/domain/custody/books.ts'
import type { RunEvent } from '../../src/domain/custody/reevaluate-campaign.ts'
import { reevaluateRun } from '../../src/domain/custody/reevaluate-campaign.ts'
import { REOPENED } from '../../src/domain/custody/reopen.ts'
import { flaggableRules } from '../../src/domain/custody/rules/flaggable.ts'
import type { Finding } from '../../src/domain/finding.ts'
import { parseEvent } from '../../src/formats/native/event.ts'
import { loadReference } from '../../src/reference.ts'
import { desk, elements, id, kg, NOW, oxides } from '../support/books.ts'
import { SEED, seeded } from '../support/seed.ts'

type Document = Readonly<Record<string, unknown>>

const reference = loadReference()
const CONTEXT = { actor: id('acme'), nowMs: NOW, reference }
const COMPLETE = { complete: true }
const ALLOY = elements({ Nd: '23', Pr: '7', Dy: '1', B: '1', Fe: '68' })
const METAL = elements({ Nd: '74', Pr: '25.7', Fe: '0.3' })
const OXIDE = oxides({ Nd2O3: '73', Pr6O11: '26' }, COMPLETE)
const THORIUM = { trace: { unit: '59', values: { Th: '9000' } } }

/** What a bought batch may be: some rich, some poor, some silent, some beyond every bound. */
const BOUGHT = [
  ['separated_oxide', OXIDE],
  ['separated_oxide', oxides({ Nd2O3: '60', Pr6O11: '20' })],
  ['separated_oxide', oxides({ Nd2O3: '80' })],
  ['separated_oxide', oxides({ Nd2O3: '80', Pr6O11: '<5' })],
  ['separated_oxide', oxides({ Nd2O3: '73', Pr6O11: '26' }, THORIUM)],
  ['mixed_carbonate', oxides({ Nd2O3: '20', Pr6O11: '6', La2O3: '15' })],
  ['ree_metal', METAL],
  ['ree_metal', elements({ Nd: '60', Pr: '39.5', Fe: '0.5' })],
  ['alloy', ALLOY],
  ['alloy', elements({ Nd: '24', Pr: '8', Fe: '68' })],
  ['alloy', elements({ Nd: '20', Pr: '6', Dy: '1', B: '9', Fe: '64' })],
  ['powder', ALLOY],
  ['magnet_scrap', ALLOY, 'post_consumer_scrap'],
  ['magnet_scrap', ALLOY, 'pre_consumer_scrap'],
  ['swarf', ALLOY],
  ['sintered_block', ALLOY],
  ['shaped_magnet', ALLOY],
  ['shaped_magnet', elements({ Nd: '30', B: '1', Fe: '69' })]
].map(([name, assay, entry = 'purchased']) => ({ class: String(name), assay, entry }))

const MADE: readonly (readonly [stage: string, product: string, assay: unknown])[] = [
  ['storage_transport_trade', 'separated_oxide', 'inherited'],
  ['storage_transport_trade', 'alloy', 'inherited'],
  ['storage_transport_trade', 'magnet_scrap', 'inherited'],
  ['storage_transport_trade', 'swarf', ALLOY],
  ['separation', 'separated_oxide', OXIDE],
  ['metal_making', 'ree_metal', METAL],
  ['alloying', 'alloy', ALLOY],
  ['powder', 'powder', ALLOY],
  ['hpms', 'recycled_powder', ALLOY],
  ['press_sinter', 'sintered_block', ALLOY],
  ['machining', 'shaped_magnet', ALLOY],
  ['machining', 'shaped_magnet', 'inherited'],
  ['coating', 'coated_magnet', ALLOY],
  ['magnetization', 'magnet', 'inherited']
]

const MODELS = ['identity_preserved', 'segregated', 'controlled_blending', 'mass_balance']
const YIELDS = [0.3, 0.8, 0.9, 0.96, 1, 1, 1.01, 1.02, 1.1, 1.3]

/** What the histories come upon, so that it is known to be compared. */
const ASKED = [
  'error MB_MASS_GAIN',
  'error MB_ELEMENT_GAIN',
  'warning MB_UNASSAYED',
  'warning MB_REPEATED_GAIN',
  'error FEBO_ORIGIN',
  'warning ASSAY_INHERITED_PART',
  'error GRADE_BOUNDS',
  'error MB_ELEMENT_LOSS',
  'warning MB_ELEMENT_LOSS',
  'error COATING_MASS',
  'error STAGE_ORDER',
  'error STEP_MISSING',
  'error PRODUCT_STAGE',
  'error CAMPAIGN_OVERDRAWN',
  'warning CAMPAIGN_LOSS',
  'error CUSTODY_MODEL_UPGRADE',
  'error CUSTODY_OVERDRAWN',
  'error NORM_THRESHOLD',
  'error RECYCLED_SHARE_EXCEEDS'
]

/** Made-up histories of two bought batches and what is made of them: one after the other, or in a campaign. */
class Histories {
  readonly #random: () => number
  #day = 0

  constructor(seed: number) {
    this.#random = seeded(seed)
  }

  next() {
    const kind = this.#pick(BOUGHT)
    const alike = BOUGHT.filter((each) => each.class === kind.class)
    const near = () => (this.#chance(0.6) ? this.#pick(alike) : this.#pick(BOUGHT))
    const [wrong, right] = [this.#buys('first', kind), this.#buys('first', near())]
    this.#day = 4
    const fed = this.#chance(0.6) ? ['first'] : ['first', 'other']
    const runs = this.#chance(0.4) ? this.#campaign(kind.class, fed) : this.#chain(kind.class, fed)
    return { wrong, right, other: this.#buys('other', near()), runs }
  }

  #pick<Item>(items: readonly Item[]): Item {
    return items[Math.floor(this.#random() * items.length)] as Item
  }

  #chance(share: number): boolean {
    return this.#random() < share
  }

  #model() {
    return this.#chance(0.5) ? {} : { custodyModel: this.#pick(MODELS) }
  }

  #buys(name: string, { class: product, assay, entry }: (typeof BOUGHT)[number]) {
    const mined = [{ element: '*', step: 'mined', country: this.#pick(['AU', 'US']) }]
    const output = {
      id: id(name),
      product: { class: product, name: product },
      mass: kg('100'),
      assay,
      entry,
      declared: entry === 'purchased' ? mined : [],
      ...this.#model()
    }
    const event = { type: 'commission', id: id(`buys ${name}`), time: '2026-03-01T00:00:00Z' }
    return { ...event, facility: id('plant'), outputs: [output] }
  }

  #chain(product: string, fed: readonly string[]): Document[] {
    const first = this.#makes('made', fed, product)
    const second = this.#makes('more', ['made'], classOf(first))
    return [first, second, this.#makes('most', ['more'], classOf(second))]
  }

  #campaign(product: string, fed: readonly string[]): Document[] {
    const first = this.#makes('made', fed, product)
    const second = this.#makes('more', this.#chance(0.5) ? [] : ['other'], product)
    const closing = { mass: kg(this.#pick(['1', '10', '40'])), assay: ALLOY }
    const close = {
      type: 'close_campaign',
      id: id('closes'),
      time: '2026-03-20T00:00:00Z',
      facility: id('plant'),
      ...(this.#chance(0.5) ? { closing } : {})
    }
    const told = [
      { ...first, outputs: this.#chance(0.5) ? [] : first.outputs },
      { ...second, stages: first.stages },
      close
    ]
    return told.map((document) => ({ ...document, campaign: 'RUN' }))
  }

  #makes(name: string, inputs: readonly string[], from: string) {
    const takes = reference.products.get(from)?.consumedBy ?? []
    const fits = MADE.filter(
      ([stage, product]) =>
        takes.includes(stage) || (stage === 'storage_transport_trade' && product === from)
    )
    const usual = fits.length > 0 && this.#chance(0.9)
    const [stage, product, assay] = this.#pick(usual ? fits : MADE)
    const part = { postConsumerPct: '100' }
    const claim = this.#chance(0.5) ? part : { preConsumerPct: this.#pick(['40', '100']) }
    const drawnKg = inputs.reduce((sum, input) => sum + drawn(input), 0) || 30
    const output = {
      id: id(name),
      product: { class: product, name: product },
      mass: kg((drawnKg * this.#pick(YIELDS)).toFixed(3)),
      assay,
      claimedRecycled: this.#chance(0.3) ? [{ element: 'Nd', ...claim }] : [],
      ...this.#model()
    }
    this.#day += 1
    return {
      type: 'transform',
      id: id(`makes ${name}`),
      time: `2026-03-${`${this.#day}`.padStart(2, '0')}T00:00:00Z`,
      facility: id('plant'),
      stages: [stage],
      inputs: inputs.map((batch) => ({ batch: id(batch), mass: kg(`${drawn(batch)}`) })),
      outputs: [output]
    }
  }
}

function classOf({ outputs }: { outputs: readonly { product: { class: string } }[] }): string {
  return outputs[0]?.product.class ?? ''
}

function drawn(input: string): number {
  return input === 'first' || input === 'other' ? 50 : 10
}

/** Books of whoever has every rule flag that may: what breaks them is stored. */
function flagging() {
  const all = desk()
  all.facility('plant', {})
  all.books.flags.set(id('acme'), new Set(flaggableRules))
  return all
}

/** What is asked again. Of a contested input the first is a warning, so both leave it out. */
function asked(findings: readonly Finding[]): readonly string[] {
  const codes: readonly string[] = REOPENED
  return findings
    .filter(({ code }) => codes.includes(code) && code !== 'INPUT_CONTESTED')
    .map(({ code, severity, pointer, message }) => `${severity} ${code} ${pointer} ${message}`)
    .sort()
}

/** All that is known of batches, less which of their findings stand for good. */
function known(states: readonly BatchState[]) {
  return new Map(states.map(({ event, flagged, drawnUg, ...state }) => [state.id, state]))
}

/** Records a history with the wrong batch and corrects it; null where the books refuse that. */
function corrected({ wrong, right, other, runs }: ReturnType<Histories['next']>) {
  const all = flagging()
  if (![wrong, other].every((document) => all.record(document).effect)) return null
  const recorded = []
  for (const document of runs) {
    const { effect } = all.record(document)
    if (!effect) break
    const outputs = effect.newBatches.map(({ state }) => state.id)
    recorded.push({ document, inputs: effect.inputs, outputs })
  }
  const correct = {
    type: 'correct',
    id: id('correct'),
    time: '2026-06-01T00:00:00Z',
    facility: id('plant'),
    event: wrong.id,
    reason: 'incorrect_data',
    correctiveEvent: id('again')
  }
  all.record(correct)
  const { effect } = all.record({ ...right, id: id('again'), corrects: id('correct') })
  return effect ? { books: all.books, recorded } : null
}

t.test('what is judged again is what would have been found at once', (t) => {
  t.comment(`seed ${SEED}`)
  const histories = new Histories(SEED)
  const seen = new Set<string>()
  let compared = 0
  for (let turn = 0; turn < 1500; turn += 1) {
    const history = histories.next()
    const wrong = corrected(history)
    if (!wrong) continue
    const right = flagging()
    for (const document of [history.right, history.other]) right.record(document)
    for (const { document, ...run } of wrong.recorded) {
      const { event } = parseEvent(document, () => '')
      const again = reevaluateRun(wrong.books, event as RunEvent, run, CONTEXT)
      for (const state of again.batches) wrong.books.batches.set(state.id, state)
      const told = right.record(document)
      const [mine, its] = [asked(again.findings), asked(told.findings)]
      if (!isDeepStrictEqual(mine, its)) t.same(mine, its, JSON.stringify(history))
      for (const finding of mine) seen.add(finding.split(' ', 2).join(' '))
      compared += 1
      // Rules that nobody may have flag refuse it where it is told right, and contest it here.
      if (!told.effect) break
      const states = known(told.effect.newBatches.map(({ state }) => state))
      const same = isDeepStrictEqual(known(again.batches), states)
      if (!same) t.same(known(again.batches), states, JSON.stringify(history))
    }
  }
  t.ok(compared > 1000, `${compared} compared`)
  for (const code of ASKED) t.ok(seen.has(code), code)
  t.end()
})
