import { globSync, readFileSync } from 'node:fs'
import { isDeepStrictEqual } from 'node:util'
import fc from 'fast-check'
import t from 'tap'
import { decodeXml } from '../../src/formats/xml/decode-xml.ts'
import { readPlainXml } from '../../src/formats/xml/read-plain-xml.ts'
import { readAnyXml, xmlLimits } from '../../src/formats/xml/read-xml.ts'
import type { XmlElement } from '../../src/formats/xml/xml-element.ts'
import { SEED } from '../support/seed.ts'
import { SHARED } from '../support/shared-data.ts'

/** Printed by the property test; SEED=n repeats a run. */

/** A tree of plain values: attributes are held in one way or another. */
function treeOf({ name, namespace, text, attributes, children }: XmlElement): unknown {
  return { name, namespace, text, attributes: [...attributes], children: children.map(treeOf) }
}

function readPlain(text: string, limits = xmlLimits): unknown {
  const read = readPlainXml(Buffer.from(text), limits)
  return read && treeOf(read)
}

/** Null where the parser of all of XML refuses it. */
function readAny(text: string, limits = xmlLimits): unknown {
  try {
    return treeOf(readAnyXml(text, limits))
  } catch {
    return null
  }
}

/** Plain documents that between them have everything that is read the fast way. */
const PLAIN = [
  '<a/>',
  '<a b="c">x<d/>y</a >\n<!-- end -->',
  `<?xml version='1.0' encoding="UTF-8" standalone='yes' ?>\r\n<?show it?><a\tb='"' c="'" ></a>`,
  '<a xmlns="u" xmlns:c="v"><c:b c:d="1" e="2&amp;\n3">&lt;&gt;&quot;&apos;</c:b><b xmlns=""/></a>',
  '<a xml:lang="en">\uD83D\uDE00 \u00A0 é ]] ></a>',
  '<a b="c" c="b" d="">  x <b> y</b> z </a>',
  '<_.-1><x-y.z>1\r2\r\n3</x-y.z></_.-1>'
]

t.test('reads what is written plainly as the parser of all of XML reads it', async (t) => {
  for (const text of PLAIN) {
    const read = readPlain(text)
    t.ok(read, text)
    t.strictSame(read, readAny(text), text)
  }
})

t.test('takes no attribute of another vocabulary for one of its own', async (t) => {
  const instance = 'http://www.w3.org/2001/XMLSchema-instance'
  const own = new Set(['v'])
  const both = (text: string) => {
    const plain = readPlainXml(Buffer.from(text), xmlLimits, own)
    const any = readAnyXml(text, xmlLimits, own)
    if (plain) t.strictSame(treeOf(plain), treeOf(any), text)
    return { isPlain: plain !== null, attributes: Object.fromEntries(any.attributes) }
  }
  t.strictSame(both('<a xmlns:c="v" c:d="1" xml:lang="en"/>'), {
    isPlain: true,
    attributes: { d: '1', lang: 'en' }
  })
  t.strictSame(both('<a xmlns:f="u" xmlns:c="v" f:d="0" c:d="1"/>'), {
    isPlain: false,
    attributes: { '{u}d': '0', d: '1' }
  })
  t.strictSame(both('<a xmlns:f="u" f:d="0"/>'), { isPlain: false, attributes: { '{u}d': '0' } })
  t.strictSame(both(`<a xmlns:i="${instance}" i:schemaLocation="x y"/>`), {
    isPlain: true,
    attributes: { schemaLocation: 'x y' }
  })
  const typed = both(`<a xmlns:i="${instance}" i:type="x" type="y"/>`)
  t.strictSame(typed.attributes, { [`{${instance}}type`]: 'x', type: 'y' })
  t.strictSame(both('<a xmlns:c="v" c:d="1" d="1"/>').attributes, { d: '1' }, 'said twice')
  t.throws(() => both('<a xmlns:c="v" c:d="1" d="2"/>'), { code: 'BODY_INVALID' }, 'which of them?')
})

t.test('leaves to that parser', async (t) => {
  const left = {
    'a document type': '<!DOCTYPE a><a/>',
    'an entity that nobody declared': '<a>&nbsp;</a>',
    'a character by number': '<a>&#65;</a>',
    'a section of character data': '<a><![CDATA[x]]></a>',
    'another alphabet in a name': '<é/>',
    'two attributes of a local name': '<a xmlns:c="u" b="1" c:b="2"/>',
    'an attribute twice': '<a b="1" b="2"/>',
    'a prefix that nothing binds': '<c:a/>',
    'a prefix of nothing': '<a xmlns:c=""/>',
    'an empty prefix': '<a xmlns:="u"/>',
    'a prefix that is bound for ever': '<a xmlns:xml="u"/>',
    'hundreds of prefixes': `<a${Array.from({ length: 300 }, (_, at) => ` xmlns:p${at}="u${at}"`).join('')}/>`,
    'XML 1.1': '<?xml version="1.1"?><a/>',
    'a declaration that comes late': ' <?xml version="1.0"?><a/>',
    'an end of a section in text': '<a>]]></a>',
    'a tag that is not closed': '<a><b></a>',
    'two roots': '<a/><b/>',
    'text outside the root': '<a/>x',
    'a less-than sign in a value': '<a b="<"/>',
    'values without quotes': '<a b=c/>',
    'attributes that touch': '<a b="c"d="e"/>',
    'two hyphens in a comment': '<a><!-- -- --></a>',
    'a control character': '<a>\u0001</a>',
    'what is no character': '<a>\uFFFF</a>',
    nothing: '',
    'half a document': '<a><b>',
    'more names than data sets have': `<a>${Array.from({ length: 600 }, (_, at) => `<a${at}/>`).join('')}</a>`,
    'names that fall on one place': `<a>${namesOfOnePlace(4)
      .map((name) => `<${name}/>`)
      .join('')}</a>`,
    'dozens of attributes': `<a${Array.from({ length: 30 }, (_, at) => ` a${at}=""`).join('')}/>`
  }
  for (const [name, text] of Object.entries(left))
    t.equal(readPlainXml(Buffer.from(text), xmlLimits), null, name)
  const limits = { bytes: 1000, depth: 3, elements: 5 }
  for (const text of ['<a><b><c><d/></c></b></a>', '<a><b/><b/><b/><b/><b/></a>']) {
    t.equal(readPlainXml(Buffer.from(text), limits), null, text)
    t.equal(readAny(text, limits), null)
  }
})

/** Names of twice so many letters that the reader cannot tell apart before it looks at each letter. */
function namesOfOnePlace(pairs: number): string[] {
  return pairs === 0
    ? ['']
    : namesOfOnePlace(pairs - 1).flatMap((name) => [`${name}Aa`, `${name}BB`])
}

t.test('reads what lies across the parts that text is cut out of', async (t) => {
  const inside = `<b c="d é" e='烧结'>f烧 g<h/>i&amp;\r\nj</b>`
  const outer = [
    ['', ''],
    ['é', ''],
    ['', 'ÿ']
  ] as const
  for (const [before, after] of outer) {
    for (let room = 4096 - 60; room <= 4096; room += 1) {
      const text = `<a><!--${before}${'x_'.repeat(room / 2)}${room % 2 === 0 ? '' : '_'}-->${inside}${after}</a>`
      if (!isDeepStrictEqual(readPlain(text), readAny(text))) t.fail(`${room} ${before}${after}`)
    }
  }
  t.ok(readPlain(`<a>${'x'.repeat(10_000)}é</a>`))
  t.strictSame(readPlain(`<a>${'xé'.repeat(10_000)}</a>`), readAny(`<a>${'xé'.repeat(10_000)}</a>`))
})

t.test('never reads differently, whatever is put into a document', async (t) => {
  t.comment(`seed ${SEED}`)
  const pieces = fc.constantFrom(
    ...[
      '<',
      '>',
      '/',
      '"',
      "'",
      '=',
      ' ',
      '\t',
      '\n',
      '\r',
      '&',
      ';',
      ':',
      '?',
      '!',
      '-',
      ']',
      '\\'
    ],
    ...['<a>', '</a>', '<a/>', '<c:b/>', '<xml:a/>', '<!--', '-->', '<?', '?>', '<?x y?>', ']]>'],
    ...['&amp;', '&lt;', '&#10;', '&#x41;', '<![CDATA[', '<!DOCTYPE a>', '<?xml version="1.0"?>'],
    ...[
      ' a="b"',
      ' xmlns="u"',
      ' xmlns:c="v"',
      ' xmlns:c=""',
      ' c:a="1"',
      ' xml:lang="en"',
      'xmlns'
    ],
    ...['é', '\u0001', '\uFFFE', '\uD83D\uDE00', '\u00A0', '\u2028', '\u0085', '1', '.', 'x']
  )
  const change = fc.record({ at: fc.nat(200), taken: fc.nat(3), put: pieces })
  let plain = 0
  fc.assert(
    fc.property(fc.constantFrom(...PLAIN), fc.array(change, { maxLength: 4 }), (base, changes) => {
      let text = base
      for (const { at, taken, put } of changes) {
        const place = at % (text.length + 1)
        text = text.slice(0, place) + put + text.slice(place + taken)
      }
      const read = text.isWellFormed() ? readPlain(text) : null
      if (read) plain += 1
      return read === null || isDeepStrictEqual(read, readAny(text))
    }),
    { seed: SEED, numRuns: 20_000 }
  )
  t.ok(plain > 1000, `${plain} of 20,000 were read`)
})

const files = globSync('epd/**/*.xml', { cwd: SHARED })
const skip = files.length > 0 ? false : '200 real data sets not read: ../shared/data is absent'

t.test('reads nearly every real data set, and all of them the same', { skip }, async (t) => {
  const texts = files.map((file) => decodeXml(readFileSync(new URL(file, SHARED))))
  const read = texts.map((text) => readPlain(text))
  const plain = read.filter((each) => each !== null).length
  const other = files.filter(
    (_, at) => read[at] && !isDeepStrictEqual(read[at], readAny(texts[at] ?? ''))
  )
  t.strictSame(other, [])
  t.comment(`${plain} of ${files.length} data sets are plain`)
  t.ok(plain >= files.length * 0.98)
})
