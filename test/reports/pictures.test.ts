import t from 'tap'
import { drawChain } from '../../src/reports/pictures/chain.ts'
import { type Bar, drawShareBars } from '../../src/reports/pictures/share-bars.ts'
import { fitted, widthOf } from '../../src/reports/render/svg.ts'
import { readSvg } from '../support/read-svg.ts'

const HOSTILE = '</text><script>alert(1)</script>&\u0000\ud800"\'<!--]]>'

const share = (key: string, fraction: string, declared = false) => ({
  key,
  short: key,
  fraction,
  declared
})

function bars(...all: Bar[]): string {
  return drawShareBars({ title: 'Where from', notes: ['as of 12'], bars: all })
}

t.test('bars of shares', async (t) => {
  t.test('are as long as their shares, and end where the unknown begins', async (t) => {
    const picture = bars({
      label: 'Nd',
      shares: [share('AU', '0.75'), share('BR', '0.125', true)],
      unknown: '0.125'
    })
    const parts = readSvg(picture).filter(
      ({ name, attributes }) => name === 'rect' && attributes['stroke']
    )
    const widths = parts.map(({ attributes }) => Number(attributes['width']))
    t.strictSame(widths, [540, 90, 90])
    const [first, , last] = parts.map(({ attributes }) => Number(attributes['x']))
    t.equal((last ?? 0) - (first ?? 0), 630)
    t.equal(parts[2]?.attributes['fill'], 'url(#unknown)')
  })

  t.test('tell the exact fraction, and round for the eye without hiding anything', async (t) => {
    const tiny = share('CL', '0.000000000001')
    const picture = bars({
      label: 'Dy',
      shares: [share('AU', '0.999999999999'), tiny],
      unknown: '0'
    })
    const texts = readSvg(picture).map(({ text }) => text)
    t.ok(texts.includes('Dy: CL, 0.000000000001'))
    const said = readSvg(picture)[0]?.attributes['aria-label'] ?? ''
    t.ok(said.includes('AU >99.9 %') && said.includes('CL <0.1 %'))
    t.notOk([said, ...texts].some((text) => text.includes('100 %')))
  })

  t.test('tell beneath what has no room for its figure: paper has no titles', async (t) => {
    const picture = bars(
      {
        label: 'Nd magnetized',
        shares: [share('AU', '0.94'), share('CN', '0.05')],
        unknown: '0.01'
      },
      { label: 'Pr', shares: [share('AU', '1')], unknown: '0' }
    )
    const texts = readSvg(picture)
      .filter(({ name }) => name === 'text')
      .map(({ text }) => text)
    t.ok(texts.includes('Nd magnetized: CN 5 %; unknown 1 %'))
    t.notOk(
      texts.some((text) => text.startsWith('Pr: ')),
      'nothing where all has room'
    )
    t.ok(texts.includes('Nd magnetized'), 'a long label is whole')
  })

  t.test(
    'tell every figure beneath, on as many lines as it takes, and how many beyond',
    async (t) => {
      const beneath = (count: number) => {
        const shares = Array.from({ length: count }, (_, n) =>
          share(`US, Works with a rather long name ${n}, mined`, '0.0005')
        )
        return readSvg(bars({ label: 'Nd', shares, unknown: `${1 - count * 0.0005}` }))
          .filter(({ name, text }) => name === 'text' && text.startsWith('Nd: '))
          .map(({ text }) => text)
      }
      const few = beneath(7).join('; ')
      for (let n = 0; n < 7; n += 1) t.match(few, `name ${n}, mined <0.1 %`)
      t.notMatch(few, '…')
      const many = beneath(300)
      t.match(many.at(-1), /^Nd: and \d+ more$/)
      const told = many.join('; ').match(/mined <0.1 %/g)?.length ?? 0
      t.equal(told + Number(many.at(-1)?.match(/\d+/)?.[0]), 300)
    }
  )

  t.test('tell the figure of a name that is longer than the picture', async (t) => {
    const long = share('N'.repeat(200), '0.01')
    const texts = readSvg(bars({ label: 'Nd', shares: [long], unknown: '0.99' }))
      .filter(({ name }) => name === 'text')
      .map(({ text }) => text)
    t.ok(texts.some((text) => text.startsWith('Nd: NNN') && text.endsWith('… 1 %')))
  })

  t.test('have a legend whose names are whole where there is room for them', async (t) => {
    const names = [1, 2, 3, 4].map((n) => `DE, Magnet works of the lower valley, hall ${n}, mined`)
    const drawn = readSvg(
      bars({ label: 'Nd', shares: names.map((name) => share(name, '0.25')), unknown: '0' })
    )
    const texts = drawn.filter(({ name }) => name === 'text').map(({ text }) => text)
    for (const name of names) t.ok(texts.includes(name), name)
  })

  t.test('stripe what was declared, in the bar and in the legend', async (t) => {
    const striped = (picture: string) =>
      readSvg(picture).filter(({ attributes }) => attributes['fill'] === 'url(#declared)').length
    t.equal(striped(bars({ label: 'Nd', shares: [share('AU', '1', true)], unknown: '0' })), 2)
    t.equal(striped(bars({ label: 'Nd', shares: [share('AU', '1')], unknown: '0' })), 0)
  })

  t.test('give one color to one place in every bar', async (t) => {
    const picture = bars(
      { label: 'Nd', shares: [share('AU', '0.6'), share('US', '0.4')], unknown: '0' },
      { label: 'Pr', shares: [share('US', '0.7'), share('AU', '0.3')], unknown: '0' }
    )
    const fills = readSvg(picture)
      .filter(({ name, attributes }) => name === 'rect' && attributes['stroke'])
      .map(({ attributes }) => attributes['fill'])
    t.strictSame([fills[0], fills[1]], [fills[3], fills[2]])
    t.not(fills[0], fills[1])
  })

  t.test('are drawn of nothing, and of everything unknown', async (t) => {
    t.ok(readSvg(bars()).length > 0)
    const texts = readSvg(bars({ label: 'Nd', shares: [], unknown: '1' })).map(({ text }) => text)
    t.ok(texts.includes('? 100 %'))
  })

  t.test('protect whoever looks from what a name holds', async (t) => {
    const picture = bars({ label: HOSTILE, shares: [share(HOSTILE, '1')], unknown: '0' })
    const drawn = readSvg(picture)
    t.notOk(drawn.some(({ name }) => name === 'script'))
    t.ok(
      drawn.some(({ text }) => text.includes('<script>alert(1)')),
      'it is text'
    )
  })
})

const NODE = { visibility: 'whole', batch: 'b', country: 'DE', status: 'clear' } as const
const chain = {
  title: 'What the batch was made from',
  root: 'magnet',
  open: new Set(['scrap']),
  notes: ['as of 12'],
  beyond: [],
  nodes: [
    { ...NODE, node: 'magnet', depth: 0, number: 'M-1', massKg: '500' },
    { ...NODE, node: 'alloy', depth: 1, number: HOSTILE, massKg: '400', truncated: true },
    { node: 'scrap', depth: 1, visibility: 'outline', country: 'FR' },
    { ...NODE, node: 'bad', depth: 1, number: 'B-1', status: 'contested' }
  ],
  events: [
    {
      event: 'sinter',
      visibility: 'whole',
      type: 'transform',
      stages: ['press_sinter'],
      inputs: [
        { node: 'alloy', share: '0.75', massKg: '375' },
        { node: 'scrap', share: '0.2' },
        { node: 'bad', share: '0.05' }
      ],
      outputs: [{ node: 'magnet', massKg: '500' }]
    },
    {
      event: 'bought',
      visibility: 'whole',
      type: 'commission',
      inputs: [],
      outputs: [{ node: 'alloy' }]
    }
  ]
} as const

t.test('a chain', async (t) => {
  const picture = drawChain(chain)
  const drawn = readSvg(picture)

  t.test('has a box for each batch, above it what it was made from', async (t) => {
    const boxes = drawn.filter(
      ({ name, attributes }) => name === 'rect' && attributes['rx'] === '6'
    )
    t.equal(boxes.length, 4)
    const below = boxes.map(({ attributes }) => Number(attributes['y']))
    t.ok(below.slice(1).every((y) => y < (below[0] ?? 0)))
  })

  t.test(
    'shows what is withheld, doubted, unknown, cut off, and which batch was asked about',
    async (t) => {
      const edges = drawn.map(({ attributes }) => attributes)
      t.equal(edges.filter((each) => each['stroke-dasharray']).length, 1)
      t.equal(edges.filter((each) => each['stroke'] === '#cf222e').length, 1)
      t.equal(edges.filter((each) => each['stroke'] === '#0072b2').length, 1)
      const texts = drawn.map(({ text }) => text)
      for (const text of ['?', '…', 'withheld', 'contested', '500 kg']) {
        t.ok(
          texts.some((each) => each.startsWith(text)),
          text
        )
      }
    }
  )

  t.test(
    'draws a larger part with a thicker line, and no event for what merely came',
    async (t) => {
      const widths = drawn
        .filter(({ name }) => name === 'path')
        .map(({ attributes }) => Number(attributes['stroke-width']))
      t.strictSame(widths, [6, 2.7, 1.8, 1.5])
    }
  )

  t.test('is drawn to the end of its longest line and widest layer', async (t) => {
    const [root] = drawn
    const [, , width = 0, height = 0] = (root?.attributes['viewBox'] ?? '').split(' ').map(Number)
    const boxes = drawn.filter(({ name }) => name === 'rect')
    t.ok(boxes.length > 1)
    for (const { name, attributes } of boxes) {
      t.ok(Number(attributes['x'] ?? 0) + Number(attributes['width']) <= width, name)
      t.ok(Number(attributes['y'] ?? 0) + Number(attributes['height']) <= height, name)
    }
  })

  t.test('is as wide as what is written beneath it', async (t) => {
    const note =
      'Blue: the batch. Dashed: withheld. Red: suspect, contested, taken back. ?: not all is known.'
    const [magnet] = chain.nodes
    const one = readSvg(drawChain({ ...chain, nodes: [magnet], events: [], notes: [note] }))
    const { x = '' } = one.find(({ text }) => text === note)?.attributes ?? {}
    t.ok(Number(x) + widthOf(note) <= Number(one[0]?.attributes['width']))
  })

  t.test('keeps a number in capitals away from the mass beside it', async (t) => {
    const [magnet] = chain.nodes
    const number = 'WWWW-MMMM NINGBO CONSOLIDATED MAGNETIC MATERIALS'
    const one = readSvg(drawChain({ ...chain, nodes: [{ ...magnet, number }], events: [] }))
    const head = one.find(({ name, text }) => name === 'text' && text.startsWith('WWWW'))
    const mass = one.find(({ name, text }) => name === 'text' && text === '500 kg')
    const end = Number(head?.attributes['x']) + widthOf((head?.text ?? '').slice(0, -1), 13)
    t.ok(end <= Number(mass?.attributes['x']) - widthOf('500 kg', 11))
    t.ok((head?.text.length ?? 99) < 16, 'no more than a wide letter leaves room for')
  })

  t.test('protects whoever looks from what a number holds', async (t) => {
    t.notOk(drawn.some(({ name }) => name === 'script'))
  })

  t.test('is the same picture for the same answer', async (t) => {
    t.equal(drawChain(chain), picture)
  })
})

t.test('a text is cut where its place ends, never within a letter', async (t) => {
  t.equal(fitted('NdPr', 100), 'NdPr')
  t.equal(fitted('neodymium', 30), 'neod…')
  t.equal(fitted('𠮷𠮷𠮷', 24), '𠮷𠮷…')
  t.equal(fitted('MAGNET WORKS', 60), 'MAGNET…', 'capitals are wider than other letters')
})
