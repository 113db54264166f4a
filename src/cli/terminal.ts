import { styleText } from 'node:util'
import { exitCodes } from './exit.ts'

type Style = Parameters<typeof styleText>[0]

/** What commands write to: answers to `out`, everything about the work itself, a line at a time, to `err`. */
export interface Terminal {
  readonly print: (text?: string) => void
  /** One line for people, of which parts come from somebody else: `print` writes what programs read. */
  readonly tell: (line: string) => void
  readonly complain: (line: string) => void
  /** Colors only where `out` is a terminal that wants them (NO_COLOR, FORCE_COLOR, TERM=dumb). */
  readonly style: (style: Style, text: string) => string
  /** The same for lines that go to `err`. */
  readonly styleError: (style: Style, text: string) => string
  readonly columns: number
  readonly progress: (what: string, total: number) => Progress
}

/** How far a piece of work is. */
export interface Progress {
  readonly advance: (by: number) => void
  /** Removes the bar, or prints the last line. */
  readonly done: () => void
}

type Stream = NodeJS.WriteStream

/** A terminal over two streams; a bar on `err` when it is a TTY, plain lines otherwise. */
export function openTerminal(out: Stream, err: Stream): Terminal {
  for (const stream of [out, err]) stream.on('error', endWhereNobodyReads)
  const on = (stream: Stream) => (style: Style, text: string) => styleText(style, text, { stream })
  const isPlain = (stream: Stream) => on(stream)('bold', '') === ''
  return {
    print: (text = '') => void out.write(`${text}\n`),
    tell: (line) => void out.write(`${shown(line, isPlain(out))}\n`),
    complain: (line) => void err.write(`${shown(line, isPlain(err))}\n`),
    style: on(out),
    styleError: on(err),
    columns: Math.min(Math.max(out.columns ?? 100, 60), 120),
    progress: (what, total) => (err.isTTY ? bar(err, what, total) : plain(err, what, total))
  }
}

/** `lodestone … | head` closes the pipe when it has seen enough: no reason to complain. A full disk is. */
function endWhereNobodyReads(error: NodeJS.ErrnoException): void {
  if (error.code === 'EPIPE') return
  process.stderr.write(`lodestone: The output cannot be written: ${error.message}.\n`)
  process.exit(exitCodes.failed)
}

/** The colors of our own, and what would move the cursor, hide text, turn it around or begin another line. */
const UNSHOWN =
  // biome-ignore lint/suspicious/noControlCharactersInRegex: these are what it looks for
  /\u001b\[(?:1|2|22|3[1-36]|39)m|[\p{Cc}\u200b\u200e\u200f\u2028-\u202e\u2060-\u2069\ufeff]/gu

/** Else whoever names a batch or makes a file could write a verdict of their own below ours. */
function shown(line: string, isPlain: boolean): string {
  return line.replace(UNSHOWN, ([first = '', ...color]) =>
    color.length > 0 && !isPlain
      ? [first, ...color].join('')
      : `\\u{${first.codePointAt(0)?.toString(16)}}${color.join('')}`
  )
}

const BAR_WIDTH = 30

function bar(err: Stream, what: string, total: number): Progress {
  let now = 0
  const draw = () => {
    const filled = total === 0 ? BAR_WIDTH : Math.floor((now / total) * BAR_WIDTH)
    const drawn = `${'█'.repeat(filled)}${'░'.repeat(BAR_WIDTH - filled)}`
    err.write(`\r\u001B[2K${what} ${drawn} ${now}/${total}`)
  }
  draw()
  return {
    advance: (by) => {
      now += by
      draw()
    },
    done: () => void err.write('\r\u001B[2K')
  }
}

/** For logs and pipes: one line at each quarter at most. */
function plain(err: Stream, what: string, total: number): Progress {
  let now = 0
  let told = -1
  const tell = () => {
    const quarter = total === 0 ? 4 : Math.floor((now / total) * 4)
    if (quarter === told) return
    told = quarter
    err.write(`${what} ${now}/${total}\n`)
  }
  return {
    advance: (by) => {
      now += by
      tell()
    },
    done: () => undefined
  }
}
