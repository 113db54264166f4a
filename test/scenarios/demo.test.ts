/** The demonstration, as the README tells it: the whole story from an empty directory. */
import { execFileSync, spawn, spawnSync } from 'node:child_process'
import { chmodSync, mkdtempSync, readdirSync, readFileSync } from 'node:fs'
import { type AddressInfo, createServer } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import t from 'tap'
import { root } from '../support/source-tree.ts'

const BIN = join(root, 'bin/lodestone')
const LONGEST_MS = 240_000

/** Temporary files of the demonstration, apart from everybody else's, to see what is left behind. */
const temporary = mkdtempSync(join(tmpdir(), 'demo-test-'))
chmodSync(temporary, 0o711)
const env = { PATH: process.env['PATH'] ?? '', HOME: process.env['HOME'] ?? '/', TMPDIR: temporary }
const leftBehind = () => readdirSync(temporary).filter((name) => name.startsWith('lodestone-demo-'))

interface Running {
  readonly out: () => string
  readonly err: () => string
  readonly ended: Promise<number | null>
  readonly signal: (name: NodeJS.Signals) => void
}

/** A port that nobody listens on just now. */
function freePort(): Promise<string> {
  const server = createServer()
  return new Promise((resolve, reject) => {
    server.on('error', reject).listen(0, '127.0.0.1', () => {
      const { port } = server.address() as AddressInfo
      server.close(() => resolve(String(port)))
    })
  })
}

function run(command: string, args: readonly string[]): Running {
  const child = spawn(command, args, { cwd: root, env })
  const text = { out: '', err: '' }
  child.stdout.on('data', (chunk) => (text.out += chunk))
  child.stderr.on('data', (chunk) => (text.err += chunk))
  return {
    out: () => text.out,
    err: () => text.err,
    ended: new Promise((resolve) => child.on('close', resolve)),
    signal: (name) => void child.kill(name)
  }
}

t.test('npm run demo -- --once tells the story and ends', { timeout: LONGEST_MS }, async (t) => {
  const running = run('npm', ['run', 'demo', '--', '--once', '--port', await freePort()])
  t.equal(await running.ended, 0, running.err())
  const out = running.out()

  await t.test('the story', async (t) => {
    for (const said of [
      'mines 120 t of bastnaesite ore',
      'a partial shipment',
      'stays the owner (tolling)',
      'without any papers',
      'magnets from old hard disks',
      '6 EPDs from concentrate to magnet'
    ]) {
      t.ok(out.includes(said), said)
    }
    t.equal(out.match(/^ {2}✓ Demo/gm)?.length, 41, 'every event but one is recorded')
    t.notOk(out.includes('\u001B'), 'no colors without a terminal')
  })

  await t.test('the refusal', async (t) => {
    t.equal(out.match(/^ {2}✗ /gm)?.length, 1)
    t.match(out, /✗ Demo Alloy +GB {2}claims 500 kg of metal out of 500 kg of oxide/)
    t.match(out, /MB_ELEMENT_GAIN \(R3\) {2}\/outputs/)
    t.match(out, /384 kg of 325\.795275216 kg/)
  })

  await t.test('shares of the neodymium that add up to exactly 1', async (t) => {
    const lines = [...out.matchAll(/^ {5}(0\.\d{1,12}) +█+ +(.*)$/gm)]
    const parts = lines.map(([, share = '']) => BigInt(share.slice(2).padEnd(12, '0')))
    t.equal(
      parts.reduce((sum, part) => sum + part, 0n),
      10n ** 12n
    )
    const sources = lines.map(([, , source]) => source).join('\n')
    for (const source of ['Demo Mine South', 'Demo Mine West', 'post-consumer', 'unknown']) {
      t.match(sources, source)
    }
    t.match(out, /^ {5}1 +together, exactly$/m)
  })

  await t.test('the tree, and what nobody knows', async (t) => {
    t.match(out, /^ {5}M-103 {2}504 kg .* · Demo Magnets, DE$/m)
    t.match(out, /└─ W-ORE {2}120,000 kg .* mining · Demo Mine West, US$/m)
    t.match(out, /└─ S-ORE {2}30,000 kg .* mining · Demo Mine South, AU$/m)
    t.match(out, /\? A-OXNP {2}nobody says where it comes from \(Nd, Pr\) → ask Demo Alloy/)
  })

  await t.test('the declarations, never added up', async (t) => {
    t.match(out, / 25\.29 {2}M-101 /)
    t.match(out, / 35\.0 {2}E-OX .*economic allocation/)
    t.match(out, /For M-103 nothing is declared/)
  })

  await t.test('the verdicts, in both readings, before and after 1 January 2027', async (t) => {
    t.match(out, /2026-12-15 +literal +pass +pass +unknown\n +conservative +pass +pass +unknown/)
    t.match(out, /2027-01-15 +literal +pass +fail +unknown\n +conservative +pass +fail +unknown/)
    t.match(out, /M-102 {2}Nd mined, refined, separated in CN/)
    t.match(out, /M-103 {2}Nd .*no evidence for up to 56\.01 %/)
    t.match(out, /A-OXNP and M-SCRAP could close these gaps/)
  })

  await t.test('on a terminal of 100 columns, in time, without a trace', async (t) => {
    const long = out.split('\n').filter((line) => line.length > 100)
    t.strictSame(long, [])
    const seconds = Number(/empty directory in ([\d.]+) s/.exec(out)?.[1])
    t.ok(seconds > 0 && seconds < 60, `${seconds} s (5 s on two cores that do nothing else)`)
    t.strictSame(leftBehind(), [])
  })
})

t.test('lodestone demo keeps running until Ctrl-C', { timeout: LONGEST_MS }, async (t) => {
  const running = run(BIN, ['demo', '--port', await freePort()])
  let code: number | null | undefined
  void running.ended.then((ended) => (code = ended))
  while (!running.out().includes('Ctrl-C ends it') && code === undefined) {
    await new Promise((resolve) => setTimeout(resolve, 100))
  }
  t.equal(code, undefined, code === undefined ? 'it runs' : running.err())
  const out = running.out()

  await t.test('the curl lines', async (t) => {
    const token = /^ {2}TOKEN=(\S+)$/m.exec(out)?.[1] ?? ''
    const urls = [...out.matchAll(/^ {2}curl -s .* '(http[^']+)'$/gm)].map(([, url = '']) => url)
    t.equal(urls.length, 3)
    for (const url of urls) {
      const answer = await fetch(url, { headers: { authorization: `Bearer ${token}` } })
      t.equal(answer.status, 200, url)
      t.match(await answer.json(), { asOf: String })
    }
    const { origin } = new URL(urls[0] ?? '')
    t.equal((await fetch(`${origin}/docs`)).status, 200)
    t.equal((await fetch(urls[0] ?? '')).status, 401, 'not without the token')
  })

  const told = [...out.matchAll(/(LODESTONE_[A-Z_]+)=(\S+)/g)]
  const settings = Object.fromEntries(told.map(([, name = '', value = '']) => [name, value]))

  await t.test('the page for a browser', async (t) => {
    const page = /^ {2}(http\S+\/web\/batches\/\S+)$/m.exec(out)?.[1] ?? ''
    const body = new URLSearchParams({
      client: settings['LODESTONE_CLIENT_ID'] ?? '',
      secret: settings['LODESTONE_CLIENT_SECRET'] ?? ''
    })
    const signIn = new URL('/web/sign-in', page)
    const signedIn = await fetch(signIn, { method: 'POST', body, redirect: 'manual' })
    const cookie = signedIn.headers.get('set-cookie')?.split(';')[0] ?? ''
    const answer = await fetch(page, { headers: { cookie } })
    t.equal(answer.status, 200)
    t.match(await answer.text(), /<h1>Batch M-103<\/h1>/)
    t.equal((await fetch(page)).status, 401, 'not without signing in')
  })

  await t.test('the lines for the command line', async (t) => {
    const asked = { env: { ...env, ...settings }, encoding: 'utf8' } as const
    const up = execFileSync(BIN, ['trace', 'M-101'], asked)
    t.match(up, /^M-101 {2}678 kg/)
    t.match(up, /A-ALY1 {2}1,000 kg .* alloying · Demo Alloy, GB/)
    t.match(execFileSync(BIN, ['trace', 'E-OX', '--svg'], asked), /^<svg [\s\S]*E-OX/, 'a picture')
    t.match(execFileSync(BIN, ['trace', 'E-OX', '--json'], asked), /"direction":"upstream"/)
    const report = ['report', 'dfars-252.225-7052', 'M-102=300', '--delivery-date', '2027-01-15']
    t.match(JSON.parse(execFileSync(BIN, report, asked)), { verdict: { literal: 'fail' } })
    const csv = join(temporary, 'report.csv')
    execFileSync(BIN, [...report, '--format', 'csv', '-o', csv], asked)
    t.match(readFileSync(csv, 'utf8'), /\bfail\b/)
    const nope = spawnSync(BIN, ['trace', 'NOPE'], asked)
    t.match(nope, { status: 1, stderr: /There is no batch NOPE/ })
  })

  running.signal('SIGINT')
  running.signal('SIGINT')
  t.equal(await running.ended, 0)
  t.strictSame(leftBehind(), [], 'its database is gone')
})
