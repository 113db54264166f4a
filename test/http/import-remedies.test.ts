/** Whatever an import finds says how to mend it: the type asks each rule for it, and these are what no rule finds. */
import t from 'tap'
import { commission } from '../support/first-day.ts'
import { type HostileEntry, hostileZip } from '../support/hostile-zip.ts'
import { imported, LINES, results, SHEET, works } from '../support/imports.ts'

const { producer, facility, service } = await works(t)
const ZIP = { 'content-type': 'application/zip' }
const limits = service.deps.reference.epd.archive
const MIB = 1024 * 1024

const file = (name: string, rest: Partial<HostileEntry> = {}): HostileEntry => ({
  name,
  content: '<x/>',
  ...rest
})

interface Told {
  readonly code: string
  readonly message: string
  readonly remedy?: string
}

function eachSaysHow(findings: readonly Told[], name: string): void {
  t.ok(findings.length > 0, `${name}: something is found`)
  for (const { code, message, remedy = '' } of findings) {
    t.match(remedy, /^[A-Z`].{3,}\.$/, `${name}: ${code} ${message}`)
  }
}

t.test('of an archive', async (t) => {
  const archives: Readonly<Record<string, readonly [Buffer, RegExp]>> = {
    'of another structure': [hostileZip([file('data/a.xml')]), /ILCD\/processes/],
    'within an archive': [hostileZip([file('inner.zip')]), /Unpack "inner\.zip"/],
    'of openEPD': [hostileZip([file('manifest'), file('toc')]), /as JSON/],
    'with a process that is none': [hostileZip([file('ILCD/processes/a.xml')]), /UUID/],
    'with XML that is none': [
      hostileZip([file('ILCD/processes/a.xml', { content: '<a' })]),
      /archive/
    ],
    'leading out': [hostileZip([file('ILCD/../../etc/passwd')]), /below it/],
    'of absolute paths': [hostileZip([file('/etc/passwd')]), /below it/],
    'of odd names': [hostileZip([file('a\u0000.xml')]), /without them|below it/],
    'of one name twice': [hostileZip([file('a.xml'), file('a.xml')]), /another name/],
    'with a password': [hostileZip([file('a.xml', { flags: 0x0801 })]), /password/],
    'with a link': [hostileZip([file('a.xml', { attributes: 0o120777 << 16 })]), /itself/],
    'packed oddly': [hostileZip([file('a.xml', { method: 12 })]), /Deflate/],
    'with a folder that is a file': [hostileZip([file('a/')]), /anew/],
    'with a wrong checksum': [hostileZip([file('ILCD/processes/a.xml', { crc: 1 })]), /anew/],
    'of 64 bits that are not there': [
      hostileZip([file('a.xml', { size: 0xffffffff, packedSize: 0xffffffff })]),
      /smaller|anew/
    ],
    'with files in one another': [
      hostileZip([file('a.xml'), file('b.xml', { offset: 0 })]),
      /anew/
    ],
    'put together of two': [
      Buffer.concat([hostileZip([file('a.xml')]), hostileZip([file('b.xml')])]),
      /anew/
    ],
    'cut off': [hostileZip([file('a.xml'), file('b.xml')]).subarray(0, 120), /whole file/],
    'that is a bomb': [hostileZip([file('a.xml', { content: Buffer.alloc(12 * MIB) })]), /without/],
    'of many files': [
      hostileZip(Array.from({ length: limits.entries + 1 }, (_, n) => file(`${n}.xml`))),
      /several archives/
    ],
    'of much': [
      hostileZip(Array.from({ length: 5 }, (_, n) => file(`${n}.xml`, { size: 15 * MIB }))),
      /compression/
    ],
    'deep down': [hostileZip([file('a/b/c/d/e/f/g/h/i.xml')]), /fewer folders/],
    'of long names': [hostileZip([file(`${'a'.repeat(300)}.xml`)]), /Shorten/]
  }
  for (const [name, [bytes, remedy]] of Object.entries(archives)) {
    const { state, failure } = await imported(producer, bytes, { headers: ZIP })
    t.equal(state, 'failed', name)
    eachSaysHow(failure.findings, name)
    t.match(failure.findings[0].remedy, remedy, name)
    const { status, body } = await producer.request('POST', '/v1/epds', bytes, ZIP)
    t.equal(status, 400, name)
    eachSaysHow(body.errors, `${name}, sent by itself`)
  }
})

t.test('of lines', async (t) => {
  const event = commission(facility)
  const lines = [
    '{"a":1,}',
    '[]',
    '{}',
    '"text"',
    JSON.stringify({ ...event, time: 'yesterday', facility: 5, note: 'x'.repeat(10_000) }),
    JSON.stringify({ ...event, outputs: [], evidence: null, more: 1 }),
    JSON.stringify({ ...event, outputs: Array.from({ length: 1_200 }, () => ({})) }),
    JSON.stringify({ payload: 'e30', signature: 'AAAA', protected: 'e30' }),
    JSON.stringify({ doctype: 'openEPD' }),
    JSON.stringify({ doctype: 'openEPD', id: 5, applicable_in: ['nowhere'], impacts: {} }),
    JSON.stringify({ version: '1', product: {}, declaredUnit: {}, results: 'none' }),
    JSON.stringify(event),
    JSON.stringify({ ...event, time: '2026-09-02T08:00:00Z' })
  ]
  const { id } = await imported(producer, lines.join('\n'), { headers: LINES })
  const refused = (await results(producer, id)).filter(({ status }) => status !== 'accepted')
  t.equal(refused.length, lines.length - 1)
  for (const { line, findings } of refused) eachSaysHow(findings, `line ${line}`)
  const body = `${lines.slice(0, 8).join('\n')}\n`
  const answer = await producer.request('POST', '/v1/events', body, LINES)
  eachSaysHow(answer.body.findings, 'sent to /v1/events')
})

t.test('of a sheet', async (t) => {
  for (const sheet of ['a,b\r\n1,2\r\n', 'event,time\r\n', 'event;time\r\nx;y\r\n']) {
    const { state, failure } = await imported(producer, sheet, { headers: SHEET })
    t.equal(state, 'failed', sheet)
    eachSaysHow(failure.findings, JSON.stringify(sheet))
  }
})
