import { isDeepStrictEqual } from 'node:util'
import fc from 'fast-check'
import t from 'tap'
import { stepKey } from '../../src/domain/lineage/key.ts'
import type { Part, Touches } from '../../src/domain/lineage/share.ts'
import { WHOLE } from '../../src/domain/lineage/share.ts'
import {
  type Requirement,
  requirementsFor,
  THE_MAGNET
} from '../../src/domain/regulation/requirement.ts'
import { applicableRules } from '../../src/domain/regulation/rule-version.ts'
import { loadReference } from '../../src/reference.ts'
import { SEED } from '../support/seed.ts'

const { regulations, steps: stepTable, chemistry } = loadReference()
const rules = applicableRules(regulations.dfars, '2027-01-01', undefined)!
const scope = {
  clause: rules.clause,
  steps: rules.scope.steps,
  stepTable,
  rareEarths: chemistry.rareEarths
}
const ELEMENTS = ['B', 'Nd']

const key = (country: string) =>
  stepKey({ party: `${country}-plant`, place: country, source: 'recorded', level: 'documented' })

const touches = fc
  .record({
    none: fc.constantFrom(0, WHOLE / 2),
    countries: fc.uniqueArray(fc.constantFrom('CN', 'US'), { maxLength: 2 }),
    parts: fc.constantFrom(WHOLE / 4, WHOLE / 2)
  })
  .map(
    ({ none, countries, parts }): Touches => ({
      none,
      parts: countries.sort().map((country): Part => ({ key: key(country), parts }))
    })
  )
const step = fc.constantFrom('melted', 'sintered', 'bonded')
const histories = fc.dictionary(step, touches).map((known) => new Map(Object.entries(known)))

t.test('what is put together for the magnet loses nothing of any element', (t) => {
  t.comment(`seed ${SEED}`)
  let together = 0
  fc.assert(
    fc.property(fc.tuple(histories, histories), fc.boolean(), (both, alike) => {
      const steps = new Map(ELEMENTS.map((element, n) => [element, both[alike ? 0 : n]!]))
      const asked = (elements: readonly string[]) =>
        requirementsFor({ material: 'NdFeB', steps, sources: [] }, elements, scope)
      const all = asked(ELEMENTS)
      together += all.filter(({ element }) => element === THE_MAGNET).length
      const kept = (of: string, { step, none, parts }: Requirement) =>
        all.some(
          (one) =>
            (one.element === of || one.element === THE_MAGNET) &&
            isDeepStrictEqual([one.step, one.none, one.parts], [step, none, parts])
        )
      return ELEMENTS.every((element) => asked([element]).every((alone) => kept(element, alone)))
    }),
    { seed: SEED, numRuns: 1000 }
  )
  t.ok(together > 0, `${together} requirements of the magnet as a whole`)
  t.end()
})
