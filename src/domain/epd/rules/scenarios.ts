import type { EpdRule } from '../review.ts'
import { report } from './table.ts'

/** E12: scenarios have names of their own, and values belong to described ones. */
export const reviewScenarios: EpdRule = ({ epd }) => {
  const known = new Set<string>()
  const repeated = epd.scenarios.flatMap(({ id }, index) => {
    if (!known.has(id)) {
      known.add(id)
      return []
    }
    return [
      report('EPD_SCENARIO_DUPLICATE', {
        pointer: `/scenarios/${index}/id`,
        message: 'The id of a scenario is used twice.',
        actual: id,
        remedy: 'Give each scenario an id of its own.'
      })
    ]
  })
  const unknown = epd.results.flatMap(({ values }) =>
    values.flatMap(({ scenario, pointer }) =>
      scenario === null || known.has(scenario)
        ? []
        : [
            report('EPD_SCENARIO_UNKNOWN', {
              pointer: `${pointer}/scenario`,
              message: 'The scenario is not described.',
              expected: [...known].join(', ') || 'an entry in `scenarios`',
              actual: scenario,
              remedy: 'Add it to `scenarios`: figures of a scenario nobody knows say nothing.'
            })
          ]
    )
  )
  return [...repeated, ...unknown]
}
