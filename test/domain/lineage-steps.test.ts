import t from 'tap'
import { transformLineage, UNKNOWN_LINEAGE } from '../../src/domain/lineage/derive.ts'
import { WHOLE } from '../../src/domain/lineage/share.ts'

const MINED = { none: 0, parts: [{ key: 'mine|AU|recorded|documented', parts: WHOLE }] }
const METAL = { none: 0, parts: [{ key: 'works|CN|recorded|documented', parts: WHOLE }] }

t.test('what weighs nothing tells of no steps, not even in their order', (t) => {
  const input = (massUg: bigint, steps: [string, typeof MINED][]) => ({
    lineage: { ...UNKNOWN_LINEAGE, steps: new Map([['*', new Map(steps)]]) },
    massUg,
    elements: new Map<string, bigint>(),
    leftOpen: () => 0n,
    scrap: 'none' as const
  })
  const execution = {
    facility: 'here',
    place: 'FI',
    level: 'documented',
    steps: ['metal']
  } as const
  const fed = [input(60n, [['mined', MINED]]), input(40n, [])]
  const empty = input(0n, [
    ['metal', METAL],
    ['separated', METAL]
  ])
  const stepsOf = (inputs: typeof fed) => transformLineage(inputs, [], execution).steps.get('*')
  const steps = stepsOf([...fed, empty])
  t.same([...(steps ?? [])], [...(stepsOf(fed) ?? [])])
  t.same([...(steps?.keys() ?? [])], ['mined', 'metal'])
  t.match(steps?.get('mined'), { none: 400_000_000_000, parts: [{ parts: 600_000_000_000 }] })
  t.end()
})
