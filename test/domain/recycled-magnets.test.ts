import t from 'tap'
import { FEED_CLASSES, type FeedClass } from '../../src/domain/lineage/recycled.ts'
import { WHOLE } from '../../src/domain/lineage/share.ts'
import { formatDecimal } from '../../src/domain/quantity/rational.ts'
import {
  contentOf,
  type MagnetsInProduct,
  shareOf,
  summed
} from '../../src/domain/regulation/recycled-magnets.ts'

const RARE_EARTHS = new Set(['Nd', 'Dy', 'Tb'])

/** Magnets of 100 g with 30 % neodymium, fed in hundredths. */
function magnets(
  hundredths: Partial<Record<FeedClass, number>>,
  more: Partial<MagnetsInProduct> = {}
): MagnetsInProduct {
  const feed = Object.entries(hundredths).map(([key, parts]) => ({
    key,
    parts: (parts * WHOLE) / 100
  }))
  return {
    massUg: 100_000_000n,
    quantityUg: 100_000_000n,
    elements: new Map([['Nd', 30_000_000n]]),
    closedFor: 'none',
    bounds: new Map(),
    feed: new Map([['Nd', feed]]),
    ...more
  }
}

const neodymium = (of: MagnetsInProduct) => contentOf(of, 'Nd', RARE_EARTHS)
const text = (content: ReturnType<typeof contentOf>, name: 'post_consumer' | 'pre_consumer') => {
  const share = shareOf(content, name)
  return share && formatDecimal(share, 6)
}

t.test('accepts: rework counts neither above nor below the line', (t) => {
  const content = neodymium(magnets({ post_consumer: 60, pre_consumer: 10, same_process: 20 }))
  t.equal(text(content, 'post_consumer'), '0.750000', '60 of 80')
  t.equal(text(content, 'pre_consumer'), '0.125000')
  t.equal(content.byFeedUg.primary, 3_000_000n, 'what no feed is named for is primary')
  t.end()
})

t.test('accepts: a share of nothing but rework is none, not 0', (t) => {
  const content = neodymium(magnets({ same_process: 100 }))
  t.equal(content.presence, 'present')
  t.equal(text(content, 'post_consumer'), null)
  t.end()
})

t.test('accepts: masses add up to the microgram, shares of a few micrograms are exact', (t) => {
  const tiny = magnets({ post_consumer: 33, pre_consumer: 33 }, { quantityUg: 17n })
  const content = neodymium(tiny)
  t.equal(content.totalUg, 5n, '5.1 rounded down, as the books draw it')
  const sum = FEED_CLASSES.reduce((all, name) => all + content.byFeedUg[name], 0n)
  t.equal(sum, 5n)
  t.equal(text(content, 'post_consumer'), '0.330000')
  for (const name of FEED_CLASSES) {
    const others = FEED_CLASSES.filter((other) => other !== name).map((other) => [other, 20])
    const of = magnets(Object.fromEntries([...others, [name, 40]]), { quantityUg: 27n })
    t.equal(neodymium(of).totalUg, 8n)
    t.equal(neodymium(of).byFeedUg[name], 5n, `the rest is ${name}: most of it is`)
  }
  t.end()
})

t.test('accepts: several batches weighed by what of each is in the product', (t) => {
  const recycled = neodymium(magnets({ post_consumer: 100 }, { quantityUg: 10_000_000n }))
  const mined = neodymium(magnets({ primary: 100 }, { quantityUg: 30_000_000n }))
  const both = summed([recycled, mined])
  t.equal(text(both, 'post_consumer'), '0.250000')
  t.equal(both.totalUg, 12_000_000n)
  t.equal(both.byFeedUg.post_consumer, 3_000_000n)
  t.end()
})

t.test('tells what is absent from what nobody stated', (t) => {
  const presence = (element: string, more: Partial<MagnetsInProduct>) =>
    contentOf(magnets({}, more), element, RARE_EARTHS).presence
  t.equal(presence('Tb', { closedFor: 'none' }), 'not_stated')
  t.equal(presence('Tb', { closedFor: 'rare_earths' }), 'absent')
  t.equal(presence('Co', { closedFor: 'rare_earths' }), 'not_stated')
  t.equal(presence('Co', { closedFor: 'all' }), 'absent')
  t.equal(presence('Co', { elements: new Map([['Co', 0n]]) }), 'absent', 'assayed, and none found')
  const bounds = new Map([['Co', 1n]])
  t.equal(presence('Co', { closedFor: 'all', bounds }), 'below_limit')
  t.end()
})

t.test('tells of several batches that one leaves an element open, and counts the others', (t) => {
  const stated = neodymium(magnets({ post_consumer: 100 }))
  const open = contentOf(magnets({}, { elements: new Map() }), 'Nd', RARE_EARTHS)
  const closed = contentOf(
    magnets({}, { elements: new Map(), closedFor: 'all' }),
    'Nd',
    RARE_EARTHS
  )
  t.equal(summed([stated, open]).presence, 'present')
  t.equal(text(summed([stated, open]), 'post_consumer'), '1.000000')
  t.equal(summed([closed, open]).presence, 'not_stated')
  t.equal(summed([closed]).presence, 'absent')
  const bounds = new Map([['Nd', 1n]])
  const bound = contentOf(magnets({}, { elements: new Map(), bounds }), 'Nd', RARE_EARTHS)
  t.equal(summed([closed, bound]).presence, 'below_limit')
  t.equal(summed([bound, open]).presence, 'not_stated')
  t.equal(summed([closed, bound, open]).totalUg, 0n, 'and none of them adds to it')
  t.end()
})

t.test('accepts: of what nobody told nothing was recovered', (t) => {
  t.equal(text(neodymium(magnets({}, { feed: new Map() })), 'post_consumer'), '0.000000')
  t.end()
})
