import { PassThrough } from 'node:stream'
import t from 'tap'
import { findingLines } from '../../src/cli/findings.ts'
import { openTerminal } from '../../src/cli/terminal.ts'

/** A stream that remembers, with or without the manners of a terminal. */
function stream(isTTY: boolean) {
  const pass = new PassThrough()
  let text = ''
  pass.on('data', (chunk) => (text += chunk))
  const terminal = { isTTY, columns: 80, getColorDepth: () => 8, hasColors: () => isTTY }
  return { stream: Object.assign(pass, terminal) as never, text: () => text }
}

t.test('progress is a bar on a terminal that removes itself', async (t) => {
  const err = stream(true)
  const progress = openTerminal(stream(false).stream, err.stream).progress('submitting', 4)
  progress.advance(1)
  progress.advance(3)
  progress.done()
  const drawn = err
    .text()
    .split('\r')
    .map((line) => line.replace('\u001B[2K', ''))
  t.match(drawn[1], /^submitting ░{30} 0\/4$/)
  t.match(drawn[2], /^submitting █{7}░{23} 1\/4$/)
  t.match(drawn[3], /^submitting █{30} 4\/4$/)
  t.equal(drawn.at(-1), '')
})

t.test('progress is a few plain lines elsewhere', async (t) => {
  const err = stream(false)
  const progress = openTerminal(stream(false).stream, err.stream).progress('checking', 100)
  for (let count = 0; count < 100; count += 1) progress.advance(1)
  progress.done()
  t.equal(
    err.text(),
    'checking 1/100\nchecking 25/100\nchecking 50/100\nchecking 75/100\nchecking 100/100\n'
  )
})

t.test('lines break at spaces and keep their indent', async (t) => {
  const finding = {
    code: 'BATCH_OVERDRAWN',
    rule: 'R2',
    severity: 'error' as const,
    where: 'line 3, /inputs/0/mass',
    message: 'More is drawn than is there: 500 kg of 300 kg.',
    expected: 'at most 300 kg (dry)',
    actual: '500 kg (dry)',
    remedy: 'Check the mass and the batch; what is missing may be on its way or already used.'
  }
  const plain = { style: (_: unknown, text: string) => text, columns: 60 }
  t.strictSame(findingLines([finding], plain), [
    '  error BATCH_OVERDRAWN (R2)  line 3, /inputs/0/mass',
    '    More is drawn than is there: 500 kg of 300 kg.',
    '    expected  at most 300 kg (dry)',
    '    found     500 kg (dry)',
    '    → Check the mass and the batch; what is missing may be',
    '    on its way or already used.'
  ])
})

t.test('what others wrote cannot draw over, hide or follow a line of ours', async (t) => {
  const hostile = 'M-1\n\u001B[32mverified\u001B[39m\r\u001B[2K\u009B8m\u202Eab\u200B \u001B[8mx'
  const plain = stream(false)
  openTerminal(plain.stream, stream(false).stream).tell(hostile)
  t.equal(
    plain.text(),
    'M-1\\u{a}\\u{1b}[32mverified\\u{1b}[39m\\u{d}\\u{1b}[2K\\u{9b}8m\\u{202e}ab\\u{200b} \\u{1b}[8mx\n'
  )
  const { NO_COLOR: _, ...env } = process.env
  t.intercept(process, 'env', { value: { ...env, FORCE_COLOR: '1' } })
  const colored = stream(true)
  const terminal = openTerminal(colored.stream, stream(false).stream)
  const verdict = terminal.style('red', 'refused')
  t.not(verdict, 'refused')
  terminal.tell(`${verdict}: \u001B[2J\u001B[8mk\u00FCl-\u0B95\u0BCD\u200C\u{1F9F2}`)
  t.equal(colored.text(), `${verdict}: \\u{1b}[2J\\u{1b}[8mk\u00FCl-\u0B95\u0BCD\u200C\u{1F9F2}\n`)
})
