/** What the shell between npm and the service does with signals. */
import { spawn } from 'node:child_process'
import { setTimeout as sleep } from 'node:timers/promises'
import t, { type Test } from 'tap'
import { testDatabaseUrl } from '../support/database.ts'
import { dataDirectory, readyAddress, startServiceProcess } from '../support/service-process.ts'
import { root } from '../support/source-tree.ts'

async function npmStart(t: Test) {
  const child = spawn('npm', ['start'], {
    cwd: root,
    env: {
      PATH: process.env['PATH'],
      HOME: process.env['HOME'],
      DATABASE_URL: await testDatabaseUrl(),
      LODESTONE_DATA_DIR: dataDirectory(t),
      LODESTONE_PORT: '0'
    },
    stdio: ['ignore', 'pipe', 'pipe']
  })
  let output = ''
  for (const stream of [child.stdout, child.stderr]) stream.on('data', (chunk) => (output += chunk))
  const url = await readyAddress(child, () => output)
  const pid = Number(/"pid":(\d+)/.exec(output)?.[1])
  t.teardown(() => isThere(pid) && process.kill(pid, 'SIGKILL'))
  const ended = new Promise<number | null>((resolve) => child.on('exit', resolve))
  return { child, url, pid, ended, output: () => output }
}

function isThere(pid: number): boolean {
  try {
    return process.kill(pid, 0)
  } catch {
    return false
  }
}

t.test('SIGTERM to npm start stops the service, not npm alone', { timeout: 240_000 }, async (t) => {
  const { child, pid, ended, output } = await npmStart(t)
  child.kill('SIGTERM')
  t.equal(await ended, 0, output())
  t.notOk(isThere(pid), 'nothing is left behind')
  t.match(output(), /"signal":"SIGTERM","msg":"stopping"/)
})

t.test('Ctrl-C, which comes from the terminal and from npm, stops in order', async (t) => {
  const settings = { DATABASE_URL: await testDatabaseUrl(), LODESTONE_DATA_DIR: dataDirectory(t) }
  const service = await startServiceProcess(t, settings)
  process.kill(service.pid, 'SIGINT')
  await sleep(3)
  t.strictSame(await service.stop('SIGINT'), { code: 0, signal: null })
  t.notMatch(service.output(), /second SIGINT/)
})
