/** What is told as lost is lost, and what comes back out of ILCD was in there before. */
import t from 'tap'
import type { Epd } from '../../src/domain/epd/epd.ts'
import { ilcdPackage } from '../../src/formats/ilcd/archive/epd.ts'
import { ilcdPackageWriter } from '../../src/formats/ilcd/archive/write-package.ts'
import { ilcdEpd } from '../../src/formats/ilcd/epd.ts'
import { ilcdEpdWriter } from '../../src/formats/ilcd/write-epd.ts'
import { openEpdWriter } from '../../src/formats/openepd/write-epd.ts'
import { loadReference } from '../../src/reference.ts'
import { epdNamed } from '../support/epds.ts'

const { epd: tables } = loadReference()
const magnet: Epd = {
  ...epdNamed('magnet-n48h'),
  pcr: { name: 'Magnets of a test' },
  backgroundDatabases: [
    { name: 'Inventories of a test' },
    { name: 'Others', id: '8b0a6a3e-2a1b-4f6a-9c3d-0f1e2d3c4b5a' }
  ],
  verification: {
    kind: 'independent_external',
    verifier: { name: 'Verifier of a test' },
    reportHref: 'https://programme.example/report.pdf'
  }
}

async function alone(epd: Epd) {
  const { bytes, losses } = ilcdEpdWriter.write(epd, tables)
  return { losses, read: ilcdEpd.parse(bytes, tables, { unread: true }) }
}

async function packed(epd: Epd) {
  const { bytes, losses } = await ilcdPackageWriter.write(epd, tables)
  return { losses, read: await ilcdPackage.parse(bytes, tables, { unread: true }) }
}

t.test('ids that are made of names do not come back as ids that somebody stated', async (t) => {
  for (const through of [alone, packed]) {
    const { losses, read } = await through(magnet)
    t.equal(read.epd?.pcr?.id, undefined)
    t.equal(read.epd?.pcr?.name, magnet.pcr?.name)
    t.same(read.epd?.backgroundDatabases, magnet.backgroundDatabases)
    t.same(
      losses.filter(({ pointer }) => /^\/(pcr|backgroundDatabases)/.test(pointer)),
      [],
      'what is there is not told as lost'
    )
  }
})

t.test(
  'a version that ILCD cannot write is lost, and not the database that it is of',
  async (t) => {
    const { losses } = await alone({
      ...magnet,
      backgroundDatabases: [{ name: 'Inventories of a test', version: '3.10' }]
    })
    t.same(
      losses
        .map(({ pointer }) => pointer)
        .filter((each) => each.startsWith('/backgroundDatabases')),
      ['/backgroundDatabases/0/version']
    )
  }
)

t.test('links and names that are read are not told as unread', async (t) => {
  const single = await alone(magnet)
  t.equal(single.read.epd?.verification?.reportHref, magnet.verification?.reportHref)
  const unread = single.read.unread?.map(({ pointer }) => pointer) ?? []
  t.notOk(unread.some((each) => each.endsWith('referenceToCompleteReviewReport')))

  const { read } = await packed(magnet)
  const contacts = read.unread?.filter(({ pointer }) => pointer.startsWith('/ILCD~1contacts~1'))
  t.same(contacts, [], 'contacts say nothing but the names that their references have')
  const kept = ['Inventories of a test', 'Verifier of a test', magnet.owner.name]
  for (const { pointer, message } of read.unread ?? []) {
    t.notOk(
      kept.some((name) => message.endsWith(`: ${name}`)),
      pointer
    )
  }
})

t.test(
  'a standard by the name that InData gives it leads to the source of its method',
  async (t) => {
    const named = { ...magnet, standards: ['EN 15804+A2 (EF 3.1)'] }
    const { losses, read } = await alone(named)
    t.equal(read.epd?.methodSet, 'EF 3.1')
    t.same(read.epd?.standards, ['EN 15804+A2'])
    t.same(
      losses.filter(({ pointer }) => pointer.startsWith('/results')),
      [],
      'and no figure is left out for want of a method'
    )
  }
)

t.test(
  'figures that are lost together are lost for the reason that each of them has',
  async (t) => {
    const [gwp, ...others] = magnet.results
    if (!gwp) throw new Error('the magnet has no results')
    const values = gwp.values.map((value) => ({ ...value, scenario: 'sold' }))
    const results = [{ ...gwp, values }, ...others]
    const { losses } = openEpdWriter.write(
      { ...magnet, scenarios: [{ id: 'sold' }], results },
      tables
    )
    t.match(
      losses.find(({ pointer }) => pointer === '/results/0'),
      { message: /^openEPD tells scenarios apart in C1 to C4 and D only/ }
    )
  }
)
