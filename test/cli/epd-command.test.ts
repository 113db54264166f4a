import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import t from 'tap'
import { epd } from '../../src/cli/epd.ts'
import { CommandError } from '../../src/cli/exit.ts'
import type { Terminal } from '../../src/cli/terminal.ts'
import { epdText } from '../support/epds.ts'
import { goldenData } from '../support/golden-epds.ts'
import { hostileZip } from '../support/hostile-zip.ts'
import { contact, flow, packageOf, process as processOf } from '../support/ilcd-package.ts'
import { sharedBytes, unlessAbsent } from '../support/shared-data.ts'

const folder = mkdtempSync(join(tmpdir(), 'lodestone-epd-'))
t.teardown(() => rmSync(folder, { recursive: true }))
const at = (name: string) => join(folder, name)
const put = (name: string, content: Buffer | string) => {
  writeFileSync(at(name), content)
  return at(name)
}

/** The command as a shell would run it. */
async function run(...args: string[]) {
  const out: string[] = []
  const err: string[] = []
  const terminal: Terminal = {
    print: (line = '') => void out.push(line),
    tell: (line) => void out.push(line),
    complain: (line) => void err.push(line),
    style: (_style, text) => text,
    styleError: (_style, text) => text,
    columns: 100,
    progress: () => ({ advance: () => undefined, done: () => undefined })
  }
  try {
    const code = await epd.run(args, terminal)
    return { code, out: out.join('\n'), err: err.join('\n') }
  } catch (error) {
    if (!(error instanceof CommandError)) throw error
    return { code: error.exitCode, out: out.join('\n'), err: [...err, error.message].join('\n') }
  }
}

const oxide = put('oxide.json', epdText('ndpr-oxide'))

t.test('converts into every format, and tells what is lost', async (t) => {
  for (const to of ['native', 'openepd', 'ilcd', 'ilcd-zip']) {
    const made = await run('convert', oxide, '--to', to, '-o', at(`oxide.${to}`))
    t.equal(made.code, 0, `${to} ${made.err}`)
    const back = await run('convert', at(`oxide.${to}`), '--to', 'csv')
    t.match(back, { code: 0, out: /^epd,version,indicator,method/ }, to)
    if (to !== 'native') t.match(made.err, /lost .*\n.*loss/s, to)
  }
  const same = await run('convert', oxide, '--to', 'native')
  t.equal(same.out, epdText('ndpr-oxide').trimEnd(), 'its own format is the document itself')
  t.equal(same.err, '')
})

t.test('tells programs in JSON', async (t) => {
  const made = await run('convert', oxide, '--to', 'ilcd', '-o', at('o.xml'), '--json')
  const told = JSON.parse(made.out)
  t.match(told, { from: 'native', to: 'ilcd', declarations: [{ output: at('o.xml') }] })
  t.ok(
    told.declarations[0].losses.some(
      ({ pointer }: { pointer: string }) => pointer === '/allocation'
    )
  )
  const checked = await run('check', oxide, '--json')
  t.match(JSON.parse(checked.out), { format: 'native', declarations: [{ acceptable: true }] })
})

t.test('converts what is not complete, and says what it lacks', async (t) => {
  const { boundary: _boundary, validUntil: _until, ...rest } = JSON.parse(epdText('ndpr-oxide'))
  const file = put('incomplete.json', JSON.stringify(rest))
  const made = await run('convert', file, '--to', 'csv')
  t.match(made, { code: 0, out: /GWP-total/, err: /validUntil is missing/ })
  t.match(await run('check', file), { code: 1, out: /boundary is missing/ })
  const nameless = put('nameless.json', JSON.stringify({ ...rest, name: undefined }))
  t.match(await run('convert', nameless, '--to', 'csv'), { code: 1, out: '' })
})

t.test('takes packages, one declaration or several', async (t) => {
  const other = '22222222-2222-4333-8444-555555555555'
  const files = {
    'processes/a.xml': processOf({}),
    'flows/f.xml': flow({}),
    'contacts/c.xml': contact({})
  }
  const one = put('one.zip', await packageOf(files))
  t.match(JSON.parse((await run('check', one, '--json')).out), {
    format: 'ilcd-zip',
    declarations: [{ id: '11111111-2222-4333-8444-555555555555' }]
  })
  const two = put(
    'two.zip',
    await packageOf({ ...files, 'processes/b.xml': processOf({ id: other }) })
  )
  t.match(await run('convert', two, '--to', 'native'), {
    code: 2,
    err: /2 declarations: name a folder/
  })
  const made = await run('convert', two, '--to', 'native', '-o', at('both'))
  t.equal(made.code, 0, made.err)
  t.same(readdirSync(at('both')).length, 2)
  t.match(JSON.parse(readFileSync(join(at('both'), `${other}_01.00.000.json`), 'utf8')), {
    id: other
  })
})

t.test('real packages', unlessAbsent(goldenData, 3), async (t) => {
  for (const name of ['environdec', 'epditaly', 'oekobau']) {
    const bytes = sharedBytes(`epd/ilcd-zip/${name}_with_dependencies.zip`) ?? Buffer.alloc(0)
    const file = put(`${name}.zip`, bytes)
    for (const to of ['native', 'openepd', 'ilcd', 'csv', 'ilcd-zip']) {
      const made = await run('convert', file, '--to', to, '-o', at(`${name}.${to}`))
      t.equal(made.code, 0, `${name} ${to} ${made.err}`)
    }
    t.ok(readFileSync(at(`${name}.ilcd-zip`)).equals(bytes), 'a package stays what it is')
  }
})

t.test('says which formats are read of a file that is in none of them', async (t) => {
  for (const [name, text] of [
    ['sheet.csv', 'epd,version\n1,2\n'],
    ['noise.bin', '\u0001\u0002\u0003']
  ] as const) {
    const made = await run('check', put(name, text))
    t.match(
      made,
      { code: 1, err: /no format that is read: ILCD\+EPD as XML or zip, openEPD/ },
      name
    )
  }
  const broken = await run('check', put('broken.json', '{"id": '))
  t.match(broken, { code: 1, err: /The JSON cannot be accepted/ })
})

t.test('ends with 1 for what is refused, and 2 for what is asked wrongly', async (t) => {
  const bad: Readonly<Record<string, readonly [Buffer | string, RegExp]>> = {
    'bomb.xml': ['<!DOCTYPE x [<!ENTITY a "aaa">]><x>&a;</x>', /document type/],
    'cut.xml': ['<processDataSet xmlns="http://lca.jrc.it/ILCD/Process">', /unclosed/],
    'slip.zip': [hostileZip([{ name: '../a.xml', content: '<x/>' }]), /relative path/],
    'empty.json': ['', /./],
    'array.json': ['[]', /./],
    'text.txt': ['hello', /./]
  }
  for (const [name, [content, why]] of Object.entries(bad)) {
    const answer = await run('check', put(name, content))
    t.equal(answer.code, 1, `${name} ${answer.err}`)
    t.match(answer.err + answer.out, why, name)
    t.equal((await run('convert', at(name), '--to', 'native', '-o', at('x'))).code, 1, name)
  }
  t.equal((await run('check')).code, 2)
  t.equal((await run('check', at('nowhere'))).code, 2)
  t.equal((await run('convert', oxide, '--to', 'pdf')).code, 2)
  t.equal((await run('convert', oxide, '--to', 'ilcd-zip')).code, 2, 'no zip on a terminal')
  t.equal((await run('convert', oxide, '--to', 'csv', '--json')).code, 2)
})

t.test('names the file of an archive that cannot be read', async (t) => {
  const text = processOf()
  const broken = await packageOf({ 'processes/a.xml': text.slice(0, text.lastIndexOf('<')) })
  const ended = await run('check', put('broken.zip', broken))
  t.match(ended, { code: 1, err: /ILCD\/processes\/a\.xml: Line \d+/ })
})
