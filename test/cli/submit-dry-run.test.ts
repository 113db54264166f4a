/** What `lodestone submit` tells before anything is recorded: everything, of all files, for people and programs. */
import { spawn } from 'node:child_process'
import { mkdirSync, mkdtempSync, writeFileSync } from 'node:fs'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import t from 'tap'
import { testApp } from '../support/service.ts'

const BIN = fileURLToPath(new URL('../../bin/lodestone', import.meta.url))
const desk = mkdtempSync(join(tmpdir(), 'lodestone-dry-'))

interface Ended {
  readonly code: number | null
  readonly out: string
  readonly err: string
}

function lodestone(args: readonly string[], env: Readonly<Record<string, string>>, input = '') {
  return new Promise<Ended>((resolve) => {
    const child = spawn(BIN, args, { cwd: desk, env: { PATH: process.env['PATH'] ?? '', ...env } })
    const text = { out: '', err: '' }
    child.stdout.on('data', (chunk) => (text.out += chunk))
    child.stderr.on('data', (chunk) => (text.err += chunk))
    child.on('close', (code) => resolve({ code, ...text }))
    child.stdin.end(input)
  })
}

const file = (name: string, text: string) => writeFileSync(join(desk, name), text)

const intake = (facility: string, number: string) => ({
  type: 'commission',
  time: '2026-09-01T06:00:00Z',
  facility,
  outputs: [
    {
      number,
      product: { class: 'separated_oxide', name: 'Nd oxide' },
      entry: 'purchased',
      mass: { value: '700', unit: 'KGM', basis: 'dry' },
      assay: { basis: 'oxide', unit: 'P1', values: { Nd2O3: '99' } }
    }
  ]
})

const HEADER =
  'event,line,time,facility,stages,batch,mass_value,mass_unit,mass_basis,number,product_class,product_name,assay_basis,assay_unit,assay_complete,assay:Nd'
const melt = (facility: string, kg: string) =>
  `${HEADER}\nm,input,2026-09-02T06:00:00Z,${facility},metal_making,OX-1,500,KGM,dry,,,,,,,\n` +
  `m,output,,,,,${kg},KGM,dry,MET-1,ree_metal,Nd metal,element,P1,true,99.5\n`

t.test('a dry run', async (t) => {
  const service = await testApp(t)
  const url = await service.app.listen({ port: 0, host: '127.0.0.1' })
  const producer = await service.actor('producer')
  const facility = await service.facility(producer.organization)
  const env = {
    LODESTONE_URL: url,
    LODESTONE_CLIENT_ID: producer.client,
    LODESTONE_CLIENT_SECRET: producer.secret
  }

  t.test('judges the events of all files together, in their order', async (t) => {
    file('bought.json', JSON.stringify(intake(facility, 'OX-1'), null, 2))
    file('melt.csv', melt(facility, '410'))
    const dry = await lodestone(['submit', '--dry-run', 'bought.json', 'melt.csv'], env)
    t.match(dry, { code: 0, out: /bought\.json: 1 acceptable\n.*melt\.csv: 1 acceptable\n/ })
    const alone = await lodestone(['submit', '--dry-run', 'melt.csv'], env)
    t.match(alone, { code: 1, out: /row 2, column F \(batch\)/ }, 'nobody has OX-1 yet')
  })

  t.test('checks the other files where a sheet cannot be read', async (t) => {
    file('comma.csv', melt(facility, '"410,5"').replace(',KGM,dry,MET-1', ',KG,dry,MET-1'))
    file('tons.ndjson', JSON.stringify(intake(facility, 'OX-2')).replace('KGM', 'tons'))
    const dry = await lodestone(['submit', '--dry-run', 'comma.csv', 'tons.ndjson'], env)
    t.equal(dry.code, 1)
    t.match(dry.out, /comma\.csv: 1 refused[\s\S]*CSV_DECIMAL_COMMA {2}row 3, column G/)
    t.match(dry.out, /UNIT_UNKNOWN \(R6\) {2}row 3, column H \(mass_unit\)/, 'all of the sheet')
    t.match(dry.out, /tons\.ndjson: 1 refused[\s\S]*UNIT_UNKNOWN \(R6\) {2}(line 1, )?\/outputs/)
    const real = await lodestone(['submit', 'comma.csv', 'tons.ndjson'], env)
    t.match(real, { code: 1, out: /✗ tons\.ndjson: 1 not recorded/, err: '' }, 'nobody was asked')
  })

  t.test('tells programs the same as JSON', async (t) => {
    const dry = await lodestone(['submit', '--dry-run', '--json', 'tons.ndjson'], env)
    t.equal(dry.code, 1)
    t.match(JSON.parse(dry.out), {
      dryRun: true,
      files: [
        {
          file: 'tons.ndjson',
          accepted: 0,
          refused: 1,
          findings: [
            { code: 'UNIT_UNKNOWN', severity: 'error', where: /\/outputs\/0\/mass\/unit$/ }
          ]
        }
      ]
    })
  })

  t.test('reads standard input, of which --type says what it is', async (t) => {
    const line = `${JSON.stringify(intake(facility, 'OX-3'))}\n`
    const dry = await lodestone(['submit', '--dry-run', '-', '--type', 'ndjson'], env, line)
    t.match(dry, { code: 0, out: /standard input: 1 acceptable/ })
    t.match(await lodestone(['submit', '-'], env), { code: 2, err: /Say with --type/ })
    t.match(await lodestone(['submit', '-', '--type', 'xls'], env), {
      code: 2,
      err: /--type takes/
    })
  })

  t.test('takes lines as programs of Windows write them', async (t) => {
    const line = JSON.stringify(intake(facility, 'OX-4'))
    file('windows.ndjson', `\uFEFF${line}\r\n\r\n`)
    const dry = await lodestone(['submit', '--dry-run', 'windows.ndjson'], env)
    t.match(dry, { code: 0, out: /1 acceptable/ })
    const body = { 'content-type': 'application/x-ndjson' }
    const { request } = producer
    const asked = await request('POST', '/v1/events/check', Buffer.from(`\uFEFF${line}\n`), body)
    t.match(asked, { status: 200, body: { accepted: 1, refused: 0 } }, 'as imports do')
    file('windows.json', `\uFEFF${line}`)
    const one = await lodestone(['submit', 'windows.json'], env)
    t.match(one, { code: 2, err: /starts with a byte order mark: save it as UTF-8 without one/ })
  })

  t.test('tells many findings that are alike once, with all places', async (t) => {
    const lines = Array.from({ length: 12 }, (_, index) =>
      JSON.stringify(intake(facility, `OX-M-${index}`)).replace('KGM', index === 9 ? 'KGM' : 'KG')
    )
    file('alike.ndjson', lines.join('\n'))
    const { out } = await lodestone(['submit', '--dry-run', 'alike.ndjson'], env)
    t.equal(out.match(/Use the Rec 20 code KGM/g)?.length, 5)
    t.match(out, /The same 6 times more: lines 6 to 9, 11 to 12, \/outputs\/0\/mass\/unit\./)
  })

  t.test('tells what is wrong with the environment and with a question line by line', async (t) => {
    const typo = await lodestone(['submit', 'tons.ndjson'], { ...env, LODESTONE_PROT: '1' })
    t.match(typo, { code: 2, err: /The environment is refused:\n {2}LODESTONE_PROT is not/ })
    const report = await lodestone(['report', 'dfars-252.225-7052', producer.client], env)
    t.match(report, { code: 2, err: /: --delivery-date is required, as YYYY-MM-DD\.\nSee/ })
    mkdirSync(join(desk, 'folder.csv'))
    t.match(await lodestone(['submit', 'folder.csv'], env), { code: 2, err: /it is a folder/ })
  })
})

t.test('says what to do where the connection breaks under a request', async (t) => {
  const server = createServer((request, response) => {
    if (request.url !== '/auth/token') return request.socket.destroy()
    response.setHeader('content-type', 'application/json')
    return response.end('{"access_token":"t","expires_in":60}')
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  t.teardown(() => server.close())
  const { port } = server.address() as AddressInfo
  file('sent.json', JSON.stringify(intake('0b9f6d5a-9a9e-4d27-8a52-0f6f1a1f7c12', 'OX-1')))
  const ended = await lodestone(['submit', 'sent.json'], {
    LODESTONE_URL: `http://127.0.0.1:${port}`,
    LODESTONE_CLIENT_ID: 'a',
    LODESTONE_CLIENT_SECRET: 'b'
  })
  t.match(ended, {
    code: 3,
    err: /broke \(.*Give the same command again: nothing is recorded twice/
  })
})
