/** Where the lines of the log go, and when. */
import { spawn } from 'node:child_process'
import { mock } from 'node:test'
import { setImmediate as turn } from 'node:timers/promises'
import t, { type Test } from 'tap'
import { createLogger } from '../src/logger.ts'

const LOGGER = new URL('../src/logger.ts', import.meta.url).href

t.test('the lines of some milliseconds are written together, in their order', async (t) => {
  mock.timers.enable({ apis: ['setTimeout'] })
  t.teardown(() => mock.timers.reset())
  const writes: string[] = []
  const logger = createLogger('info', { write: (lines) => writes.push(lines) })
  for (let n = 0; n < 3; n += 1) {
    logger.info({ n }, 'said')
    await turn()
  }
  t.strictSame(writes, [], 'nothing yet')
  mock.timers.tick(20)
  t.strictSame(writes.map(numbersIn), [[0, 1, 2]])
  logger.info({ n: 3 }, 'said')
  mock.timers.tick(20)
  t.strictSame(writes.map(numbersIn), [[0, 1, 2], [3]])
})

t.test('a warning does not wait, nor does what came before it', async (t) => {
  mock.timers.enable({ apis: ['setTimeout'] })
  t.teardown(() => mock.timers.reset())
  const writes: string[] = []
  const logger = createLogger('info', { write: (lines) => writes.push(lines) })
  logger.info({ n: 0 }, 'said')
  logger.warn({ n: 1 }, 'warned')
  logger.error({ n: 2 }, 'failed')
  await turn()
  t.strictSame(writes.map(numbersIn), [[0, 1, 2]])
  logger.child({}).info({ n: 3 }, 'said')
  await turn()
  t.equal(writes.length, 1, 'what follows is of its own level')
})

t.test('a connection that was lost is told without what it held', async (t) => {
  const writes: string[] = []
  const logger = createLogger('info', { write: (lines) => writes.push(lines) })
  const client = { processID: 4711, secretKey: 815, queries: ['select'] }
  logger.warn({ err: Object.assign(new Error('terminated'), { code: '57P05', client }) }, 'ended')
  logger.flush()
  t.match(writes.join(''), /"message":"terminated".*"code":"57P05"/)
  t.notMatch(writes.join(''), /client|secretKey|4711/)
})

t.test('a fatal line is written at once, with what came before it', async (t) => {
  const writes: string[] = []
  const logger = createLogger('info', { write: (lines) => writes.push(lines) })
  logger.info({ n: 0 }, 'said')
  logger.fatal({ n: 1 }, 'over')
  t.strictSame(numbersIn(writes.join('')), [0, 1])
})

t.test('whoever says much does not hold it', async (t) => {
  const writes: string[] = []
  const logger = createLogger('info', { write: (lines) => writes.push(lines) })
  for (let n = 0; n < 100; n += 1) logger.info({ n, text: 'x'.repeat(1_000) })
  t.ok(writes.length > 0, `${writes.length} writes`)
  logger.flush()
  t.equal(numbersIn(writes.join('')).length, 100)
})

t.test('nothing is lost where the process ends', async (t) => {
  for (const [how, end] of [
    ['by itself', ''],
    ['by its own decision', 'process.exit(3)'],
    ['by an exception', "throw new Error('bug')"],
    ['by a rejection', "await Promise.reject(new Error('bug'))"]
  ] as const) {
    const said = await outputOf(
      t,
      `const { createLogger } = await import('${LOGGER}')
       const logger = createLogger('info')
       for (let n = 0; n < 2000; n += 1) logger.info({ n }, 'said')
       ${end}`
    )
    t.strictSame(
      numbersIn(said),
      Array.from({ length: 2_000 }, (_, n) => n),
      how
    )
  }
})

function numbersIn(lines: string): number[] {
  return lines
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line).n)
}

function outputOf(t: Test, script: string): Promise<string> {
  const child = spawn(process.execPath, ['--input-type=module', '-e', script], {
    stdio: ['ignore', 'pipe', 'ignore']
  })
  t.teardown(() => child.kill())
  let said = ''
  child.stdout.on('data', (chunk) => (said += chunk))
  return new Promise((resolve, reject) => {
    child.once('error', reject)
    child.once('close', () => resolve(said))
  })
}
