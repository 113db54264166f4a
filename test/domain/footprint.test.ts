import fc from 'fast-check'
import t from 'tap'
import type { FootprintNode } from '../../src/domain/lineage/footprint.ts'
import { methodsOf, reached, rollUp } from '../../src/domain/lineage/footprint.ts'
import { doubleCounts } from '../../src/domain/lineage/footprint-double-count.ts'
import { footprintGaps } from '../../src/domain/lineage/footprint-gaps.ts'
import { footprintGraph } from '../../src/domain/lineage/footprint-graph.ts'
import { byLevel } from '../../src/domain/lineage/footprint-order.ts'
import { viewFootprint } from '../../src/domain/lineage/footprint-view.ts'
import {
  add,
  divide,
  formatDecimal,
  multiply,
  ONE,
  parseDecimal,
  type Rational,
  rational,
  ZERO
} from '../../src/domain/quantity/rational.ts'
import { SEED } from '../support/seed.ts'
import { sharedData, unlessAbsent } from '../support/shared-data.ts'

const METHOD = 'EF 3.1'
const decimal = (text: string): Rational => parseDecimal(text) ?? ZERO

interface GoldenNode {
  readonly id: string
  readonly inputs: readonly (readonly [string, string])[]
  readonly direct: string
  readonly kwh: string
  readonly alloc: string
  readonly out: string
  readonly primary: boolean
  readonly declared_boundary: 'cradle-to-gate' | 'gate-to-gate'
}

/** A gate-to-gate declaration states what is left for the product after allocation. */
function goldenNode(node: GoldenNode, allocation = decimal(node.alloc)): FootprintNode {
  const run = add(decimal(node.direct), multiply(decimal(node.kwh), decimal('0.6')))
  const output = decimal(node.out)
  return {
    id: node.id,
    stated: {
      boundary: node.declared_boundary === 'cradle-to-gate' ? 'cradle_to_gate' : 'gate_to_gate',
      values: new Map([[METHOD, divide(multiply(run, allocation), output)]]),
      primaryShare: node.primary ? ONE : ZERO,
      includes: []
    },
    inputs: node.inputs.map(([id, mass]) => ({ id, mass: decimal(mass) })),
    allocation,
    output
  }
}

const stated = (
  value: string | null,
  boundary: 'cradle_to_gate' | 'gate_to_gate' | null = 'cradle_to_gate',
  more: { method?: string; includes?: string[]; primary?: Rational | null } = {}
): FootprintNode['stated'] =>
  value === null
    ? null
    : {
        boundary,
        values: new Map([[more.method ?? METHOD, decimal(value)]]),
        primaryShare: more.primary === undefined ? ONE : more.primary,
        includes: more.includes ?? []
      }

const chain = (...nodes: (Partial<FootprintNode> & { id: string })[]) =>
  new Map(
    nodes.map((node) => [
      node.id,
      { stated: null, inputs: [], allocation: ONE, output: ONE, ...node }
    ])
  )

const from = (...ids: string[]) => ids.map((id) => ({ id, mass: ONE }))
const facts = {
  gaps: new Map(),
  allocatedByMass: new Map(),
  open: new Set<string>(),
  pools: new Map()
}

const GOLDEN = 'domain/golden/footprint_rollup.json'
const golden = sharedData(GOLDEN)
t.test('the golden roll-up', unlessAbsent({ [GOLDEN]: golden }, 27), async (t) => {
  const data = JSON.parse(golden ?? '')
  const goldenNodes: GoldenNode[] = data.nodes
  const nodes = new Map(goldenNodes.map((node) => [node.id, goldenNode(node)]))
  let compared = 0
  const near = (found: Rational, wanted: string, what: string) => {
    compared += 1
    t.ok(Math.abs(Number(formatDecimal(found, 9)) - Number(wanted)) < 1e-6, `${what} ${wanted}`)
  }
  for (const [id, expected] of Object.entries<Record<string, never>>(data.expected)) {
    const rolled = rollUp(id, nodes, METHOD)
    near(rolled.value, expected['ef'] ?? '', id)
    const primary = multiply(rolled.primaryShare ?? ZERO, rational(100n))
    t.equal(formatDecimal(primary, 4), expected['primary_data_share_pct'])
    const contributions = Object.entries<string>(expected['contributions'] ?? {})
    t.equal(rolled.contributions.length, contributions.length)
    for (const [node, value] of contributions) {
      const found = rolled.contributions.find((each) => each.node === node)
      near(found?.value ?? ZERO, value, `${id} from ${node}`)
    }
    const parts = rolled.contributions.map(({ value }) => value).reduce(add, ZERO)
    t.strictSame(parts, rolled.value, 'contributions add up exactly')
    t.strictSame(rolled.coverage, ONE)
    t.strictSame(rolled.missing, [])
  }
  const magnet = goldenNodes.find(({ id }) => id === 'magnet')
  const byMass = divide(ONE, decimal('1.43'))
  const variant = new Map(nodes)
  if (magnet) variant.set('magnet', goldenNode(magnet, byMass))
  near(rollUp('magnet', variant, METHOD).value, data.mass_allocation_variant.magnet_ef, 'by mass')
  const all = [...nodes.keys()].map((id) => rollUp(id, nodes, METHOD).value).reduce(add, ZERO)
  near(all, data.expected_wrong_double_count, 'the sum that is never returned')
  t.strictSame(doubleCounts('magnet', nodes), [])
  t.comment(`${compared} golden values compared`)
})

t.test('a cradle-to-gate figure replaces what lies upstream', (t) => {
  const nodes = chain(
    { id: 'oxide', stated: stated('35'), inputs: from('ore') },
    { id: 'ore', stated: stated('7') }
  )
  t.strictSame(rollUp('oxide', nodes, METHOD).value, decimal('35'))
  t.strictSame(
    reached('oxide', nodes).map(({ id }) => id),
    ['oxide']
  )
  t.end()
})

t.test('what a cradle-to-gate figure replaces is not carried by another way either', (t) => {
  const nodes = chain(
    {
      id: 'blend',
      stated: stated('0', 'gate_to_gate'),
      inputs: from('oxide', 'ore'),
      output: decimal('2')
    },
    { id: 'oxide', stated: stated('35'), inputs: from('ore') },
    { id: 'ore', stated: stated('7') }
  )
  const { value, contributions, coverage } = rollUp('blend', nodes, METHOD)
  t.strictSame(value, decimal('21'))
  t.strictSame(contributions.find(({ node }) => node === 'ore')?.value, decimal('3.5'))
  t.strictSame(coverage, ONE)
  t.end()
})

t.test('a batch on two ways counts once for each kilogram', (t) => {
  const nodes = chain(
    {
      id: 'blend',
      stated: stated('0', 'gate_to_gate'),
      inputs: from('a', 'b'),
      output: decimal('2')
    },
    { id: 'a', stated: stated('1', 'gate_to_gate'), inputs: from('ore') },
    { id: 'b', stated: stated('3', 'gate_to_gate'), inputs: from('ore') },
    { id: 'ore', stated: stated('10') }
  )
  const { value, contributions } = rollUp('blend', nodes, METHOD)
  t.strictSame(value, decimal('12'))
  t.strictSame(contributions.find(({ node }) => node === 'ore')?.value, decimal('10'))
  t.end()
})

t.test(
  'what may hold the same emissions is told with the pair, and never where it may not',
  (t) => {
    const ore = { id: 'ore', stated: stated('7') }
    const pairs = (
      statement: FootprintNode['stated'],
      upstream: FootprintNode['stated'] = ore.stated
    ) =>
      doubleCounts(
        'oxide',
        chain(
          { id: 'oxide', stated: statement, inputs: from('sorted') },
          { id: 'sorted', inputs: from('ore') },
          { ...ore, stated: upstream }
        )
      )
    t.strictSame(pairs(stated('35', null)), [
      { node: 'oxide', upstream: 'ore', because: 'boundary_undeclared' }
    ])
    t.strictSame(pairs(stated('35', 'gate_to_gate', { includes: ['ore-epd'] })), [
      { node: 'oxide', upstream: 'ore', because: 'includes_upstream' }
    ])
    t.strictSame(pairs(stated('35', 'gate_to_gate')), [])
    t.strictSame(pairs(stated('35', 'cradle_to_gate', { includes: ['ore-epd'] })), [])
    t.strictSame(pairs(stated('35', null), null), [], 'nothing upstream is stated')
    const silent = { boundary: null, values: new Map(), primaryShare: null, includes: [] }
    t.strictSame(pairs(silent), [], 'a declaration without a figure holds nothing')
    t.strictSame(pairs(stated('35', null), silent), [], 'nor does one upstream')
    t.end()
  }
)

t.test('values of different methods are never added', (t) => {
  const nodes = chain(
    { id: 'metal', stated: stated('10', 'gate_to_gate'), inputs: from('oxide') },
    { id: 'oxide', stated: stated('35', 'cradle_to_gate', { method: 'EF 3.0' }) }
  )
  t.strictSame(methodsOf('metal', nodes), ['EF 3.0', 'EF 3.1'])
  const rolled = methodsOf('metal', nodes).map((method) => rollUp('metal', nodes, method))
  t.strictSame(
    rolled.map(({ value, missing }) => [value, missing]),
    [
      [decimal('35'), ['metal']],
      [decimal('10'), ['oxide']]
    ]
  )
  const gaps = footprintGaps(reached('metal', nodes), facts, rolled)
  t.match(gaps, [
    { kind: 'other_method', node: 'metal', method: 'EF 3.0' },
    { kind: 'other_method', node: 'oxide', method: 'EF 3.1' }
  ])
  t.equal(gaps.length, 2)
  t.end()
})

t.test('of a figure of zero nobody can say what part rests on primary data', (t) => {
  const of = (value: string) =>
    rollUp('metal', chain({ id: 'metal', stated: stated(value) }), METHOD).primaryShare
  t.equal(of('0'), null)
  t.strictSame(of('1'), ONE)
  t.end()
})

t.test('a credit makes the share of primary data no more than the whole', (t) => {
  const nodes = chain(
    { id: 'metal', stated: stated('-5', 'gate_to_gate', { primary: ZERO }), inputs: from('oxide') },
    { id: 'oxide', stated: stated('15') }
  )
  const { value, primaryShare } = rollUp('metal', nodes, METHOD)
  t.strictSame(value, decimal('10'))
  t.strictSame(primaryShare, decimal('0.75'))
  t.end()
})

t.test('every unknown is named', (t) => {
  const nodes = chain(
    { id: 'alloy', inputs: from('metal', 'iron', 'scrap') },
    { id: 'metal', stated: stated('10', 'gate_to_gate', { primary: null }) },
    { id: 'iron', stated: stated('2', 'cradle_to_gate', { method: '' }) },
    { id: 'scrap' }
  )
  const known = {
    gaps: new Map([['scrap', 'epd_not_valid' as const]]),
    allocatedByMass: new Map([['alloy', ONE]]),
    open: new Set(['alloy']),
    pools: new Map()
  }
  const gaps = footprintGaps(reached('alloy', nodes), known, [rollUp('alloy', nodes, METHOD)])
  t.strictSame(gaps.map(({ kind, node }) => `${node} ${kind}`).sort(), [
    'alloy allocation',
    'alloy not_walked',
    'alloy own_process',
    'iron method',
    'iron other_method',
    'metal primary_share',
    'metal upstream',
    'scrap epd_not_valid'
  ])
  const { coverage, primaryShare } = rollUp('alloy', nodes, METHOD)
  t.strictSame(coverage, ZERO)
  t.strictSame(primaryShare, ZERO)
  t.end()
})

t.test('what is inside of a campaign lacks no figure of its own, and may go on unseen', (t) => {
  const nodes = chain(
    { id: 'oxide', inputs: from('pool') },
    { id: 'pool', inputs: from('fed') },
    { id: 'fed' }
  )
  const told = (open: string[]) =>
    footprintGaps(
      reached('oxide', nodes),
      { ...facts, open: new Set(open), pools: new Map([['pool', ONE]]) },
      []
    ).map(({ kind, node }) => `${node} ${kind}`)
  t.strictSame(told([]), ['oxide own_process', 'fed no_epd'])
  t.strictSame(told(['pool']), ['oxide own_process', 'pool not_walked', 'fed no_epd'])
  t.end()
})

t.test('co-products without a stated allocation share by mass', (t) => {
  const walk = {
    root: 'nd',
    direction: 'upstream' as const,
    depths: new Map([['nd', 0]]),
    made: [{ event: 'e', batch: 'nd', massUg: 3n }],
    drawn: [{ event: 'e', batch: 'ore', massUg: 8n }],
    open: new Set<string>(),
    truncated: null
  }
  const outputs = new Map([['e', { massUg: 4n, silentUg: 4n, stated: ZERO, campaign: null }]])
  const silent = footprintGraph(walk, new Map(), outputs)
  t.strictSame(silent.nodes.get('nd')?.allocation, decimal('0.75'))
  t.strictSame([...silent.allocatedByMass], [['nd', decimal('0.75')]])
  const told = new Map([['nd', { stated: null, allocation: decimal('0.9'), pool: false }]])
  t.strictSame(footprintGraph(walk, told, outputs).nodes.get('nd')?.allocation, decimal('0.9'))
  const rest = (silentUg: bigint, stated: string) => {
    const run = new Map([['e', { massUg: 12n, silentUg, stated: decimal(stated), campaign: null }]])
    return footprintGraph(walk, new Map(), run).nodes.get('nd')?.allocation
  }
  t.strictSame(rest(3n, '0.9'), decimal('0.1'), 'what the others leave')
  t.strictSame(rest(6n, '0.9'), decimal('0.05'), 'by mass among those that say nothing')
  t.strictSame(rest(3n, '1.2'), ZERO, 'nothing is left, and never less than that')
  t.end()
})

t.test('what stays in a campaign keeps its part of the burdens, by its rare earths', (t) => {
  const walk = {
    root: 'late',
    direction: 'upstream' as const,
    depths: new Map([['late', 0]]),
    made: [
      { event: 'first', batch: 'pool', massUg: 60n },
      { event: 'second', batch: 'late', massUg: 10n }
    ],
    drawn: [
      { event: 'first', batch: 'ore', massUg: 100n },
      { event: 'second', batch: 'pool', massUg: 60n }
    ],
    open: new Set<string>(),
    truncated: null
  }
  const run = (leftEarthsUg: bigint, keptEarthsUg: bigint) => ({
    massUg: 10n,
    silentUg: 10n,
    stated: ZERO,
    campaign: { leftEarthsUg, keptEarthsUg, keptUg: 60n }
  })
  const pool = new Map([['pool', { stated: null, allocation: null, pool: true }]])
  const graph = (second: ReturnType<typeof run>) =>
    footprintGraph(
      walk,
      pool,
      new Map([
        ['first', run(1n, 3n)],
        ['second', second]
      ])
    )
  const { nodes, pools, allocatedByMass } = graph(run(3n, 0n))
  t.strictSame(nodes.get('pool')?.allocation, decimal('0.75'))
  t.strictSame([...pools], [['pool', decimal('0.75')]])
  t.strictSame(nodes.get('late')?.allocation, ONE, 'the last of it carries all that is left')
  t.strictSame([...allocatedByMass], [], 'nothing left beside it')
  t.strictSame(graph(run(1n, 2n)).nodes.get('late')?.allocation, divide(ONE, decimal('3')))
  const none = graph(run(0n, 0n)).nodes.get('late')?.allocation
  t.strictSame(none, divide(ONE, decimal('7')), 'by mass where no rare earths are known')
  t.end()
})

t.test('what a correction took out of the books keeps its place, with nothing known of it', (t) => {
  const walk = {
    root: 'blend',
    direction: 'upstream' as const,
    depths: new Map([
      ['blend', 0],
      ['wrong', 1]
    ]),
    made: [{ event: 'e', batch: 'blend', massUg: 2n }],
    drawn: [{ event: 'e', batch: 'wrong', massUg: 2n }],
    open: new Set<string>(),
    truncated: null
  }
  const silent = { stated: null, allocation: null, pool: false }
  const read = new Map([
    ['blend', { ...silent, stated: stated('1', 'gate_to_gate') }],
    ['wrong', silent]
  ])
  const { nodes } = footprintGraph(walk, read, new Map())
  t.strictSame(rollUp('blend', nodes, METHOD).missing, ['wrong'])
  const known = { ...facts, gaps: new Map([['wrong', 'voided' as const]]) }
  const gaps = footprintGaps(reached('blend', nodes), known, [rollUp('blend', nodes, METHOD)])
  t.match(gaps, [{ kind: 'voided', node: 'wrong', affects: 'value' }])
  t.end()
})

t.test('nodes of one name stand in one line, with the sum of what they bring', (t) => {
  const leaves = ['1', '2', '3'].map((value) => ({ id: `n${value}`, stated: stated(value) }))
  const root = { id: 'root', inputs: from('n1', 'n2', 'n3'), output: decimal('3') }
  const rolled = rollUp('root', chain(root, ...leaves), METHOD)
  const name = (id: string) => ({ node: id === 'n1' ? id : 'withheld', number: null })
  const { contributions, value } = viewFootprint(rolled, name, [])
  t.same(Object.fromEntries(contributions.map((line) => [line.node, line.value])), {
    n1: '0.333333333333',
    withheld: '1.666666666667'
  })
  t.equal(value, '2.000000000000')
  t.end()
})

t.test('what is made from itself has no order, neither the root nor what it came from', (t) => {
  const order = (edges: Record<string, string[]>) => byLevel('a', (id) => edges[id] ?? [])
  t.strictSame(order({ a: ['b', 'c'], b: ['d'], c: ['d'] }).at(-1), 'd')
  t.throws(() => order({ a: ['b'], b: ['a'] }), RangeError)
  t.throws(() => order({ a: ['a'] }), RangeError)
  t.throws(() => order({ a: ['b'], b: ['c'], c: ['b'] }), RangeError)
  t.end()
})

t.test('what is shown adds up exactly, withheld nodes in one line', (t) => {
  t.doesNotThrow(() =>
    fc.assert(
      fc.property(fc.array(fc.integer({ min: -1000, max: 9999 }), { minLength: 1 }), (values) => {
        const leaves = values.map((value, i) => ({
          id: `n${i}`,
          stated: stated(String(value))
        }))
        const root = {
          id: 'root',
          inputs: from(...leaves.map(({ id }) => id)),
          output: decimal('7')
        }
        const rolled = rollUp('root', chain(root, ...leaves), METHOD)
        const shown = (id: string) => (Number(id.slice(1)) % 2 ? 'withheld' : id)
        const name = (id: string) => ({ node: shown(id), number: null })
        const view = viewFootprint(rolled, name, [])
        const parts = view.contributions.map(({ value }) => decimal(value)).reduce(add, ZERO)
        const lines = new Set(view.contributions.map(({ node }) => node))
        return lines.size === view.contributions.length && formatDecimal(parts, 12) === view.value
      }),
      { seed: SEED }
    )
  )
  t.end()
})
