import { type ChildProcess, spawn } from 'node:child_process'
import {
  cpSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  writeFileSync
} from 'node:fs'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import t from 'tap'
import { exitCodes } from '../../src/cli/exit.ts'
import { openCheckpoint } from '../../src/log/checkpoint.ts'
import { plainLeaf, prepareStatement } from '../../src/log/entry.ts'
import { packEntries } from '../../src/log/entry-bundle.ts'
import { newLogKey, openLogKey } from '../../src/log/log-key.ts'
import { verifyConsistency } from '../../src/log/merkle.ts'
import { parseVerifier } from '../../src/log/note-key.ts'
import { eventually } from '../support/eventually.ts'
import { HOSTED, hostedLog, unpacked } from '../support/hosted-log.ts'
import { testGuard } from '../support/log.ts'
import { oxideBought } from '../support/oxide.ts'
import { testApp } from '../support/service.ts'
import { newSigner, registerKeyOf } from '../support/signer.ts'

const BIN = fileURLToPath(new URL('../../bin/lodestone', import.meta.url))
const desk = mkdtempSync(join(tmpdir(), 'lodestone-mirror-'))
let directories = 0
function fresh(): string {
  directories += 1
  return join(desk, `copy-${directories}`)
}

interface Ended {
  readonly code: number | null
  readonly out: string
  readonly err: string
}

function started(args: readonly string[], env: Readonly<Record<string, string>> = {}) {
  const child = spawn(BIN, ['mirror', ...args], {
    cwd: desk,
    env: { PATH: process.env['PATH'] ?? '', ...env }
  })
  const text = { out: '', err: '' }
  child.stdout.on('data', (chunk) => (text.out += chunk))
  child.stderr.on('data', (chunk) => (text.err += chunk))
  const ended = new Promise<Ended>((resolve) =>
    child.on('close', (code) => resolve({ code, ...text }))
  )
  return { child: child as ChildProcess, text, ended }
}

const mirror = (args: readonly string[], env = {}) => started(args, env).ended

/** So many confidential entries. */
const blind = (count: number, mark = 0) =>
  Array.from({ length: count }, (_, n) => {
    const entry = Buffer.alloc(33, mark)
    entry[0] = 2
    entry.writeUInt32BE(n, 1)
    return entry
  })

function plain(kind: string, subject: string, body: Readonly<Record<string, unknown>>): Buffer {
  const said = { kind, subject, organization: null, document: null, body }
  return plainLeaf(prepareStatement(said)('2026-11-01T12:00:00.000Z'))
}

/** Every file of a copy, by its path. */
function files(directory: string): Map<string, string> {
  const names = readdirSync(directory, { recursive: true, withFileTypes: true })
  return new Map(
    names
      .filter((entry) => entry.isFile())
      .map((entry) => join(entry.parentPath, entry.name))
      .map((path) => [path.slice(directory.length + 1), readFileSync(path, 'hex')])
  )
}

const copied = (directory: string, key: string) =>
  openCheckpoint(readFileSync(join(directory, 'checkpoint')), [parseVerifier(key)!])!
const sizeOf = (directory: string, key: string) => Number(copied(directory, key).size)

t.test('the log of a service, as export-log writes it, and what verify holds to it', async (t) => {
  const service = await testApp(t, { guard: testGuard(t) })
  const producer = await service.actor('producer')
  const facility = await service.facility(producer.organization)
  await service.app.listen({ port: 0, host: '127.0.0.1' })
  const { port } = service.app.server.address() as AddressInfo
  const env = { LODESTONE_URL: `http://127.0.0.1:${port}` }
  const record = () =>
    producer.request('POST', '/v1/events', oxideBought(facility), { prefer: 'wait=5' })
  writeFileSync(join(desk, 'event.tlog-proof'), (await record()).body.receipt)
  writeFileSync(join(desk, 'log.key'), String((await service.request('GET', '/log/key')).body))
  const copy = fresh()
  const args = [copy, '--log-key', 'log.key']

  const first = await mirror(args, env)
  t.match(first, {
    code: exitCodes.ok,
    err: '',
    out: /verified: lodestone\.test\/log at \d+ entries, \d+ new \(/
  })
  t.match(await mirror(args, env), { code: exitCodes.ok, out: /nothing new/ })

  const signer = await newSigner()
  const { body: key } = await registerKeyOf(producer, signer)
  await producer.request('DELETE', `/v1/keys/${key.id}`)
  for (let n = 0; n < 300; n += 1)
    await producer.request('POST', '/v1/events', oxideBought(facility))
  const last = await record()
  await service.deps.log.covers(last.body.position, 5_000)
  const second = await mirror(args, env)
  t.match(second, { code: exitCodes.ok, out: new RegExp(`key ${key.id} was revoked`) })
  t.match(second.out, /303 new \(1 key, 1 key_revocation, 301 confidential\)/)

  const verify = spawn(BIN, ['verify', 'event.tlog-proof', '--log-key', 'log.key', '--log', copy], {
    cwd: desk
  })
  t.equal(await new Promise((resolve) => verify.on('close', resolve)), exitCodes.ok)
  const all = fresh()
  t.equal((await mirror([all, '--log-key', 'log.key'], env)).code, exitCodes.ok)
  t.same([...files(copy)].toSorted(), [...files(all)].toSorted(), 'step by step as at once')
})

t.test('a log that somebody hosts as files', async (t) => {
  const log = await hostedLog(t)
  log.hashes = false
  const copy = fresh()
  const look = () => mirror([copy, '--log-key', log.key, '--from', `${log.address}/`])
  for (const size of [1, 2, 255, 256, 257, 600, 1025]) {
    log.publish(blind(size))
    t.match(await look(), { code: exitCodes.ok, err: '' }, `${size} entries`)
    t.equal(sizeOf(copy, log.key), size)
  }
  const kept = [...files(copy).keys()].filter((name) => name.includes('entries'))
  t.same(
    kept.toSorted(),
    ['000', '001', '002', '003', '004.p/1'].map((name) => `tile/entries/${name}`)
  )
  const entries = kept.toSorted().flatMap((name) => unpacked(readFileSync(join(copy, name))))
  t.same(
    entries,
    blind(1025).map((entry) => entry.toString('hex'))
  )
  const whole = log.asked.filter((path) => path === 'tile/entries/000').length
  t.equal(whole, 1, 'what is whole is fetched once')
})

t.test('tells what an auditor looks for, once it is signed', async (t) => {
  const log = await hostedLog(t)
  const copy = fresh()
  const look = () => mirror([copy, '--log-key', log.key, '--from', log.address])
  log.publish(blind(3))
  await look()
  const news = [
    plain('epd_transition', 'epd-1', { state: 'deregistered', version: '1.0' }),
    plain('epd_transition', 'epd-2', { state: 'published', version: '1.0' }),
    plain('erasure', '2', { position: 2, reason: 'Court\n\u001b[31mverified' }),
    plain('rule_set', 'data/rules.json', {}),
    Buffer.from([1, 0x7b])
  ]
  log.publish([...blind(3), ...news])
  const { code, out } = await look()
  t.equal(code, exitCodes.ok)
  t.same(out.trimEnd().split('\n'), [
    '  3  2026-11-01T12:00:00.000Z  declaration epd-1, version 1.0, was withdrawn',
    '  5  2026-11-01T12:00:00.000Z  entry 2 was erased: Court\\u{a}\\u{1b}[31mverified',
    '  6  2026-11-01T12:00:00.000Z  data/rules.json holds from here on',
    '  7  an entry in the open that is no statement',
    `verified: ${HOSTED} at 8 entries, 5 new (2 epd_transition, 1 erasure, 1 rule_set, 1 unreadable)`
  ])
})

t.test('refuses, and leaves the copy as it was', async (t) => {
  const log = await hostedLog(t)
  const copy = fresh()
  const look = () => mirror([copy, '--log-key', log.key, '--from', log.address])
  const before = blind(300)
  log.publish(before)
  t.equal((await look()).code, exitCodes.ok)
  const asItWas = files(copy)
  const unchanged = (except: readonly string[] = []) => {
    const now = new Map([...files(copy)].filter(([name]) => !except.includes(name)))
    t.same(now, asItWas)
  }
  const evidences = [
    'contradiction-400',
    'contradiction-400.json',
    'contradiction-300',
    'contradiction-10'
  ]
  const changed = [...before.slice(0, 299), ...blind(1, 7), ...blind(100)]

  t.test('another history that goes on', async (t) => {
    log.publish(changed)
    const forked = await look()
    t.match(forked, { code: exitCodes.refused, err: /signed two histories.*\n.*contradiction-400/ })
    log.serve([...before, ...blind(100)])
    t.match(await look(), { code: exitCodes.refused, err: /signed two histories/ })
    const evidence = openCheckpoint(readFileSync(join(copy, 'contradiction-400')), [
      parseVerifier(log.key)!
    ])
    t.equal(evidence?.size, 400n, 'whoever has both heads can show it')
    const told = JSON.parse(readFileSync(join(copy, 'contradiction-400.json'), 'utf8'))
    const bytes = (hash: string) => Buffer.from(hash, 'base64')
    const claim = { oldSize: 300n, newSize: 400n, newRoot: evidence!.root }
    const proof = told.proof.map(bytes)
    t.ok(verifyConsistency({ ...claim, oldRoot: bytes(told.root), proof }))
    t.notOk(verifyConsistency({ ...claim, oldRoot: copied(copy, log.key).root, proof }))
    unchanged(['contradiction-400', 'contradiction-400.json'])
  })

  t.test('another history where the copy is a whole tree', async (t) => {
    for (const size of [1, 256, 512]) {
      const whole = fresh()
      const one = await hostedLog(t)
      const look = () => mirror([whole, '--log-key', one.key, '--from', one.address])
      one.publish(blind(size))
      t.equal((await look()).code, exitCodes.ok)
      one.publish([...blind(size - 1), ...blind(1, 7), ...blind(2)])
      t.match(await look(), { code: exitCodes.refused, err: /two histories/ }, `${size} entries`)
    }
  })

  t.test('another history of the same length, or of a shorter one', async () => {
    log.publish(changed.slice(0, 300))
    t.match(await look(), { code: exitCodes.refused, err: /signed two histories/ })
    log.publish(blind(10, 9))
    t.match(await look(), { code: exitCodes.refused, err: /signed two histories/ })
    unchanged(evidences)
  })

  t.test('a history that was shortened', async () => {
    log.publish(before.slice(0, 290))
    t.match(await look(), {
      code: exitCodes.refused,
      err: /head of 290 entries, after one of 300 was mirrored/
    })
  })

  t.test('entries that were not signed', async () => {
    log.publish([...before, ...blind(5)])
    log.serve([...before, ...blind(5, 3)])
    t.match(await look(), {
      code: exitCodes.refused,
      err: /not those of the head of 305 that was signed\./
    })
    log.serve([...before.slice(0, 299), ...blind(1, 3), ...blind(5)])
    t.match(await look(), { code: exitCodes.refused, err: /not those of the head of 305/ })
    log.hashes = false
    t.match(await look(), { code: exitCodes.refused, err: /or it does not go on from the 300/ })
    log.hashes = true
    const lie = Buffer.alloc(256 * 32, 7)
    log.instead = (path, response) => /^tile\/[01]/.test(path) && Boolean(response.end(lie))
    const lied = await look()
    t.match(lied, { code: exitCodes.refused, err: /or it does not go on from the 300/ })
    t.notMatch(lied.err, /two histories/, 'who hosts files accuses nobody')
    log.instead = null
    log.serve(before)
    t.match(await look(), { code: exitCodes.refused, err: /is not there, though the head says/ })
    unchanged(evidences)
  })

  t.test('a head that the key did not sign, or none', async () => {
    log.publish([...before, ...blind(5)], openLogKey(newLogKey(HOSTED)))
    t.match(await look(), { code: exitCodes.refused, err: /not signed by hosted\.test/ })
    log.instead = (path, response) => path === 'checkpoint' && Boolean(response.end('<html>'))
    t.match(await look(), { code: exitCodes.refused, err: /not signed by/ })
    log.instead = (path, response) =>
      path === 'checkpoint' && Boolean(response.writeHead(404).end())
    t.match(await look(), { code: exitCodes.refused, err: /no log at/ })
    log.instead = null
  })

  t.test('entries that are cut, and more than there can be', async () => {
    log.publish([...before, ...blind(5)])
    const reply = (body: Buffer) => (path: string, response: { end(body: Buffer): unknown }) =>
      path.startsWith('tile') && Boolean(response.end(body))
    for (const [body, why] of [
      [Buffer.from([0, 9, 1]), /is not whole/],
      [Buffer.alloc(0), /is not whole/],
      [Buffer.alloc(20_000_000), /more than a log has there/]
    ] as const) {
      log.instead = reply(body)
      t.match((await look()).err, why)
    }
    log.instead = null
    unchanged(evidences)
    t.match(await look(), { code: exitCodes.ok, out: /305 entries, 5 new/ })
  })

  t.test('a copy that was damaged, or is of another log', async () => {
    const damaged = fresh()
    cpSync(copy, damaged, { recursive: true })
    writeFileSync(join(damaged, 'tile/0/001.p/49'), Buffer.alloc(49 * 32))
    const args = ['--log-key', log.key, '--from', log.address]
    t.match(await mirror([damaged, ...args]), { code: exitCodes.usage, err: /another directory/ })
    const other = await hostedLog(t)
    other.publish(blind(5))
    t.match(await mirror([copy, '--log-key', other.key, '--from', other.address]), {
      code: exitCodes.usage,
      err: /holds another log/
    })
  })

  t.test('command lines that are wrong', async () => {
    const from = ['--from', log.address]
    const cases: readonly [readonly string[], RegExp][] = [
      [[], /takes a directory/],
      [['a', 'b', '--log-key', log.key], /takes a directory/],
      [['a', ...from], /--log-key/],
      [['a', '--log-key', log.key, '--log-key', log.key], /one key/],
      [['a', '--log-key', log.key, '--from', 'registry.example'], /an address such as/],
      [['a', '--log-key', log.key, '--from', 'https://u:p@registry.example/log'], /nothing more/],
      [['a', '--log-key', log.key, ...from, '--every', '0'], /--every takes/],
      [['a', '--log-key', log.key, ...from, '--every', '1m'], /--every takes/]
    ]
    for (const [args, why] of cases) {
      t.match(await mirror(args), { code: exitCodes.usage, err: why }, args.join(' '))
    }
    const nobody = ['a', '--log-key', log.key, '--from', 'http://127.0.0.1:48/log']
    t.match(await mirror(nobody), { code: exitCodes.unreachable, err: /nothing listens there/ })
    t.notOk(existsSync(join(desk, 'a')), 'nothing is made')
  })
})

t.test('watches until the log contradicts it, also where it is away for a while', async (t) => {
  const log = await hostedLog(t)
  const copy = fresh()
  log.publish(blind(3))
  const { text, ended } = started([
    copy,
    '--log-key',
    log.key,
    '--from',
    log.address,
    '--every',
    '1'
  ])
  t.ok(await eventually(() => /at 3 entries/.test(text.out)))
  log.instead = (_path, response) => Boolean(response.writeHead(500).end())
  t.ok(await eventually(() => /answered with 500.*Looks again in 1 s/.test(text.err)))
  log.publish(blind(4))
  log.instead = null
  t.ok(await eventually(() => /at 4 entries, 1 new/.test(text.out)))
  log.publish(blind(5, 1))
  t.match(await ended, { code: exitCodes.refused, err: /signed two histories/ })
})

t.test('two at once in one directory', async (t) => {
  t.test('the second one stands back, and the first one goes on', async (t) => {
    const log = await hostedLog(t)
    const copy = fresh()
    const args = [copy, '--log-key', log.key, '--from', log.address]
    log.publish(blind(300))
    const held: (() => void)[] = []
    log.instead = (path, response) => {
      if (path !== 'tile/entries/001.p/44' || held.length > 0) return false
      held.push(() => response.end(packEntries(blind(300).slice(256))))
      return true
    }
    const first = started(args)
    t.ok(await eventually(() => held.length > 0))
    t.match(await mirror(args), {
      code: exitCodes.unreachable,
      err: /Another lodestone mirror is at work .*mirror\.pid/
    })
    held[0]?.()
    t.match(await first.ended, { code: exitCodes.ok, out: /at 300 entries/ })
    t.notOk(existsSync(join(copy, 'mirror.pid')))
  })

  t.test("one that was killed stands in nobody's way", async (t) => {
    const log = await hostedLog(t)
    const copy = fresh()
    mkdirSync(copy)
    const gone = spawn('true')
    await new Promise((resolve) => gone.on('close', resolve))
    writeFileSync(join(copy, 'mirror.pid'), `${gone.pid}\n`)
    log.publish(blind(3))
    const look = mirror([copy, '--log-key', log.key, '--from', log.address])
    t.match(await look, { code: exitCodes.ok, out: /at 3 entries/ })
  })

  t.test('one that watches sees what another one brought', async (t) => {
    const log = await hostedLog(t)
    const copy = fresh()
    const args = [copy, '--log-key', log.key, '--from']
    log.publish(blind(3))
    const { child, text, ended } = started([...args, log.address, '--every', '1'])
    t.teardown(async () => {
      child.kill()
      await ended
    })
    t.ok(await eventually(() => /at 3 entries/.test(text.out)))
    const isWatcher = (url = '') => url.startsWith('/log/')
    log.instead = (_path, response) =>
      isWatcher(response.req.url) && Boolean(response.writeHead(500).end())
    t.ok(await eventually(() => /answered with 500/.test(text.err)))
    log.publish(blind(4))
    const other = await mirror([...args, log.address.replace(/log$/, 'gol')])
    t.match(other, { code: exitCodes.ok, out: /at 4 entries, 1 new/ })
    log.publish(blind(5))
    log.instead = null
    t.ok(await eventually(() => /at 5 entries, 1 new/.test(text.out)), text.err)
  })
})
