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

t.test('whoever does a step twice did it once, and places stand in one order', (t) => {
  const done = (facility: string, place: string) =>
    ({ facility, place, level: 'documented', steps: ['melted'] }) as const
  const again = (lineage: typeof UNKNOWN_LINEAGE, ...executions: ReturnType<typeof done>[]) =>
    executions.reduce((before, execution) => {
      const input = {
        lineage: before,
        massUg: 10n,
        elements: new Map<string, bigint>(),
        leftOpen: () => 0n,
        scrap: 'none' as const
      }
      return transformLineage([input], [], execution)
    }, lineage)
  const [here, there] = [done('a', 'FI'), done('b', 'CN')]
  const melted = (...executions: ReturnType<typeof done>[]) =>
    again(UNKNOWN_LINEAGE, ...executions)
      .steps.get('*')
      ?.get('melted')
  t.strictSame(melted(here, here), melted(here))
  t.equal(melted(here)?.parts.length, 1)
  t.strictSame(melted(here, there), melted(there, here))
  t.strictSame(melted(here, there, here), melted(here, there))
  t.same(
    melted(here, there)?.parts.map(({ parts }) => parts),
    [WHOLE, WHOLE]
  )
  t.end()
})
