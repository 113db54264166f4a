import t from 'tap'
import type { Disclosure } from '../../src/domain/custody/event.ts'
import type { EntryPoint, Sight } from '../../src/domain/lineage/sight.ts'
import type { Leg } from '../../src/identity/custody-sight.ts'
import { holderSight, legSight, neighborsOf } from '../../src/identity/custody-sight.ts'
import type { Standpoint } from '../../src/identity/visibility.ts'
import {
  makingSight,
  mayGrant,
  seesBalance,
  seesDescendants,
  sightOf
} from '../../src/identity/visibility.ts'

const LEVELS: readonly Disclosure[] = ['public', 'chain', 'restricted']
const ENTRIES: readonly EntryPoint[] = [
  'maker',
  'holder',
  'counterparty',
  'grantee',
  'grantee_batch'
]

type Row = readonly [name: string, standpoint: Standpoint, ...sights: readonly Sight[]]

const own = (entry: EntryPoint, knowsMaker: boolean): Standpoint => ({
  at: 'entry',
  entry,
  knowsMaker
})
const behind = (of: EntryPoint | 'public'): Standpoint => ({ at: 'ancestor', of })
const ahead = (byDirectReceiver: boolean): Standpoint => ({ at: 'descendant', byDirectReceiver })

/** Sights at the levels public, chain and restricted. */
const TABLE: readonly Row[] = [
  ['its maker', own('maker', true), 'whole', 'whole', 'whole'],
  ['a holder who dealt with the maker', own('holder', true), 'whole', 'whole', 'whole'],
  ['a holder who had it from a trader', own('holder', false), 'whole', 'whole', 'nameless'],
  ['a counterparty of a trader', own('counterparty', false), 'whole', 'whole', 'nameless'],
  ['a grantee of the maker', own('grantee', true), 'whole', 'whole', 'whole'],
  ['a grantee of a later holder', own('grantee_batch', false), 'whole', 'whole', 'nameless'],
  ['a maker of something from it', behind('maker'), 'whole', 'whole', 'outline'],
  ['a holder of something from it', behind('holder'), 'whole', 'whole', 'outline'],
  ['a receiver of something from it', behind('counterparty'), 'whole', 'whole', 'outline'],
  ['a grantee of the chain', behind('grantee'), 'whole', 'whole', 'outline'],
  ['a grantee of one batch', behind('grantee_batch'), 'whole', 'outline', 'outline'],
  ['a reader of a public batch from it', behind('public'), 'whole', 'place', 'place'],
  ['a supplier, of its customer', ahead(true), 'receiver', 'receiver', 'receiver'],
  ['a supplier, beyond its customer', ahead(false), 'counted', 'counted', 'counted'],
  ['anybody else', { at: 'elsewhere' }, 'whole', 'nothing', 'nothing']
]

t.test('what an organization sees of a batch', async (t) => {
  for (const [name, standpoint, ...sights] of TABLE) {
    t.test(name, async (t) => {
      t.strictSame(
        LEVELS.map((level) => sightOf(level, standpoint)),
        sights
      )
    })
  }

  t.test('never more at a stricter level', async (t) => {
    const order: readonly Sight[] = ['whole', 'nameless', 'outline', 'place', 'nothing']
    for (const [, standpoint] of TABLE.filter(([, at]) => at.at !== 'descendant')) {
      const ranks = LEVELS.map((level) => order.indexOf(sightOf(level, standpoint)))
      t.strictSame(
        ranks,
        [...ranks].sort((a, b) => a - b)
      )
    }
  })
})

t.test('an event is seen no better than the least of its outputs that has no name', async (t) => {
  t.equal(makingSight('whole', ['whole', 'counted']), 'whole')
  t.equal(makingSight('whole', ['whole', 'nameless']), 'outline')
  t.equal(makingSight('whole', ['outline']), 'outline')
  t.equal(makingSight('whole', ['outline', 'place']), 'place')
  t.equal(makingSight('outline', ['whole']), 'outline')
})

t.test('only those who held a batch are told what became of it, and let others in', async (t) => {
  for (const entry of ENTRIES) {
    const held = entry === 'maker' || entry === 'holder'
    t.equal(seesDescendants(entry), held, entry)
    t.equal(mayGrant(entry), held, entry)
  }
  t.notOk(seesDescendants(null))
  t.notOk(mayGrant(null))
})

t.test('a balance is seen by custodian, owner and whom one of them granted it', async (t) => {
  const account = { custodian: 'toller', owner: 'owner' }
  t.ok(seesBalance(account, new Set(['toller'])))
  t.ok(seesBalance(account, new Set(['owner'])))
  t.ok(seesBalance(account, new Set(['auditor', 'owner'])))
  t.notOk(seesBalance(account, new Set(['maker'])))
})

// maker -> trader -> me -> buyer -> user, and maker -> rival, trader -> other
const LEGS: readonly Leg[] = [
  { sender: 'maker', receiver: 'trader' },
  { sender: 'maker', receiver: 'rival' },
  { sender: 'trader', receiver: 'me' },
  { sender: 'trader', receiver: 'other' },
  { sender: 'me', receiver: 'buyer' },
  { sender: 'buyer', receiver: 'user' }
]

t.test('what a holder sees of the others who had the same batch', async (t) => {
  const viewer = { organization: 'me', eyes: new Set(['me']), past: 'whole' } as const
  const neighbors = neighborsOf(viewer, LEGS)
  const holders = ['maker', 'trader', 'me', 'buyer', 'user', 'rival', 'other']

  t.test('those before it, its customers, and beyond them only a count', async (t) => {
    t.strictSame(
      holders.map((holder) => holderSight(holder, viewer, neighbors)),
      ['whole', 'whole', 'whole', 'receiver', 'counted', 'nothing', 'nothing']
    )
    t.strictSame(
      LEGS.map((leg) => legSight(leg, viewer, neighbors)),
      ['whole', 'nothing', 'whole', 'nothing', 'whole', 'counted']
    )
  })

  t.test('those before it in outline where the batch is restricted', async (t) => {
    const strict = { ...viewer, past: 'outline' } as const
    t.equal(holderSight('maker', strict, neighbors), 'outline')
    t.equal(legSight({ sender: 'maker', receiver: 'trader' }, strict, neighbors), 'outline')
    t.equal(legSight({ sender: 'trader', receiver: 'me' }, strict, neighbors), 'whole')
  })

  t.test('what it sent itself, also to somebody from whom it came back', async (t) => {
    const back = [...LEGS, { sender: 'me', receiver: 'trader' }]
    const around = neighborsOf(viewer, back)
    t.equal(legSight({ sender: 'me', receiver: 'trader' }, viewer, around), 'whole')
    t.equal(holderSight('other', viewer, around), 'nothing')
  })
})

t.test(
  'a grantee looks upstream through the eyes of its grantor, and not at customers',
  async (t) => {
    const viewer = {
      organization: 'auditor',
      eyes: new Set(['auditor', 'me']),
      past: 'whole'
    } as const
    const neighbors = neighborsOf(viewer, LEGS)
    t.strictSame(
      ['maker', 'trader', 'me', 'buyer', 'user'].map((holder) =>
        holderSight(holder, viewer, neighbors)
      ),
      ['whole', 'whole', 'whole', 'nothing', 'nothing']
    )
    t.equal(legSight({ sender: 'me', receiver: 'buyer' }, viewer, neighbors), 'nothing')
    const strict = { ...viewer, past: 'outline' } as const
    const had = { sender: 'trader', receiver: 'me' }
    t.equal(legSight(had, viewer, neighbors), 'whole')
    t.equal(legSight(had, strict, neighbors), 'outline', 'not from whom, where it is restricted')
  }
)

t.test('the maker sees its customers and not whom they sold to', async (t) => {
  const viewer = { organization: 'maker', eyes: new Set(['maker']), past: 'whole' } as const
  const neighbors = neighborsOf(viewer, LEGS)
  t.strictSame(
    ['trader', 'rival', 'me', 'other', 'buyer', 'user'].map((holder) =>
      holderSight(holder, viewer, neighbors)
    ),
    ['receiver', 'receiver', 'counted', 'counted', 'counted', 'counted']
  )
})
