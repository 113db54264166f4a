import { type ChildProcess, spawn } from 'node:child_process'
import { randomUUID } from 'node:crypto'
import { mkdtempSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import t from 'tap'
import { epdDocument } from '../support/epds.ts'
import { lines, purchase, startImports } from '../support/imports.ts'
import { testApp } from '../support/service.ts'
import { workbook } from '../support/xlsx.ts'

const BIN = fileURLToPath(new URL('../../bin/lodestone', import.meta.url))
const desk = mkdtempSync(join(tmpdir(), 'lodestone-import-'))
const ID = /[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}/

interface Ended {
  readonly code: number | null
  readonly out: string
  readonly err: string
}

function file(name: string, text: string | Buffer): string {
  writeFileSync(join(desk, name), text)
  return name
}

t.test('lodestone import', async (whole) => {
  const t = whole
  const service = await testApp(t)
  await service.app.listen({ port: 0, host: '127.0.0.1' })
  const { port } = service.app.server.address() as { port: number }
  const producer = await service.actor('producer')
  const facility = await service.facility(producer.organization)
  const env = {
    PATH: process.env['PATH'] ?? '',
    LODESTONE_URL: `http://127.0.0.1:${port}`,
    LODESTONE_CLIENT_ID: producer.client,
    LODESTONE_CLIENT_SECRET: producer.secret
  }

  function run(
    args: readonly string[],
    watch: (child: ChildProcess, err: string) => void = () => {},
    command = 'import'
  ) {
    return new Promise<Ended>((resolve) => {
      const child = spawn(BIN, [command, ...args], { cwd: desk, env })
      const text = { out: '', err: '' }
      child.stdout.on('data', (chunk) => (text.out += chunk))
      child.stderr.on('data', (chunk) => {
        text.err += chunk
        watch(child, text.err)
      })
      child.on('close', (code) => resolve({ code, ...text }))
    })
  }

  t.test('uploads and leaves at once, or when interrupted, and says how to go on', async (t) => {
    const waiting = file('waiting.ndjson', lines(purchase(facility, randomUUID())))
    const left = await run(['--no-wait', waiting])
    t.match(left, { code: 0, out: ID, err: /waiting.ndjson is import/ })
    let interrupted = false
    const followed = await run([waiting], (child, err) => {
      if (interrupted || !/importing/.test(err)) return
      interrupted = true
      child.kill('SIGINT')
    })
    t.match(followed, { code: 130, err: /is under way \(received\).*goes on.*--cancel/s })
    const id = ID.exec(left.out)?.[0] ?? ''
    t.match(await run(['--cancel', id]), { code: 0, out: /cancelled, 0 recorded/ })
  })

  t.test('shows how much of a long file is through', async (t) => {
    const long = Array.from({ length: 2_500 }, () => purchase(facility, randomUUID()))
    const text = lines(...long)
    t.ok(text.length > 1_000_000, `${text.length} bytes`)
    const sent = await run(['--no-wait', file('long.ndjson', text)])
    t.match(sent, { code: 0, out: ID })
    t.match(sent.err, new RegExp(`uploading \\(bytes\\) \\d+/${text.length}\n`))
    t.match(sent.err, `uploading (bytes) ${text.length}/${text.length}\n`)
    t.match(await run(['--cancel', ID.exec(sent.out)?.[0] ?? '']), { code: 0 })
  })

  t.test('follows to the end, and tells what was refused and how to mend it', async (t) => {
    startImports(whole, service)
    const good = purchase(facility, randomUUID(), { id: null })
    const october = file('october.ndjson', lines(good, { type: 'alchemy' }, '{half'))
    const first = await run([october])
    t.match(first, { code: 1, err: /importing \d\/3/ })
    t.match(first.out, /✗ october.ndjson: 1 recorded, 2 refused/)
    t.match(first.out, /SCHEMA {2}line 2, \/type/)
    t.match(first.out, /BODY_INVALID {2}line 3/)
    t.match(first.out, /results\?stored=false/)
    const second = await run([october])
    t.match(second, { code: 1, err: /was imported before.*--again/, out: /1 recorded, 2 refused/ })
    const again = await run(['--again', '--json', october])
    const job = JSON.parse(again.out)
    t.match(job, { state: 'done', progress: { accepted: 0, replayed: 1, refused: 2 } })
    t.equal(again.code, 1)
  })

  t.test('takes up a file whose import was cancelled', async (t) => {
    const end = await run(['waiting.ndjson'])
    t.match(end, { code: 0, out: /✓ waiting.ndjson: 1 recorded/ })
  })

  t.test('counts events without ids once, submitted and imported', async (t) => {
    const submit = (...args: string[]) => run(args, undefined, 'submit')
    const batch = randomUUID()
    const draw = {
      type: 'adjust',
      time: '2026-10-01T06:00:00Z',
      facility,
      reason: 'sampling',
      batch,
      direction: 'decrease',
      mass: { value: '1', unit: 'KGM', basis: 'dry' }
    }
    const both = file('both.ndjson', lines(purchase(facility, batch, { id: null }), draw, draw))
    t.match(await submit(both), { code: 0, out: /3 recorded\n/ })
    t.match(await run([both]), { code: 0, out: /3 recorded before/ })
    const more = file('more.ndjson', lines(draw, draw, { ...draw, note: 'a third one' }, draw))
    t.match(await run([more]), { code: 0, out: /2 recorded, 2 recorded before/ })
    t.match(await submit(more), { code: 0, out: /4 recorded before/ })
    const single = file('single.json', JSON.stringify(draw, null, 2))
    t.match(await submit(single), { code: 0, out: /1 recorded before/ })
  })

  t.test('imports EPDs and sheets', async (t) => {
    const epds = file('epds.ndjson', lines(epdDocument('magnet-n48h'), epdDocument('ndpr-oxide')))
    t.match(await run(['--kind', 'epds', epds]), { code: 0, out: /2 recorded/ })
    const sheet = file('sheet.csv', 'event,entry\nx,=1+1\n')
    t.match(await run([sheet]), { code: 1, out: /CSV_FORMULA {2}row 2, column B \(entry\)/ })
    const rows = [
      ['event', 'entry'],
      ['x', { f: '1+1' }]
    ]
    const book = file('book.xlsx', await workbook({ sheets: [{ rows }] }))
    t.match(await run([book]), { code: 1, out: /XLSX_FORMULA {2}row 2, column B \(entry\)/ })
    const none = file('none.csv', 'a,b\n1,2\n')
    t.match(await run([none]), { code: 1, out: /failed; nothing recorded.*CSV_TEMPLATE/s })
  })

  t.test('refuses what it cannot read or does not know', async (t) => {
    t.match(await run([]), { code: 2, err: /Name one file/ })
    t.match(await run(['nowhere.ndjson']), { code: 2, err: /no such file/ })
    t.match(await run(['a.xls']), {
      code: 2,
      err: /must end in .ndjson.*or \.zip.*save it as .*xlsx/
    })
    t.match(await run(['--kind', 'ores', 'a.ndjson']), { code: 2, err: /events or epds/ })
    const empty = file('empty.ndjson', '')
    t.match(await run([empty]), { code: 1, err: /empty/ })
  })
})
