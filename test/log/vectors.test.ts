/** The published vectors of other implementations; every count is exact, so none can be passed over. */

import { createPrivateKey } from 'node:crypto'
import { globSync, readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import t from 'tap'
import { checkpointText, openCheckpoint, parseCheckpointText } from '../../src/log/checkpoint.ts'
import { leafHash } from '../../src/log/entry.ts'
import { packEntries, unpackEntries } from '../../src/log/entry-bundle.ts'
import { growTiles } from '../../src/log/growth.ts'
import { EMPTY_ROOT, nodeHash, verifyConsistency, verifyInclusion } from '../../src/log/merkle.ts'
import { parseNote, signNote, verifiedBy } from '../../src/log/note.ts'
import { noteVerifier, parseVerifier, verifierText } from '../../src/log/note-key.ts'
import { entriesPath, nodeReader, tileKey, tilePath } from '../../src/log/tiles.ts'
import { consistencyRanges, hashRange, inclusionRanges, rootOf } from '../../src/log/tree.ts'
import { unlessFolderAbsent } from '../support/shared-data.ts'

const FOLDER = fileURLToPath(new URL('../../../shared/data/trust/', import.meta.url))
const TESSERA = 'tessera/testdata/log'
/** Published beside the testdata of tessera; its id is in every checkpoint. */
const TESSERA_KEY = 'example.com/log/testdata+33d7b496+AeHTu4Q3hEIMHNqc6fASMsq3rKNx280NI+oO5xCFkkSx'

/** Options of a test that needs the vectors: a loud skip with the count where they are not here. */
const needs = (cases: number) => unlessFolderAbsent('trust', cases)

const read = (path: string) => readFileSync(`${FOLDER}${path}`)
const b64 = (text: string | null | undefined) => Buffer.from(text ?? '', 'base64')
const hex = (text: string) => Buffer.from(text, 'hex')

/** Numbers as text, hashes in base64; which members there are depends on the kind. */
interface Vector {
  readonly [name: string]: string & string[] & boolean
}

/** Numbers reach 2^64, which JSON.parse would round. */
function vectors(kind: string): { path: string; value: Vector }[] {
  return globSync(`merkle/testdata/${kind}/**/*.json`, { cwd: FOLDER }).map((path) => {
    const text = read(path)
      .toString()
      .replaceAll(/: (\d+)/g, ': "$1"')
    return { path, value: JSON.parse(text) }
  })
}

t.test('98 inclusion proofs of transparency-dev/merkle', needs(98), async (t) => {
  const cases = vectors('inclusion')
  let held = 0
  for (const { path, value } of cases) {
    const { leafIdx = '0', treeSize = '0', root, leafHash: leaf, proof, wantErr } = value
    const holds = verifyInclusion({
      leaf: b64(leaf),
      index: BigInt(leafIdx),
      size: BigInt(treeSize),
      proof: ((proof ?? []) as string[]).map(b64),
      root: b64(root)
    })
    if (holds === !wantErr) held += 1
    else t.fail(`${path}: ${holds ? 'accepted' : 'refused'}`)
  }
  t.comment(`${held} of ${cases.length} inclusion vectors`)
  t.equal(held, 98)
})

t.test('98 consistency proofs of transparency-dev/merkle', needs(98), async (t) => {
  const cases = vectors('consistency')
  let held = 0
  for (const { path, value } of cases) {
    const { size1 = '0', size2 = '0', root1, root2, proof, wantErr } = value
    const holds = verifyConsistency({
      oldSize: BigInt(size1),
      newSize: BigInt(size2),
      oldRoot: b64(root1),
      newRoot: b64(root2),
      proof: ((proof ?? []) as string[]).map(b64)
    })
    if (holds === !wantErr) held += 1
    else t.fail(`${path}: ${holds ? 'accepted' : 'refused'}`)
  }
  t.comment(`${held} of ${cases.length} consistency vectors`)
  t.equal(held, 98)
})

t.test('the 4 constants, 9 roots and 9 proofs of RFC 6962', needs(22), async (t) => {
  const reference = JSON.parse(read('merkle/rfc6962-reference.json').toString())
  t.equal(EMPTY_ROOT.toString('hex'), reference.emptyRoot)
  t.equal(leafHash(Buffer.alloc(0)).toString('hex'), reference.emptyLeaf)
  t.equal(leafHash(Buffer.from('L123456')).toString('hex'), reference.leaf_L123456)
  const node = nodeHash(Buffer.from('N123'), Buffer.from('N456'))
  t.equal(node.toString('hex'), reference.node_N123_N456)
  const leaves = reference.leavesHex.map((leaf: string) => leafHash(hex(leaf)))
  const tiles = growTiles(0, new Map(), leaves)
  const node8 = nodeReader(new Map(tiles.map((tile) => [tileKey(tile), tile.hashes])))
  const roots = Object.entries(reference.roots)
  for (const [size, root] of roots) t.equal(toHex(rootOf(Number(size), node8)), root, size)
  const inclusion = Object.entries(reference.inclusion)
  for (const [name, proof] of inclusion) {
    const [index = 0, size = 0] = name.split('/').map(Number)
    t.strictSame(
      inclusionRanges(index, size).map((part) => toHex(hashRange(part, node8))),
      proof
    )
  }
  const consistency = Object.entries(reference.consistency)
  for (const [name, proof] of consistency) {
    const [from = 0, to = 0] = name.split('->').map(Number)
    t.strictSame(
      consistencyRanges(from, to).map((part) => toHex(hashRange(part, node8))),
      proof
    )
  }
  const proofs = inclusion.length + consistency.length
  t.comment(`4 constants, ${roots.length} roots, ${proofs} proofs`)
  t.strictSame([roots.length, proofs], [9, 9])
})

t.test('the tessera log of 15 entries, byte for byte', needs(46), async (t) => {
  const key = parseVerifier(TESSERA_KEY)
  if (!key) throw new Error('the key of the testdata is not one')
  const entries = unpackEntries(read(`${TESSERA}/tile/entries/000.p/15`)) ?? []
  t.equal(entries.length, 15)
  const edge = new Map<string, Uint8Array>()
  let checkpoints = 0
  let files = 0
  for (let size = 0; size <= entries.length; size += 1) {
    if (size > 0) {
      for (const tile of growTiles(size - 1, edge, [leafHash(entries[size - 1]!)])) {
        edge.set(tileKey(tile), tile.hashes)
        t.strictSame(Buffer.from(tile.hashes), read(`${TESSERA}/${tilePath(tile)}`))
        const bundle = packEntries(entries.slice(0, size))
        t.strictSame(bundle, read(`${TESSERA}/${entriesPath({ index: 0, width: size })}`))
        files += 2
      }
    }
    const note = read(`${TESSERA}/checkpoint.${size}`)
    const checkpoint = openCheckpoint(note, [key])
    const root = rootOf(size, nodeReader(edge))
    t.strictSame(checkpoint, { origin: key.name, size: BigInt(size), root: Buffer.from(root) })
    const text = checkpointText({ origin: key.name, size, root })
    t.equal(parseNote(note)?.text, text)
    checkpoints += 1
  }
  t.comment(`${checkpoints} checkpoints, ${files} tiles and entry bundles`)
  t.strictSame([checkpoints, files], [16, 30])
})

t.test('2 signed notes of C2SP', needs(2), async (t) => {
  const example = JSON.parse(read('c2sp-vectors/signed-note-example.json').toString())
  const key = parseVerifier(example.vkey)
  if (!key) throw new Error('the key of the example is not one')
  t.equal(verifierText(key), example.vkey)
  const note = parseNote(example.note)
  t.strictSame(note && verifiedBy(note, [key]), [key])
  t.equal(openCheckpoint(example.note, [key]), null, 'a signed note is not yet a checkpoint')

  const issue = JSON.parse(read('c2sp-vectors/checkpoint-issue99.json').toString())
  const signer = noteVerifier(issue.name, hex(issue.publicKeyHex))
  const checkpoint = openCheckpoint(issue.note, [signer])
  t.equal(checkpoint?.size, 10n)
  const text = parseNote(issue.note)?.text ?? ''
  t.strictSame(parseCheckpointText(text), checkpoint)
  const x = hex(issue.publicKeyHex).toString('base64url')
  const d = hex(issue.privateKeyHex).toString('base64url')
  const jwk = { kty: 'OKP', crv: 'Ed25519', x, d }
  const privateKey = createPrivateKey({ key: jwk, format: 'jwk' })
  t.equal(signNote(text, signer, privateKey), issue.note, 'our signature is the same byte for byte')
})

function toHex(bytes: Uint8Array): string {
  return Buffer.from(bytes).toString('hex')
}
