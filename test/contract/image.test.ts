/** The image holds what the service needs, and starts it as npm start does. */
import { spawn } from 'node:child_process'
import { cpSync, mkdtempSync, readFileSync, rmSync, symlinkSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import t from 'tap'
import { testDatabaseUrl } from '../support/database.ts'
import { dataDirectory, readyAddress } from '../support/service-process.ts'
import { root } from '../support/source-tree.ts'

const dockerfile = readFileSync(join(root, 'Dockerfile'), 'utf8')
const compose = readFileSync(join(root, 'docker-compose.yml'), 'utf8')
const command = JSON.parse(/^CMD (\[.*\])$/m.exec(dockerfile)?.[1] ?? '[]') as string[]
const copied = [...dockerfile.matchAll(/^COPY (?!--from)(.+) \S+$/gm)]
  .flatMap(([, sources = '']) => sources.split(' '))
  .filter((name) => name !== '.npmrc')

t.test('starts what npm start starts', (t) => {
  const { scripts } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8'))
  // What was compiled once is kept where there is a place to keep it: an image has none.
  t.equal(`NODE_COMPILE_CACHE=node_modules/.cache/node exec ${command.join(' ')}`, scripts.start)
  t.match(dockerfile, /^USER node$/m)
  t.end()
})

t.test('lets everything into its context that it copies', (t) => {
  const allowed = new Set(readFileSync(join(root, '.dockerignore'), 'utf8').split('\n'))
  for (const name of copied) t.ok(allowed.has(`!${name}`), name)
  t.ok(copied.length > 5)
  t.end()
})

t.test('waits for PostgreSQL, and gives a stop the time that it may take', (t) => {
  t.match(compose, /condition: service_healthy/)
  const grace = Number(/stop_grace_period: (\d+)s/.exec(compose)?.[1])
  const settings = readFileSync(join(root, 'docs/reference/configuration.md'), 'utf8')
  const longest = Number(/STOP_TIMEOUT_MS` \| `(\d+)`/.exec(settings)?.[1])
  t.ok(grace * 1000 > longest, `${grace} s for ${longest} ms`)
  t.end()
})

t.test('gives a first start as long as the database has for its own', (t) => {
  const minutes = (text: string, pattern: RegExp) => Number(pattern.exec(text)?.[1])
  const period = minutes(dockerfile, /--start-period=(\d+)m /)
  t.ok(period >= 5, `${period} minutes`)
  t.equal(period, minutes(compose, /start_period: (\d+)m$/m))
  t.end()
})

t.test('is built on the Node of the tests', (t) => {
  const { devDependencies } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8'))
  t.match(dockerfile, `ARG NODE_VERSION=${devDependencies.node}\n`)
  t.equal(dockerfile.match(/^FROM node:\$\{NODE_VERSION\}-slim/gm)?.length, 2)
  t.end()
})

t.test('is told every setting of the file that one is asked to copy', (t) => {
  const example = readFileSync(join(root, '.env.example'), 'utf8')
  const offered = [...example.matchAll(/^(?:# )?(LODESTONE_\w+)=/gm)].map(([, name = '']) => name)
  for (const name of offered) t.match(compose, `${name}: $\{${name}:-`, name)
  t.ok(offered.length > 3)
  t.end()
})

t.test('cannot fill the disk with what it logs', (t) => {
  const services = compose.slice(compose.indexOf('\nservices:')).match(/^ {2}\w+:$/gm) ?? []
  t.equal(compose.match(/^ {4}logging: \*bounded$/gm)?.length, 2)
  t.match(services, ['  postgres:', '  lodestone:'])
  t.match(compose, /max-size: \d+m\n +max-file: "\d+"/)
  t.end()
})

t.test('runs from its files alone', { timeout: 240_000 }, async (t) => {
  const image = mkdtempSync(join(tmpdir(), 'lodestone-image-'))
  t.teardown(() => rmSync(image, { recursive: true, force: true }))
  for (const name of new Set(copied)) {
    cpSync(join(root, name), join(image, name), { recursive: true })
  }
  symlinkSync(join(root, 'node_modules'), join(image, 'node_modules'))
  const dataDir = dataDirectory(t)
  const [, ...args] = command
  const child = spawn(process.execPath, args, {
    cwd: image,
    env: {
      PATH: process.env['PATH'],
      DATABASE_URL: await testDatabaseUrl(),
      LODESTONE_DATA_DIR: dataDir,
      LODESTONE_PORT: '0'
    },
    stdio: ['ignore', 'pipe', 'pipe']
  })
  let output = ''
  for (const stream of [child.stdout, child.stderr]) stream.on('data', (chunk) => (output += chunk))
  const ended = new Promise((resolve) => child.on('close', resolve))
  t.teardown(() => child.kill('SIGKILL'))
  const url = await readyAddress(child, () => output)
  t.equal((await fetch(`${url}/health/ready`)).status, 200)
  t.equal((await fetch(`${url}/openapi.json`)).status, 200)
  child.kill('SIGTERM')
  t.equal(await ended, 0)
})
