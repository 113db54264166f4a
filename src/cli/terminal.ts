import { styleText } from 'node:util'
import { exitCodes } from './exit.ts'

type Style = Parameters<typeof styleText>[0]

/** What commands write to: answers to `out`, everything about the work itself to `err`. */
export interface Terminal {
  readonly print: (line?: string) => void
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
  return {
    print: (line = '') => void out.write(`${line}\n`),
    complain: (line) => void err.write(`${line}\n`),
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
