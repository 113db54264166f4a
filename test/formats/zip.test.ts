import t from 'tap'
import { RegistryError } from '../../src/errors.ts'
import { readZip } from '../../src/formats/zip/read-zip.ts'
import { writeZip } from '../../src/formats/zip/write-zip.ts'
import { loadReference } from '../../src/reference.ts'
import { type HostileEntry, hostileZip } from '../support/hostile-zip.ts'

const limits = loadReference().epd.archive
const MIB = 1024 * 1024
const file = (name: string, rest: Partial<HostileEntry> = {}): HostileEntry => ({
  name,
  content: '<x/>',
  ...rest
})

/** The words of the refusal; fails where the archive was read to its end. */
async function refusal(bytes: Buffer, changed: Partial<typeof limits> = {}): Promise<string> {
  try {
    const zip = await readZip(bytes, { ...limits, ...changed })
    for (const { path } of zip.files) await zip.read(path)
  } catch (error) {
    if (!(error instanceof RegistryError)) throw error
    t.equal(error.code, 'BODY_INVALID')
    return error.details.map(({ message }) => message).join(' ')
  }
  return 'nothing'
}

t.test('accepts', async (t) => {
  t.test('what it wrote, the same bytes every time', async (t) => {
    const files = [
      { path: 'ILCD/processes/a.xml', bytes: Buffer.from('<a/>') },
      { path: 'ILCD/external_docs/Erklärung 1.pdf', bytes: Buffer.alloc(70_000, 'x') }
    ]
    const written = await writeZip(files)
    t.ok(written.equals(await writeZip(files)))
    const zip = await readZip(written, limits)
    t.same(
      zip.files,
      files.map(({ path, bytes }) => ({ path, size: bytes.length }))
    )
    for (const { path, bytes } of files) t.ok((await zip.read(path)).equals(bytes), path)
  })

  t.test('backslashes, leading dots and folders, as real archives have them', async (t) => {
    const zip = await readZip(
      hostileZip([
        { name: 'ILCD/', content: '', method: 0 },
        file('ILCD\\processes\\a.xml'),
        file('./ILCD/flows/b.xml')
      ]),
      limits
    )
    t.same(
      zip.files.map(({ path }) => path),
      ['ILCD/processes/a.xml', 'ILCD/flows/b.xml']
    )
    t.equal((await zip.read('ILCD/processes/a.xml')).toString(), '<x/>')
  })
})

t.test('refuses', async (t) => {
  const cases: Readonly<Record<string, readonly [Buffer, RegExp]>> = {
    'a path out of the archive': [hostileZip([file('ILCD/../../etc/passwd')]), /relative path/],
    'a path out of it with backslashes': [hostileZip([file('..\\..\\x.xml')]), /relative path/],
    'an absolute path': [hostileZip([file('/etc/passwd')]), /absolute path/],
    'a drive': [hostileZip([file('C:\\x.xml')]), /absolute path/],
    'a name with a control character': [hostileZip([file('a\u0000.xml')]), /control characters/],
    'two files of one name': [hostileZip([file('a.xml'), file('a.xml')]), /Two files/],
    'two files that only slashes tell apart': [
      hostileZip([file('a/b.xml'), file('a\\b.xml')]),
      /Two files/
    ],
    'an encrypted file': [hostileZip([file('a.xml', { flags: 0x0801 })]), /encrypted/],
    'a symbolic link': [hostileZip([file('a.xml', { attributes: 0o120777 << 16 })]), /symbolic/],
    'a method that nobody needs': [hostileZip([file('a.xml', { method: 12 })]), /method 12/],
    'a folder with content': [hostileZip([file('a/')]), /folder with content/],
    'a wrong checksum': [hostileZip([file('a.xml', { crc: 1 })]), /checksum/],
    'fewer bytes than stated': [hostileZip([file('a.xml', { size: 100 })]), /not enough bytes/],
    'more bytes than stated': [hostileZip([file('a.xml', { size: 2 })]), /too many bytes/],
    'another name in the file': [hostileZip([file('a.xml', { localName: 'b.xml' })]), /name/],
    'files that lie in one another': [
      hostileZip([file('a.xml'), file('b.xml', { offset: 0 })]),
      /lies in another/
    ],
    'sizes of 64 bits that are not there': [
      hostileZip([file('a.xml', { size: 0xffffffff, packedSize: 0xffffffff })]),
      /4294967295 bytes, at most/
    ],
    'more entries than there are': [hostileZip([file('a.xml')], 3), /not a sound zip/],
    'no directory': [hostileZip([file('a.xml')]).subarray(0, 40), /not a sound zip/],
    'half of an archive': [
      hostileZip([file('a.xml'), file('b.xml')]).subarray(0, 120),
      /sound zip/
    ],
    'two archives in one': [
      Buffer.concat([hostileZip([file('a.xml')]), hostileZip([file('b.xml')])]),
      /as if two were put together/
    ],
    nothing: [Buffer.alloc(0), /not a sound zip/],
    'something else': [Buffer.from('PK no archive at all, but long enough to be one'), /sound zip/]
  }
  for (const [name, [bytes, why]] of Object.entries(cases)) t.match(await refusal(bytes), why, name)

  t.test('bombs, before anything is unpacked', async (t) => {
    const zeros = Buffer.alloc(12 * MIB)
    t.match(await refusal(hostileZip([file('a.xml', { content: zeros })])), /grow more than 200/)
    const large = file('a.xml', { size: limits.entryBytes + 1, content: Buffer.alloc(10) })
    t.match(await refusal(hostileZip([large])), /bytes, at most/)
    const many = Array.from({ length: 5 }, (_, n) => file(`${n}.xml`, { size: 15 * MIB }))
    t.match(await refusal(hostileZip(many)), /Unpacked it has/)
    const names = Array.from({ length: limits.entries + 1 }, (_, n) => file(`${n}.xml`))
    t.match(await refusal(hostileZip(names)), /entries, at most/)
    t.match(await refusal(hostileZip([file('a/b/c/d/e/f/g/h/i.xml')])), /folders deep/)
    t.match(await refusal(hostileZip([file(`${'a'.repeat(300)}.xml`)])), /characters/)
  })

  t.test('what grows beyond what it states while it is unpacked', async (t) => {
    const lying = file('a.xml', { content: Buffer.alloc(20 * MIB), size: 1000 })
    const before = process.memoryUsage().rss
    t.match(await refusal(hostileZip([lying])), /too many bytes/)
    t.ok(process.memoryUsage().rss - before < 64 * MIB, 'and unpacks no more than that')
  })

  t.test('and tells everything at once', async (t) => {
    const zip = hostileZip([file('a.xml', { flags: 0x0801 }), file('b.xml', { method: 12 })])
    t.match(await refusal(zip), /encrypted.*method 12/)
  })
})
