import t from 'tap'
import { loadReference } from '../../../src/reference.ts'
import { foldGroup } from '../../../src/registry/bookkeeper/fold-group.ts'
import type { Unit } from '../../../src/registry/bookkeeper/submission.ts'
import { desk, id, NOW } from '../../support/books.ts'
import { purchase, unitOf } from '../../support/remembering.ts'

const reference = loadReference()

/** What becomes of one document that comes twice in one group. */
function foldTwice(second: { readonly organization: string; readonly strict?: boolean }) {
  const { books, facility } = desk()
  const nothing = new Set<string>()
  const known = { batches: nothing, accounts: nothing, shipments: nothing, campaigns: nothing }
  const loaded = { books, events: new Map(), ...known }
  const by = { organization: id('acme'), facility: facility('plant', {}) }
  const first = unitOf(by, [purchase(by).document])
  const again: Unit = { ...first, ...second }
  const verdicts = foldGroup([first, again], loaded, { reference, nowMs: NOW })
  return verdicts.flat().map(({ status }) => status)
}

t.test('one event twice in one group is one event, alone and in a strict unit', async (t) => {
  const organization = id('acme')
  t.strictSame(foldTwice({ organization }), ['accepted', 'repeated'])
  t.strictSame(foldTwice({ organization, strict: true }), ['accepted', 'repeated'])
})

t.test('the event of somebody else is none of theirs, also in one group', async (t) => {
  const organization = id('buyer')
  t.strictSame(foldTwice({ organization }), ['accepted', 'conflict'])
  t.strictSame(foldTwice({ organization, strict: true }), ['accepted', 'conflict'])
})
