import t from 'tap'
import { gapLines } from '../../src/cli/trace/gap-lines.ts'
import { kilograms, percent, sumOfShares } from '../../src/cli/trace/numbers.ts'
import { originLines } from '../../src/cli/trace/origin-lines.ts'
import { treeLines } from '../../src/cli/trace/tree-lines.ts'

const plain = (_: unknown, text: string) => text
const terminal = { style: plain, columns: 100 }

const node = (name: string, depth: number, more: object = {}) => ({
  node: name,
  batch: name,
  number: name.toUpperCase(),
  depth,
  visibility: 'whole' as const,
  product: { class: 'alloy', name: `Product ${name}` },
  organization: { id: 'o', name: 'Demo Alloy' },
  country: 'GB',
  region: null,
  massKg: '1600',
  ...more
})

const event = (name: string, stages: string[], inputs: object[], outputs: string[]) => ({
  event: name,
  visibility: 'whole' as const,
  type: stages.length > 0 ? 'transform' : 'commission',
  stages,
  inputs: inputs as { node: string }[],
  outputs: outputs.map((output) => ({ node: output, massKg: '1600' }))
})

t.test('draws a chain with shares, makers and places', async (t) => {
  const tree = {
    nodes: [node('magnet', 0), node('powder', 1), node('old', 1), node('alloy', 2)],
    events: [
      event(
        'e1',
        ['press_sinter'],
        [
          { node: 'powder', massKg: '470', share: '0.642076502732' },
          { node: 'old', massKg: '262', share: '0.357923497268' }
        ],
        ['magnet']
      ),
      event('e2', ['powder'], [{ node: 'alloy', massKg: '480', share: '1' }], ['powder']),
      event('e3', [], [], ['old']),
      event('e4', ['alloying'], [], ['alloy'])
    ],
    beyond: []
  }
  t.strictSame(treeLines(tree, 'upstream', terminal), [
    'MAGNET  1,600 kg Product magnet                           press_sinter · Demo Alloy, GB',
    '├─ 64.21 %  POWDER  470 kg Product powder                 powder · Demo Alloy, GB',
    '│  └─ ALLOY  480 kg Product alloy                         alloying · Demo Alloy, GB',
    '└─ 35.79 %  OLD  262 kg Product old                       enters the books · Demo Alloy, GB'
  ])
})

t.test('keeps the place of what is withheld, and says what was not walked', async (t) => {
  const withheld = {
    node: 'withheld-1',
    depth: 1,
    visibility: 'outline' as const,
    country: 'AU',
    stage: 'mining'
  }
  const tree = {
    nodes: [node('root', 0), withheld, node('deep', 1, { truncated: true })],
    events: [
      {
        ...event(
          'e1',
          ['separation'],
          [
            { node: 'withheld-1', share: '0.25' },
            { node: 'deep', share: '0.5' }
          ],
          ['root']
        ),
        omitted: { batches: 2, share: '0.25' }
      }
    ],
    beyond: [{ depth: 4, batches: 3, massKg: '1234567.5' }]
  }
  const lines = treeLines(tree, 'upstream', terminal)
  t.match(lines[1], /^├─ 25\.00 % {2}\(withheld\) mining +mining · AU$/)
  t.match(lines[2], /^└─ 50\.00 % {2}DEEP/)
  t.match(lines[3], / {3}└─ … the chain goes on/)
  t.match(lines[4], /└─ … 2 not shown, 25\.00 % of the input/)
  t.match(lines[5], /3 more at distance 4, 1,234,567\.5 kg together/)
})

t.test('draws a batch that feeds several others once', async (t) => {
  const tree = {
    nodes: [node('root', 0), node('a', 1), node('b', 1), node('iron', 2)],
    events: [
      event(
        'e1',
        ['assembly'],
        [
          { node: 'a', share: '0.5' },
          { node: 'b', share: '0.5' }
        ],
        ['root']
      ),
      event('e2', ['alloying'], [{ node: 'iron', share: '1' }], ['a']),
      event('e3', ['alloying'], [{ node: 'iron', share: '1' }], ['b'])
    ],
    beyond: []
  }
  const lines = treeLines(tree, 'upstream', terminal).filter((line) => line.includes('IRON'))
  t.equal(lines.length, 2)
  t.notMatch(lines[0], /see above/)
  t.match(lines[1], /\(see above\)$/)
})

t.test('follows a batch downstream', async (t) => {
  const tree = {
    nodes: [node('oxide', 0), node('metal', 1), node('alloy', 2)],
    events: [
      event('e1', ['metal_making'], [{ node: 'oxide' }], ['metal']),
      event('e2', ['alloying'], [{ node: 'metal' }], ['alloy'])
    ],
    beyond: []
  }
  const lines = treeLines(tree, 'downstream', terminal)
  t.match(lines[1], /^└─ METAL .*metal_making/)
  t.match(lines[2], /^ {3}└─ ALLOY .*alloying/)
})

t.test('colors do not move the columns', async (t) => {
  const tree = { nodes: [node('root', 0)], events: [], beyond: [] }
  const color = (_: unknown, text: string) => `\u001B[1m${text}\u001B[22m`
  const [line = ''] = treeLines(tree, 'upstream', { style: color, columns: 100 })
  // biome-ignore lint/suspicious/noControlCharactersInRegex: the escape character starts a color
  t.equal(line.replace(/\u001B\[\d+m/g, ''), treeLines(tree, 'upstream', terminal)[0])
})

t.test('origins end with unknown and an exact sum', async (t) => {
  const share = (kind: string, text: string, more: object = {}) => ({
    kind,
    basis: 'recorded' as const,
    country: 'AU',
    share: text,
    ...more
  })
  const view = {
    element: 'Nd',
    shares: [
      share('mine', '0.666666666667', {
        party: { id: 'f', name: 'Demo Mine South' },
        region: 'AU-WA'
      }),
      share('declared', '0.3', { party: null, withheld: true, country: null }),
      share('mine', '0.000000000001')
    ],
    unknown: '0.033333333332',
    feed: {}
  }
  const lines = originLines(view, plain)
  t.match(lines[0], /^0\.666666666667 {2}█+ +mined, Demo Mine South, AU$/)
  t.match(lines[1], /declared, \(withheld\), country unknown$/)
  t.match(lines[2], /^0\.000000000001 {2}█ /, 'a trace is never shown as nothing')
  t.match(lines[3], /^0\.033333333332 .*unknown: nobody has told$/)
  t.match(lines[4], /^1 +together, exactly$/)
})

t.test('gaps say what is not known of which batch, and who could tell', async (t) => {
  const gap = (element: string, step: string | null) => ({
    node: 'n',
    kind: 'step_unknown' as const,
    element,
    step,
    share: '1',
    remedy: 'x',
    supplier: { id: 'o', name: 'Demo Alloy' }
  })
  const lines = gapLines(
    [gap('*', 'refined'), gap('Nd', 'refined'), gap('Nd', 'mined')],
    () => 'A-1',
    plain
  )
  t.strictSame(lines, [
    '? A-1  nobody says where it was done (Nd; refined, mined) → ask Demo Alloy'
  ])
})

t.test('numbers keep what they say', async (t) => {
  t.equal(kilograms('120000.25'), '120,000.25 kg')
  t.equal(kilograms('999'), '999 kg')
  t.equal(percent('1'), '100.00')
  t.equal(percent('0.999999999999'), '99.99', 'only a whole is a hundred percent')
  t.equal(percent('0.000000000001'), '0.01')
  t.equal(percent('0'), '0.00')
  t.equal(percent('0.12345'), '12.35')
  t.equal(sumOfShares(['0.333333333333', '0.333333333333', '0.333333333334']), '1')
  t.equal(sumOfShares(['0.5', '0.25']), '0.75')
})
