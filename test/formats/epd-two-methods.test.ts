import t from 'tap'
import type { Epd } from '../../src/domain/epd/epd.ts'
import { methodOf } from '../../src/domain/epd/method.ts'
import type { EpdResult } from '../../src/domain/epd/result.ts'
import { ilcdEpd } from '../../src/formats/ilcd/epd.ts'
import { ilcdEpdWriter } from '../../src/formats/ilcd/write-epd.ts'
import { nativeEpd } from '../../src/formats/native/epd.ts'
import { loadReference } from '../../src/reference.ts'
import { epdText } from '../support/epds.ts'

const { epd: tables } = loadReference()
const { epd: sound } = nativeEpd.parse(Buffer.from(epdText('magnet-n48h')))

/** Every impact of the methods with a figure that only it has, under the method or that of the document. */
function declaration(
  methods: readonly string[],
  standards: readonly string[],
  ofDocument = true
): Epd {
  if (!sound) throw new Error('the fixture cannot be read')
  const { methodSet: _none, ...rest } = sound
  let figure = 0
  const results = methods.flatMap((method, at) =>
    [...tables.indicators.values()].flatMap(({ code, definitions }): EpdResult[] => {
      const definition = definitions.find((each) => each.method === method)
      if (!definition) return []
      figure += 1
      const value = { module: 'A1-A3', scenario: null, pointer: '' }
      return [
        {
          indicator: code,
          ...(at === 0 && ofDocument ? {} : { method }),
          unit: definition.unit,
          pointer: '',
          values: [{ ...value, status: 'declared', text: String(figure) }]
        }
      ]
    })
  )
  const [methodSet = ''] = methods
  return { ...rest, ...(ofDocument ? { methodSet } : {}), standards, results }
}

const figuresOf = (epd: Epd) =>
  epd.results.map((result) =>
    [result.indicator, methodOf(result, epd, tables.indicators) ?? '', result.values[0]?.text].join(
      ' '
    )
  )

function throughIlcd(epd: Epd) {
  const { bytes, losses } = ilcdEpdWriter.write(epd, tables)
  const { epd: back, findings } = ilcdEpd.parse(bytes, tables)
  if (!back) throw new Error(JSON.stringify(findings))
  const named = losses.filter(({ pointer }) => /^\/results\/\d+$/.test(pointer))
  return { back: figuresOf(back), lost: named.length, findings }
}

t.test('figures of two methods with the same ids are never taken for each other in ILCD', (t) => {
  for (const methods of [
    ['EF 3.0', 'EF 3.1'],
    ['EF 3.1', 'EF 3.0'],
    ['EF 3.0', 'EF 3.1', 'EN15804+A1']
  ]) {
    for (const ofDocument of [true, false]) {
      const epd = declaration(methods, ['EN 15804+A2'], ofDocument)
      const said = figuresOf(epd)
      const { back, lost } = throughIlcd(epd)
      t.same(
        back.filter((each) => !said.includes(each)),
        [],
        `${methods.join(', ')}: nothing that was not said`
      )
      t.equal(back.length + lost, said.length, 'what is not there is named')
      t.equal(lost, 10, 'what EF 3.0 and EF 3.1 share to the version')
    }
  }
  t.end()
})

t.test('methods of two standards are both declared, so that nothing is in conflict', (t) => {
  const epd = declaration(['EF 3.1', 'EN15804+A1'], ['EN 15804+A2', 'EN 15804+A1'])
  const { back, lost, findings } = throughIlcd(epd)
  t.same(back, figuresOf(epd))
  t.equal(lost, 0)
  t.notOk(findings.some(({ code }) => code.startsWith('EPD_METHOD')))
  t.end()
})

t.test('where no standard tells the method the figures stand, and once', (t) => {
  const one = declaration(['EF 3.1'], ['ISO 14025'])
  t.equal(throughIlcd(one).back.length, one.results.length)
  const two = throughIlcd(declaration(['EF 3.1', 'EF 3.0'], ['ISO 14025']))
  const keys = two.back.map((each) => each.split(' ').slice(0, -1).join(' '))
  t.equal(new Set(keys).size, keys.length, 'no key twice')
  t.end()
})
