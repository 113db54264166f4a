import { spawnSync } from 'node:child_process'
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import t from 'tap'
import { epdFormatOf } from '../../src/formats/epd-format.ts'
import { ilcdPackageWriter } from '../../src/formats/ilcd/archive/write-package.ts'
import { ilcdEpdWriter } from '../../src/formats/ilcd/write-epd.ts'
import { readZip } from '../../src/formats/zip/read-zip.ts'
import { loadReference } from '../../src/reference.ts'
import { epdText } from '../support/epds.ts'
import { goldenData } from '../support/golden-epds.ts'
import { goldenFiles } from '../support/golden-import.ts'
import { sharedBytes, unlessAbsent } from '../support/shared-data.ts'

/** The validator of the JDK is Xerces: of those that were tried it alone reads real ILCD+EPD files. */
const validator = fileURLToPath(new URL('../support/ValidateXml.java', import.meta.url))
const schemas = fileURLToPath(new URL('../../../shared/data/epd/ilcd-schemas/', import.meta.url))
const java = spawnSync('java', ['-version']).status === 0
const { epd: tables } = loadReference()
const folder = mkdtempSync(join(tmpdir(), 'lodestone-xsd-'))
t.teardown(() => rmSync(folder, { recursive: true }))
t.setTimeout(180_000)

/** Folder of a package -> the schema of what lies in it. */
const kinds = {
  processes: 'EPD_DataSet.xsd',
  flows: 'flow-with-matml.xsd',
  flowproperties: 'ILCD_FlowPropertyDataSet.xsd',
  unitgroups: 'ILCD_UnitGroupDataSet.xsd',
  contacts: 'ILCD_ContactDataSet.xsd',
  sources: 'ILCD_SourceDataSet.xsd'
}

/** The schema of flows takes MatML only where that of MatML is known as well. */
const flowSchema = `<xs:schema xmlns:xs="http://www.w3.org/2001/XMLSchema">
<xs:import namespace="http://lca.jrc.it/ILCD/Flow" schemaLocation="${schemas}ILCD_FlowDataSet.xsd"/>
<xs:import namespace="http://www.matml.org/" schemaLocation="${schemas}matml31.xsd"/>
</xs:schema>`

async function declarations() {
  const fixtures = ['magnet-n48h', 'ndpr-oxide', 'ndpr-metal-gate-to-gate'] as const
  const texts = fixtures.map((name) => Buffer.from(epdText(name)))
  const folders = ['ilcd-json-soda4lca', 'ilcd-sample-data', 'ilcd-xml', 'ilcd-zip', 'olca-ilcd']
  const files = folders.flatMap(goldenFiles).map((file) => file.split('!')[0] ?? '')
  const real = files.map((file) => sharedBytes(`epd/${file}`) ?? Buffer.alloc(0))
  const parsed = [...texts, ...real].map((bytes) => epdFormatOf(bytes).parse(bytes, tables))
  return (await Promise.all(parsed)).flatMap(({ epd }) => epd ?? [])
}

function put(kind: string, name: string, bytes: Buffer): string {
  mkdirSync(join(folder, kind), { recursive: true })
  const file = join(folder, kind, name)
  writeFileSync(file, bytes)
  return file
}

const skipped = java
  ? unlessAbsent(goldenData, 20)
  : { skip: '20 declarations not validated: there is no java here' }
if (!java) console.error(`SKIPPED ${skipped.skip}`)

t.test('what goes out as ILCD is valid by the schemas of ILCD', skipped, async (t) => {
  const written = new Map<string, string[]>()
  const add = (kind: string, file: string) =>
    written.set(kind, [...(written.get(kind) ?? []), file])
  for (const [index, epd] of (await declarations()).entries()) {
    const { bytes } = ilcdEpdWriter.write(epd, tables)
    add('processes', put('processes', `${index}.xml`, bytes))
    const zip = await readZip((await ilcdPackageWriter.write(epd, tables)).bytes, tables.archive)
    for (const { path } of zip.files) {
      const [, kind = '', name = ''] = path.split('/')
      add(kind, put(kind, `${index}-${name}`, await zip.read(path)))
    }
  }
  const own = join(folder, 'flow-with-matml.xsd')
  writeFileSync(own, flowSchema)
  for (const [kind, files] of written) {
    const schema = kinds[kind as keyof typeof kinds]
    const path = kind === 'flows' ? own : `${schemas}${schema}`
    const { stdout, stderr } = spawnSync('java', [validator, path, ...files], { encoding: 'utf8' })
    const faults = stdout.split('\n').filter((line) => line !== '' && !line.startsWith('valid '))
    t.same(faults, [], `${kind} ${stderr}`)
    t.equal(stdout.split('\n').filter((line) => line.startsWith('valid ')).length, files.length)
    t.comment(`${files.length} ${kind} valid`)
  }
  t.ok((written.get('processes')?.length ?? 0) > 30)
})
