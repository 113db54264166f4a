import { execFileSync, spawn } from 'node:child_process'
import {
  chmodSync,
  existsSync,
  mkdtempSync,
  readFileSync,
  symlinkSync,
  writeFileSync
} from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import t from 'tap'
import { declarations, epdDocument } from '../../src/cli/demo/epds.ts'
import { exitCodes } from '../../src/cli/exit.ts'
import { epdText } from '../support/epds.ts'
import { testIssuer } from '../support/issuer.ts'
import { type Actor, testApp } from '../support/service.ts'
import { oneSheet, workbook } from '../support/xlsx.ts'

const BIN = fileURLToPath(new URL('../../bin/lodestone', import.meta.url))
const desk = mkdtempSync(join(tmpdir(), 'lodestone-cli-'))

const SOMEBODY = '0b9f6d5a-9a9e-4d27-8a52-0f6f1a1f7c12'

interface Ended {
  readonly code: number | null
  readonly out: string
  readonly err: string
}

/** Runs the shipped entry point as a person would, with nothing but PATH in the environment. */
function lodestone(args: readonly string[], env: Readonly<Record<string, string>> = {}, bin = BIN) {
  return new Promise<Ended>((resolve) => {
    const child = spawn(bin, args, { cwd: desk, env: { PATH: process.env['PATH'] ?? '', ...env } })
    const text = { out: '', err: '' }
    child.stdout.on('data', (chunk) => (text.out += chunk))
    child.stderr.on('data', (chunk) => (text.err += chunk))
    child.on('close', (code) => resolve({ code, ...text }))
  })
}

function file(name: string, text: string): string {
  writeFileSync(join(desk, name), text)
  return name
}

const intake = (facility: string, number: string, more: object = {}) => ({
  type: 'commission',
  time: '2026-09-01T06:00:00Z',
  facility,
  outputs: [
    {
      number,
      product: { class: 'separated_oxide', name: 'Nd oxide' },
      entry: 'purchased',
      mass: { value: '700', unit: 'KGM', basis: 'dry' },
      assay: { basis: 'oxide', unit: 'P1', values: { Nd2O3: '99' } },
      ...more
    }
  ]
})

t.test('tells people what it can do', async (t) => {
  const help = await lodestone(['--help'])
  t.equal(help.code, 0)
  for (const name of ['serve', 'demo', 'migrate', 'submit', 'epd', 'trace', 'report']) {
    t.match(help.out, new RegExp(`^  ${name} `, 'm'))
    const own = await lodestone([name, '--help'])
    t.equal(own.code, 0, `${name} --help`)
    t.match(own.out, new RegExp(`^lodestone ${name}`))
  }
  t.match(help.out, /Exit codes: 0 done/)
  t.match((await lodestone(['help', 'import'])).out, /^lodestone import/)
})

const FULL = '/dev/full'
const skip = existsSync(FULL) ? false : `there is no ${FULL}`
t.test('runs here as it is shipped, with nothing of tap in it', async (t) => {
  const { out } = await lodestone([], {}, 'env')
  t.match(out, /^PATH=/m)
  t.notMatch(out, /NODE_OPTIONS|TAP/)
})

t.test('says in one line that its output cannot be written', { skip }, async (t) => {
  const ended = await lodestone(['-c', `"$0" help > ${FULL}`, BIN], {}, 'sh')
  t.match(ended, { code: 4, err: /^lodestone: The output cannot be written: ENOSPC.*\n$/ })
})

t.test('converts and checks EPDs without a service', async (t) => {
  const oxide = file('oxide.json', epdText('ndpr-oxide'))
  t.match(await lodestone(['epd', 'check', oxide]), { code: 0, out: /oxide.json: native/ })
  for (const to of ['openepd', 'ilcd', 'native']) {
    const there = await lodestone(['epd', 'convert', oxide, '--to', to, '-o', `oxide.${to}`])
    t.equal(there.code, 0, there.err)
    if (to !== 'native') t.match(there.err, /\d+ losses/)
    const back = await lodestone(['epd', 'convert', `oxide.${to}`, '--to', 'csv'])
    t.match(back, { code: 0, out: /^epd,version,indicator,method/ }, to)
  }
  t.match(await lodestone(['epd', 'convert', oxide, '--to', 'pdf']), { code: 2, err: /--to takes/ })
  t.match(await lodestone(['epd', 'check', 'nowhere.xml']), { code: 2, err: /Cannot read/ })
  const bomb = file('bomb.xml', '<!DOCTYPE a [<!ENTITY b "c">]><a>&b;</a>')
  t.match(await lodestone(['epd', 'check', bomb]), { code: 1, err: /document type/ })
})

t.test(
  'runs from anywhere: through a link, and with an older Node first on the PATH',
  async (t) => {
    const link = join(desk, 'linked')
    symlinkSync(BIN, link)
    t.match((await lodestone(['--version'], {}, link)).out, /^\d+\.\d+\.\d+\n$/)
    const old = mkdtempSync(join(tmpdir(), 'lodestone-old-node-'))
    writeFileSync(join(old, 'node'), '#!/bin/sh\necho 20.0.0\n', { mode: 0o755 })
    const PATH = `${old}:${process.env['PATH']}`
    t.equal((await lodestone(['--version'], { PATH })).code, 0)
  }
)

t.test('refuses with exit codes and sentences, never with a stack', async (t) => {
  const credentials = { LODESTONE_CLIENT_ID: 'a', LODESTONE_CLIENT_SECRET: 'b' }
  const nobody = { ...credentials, LODESTONE_URL: 'http://127.0.0.1:9' }
  file('fine.json', JSON.stringify(intake(SOMEBODY, 'X')))
  file('correction.json', '{"type":"correct"}')
  file('cut.json', '{"type":')
  file('book.xlsx', 'PK')
  file('books.ods', 'PK')
  file('tabs.tsv', 'event\ttime')
  execFileSync('sh', ['-c', 'mkfifo "$0"', join(desk, 'pipe.csv')])
  const cases: [string[], Record<string, string>, number, RegExp][] = [
    [[], {}, 2, /^$/],
    [['nonsense'], {}, 2, /there is no command nonsense/],
    [['submit'], {}, 2, /Name at least one file/],
    [['submit', 'missing.json'], {}, 2, /there is no such file/],
    [['submit', 'book.xlsx'], {}, 1, /^$/],
    [['submit', 'fine.txt'], {}, 2, /must end in|no such file/],
    [['submit', 'books.ods'], {}, 2, /must end in .json.*save it as .*xlsx/],
    [['submit', 'tabs.tsv'], {}, 2, /must end in .json.*CSV UTF-8/],
    [['trace', 'A', 'B'], {}, 2, /Name one batch/],
    [['trace', 'A', '--json', '--svg'], credentials, 2, /--json or for --svg/],
    [['trace', '--sideways'], {}, 2, /Unknown option '--sideways'/],
    [['report', 'x', 'y', '--format', 'odt'], {}, 2, /--format takes json, csv, xlsx or pdf/],
    [['report', 'x', 'y', '--format', 'xlsx'], {}, 2, /add -o FILE/],
    [['report', 'x', 'y', '--format', 'pdf'], {}, 2, /add -o FILE.pdf/],
    [['submit', 'fine.json'], {}, 2, /set LODESTONE_CLIENT_ID/],
    [
      ['submit', 'fine.json'],
      { ...credentials, LODESTONE_TYPO: '1' },
      2,
      /LODESTONE_TYPO is not a setting/
    ],
    [['submit', 'fine.json'], {}, 2, /LODESTONE_CLIENT_SECRET, or LODESTONE_ACCESS_TOKEN/],
    [['submit', 'fine.json'], { ...nobody, LODESTONE_ACCESS_TOKEN: 'a.b.c' }, 2, /Set either/],
    [['submit', 'fine.json'], { LODESTONE_ACCESS_TOKEN: 'Bearer x' }, 2, /must be an access token/],
    [['submit', 'fine.json'], nobody, 3, /Cannot reach http:\/\/127\.0\.0\.1:9/],
    [['trace', 'A'], nobody, 3, /Cannot reach/],
    [['submit', 'correction.json'], nobody, 3, /Cannot reach/],
    [['submit', 'cut.json'], {}, 2, /cut\.json is not JSON/],
    [['import', 'pipe.csv'], credentials, 2, /is no file on a disk/],
    [['epd', 'nonsense', 'fine.json'], {}, 2, /Say convert or check/]
  ]
  for (const [args, env, code, message] of cases) {
    const ended = await lodestone(args, env)
    t.equal(ended.code, code, `lodestone ${args.join(' ')}: exit code ${code}`)
    t.match(ended.err, message)
    t.notMatch(ended.err, /\n\s+at /)
    t.notOk((ended.out + ended.err).includes('\u001B'), 'no colors without a terminal')
  }
})

t.test('submits with a token of another issuer, for the organization of its client', async (t) => {
  const issuer = await testIssuer(t, () => new Date())
  const service = await testApp(t, { issuers: [issuer.terms] })
  const url = await service.app.listen({ port: 0, host: '127.0.0.1' })
  const admin = await service.actor('admin')
  const { organization } = await service.actor('producer')
  const facility = await service.facility(organization)
  const identity = { issuer: issuer.terms.issuer, subject: 'pipeline' }
  const client = { organization, name: 'Pipeline', roles: ['producer'], identity }
  await admin.request('POST', '/v1/clients', client)
  const as = async (scope: string) => ({
    LODESTONE_URL: url,
    LODESTONE_ACCESS_TOKEN: await issuer.token('pipeline', { scope })
  })
  const unnamed = intake(facility, 'F-1')
  const path = file('foreign.json', JSON.stringify(unnamed))
  const submitted = await lodestone(['submit', path], await as('party:read event:write'))
  t.match(submitted, { code: 0 }, submitted.err)
  const again = await lodestone(['submit', path], await as('party:read event:write'))
  t.equal(again.code, 0, again.err)
  const events = await service.deps.db.query({ text: 'select organization from event' })
  t.same(events, [{ organization }], 'once, by whoever the client is of')
  const less = await lodestone(['submit', path], await as('event:write'))
  t.match(less, { code: 3, err: /lacks the scope party:read/ })
})

t.test('submits to a service', async (t) => {
  const service = await testApp(t)
  const url = await service.app.listen({ port: 0, host: '127.0.0.1' })
  const producer = await service.actor('producer')
  const facility = await service.facility(producer.organization)
  const as = (actor: Actor) => ({
    LODESTONE_URL: url,
    LODESTONE_CLIENT_ID: actor.client,
    LODESTONE_CLIENT_SECRET: actor.secret
  })
  const env = as(producer)

  t.test(
    'a key, again where that failed, and another that the first one vouches for',
    async (t) => {
      const strict = await service.actor('producer')
      const path = `/v1/organizations/${strict.organization}/signing-policy`
      const first = await lodestone(['keygen', 'first.jwk', '--register'], as(strict))
      t.equal(first.code, exitCodes.ok, first.err)
      const again = await lodestone(['keygen', 'first.jwk', '--register'], as(strict))
      t.same([again.code, again.out], [exitCodes.ok, first.out], 'what is there is registered')
      t.equal((await strict.request('PUT', path, { unsigned: 'refused' })).status, 200)
      const alone = await lodestone(['keygen', 'second.jwk', '--register'], as(strict))
      t.match(alone, { code: exitCodes.unreachable, err: /Lodestone-Countersignature/ })
      const vouched = ['keygen', 'second.jwk', '--register', '--vouch', 'first.jwk']
      const second = await lodestone(vouched, as(strict))
      t.equal(second.code, exitCodes.ok, second.err)
      t.match((await strict.request('GET', `/v1/keys/${second.out.trim()}`)).body, {
        organization: strict.organization
      })
    }
  )

  t.test('what comes through a pipe, which can be read only once', async (t) => {
    file('piped.ndjson', `${JSON.stringify(intake(facility, 'PIPED-1'))}\n`)
    const script =
      'mkfifo p.ndjson && (cat piped.ndjson > p.ndjson &) && "$0" submit --dry-run p.ndjson'
    t.match(await lodestone(['-c', script, BIN], env, 'sh'), { code: 0, out: /1 acceptable/ })
  })

  t.test('one event, and knows it when it comes again', async (t) => {
    const event = { id: '7a1c2f0e-3c1b-4a53-9d8e-2f5a1f0c0a11', ...intake(facility, 'OX-1') }
    file('one.json', JSON.stringify(event, null, 2))
    const dry = await lodestone(['submit', '--dry-run', 'one.json'], env)
    t.match(dry, { code: 0, out: /one\.json: 1 acceptable/ })
    t.match(await lodestone(['submit', 'one.json'], env), {
      code: 0,
      out: /one\.json: 1 recorded\n/
    })
    t.match(await lodestone(['submit', 'one.json'], env), { code: 0, out: /1 recorded before/ })
  })

  t.test('NDJSON whole or not at all, unless lenient', async (t) => {
    const wrong = intake(facility, 'OX-4', { mass: { value: '1', unit: 'tons', basis: 'dry' } })
    const lines = [intake(facility, 'OX-2'), wrong, intake(facility, 'OX-3')]
    file('many.ndjson', lines.map((line) => JSON.stringify(line)).join('\n'))
    const strict = await lodestone(['submit', 'many.ndjson'], env)
    t.match(strict, { code: 1, out: /1 refused, 2 not recorded/ })
    t.match(strict.out, /error UNIT_UNKNOWN \(R6\) {2}line 2, \/outputs\/0\/mass\/unit/)
    t.match(strict.err, /submitting 3\/3/, 'plain progress without a terminal')
    const lenient = await lodestone(['submit', '--lenient', 'many.ndjson'], env)
    t.match(lenient, { code: 1, out: /2 recorded, 1 refused/ })
    const again = await lodestone(['submit', '--lenient', 'many.ndjson'], env)
    t.match(again, { code: 1, out: /2 recorded before, 1 refused/ }, 'although they have no ids')
  })

  t.test('a sheet, with findings of the books by row and column', async (t) => {
    const header =
      'event;line;time;facility;stages;batch;mass_value;mass_unit;mass_basis;number;product_class;product_name;assay_basis;assay_unit;assay_complete;assay:Nd'
    const sheet = (kg: string) =>
      `\uFEFF${header}\r\nm;input;2026-09-02T06:00:00Z;${facility};metal_making;OX-1;500;KGM;dry;;;;;;;\r\n` +
      `m;output;;;;;${kg};KGM;dry;MET-1;ree_metal;Nd metal;element;P1;TRUE;99,5\r\n`
    file('sheet.csv', sheet('410'))
    const comma = await lodestone(['submit', 'sheet.csv'], env)
    t.match(comma, { code: 1, out: /CSV_DECIMAL_COMMA {2}row 3, column P \(assay:Nd\)/ })
    t.equal(comma.err, '', 'nobody was asked')

    file('sheet.csv', sheet('500').replace('99,5', '99.5'))
    const gain = await lodestone(['submit', '--dry-run', 'sheet.csv'], env)
    t.match(gain, { code: 1, out: /MB_ELEMENT_GAIN \(R3\) {2}row 3/ })
    t.match(gain.out, /Nothing was recorded: this was a dry run/)

    file('sheet.csv', sheet('410').replace('99,5', '99.5'))
    t.match(await lodestone(['submit', 'sheet.csv'], env), { code: 0, out: /1 recorded/ })
    t.match(await lodestone(['submit', 'sheet.csv'], env), { code: 0, out: /1 recorded before/ })
  })

  t.test('a workbook like a sheet: tried first, and not recorded twice', async (t) => {
    const row = (v: string) => ({
      event: 'w',
      time: '2026-09-02T06:00:00Z',
      facility,
      number: 'OX-W',
      product_class: 'separated_oxide',
      product_name: 'Nd oxide',
      mass_value: { v },
      mass_unit: 'KGM',
      mass_basis: 'dry',
      assay_basis: 'oxide',
      assay_unit: 'P1',
      assay_complete: 'true',
      'assay:Nd2O3': { v: '99.5' },
      entry: 'purchased'
    })
    const save = async (kg: string) =>
      writeFileSync(join(desk, 'sheet.xlsx'), await workbook({ sheets: [oneSheet([row(kg)])] }))
    await save('-1')
    const wrong = await lodestone(['submit', '--dry-run', 'sheet.xlsx'], env)
    t.match(wrong, { code: 1, out: /MASS_NEGATIVE \(R6\) {2}row 2, column G \(mass_value\)/ })
    await save('410')
    const dry = await lodestone(['submit', '--dry-run', 'sheet.xlsx'], env)
    t.match(dry, { code: 0, out: /sheet\.xlsx: 1 acceptable/ })
    t.match(await lodestone(['submit', 'sheet.xlsx'], env), { code: 0, out: /1 recorded\n/ })
    t.match(await lodestone(['submit', 'sheet.xlsx'], env), { code: 0, out: /1 recorded before/ })
  })

  t.test('an EPD, with what its checks say', async (t) => {
    const [declaration] = declarations
    const epd = epdDocument(declaration!, {
      organization: () => producer.organization,
      facility: () => facility,
      day: (day) => new Date(Date.parse('2026-03-10T08:00:00Z') + day * 86_400_000).toISOString(),
      event: String,
      epd: () => '7a1c2f0e-3c1b-4a53-9d8e-2f5a1f0c0e01'
    })
    file('epd.json', JSON.stringify(epd))
    t.match(await lodestone(['submit', '--dry-run', 'epd.json'], env), {
      code: 0,
      out: /1 acceptable/
    })
    t.match(await lodestone(['submit', 'epd.json'], env), { code: 0, out: /epd\.json: 1 recorded/ })
    t.match(await lodestone(['submit', 'epd.json'], env), { code: 0, out: /1 recorded before/ })
    file('epd.json', JSON.stringify({ ...epd, version: '2', validUntil: '2020-01-01' }))
    const refused = await lodestone(['submit', 'epd.json'], env)
    t.match(refused, { code: 1, out: /error EPD_\w+ {2}\/valid/ })
  })

  t.test('more events than one request takes, part by part', async (t) => {
    const lines = Array.from({ length: 1002 }, (_, index) =>
      JSON.stringify(intake(index === 1000 ? SOMEBODY : facility, `BULK-${index}`))
    )
    file('bulk.ndjson', lines.join('\n'))
    const ended = await lodestone(['submit', 'bulk.ndjson'], env)
    t.match(ended, { code: 1, out: /1000 recorded, 1 refused, 1 not recorded/ })
    t.match(ended.out, /FACILITY_UNKNOWN \(R1\) {2}line 1001, \/facility/)
  })

  t.test('nothing without a valid client, and nothing of others', async (t) => {
    const forged = { ...env, LODESTONE_CLIENT_SECRET: `${producer.secret}x` }
    const refused = await lodestone(['submit', 'one.json'], forged)
    t.match(refused, { code: 3, err: /gives no token/ })
    t.notMatch(refused.err + refused.out, new RegExp(producer.secret))
    const auditor = await service.actor('auditor')
    t.match(await lodestone(['submit', 'one.json'], as(auditor)), { code: 3, err: /FORBIDDEN/ })
  })
})

t.test('migrates a database of its own, and may do so again', async (t) => {
  const home = mkdtempSync(join(tmpdir(), 'lodestone-cli-'))
  chmodSync(home, 0o711)
  const env = { LODESTONE_DATA_DIR: join(home, 'data') }
  for (const time of ['first', 'second']) {
    t.match(
      await lodestone(['migrate'], env),
      { code: 0, out: 'The schema is up to date.\n' },
      time
    )
  }
  t.match(await lodestone(['migrate', 'everything'], env), { code: 2 })
})

t.test('the documentation names every command and exit code', async (t) => {
  const page = readFileSync(new URL('../../docs/cli.md', import.meta.url), 'utf8')
  for (const code of Object.values(exitCodes)) t.match(page, new RegExp(`^\\| ${code} \\|`, 'm'))
  for (const name of ['serve', 'demo', 'migrate', 'submit', 'trace', 'report']) {
    t.match(page, `| \`lodestone ${name}`)
  }
})
