/** Every command of README.md is run: the story with curl here, the others where the table says. */
import { execFile, execFileSync } from 'node:child_process'
import { existsSync, readFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { promisify } from 'node:util'
import t from 'tap'
import { dataDirectory, startServiceProcess } from '../support/service-process.ts'
import { root } from '../support/source-tree.ts'

/** Commands that start something of their own, the test that runs them, and how it says so. */
const ELSEWHERE: Readonly<Record<string, { readonly file: string; readonly says: RegExp }>> = {
  'npm ci': { file: '.ci/run', says: /npm ci/ },
  'npm run demo': { file: 'test/scenarios/demo.test.ts', says: /'npm', \['run', 'demo'/ },
  'npm start': { file: 'test/support/service-process.ts', says: /scripts\.start/ }
}

const readme = readFileSync(join(root, 'README.md'), 'utf8')
const blocks = [...readme.matchAll(/^```sh\n([\s\S]*?)^```/gm)].map(([, block = '']) => block)
const commandsOf = (block: string) => block.split('\n').filter((line) => line.trim() !== '')
const isElsewhere = (block: string) => commandsOf(block).every((line) => line in ELSEWHERE)

t.test('is short', async (t) => {
  // The table of figures is as long as there are figures.
  const prose = readme.replace(/<!-- figures[\s\S]*<!-- end of figures -->/, '')
  const lines = prose.trimEnd().split('\n').length
  t.ok(lines <= 200, `${lines} lines`)
})

t.test('commands that start something are run by a test of their own', async (t) => {
  const { scripts } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8'))
  t.match(
    scripts.start,
    /^NODE_COMPILE_CACHE=\S+ exec node (--[\w=-]+ )*src\/server\.ts$/,
    'npm start is what the scenarios start'
  )
  const named = blocks.filter(isElsewhere).flatMap(commandsOf)
  t.strictSame(new Set(named), new Set(Object.keys(ELSEWHERE)))
  for (const [command, { file, says }] of Object.entries(ELSEWHERE)) {
    const path = join(root, file)
    t.ok(existsSync(path) && says.test(readFileSync(path, 'utf8')), `${command}: ${file}`)
  }
})

t.test('the first day with curl goes as it is told', { skip: curlIsMissing() }, async (t) => {
  const service = await startServiceProcess(t, { LODESTONE_DATA_DIR: dataDirectory(t) })
  const { administrator } = service
  if (!administrator) throw new Error('the first start shows no administrator')
  const values = {
    LODESTONE: service.url,
    CLIENT_ID: administrator.id,
    CLIENT_SECRET: administrator.secret
  }
  const story = blocks.filter((block) => !isElsewhere(block)).join('echo "--- next"\n')
  t.match(story, /curl /)
  const { stdout } = await promisify(execFile)(
    'bash',
    ['-euo', 'pipefail', '-c', filled(story, values)],
    {
      cwd: root,
      env: { PATH: `${dirname(process.execPath)}:${process.env['PATH']}`, HOME: '/', NO_COLOR: '1' }
    }
  )
  const [, epd = '', events = '', answers = '', commands = ''] = stdout.split('--- next\n')
  t.match(epd, /"state":"submitted"/)
  t.equal(events.match(/"status":"accepted"/g)?.length, 2)
  t.match(answers, /"kind":"declared","basis":"declared","country":"AU","share":"1"/)
  t.match(answers, /"direction":"upstream"/)
  t.match(answers, /literal: 'unknown', conservative: 'unknown'/)
  t.match(commands, /MAG-1/, 'lodestone trace')
  t.match(commands, /"report": "dfars-252.225-7052"/, 'lodestone report')
})

/** The story with what the reader is asked to fill in. */
function filled(story: string, values: Readonly<Record<string, string>>): string {
  return Object.entries(values).reduce((text, [name, value]) => {
    const line = new RegExp(`^${name}=(http://localhost:8080|…)$`, 'm')
    if (!line.test(text)) throw new Error(`README.md has no line that sets ${name}`)
    return text.replace(line, `${name}=${value}`)
  }, story)
}

function curlIsMissing(): string | false {
  try {
    execFileSync('curl', ['--version'], { stdio: 'ignore' })
    return false
  } catch {
    return 'SKIPPED: curl is not installed, so the lines of README.md were not run'
  }
}
