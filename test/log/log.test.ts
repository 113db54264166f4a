import { createHash, generateKeyPairSync, randomBytes } from 'node:crypto'
import fc from 'fast-check'
import t from 'tap'
import { checkpointText, openCheckpoint, parseCheckpointText } from '../../src/log/checkpoint.ts'
import {
  blindLeaf,
  entryData,
  leafHash,
  plainLeaf,
  plainStatement,
  prepareStatement
} from '../../src/log/entry.ts'
import { packEntries, unpackEntries } from '../../src/log/entry-bundle.ts'
import { edgeOf, growTiles } from '../../src/log/growth.ts'
import { EMPTY_ROOT, nodeHash, verifyConsistency, verifyInclusion } from '../../src/log/merkle.ts'
import { parseNote, signNote, verifiedBy } from '../../src/log/note.ts'
import { noteVerifier, parseVerifier, verifierText } from '../../src/log/note-key.ts'
import { formatProof, parseProof, verifyProof } from '../../src/log/proof.ts'
import {
  entriesPath,
  nodeReader,
  parseTilePath,
  tileKey,
  tilePath,
  tilesOf
} from '../../src/log/tiles.ts'
import { consistencyRanges, hashRange, inclusionRanges, rootOf } from '../../src/log/tree.ts'
import { SEED } from '../support/seed.ts'

const leaf = (n: number) => leafHash(Buffer.from(`leaf ${n}`))
const leaves = Array.from({ length: 1500 }, (_, n) => leaf(n))

/** RFC 9162 2.1.1 word for word, to compare with. */
function naiveRoot(all: readonly Buffer[]): Buffer {
  if (all.length === 0) return EMPTY_ROOT
  if (all.length === 1) return all[0]!
  let middle = 1
  while (middle * 2 < all.length) middle *= 2
  return nodeHash(naiveRoot(all.slice(0, middle)), naiveRoot(all.slice(middle)))
}

/** All tiles of the tree of the first `size` leaves, grown in the given steps. */
function treeOf(size: number, steps: readonly number[] = []) {
  const tiles = new Map<string, Uint8Array>()
  let at = 0
  for (const step of [...steps, size]) {
    const next = Math.min(size, at + step)
    for (const tile of growTiles(at, tiles, leaves.slice(at, next))) {
      tiles.set(tileKey(tile), tile.hashes)
    }
    at = next
  }
  return { tiles, read: nodeReader(tiles) }
}

const sizes = fc.integer({ min: 1, max: leaves.length })

t.test('the tree', async (t) => {
  t.test('has the root of RFC 9162, however its leaves arrive', async (t) => {
    const steps = fc.array(fc.integer({ min: 1, max: 600 }), { maxLength: 6 })
    fc.assert(
      fc.property(sizes, steps, (size, parts) => {
        const { tiles, read } = treeOf(size, parts)
        t.strictSame(Buffer.from(rootOf(size, read)), naiveRoot(leaves.slice(0, size)))
        const widths = [...tilesOf(size)].map((tile) => [tileKey(tile), tile.width * 32])
        t.strictSame(
          widths,
          [...tiles].map(([key, hashes]): [string, number] => [key, hashes.length]).sort(byLevel)
        )
      }),
      { seed: SEED, numRuns: 40 }
    )
  })

  t.test('proves every leaf, and no leaf at another place', async () => {
    fc.assert(
      fc.property(sizes, fc.nat(), fc.nat(), (size, one, other) => {
        const { read } = treeOf(size)
        const index = one % size
        const proof = inclusionRanges(index, size).map((part) => hashRange(part, read))
        const root = rootOf(size, read)
        const at = (place: number) =>
          verifyInclusion({
            leaf: leaves[index]!,
            index: BigInt(place),
            size: BigInt(size),
            proof,
            root
          })
        const elsewhere = other % size
        return at(index) && (elsewhere === index || !at(elsewhere))
      }),
      { seed: SEED, numRuns: 100 }
    )
  })

  t.test('proves that it extends every smaller one, and no other', async () => {
    fc.assert(
      fc.property(sizes, fc.nat(), (newSize, less) => {
        const oldSize = (less % newSize) + 1
        const { read } = treeOf(newSize)
        const proof = consistencyRanges(oldSize, newSize).map((part) => hashRange(part, read))
        const claim = {
          oldSize: BigInt(oldSize),
          newSize: BigInt(newSize),
          oldRoot: rootOf(oldSize, read),
          newRoot: rootOf(newSize, read),
          proof
        }
        const forked = { ...claim, oldRoot: randomBytes(32) }
        return verifyConsistency(claim) && !verifyConsistency(forked)
      }),
      { seed: SEED, numRuns: 100 }
    )
  })

  t.test(
    'takes no hashes that are cut elsewhere, though their bytes in a row are the same',
    async () => {
      const cut = (left: Uint8Array, right: Uint8Array): [Buffer, Uint8Array] => [
        Buffer.concat([left, right.subarray(0, 1)]),
        right.subarray(1)
      ]
      fc.assert(
        fc.property(fc.integer({ min: 2, max: 300 }), fc.nat(), (size, n) => {
          const { read } = treeOf(size)
          const index = n % size
          const root = rootOf(size, read)
          const hashesOf = (ranges: ReturnType<typeof inclusionRanges>) =>
            ranges.map((part) => hashRange(part, read))
          const [beside, ...above] = hashesOf(inclusionRanges(index, size))
          const included = (leaf: Uint8Array, first: Uint8Array) =>
            verifyInclusion({
              leaf,
              index: BigInt(index),
              size: BigInt(size),
              proof: [first, ...above],
              root
            })
          const [left, right] = cut(leaves[index]!, beside!)
          const [before, after] = cut(beside!, leaves[index]!)
          if (included(left, right) || included(after, before)) return false
          const oldSize = 2 ** Math.floor(Math.log2(index + 1))
          if (oldSize === size) return true
          const [first, ...rest] = hashesOf(consistencyRanges(oldSize, size))
          const [oldRoot, next] = cut(rootOf(oldSize, read), first!)
          return !verifyConsistency({
            oldSize: BigInt(oldSize),
            newSize: BigInt(size),
            oldRoot,
            newRoot: root,
            proof: [next, ...rest]
          })
        }),
        { seed: SEED, numRuns: 100 }
      )
    }
  )

  t.test('refuses to prove what is not there', async (t) => {
    t.throws(() => inclusionRanges(5, 5), RangeError)
    t.throws(() => consistencyRanges(0, 5), RangeError)
    t.throws(() => consistencyRanges(6, 5), RangeError)
    t.throws(() => rootOf(300, treeOf(200).read), RangeError)
    const partly = { level: 3, index: 25 }
    t.throws(() => treeOf(204).read(partly), RangeError, 'a tile that ends within the subtree')
    t.throws(() => growTiles(3, new Map(), [leaf(3)]), RangeError, 'the edge is missing')
  })

  t.test('knows its right edge', async (t) => {
    t.strictSame(edgeOf(70_000), [
      { level: 0, index: 273, width: 112 },
      { level: 1, index: 1, width: 17 },
      { level: 2, index: 0, width: 1 }
    ])
    t.strictSame(edgeOf(0), [])
    t.strictSame(edgeOf(256), [{ level: 1, index: 0, width: 1 }])
  })
})

t.test('paths of tiles', async (t) => {
  t.test('are those of the specification', async (t) => {
    t.equal(tilePath({ level: 0, index: 1_234_067, width: 256 }), 'tile/0/x001/x234/067')
    t.equal(tilePath({ level: 2, index: 0, width: 17 }), 'tile/2/000.p/17')
    t.equal(entriesPath({ index: 1000, width: 3 }), 'tile/entries/x001/000.p/3')
  })

  t.test('come back as they were written', async () => {
    const tile = fc.record({
      level: fc.integer({ min: 0, max: 63 }),
      index: fc.nat(),
      width: fc.integer({ min: 1, max: 256 })
    })
    fc.assert(
      fc.property(tile, (one) => {
        const parsed = parseTilePath(tilePath(one).slice('tile/'.length))
        return parsed?.of === 'hashes' && tilePath(parsed.tile) === tilePath(one)
      })
    )
  })

  const wrong = [
    '',
    '0',
    '0/',
    '0/0',
    '0/00',
    '0/0000',
    '64/000',
    '00/000',
    '-1/000',
    '0/x000/000',
    '0/001/000',
    '0/000.p/0',
    '0/000.p/256',
    '0/000.p/01',
    '0/000.p/',
    '0/000/',
    '/0/000',
    '0/x001/x002',
    'entries/0',
    'entries/x000/001',
    'Entries/000',
    '0/000?',
    '0/000\n',
    '0/..',
    '1e1/000'
  ]
  t.test(`refuses ${wrong.length} other ways to write them`, async (t) => {
    for (const path of wrong) t.equal(parseTilePath(path), null, JSON.stringify(path))
  })

  t.test('the bytes of a leaf are as docs/trust.md says, today and in ten years', async (t) => {
    const sha256 = (...of: Uint8Array[]) => createHash('sha256').update(Buffer.concat(of)).digest()
    const statement = prepareStatement({
      kind: 'event',
      subject: 'a',
      organization: null,
      document: { sha256: Buffer.alloc(32, 0xff), size: 7, mediaType: 'application/json' },
      body: { b: 1, a: 'x' }
    })('2026-01-02T03:04:05.678Z')
    t.equal(
      statement.toString(),
      `{"v":1,"kind":"event","subject":"a","organization":null,"at":"2026-01-02T03:04:05.678Z","document":{"sha256":"${'_'.repeat(42)}8","size":7,"mediaType":"application/json"},"body":{"a":"x","b":1}}`
    )
    const salt = Buffer.alloc(32, 7)
    const blind = blindLeaf(statement, salt)
    t.strictSame(plainLeaf(statement), Buffer.concat([Buffer.from([1]), statement]))
    t.strictSame(blind, Buffer.concat([Buffer.from([2]), sha256(salt, statement)]))
    t.strictSame(leafHash(blind), sha256(Buffer.from([0]), blind))
    t.equal(plainStatement(blind), null)
    t.strictSame(plainStatement(plainLeaf(statement)), statement)
    const parts = { statement, salt, blind: true, erased: null }
    t.strictSame(entryData(parts), blind)
    t.strictSame(entryData({ ...parts, salt: null, erased: blind }), blind, 'also when erased')
    t.throws(() => entryData({ ...parts, salt: null }), RangeError)
    t.strictSame(entryData({ ...parts, blind: false }), plainLeaf(statement))
  })

  t.test('entries are packed with their lengths', async (t) => {
    const entries = [Buffer.from('one'), Buffer.alloc(0), Buffer.alloc(65_535)]
    t.strictSame(unpackEntries(packEntries(entries)), entries)
    t.equal(unpackEntries(Buffer.from([0])), null)
    t.equal(unpackEntries(Buffer.from([0, 0, 0])), null, 'the second ends within its length')
    t.equal(unpackEntries(Buffer.from([0, 2, 1])), null)
    t.throws(() => packEntries([Buffer.alloc(65_536)]), RangeError)
  })
})

const ORIGIN = 'lodestone.test/log'

function logKey(name = ORIGIN) {
  const { publicKey, privateKey } = generateKeyPairSync('ed25519')
  const { x = '' } = publicKey.export({ format: 'jwk' })
  return { key: noteVerifier(name, Buffer.from(x, 'base64url')), privateKey }
}

t.test('notes and checkpoints', async (t) => {
  const { key, privateKey } = logKey()
  const root = createHash('sha256').digest()
  const text = checkpointText({ origin: ORIGIN, size: 7, root })
  const note = signNote(text, key, privateKey)
  const another = logKey()
  const foreign = logKey('elsewhere.test/log')

  t.test('are accepted as they were signed', async (t) => {
    t.strictSame(openCheckpoint(note, [key]), { origin: ORIGIN, size: 7n, root })
    t.strictSame(openCheckpoint(Buffer.from(note), [another.key, key])?.size, 7n)
    t.strictSame(parseVerifier(verifierText(key)), key)
    const witness = logKey('witness.test')
    const cosigned = note + signNote(text, witness.key, witness.privateKey).split('\n\n')[1]
    t.equal(openCheckpoint(cosigned, [key])?.size, 7n, 'an unknown signature is ignored')
    const longest = signNote(text.replace('\n7\n', `\n${2n ** 64n - 1n}\n`), key, privateKey)
    t.equal(openCheckpoint(longest, [key])?.size, 2n ** 64n - 1n)
    t.strictSame(verifiedBy(parseNote(cosigned)!, [witness.key, key])?.length, 2)
  })

  const forged = note.replace('\n7\n', '\n8\n')
  const cases: Record<string, string | Buffer> = {
    'another size': forged,
    'another root': note.replace(root.toString('base64'), leaf(1).toString('base64')),
    'another origin': note.replace(`${ORIGIN}\n`, 'other.test/log\n'),
    'the signature of another key of that name': signNote(text, another.key, another.privateKey),
    'a foreign log': signNote(
      checkpointText({ origin: 'elsewhere.test/log', size: 7, root }),
      foreign.key,
      foreign.privateKey
    ),
    'our origin signed by a foreign log': signNote(text, foreign.key, foreign.privateKey),
    'no signature': `${text}\n`,
    'no blank line': note.replace('\n\n', '\n'),
    CRLF: note.replaceAll('\n', '\r\n'),
    'a tab': note.replace('\n7\n', '\n\t7\n'),
    'trailing data': `${note}x`,
    'a trailing line': `${note}\n`,
    'no last line break': note.slice(0, -1),
    'a signature of nobody that is none': `${note}— nobody AAAAAA==\n`,
    'something else for the last line break': `${note.slice(0, -1)}A`,
    'data before it': `x${note}`,
    'a leading zero': signNote(text.replace('\n7\n', '\n07\n'), key, privateKey),
    'a size beyond 2^64': signNote(
      text.replace('\n7\n', '\n18446744073709551616\n'),
      key,
      privateKey
    ),
    'a negative size': signNote(text.replace('\n7\n', '\n-7\n'), key, privateKey),
    'a short root': signNote(`${ORIGIN}\n7\nAAAA\n`, key, privateKey),
    'no root': signNote(`${ORIGIN}\n7\n`, key, privateKey),
    'an empty origin': signNote(`\n7\n${root.toString('base64')}\n`, key, privateKey),
    'an empty extension line': signNote(`${text}\nmore\n`, key, privateKey),
    'base64 without padding': note.replace(/=\n$/, '\n'),
    'base64 of another alphabet': note.replace(
      /— (\S+) (\S+)/,
      (_, name, sig) => `— ${name} ${sig.replaceAll('+', '-').replaceAll('/', '_').slice(0, -1)}`
    ),
    'a hyphen for the dash': note.replace('—', '-'),
    'a byte order mark': Buffer.concat([Buffer.from([0xef, 0xbb, 0xbf]), Buffer.from(note)]),
    'invalid UTF-8': Buffer.concat([Buffer.from(note), Buffer.from([0xff, 0x0a])]),
    'a wrong signature beside a right one':
      note + signNote('other\n', key, privateKey).split('\n\n')[1],
    'a hundred and one signatures': note + note.split('\n\n')[1]!.repeat(100),
    nothing: ''
  }
  t.test(`refuses ${Object.keys(cases).length} others`, async (t) => {
    for (const [name, value] of Object.entries(cases))
      t.equal(openCheckpoint(value, [key]), null, name)
    t.equal(openCheckpoint(note, []), null, 'no key is trusted')
    const theirs = signNote(text, foreign.key, foreign.privateKey)
    t.equal(openCheckpoint(theirs, [key, foreign.key]), null, 'a log speaks for itself alone')
    const control = signNote(`${text}more\u0007\n`, key, privateKey)
    t.equal(openCheckpoint(control, [key]), null, 'a control character that was signed')
    t.equal(parseCheckpointText(''), null)
  })

  t.test('protects: one changed bit anywhere is noticed', async (t) => {
    const bytes = Buffer.from(note)
    for (let at = 0; at < bytes.length; at += 1) {
      const changed = Buffer.from(bytes)
      changed[at] = changed[at]! ^ 1
      if (openCheckpoint(changed, [key]) !== null) t.fail(`byte ${at}`)
    }
    t.pass(`${bytes.length} bytes`)
  })

  t.test('refuses keys that are not one', async (t) => {
    const whole = verifierText(key)
    const wrong = [
      whole.slice(0, -4),
      whole.replace('+', '++'),
      whole.replace(ORIGIN, 'other.test/log'),
      whole.replace(/\+[0-9a-f]{8}\+/, '+00000000+'),
      `${whole} `,
      whole.toUpperCase(),
      ''
    ]
    for (const one of wrong) t.equal(parseVerifier(one), null, one)
    for (const [what, point] of [
      ['a point of small order, by which anybody signs', Buffer.from([1, ...Buffer.alloc(31)])],
      ['a point beyond the field', Buffer.from([0xf0, ...Buffer.alloc(30, 0xff), 0x7f])]
    ] as const) {
      t.equal(parseVerifier(verifierText(noteVerifier(ORIGIN, point))), null, what)
    }
    t.throws(() => noteVerifier('with space', Buffer.alloc(32)), RangeError)
    t.throws(() => noteVerifier('short', Buffer.alloc(31)), RangeError)
    t.throws(() => signNote('no newline', key, privateKey), RangeError)
    t.throws(() => checkpointText({ origin: 'with space', size: 7, root }), RangeError)
    t.throws(() => checkpointText({ origin: 'a+b', size: 7, root }), RangeError)
  })
})

t.test('proofs in a file', async (t) => {
  const { key, privateKey } = logKey()
  const size = 300
  const { read } = treeOf(size)
  const note = signNote(
    checkpointText({ origin: ORIGIN, size, root: rootOf(size, read) }),
    key,
    privateKey
  )
  const proof = {
    extra: Buffer.from('what opens the entry'),
    index: 123n,
    hashes: inclusionRanges(123, size).map((part) => hashRange(part, read)),
    checkpoint: note
  }
  const text = formatProof(proof)

  t.test('come back as they were written, and hold', async (t) => {
    t.strictSame(formatProof(parseProof(text)!), text)
    t.equal(verifyProof(parseProof(text)!, leaves[123]!, [key])?.size, BigInt(size))
    const bare = formatProof({ ...proof, extra: null })
    t.equal(parseProof(bare)?.extra, null)
    t.equal(verifyProof(parseProof(bare)!, leaves[123]!, [key])?.size, BigInt(size))
  })

  const hash = Buffer.from(proof.hashes[0]!).toString('base64')
  const refused: Record<string, string> = {
    'another version': text.replace('@v1', '@v2'),
    CRLF: text.replaceAll('\n', '\r\n'),
    'no index': text.replace('index 123\n', ''),
    'a leading zero': text.replace('index 123', 'index 0123'),
    'a sign': text.replace('index 123', 'index +123'),
    'two indexes': text.replace('index 123\n', 'index 123\nindex 123\n'),
    'extra after the index': text.replace(/(extra .*\n)(index .*\n)/, '$2$1'),
    'extra that is not base64': text.replace(/extra .*\n/, 'extra ***\n'),
    'a short hash': text.replace(hash, 'AAAA'),
    'a hash without padding': text.replace(hash, hash.replace('=', '')),
    'no blank line': text.replace('\n\n', '\n'),
    'leading data': ` ${text}`,
    'sixty-five hashes': text.replace(hash, Array(65).fill(hash).join('\n')),
    nothing: ''
  }
  t.test(`refuses ${Object.keys(refused).length} other ways to write them`, async (t) => {
    for (const [name, value] of Object.entries(refused)) {
      const parsed = parseProof(value)
      t.equal(parsed && verifyProof(parsed, leaves[123]!, [key]), null, name)
    }
  })

  t.test('refuses what they do not prove', async (t) => {
    const opened = parseProof(text)!
    const no = (change: object, leafOf = 123, keys = [key]) =>
      t.equal(verifyProof({ ...opened, ...change }, leaves[leafOf]!, keys), null)
    no({}, 124)
    no({ index: 122n })
    no({ index: 300n })
    no({ hashes: opened.hashes.slice(1) })
    no({ hashes: [...opened.hashes, leaf(0)] })
    no({ hashes: opened.hashes.toReversed() })
    no({ checkpoint: note.replace('\n300\n', '\n301\n') })
    no({}, 123, [logKey().key])
    no({}, 123, [])
  })
})

function byLevel([one]: [string, number], [other]: [string, number]): number {
  const [a = 0, b = 0] = one.split('/').map(Number)
  const [c = 0, d = 0] = other.split('/').map(Number)
  return a - c || b - d
}
