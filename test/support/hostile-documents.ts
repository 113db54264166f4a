/**
 * Reads one hostile document in a process of its own and prints how it went, so that the memory it
 * takes can be measured: `node hostile-documents.ts NAME`.
 */
import { RegistryError } from '../../src/errors.ts'
import { epdFormatOf } from '../../src/formats/epd-format.ts'
import { loadReference } from '../../src/reference.ts'
import { hostileZip } from './hostile-zip.ts'

const MIB = 1024 * 1024
const NS = 'xmlns="http://lca.jrc.it/ILCD/Process"'
const root = (inside: string, attributes = '') =>
  `<processDataSet ${NS} ${attributes}>${inside}</processDataSet>`

/** By name, what a hostile sender may think of; each within the size that is read at all, or beyond. */
export const hostileDocuments: Readonly<Record<string, () => Buffer>> = {
  'white space beyond the limit': () => Buffer.from(root(' '.repeat(100 * MIB))),
  'white space before the root': () => Buffer.from(`${' '.repeat(15 * MIB)}${root('')}`),
  'white space inside': () => Buffer.from(root(' '.repeat(15 * MIB))),
  'a deep tree': () => Buffer.from(root(`${'<a>'.repeat(200_000)}${'</a>'.repeat(200_000)}`)),
  'many siblings': () => Buffer.from(root('<a/>'.repeat(99_000))),
  'too many elements': () => Buffer.from(root('<a/>'.repeat(1_000_000))),
  'many attributes': () =>
    Buffer.from(root('', Array.from({ length: 300_000 }, (_, n) => `a${n}="x"`).join(' '))),
  'a long attribute': () => Buffer.from(root('', `a="${'x'.repeat(15 * MIB)}"`)),
  'many namespaces': () =>
    Buffer.from(
      root('', Array.from({ length: 100_000 }, (_, n) => `xmlns:n${n}="u${n}"`).join(' '))
    ),
  'a prefix that nobody bound': () => Buffer.from(root('<x:a/>')),
  'one attribute twice by two prefixes': () =>
    Buffer.from(root('<a p:x="1" q:x="2"/>', 'xmlns:p="u" xmlns:q="u"')),
  'the elements of ILCD in another namespace': () =>
    Buffer.from(root('').replace('ILCD/Process', 'ILCD/process')),
  'entities that grow': () =>
    Buffer.from(
      `<!DOCTYPE x [<!ENTITY a "${'a'.repeat(50)}"><!ENTITY b "${'&a;'.repeat(50)}">]>${root('&b;')}`
    ),
  'a document type of elsewhere': () =>
    Buffer.from(`<!DOCTYPE x SYSTEM "http://localhost/x.dtd">${root('')}`),
  'UTF-16 that says it is UTF-8': () =>
    Buffer.from(`\uFEFF<?xml version="1.0" encoding="UTF-8"?>${root('')}`, 'utf16le'),
  'UTF-8 that says it is UTF-16': () =>
    Buffer.from(`<?xml version="1.0" encoding="UTF-16"?>${root('')}`),
  'half a surrogate': () =>
    Buffer.concat([Buffer.from('\uFEFF<a>', 'utf16le'), Buffer.from([0, 0xd8])]),
  'UTF-32': () => Buffer.from([0xff, 0xfe, 0, 0, 0x3c, 0, 0, 0]),
  'deep JSON': () => Buffer.from(`${'['.repeat(5_000_000)}${']'.repeat(5_000_000)}`),
  'JSON as wide as one request may be': () => Buffer.from(`[${'0,'.repeat(500_000)}0]`),
  'a zip of zeros': () =>
    hostileZip([{ name: 'ILCD/processes/a.xml', content: Buffer.alloc(64 * MIB) }]),
  'a zip of many trees': () =>
    hostileZip(
      Array.from({ length: 40 }, (_, n) => ({
        name: `ILCD/processes/${n}.xml`,
        content: root(`<common:x xmlns:common="u">${'<a b="c"/>'.repeat(90_000)}</common:x>`)
      }))
    )
}

async function readOne(bytes: Buffer): Promise<string> {
  try {
    const codec = epdFormatOf(bytes)
    const { epd, findings } = await codec.parse(bytes, loadReference().epd)
    return epd ? 'read' : `findings ${findings.map(({ code }) => code).join(' ')}`
  } catch (error) {
    if (error instanceof RegistryError) return error.code
    throw error
  }
}

const [, script = '', name = ''] = process.argv
if (script.endsWith('hostile-documents.ts')) {
  const bytes = hostileDocuments[name]?.() ?? Buffer.alloc(0)
  const before = process.memoryUsage().rss
  const outcome = await readOne(bytes)
  const peak = process.resourceUsage().maxRSS * 1024
  console.log(JSON.stringify({ outcome, grownMiB: Math.round((peak - before) / MIB) }))
}
