import t from 'tap'
import { splitLines } from '../../src/formats/ndjson.ts'
import { LineCounter, LineStream } from '../../src/formats/ndjson-stream.ts'
import { SEED, seeded } from '../support/seed.ts'

const LONGEST = 40

function body(random: () => number): Buffer {
  const pieces = ['a', 'bc', '\r', '\n', '\n', '\r\n', 'ä', 'x'.repeat(30), '{"y":1}']
  const count = Math.floor(random() * 40)
  const text = Array.from({ length: count }, () => pieces[Math.floor(random() * pieces.length)])
  return Buffer.from(text.join(''))
}

/** Everything from a place on, cut anywhere. */
function streamed(bytes: Buffer, from: { line: number; bytesRead: number }, random: () => number) {
  const lines = new LineStream(LONGEST, from)
  const found = []
  for (let at = from.bytesRead; at < bytes.length; ) {
    const length = 1 + Math.floor(random() * 50)
    found.push(...lines.push(bytes.subarray(at, at + length)))
    at += length
  }
  return [...found, ...lines.finish()]
}

t.test(`lines come the same however a body is cut, seed ${SEED}`, async (t) => {
  const random = seeded(SEED)
  let compared = 0
  for (let round = 0; round < 2_000; round += 1) {
    const bytes = body(random)
    const expected = splitLines(bytes).map(({ line, bytes: kept }) => {
      return { line, text: kept.length > LONGEST ? '' : kept.toString(), length: kept.length }
    })
    const found = streamed(bytes, { line: 0, bytesRead: 0 }, random)
    const seen = found.map(({ line, bytes: kept, length }) => {
      return { line, text: kept.toString(), length }
    })
    const counter = new LineCounter()
    for (let at = 0; at < bytes.length; at += 7) counter.push(bytes.subarray(at, at + 7))
    const stop = found[Math.floor(random() * found.length)]
    const rest = stop ? streamed(bytes, { line: stop.line, bytesRead: stop.end }, random) : []
    const same =
      JSON.stringify(seen) === JSON.stringify(expected) &&
      counter.count === expected.length &&
      rest.length === found.filter(({ line }) => line > (stop?.line ?? Infinity)).length
    if (!same) {
      t.strictSame({ seen, count: counter.count }, { seen: expected, count: expected.length })
      t.fail(JSON.stringify(bytes.toString()))
      return
    }
    compared += found.length
  }
  t.ok(compared > 1_000, `${compared} lines compared`)
})

t.test('a byte order mark belongs to no line, and only at the start', async (t) => {
  const lines = new LineStream(LONGEST, { line: 0, bytesRead: 0 })
  const found = [...lines.push(Buffer.from('\ufeffa\n\ufeffb\n'))]
  t.match(found, [
    { line: 1, length: 1, end: 5 },
    { line: 2, length: 4, end: 10 }
  ])
})

t.test('a line without end takes no room', async (t) => {
  const lines = new LineStream(LONGEST, { line: 0, bytesRead: 0 })
  const part = Buffer.alloc(1_000_000, 'x')
  let early = 0
  for (let n = 0; n < 1_000; n += 1) early += [...lines.push(part)].length
  t.equal(early, 0)
  t.match([...lines.finish()], [{ line: 1, length: 1_000_000_000, end: 1_000_000_000 }])
})
