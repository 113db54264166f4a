import { fork } from 'node:child_process'
import { fileURLToPath } from 'node:url'
import type { Paper } from '../../paper/paper.ts'
import type { PrintJob } from './printer.ts'

const PRINTER = fileURLToPath(new URL('printer.ts', import.meta.url))

/** What a process may take: the largest papers need some 400 MB; nobody waits longer than a minute. */
const MOST_MEGABYTES = 768
const MOST_MS = 60_000

/** Papers are printed one after the other: each takes a processor while it is laid out. */
let last: Promise<unknown> = Promise.resolve()

/**
 * The pages as PDF, with the report as JSON inside; the same paper gives the same bytes. `begins` is called when it is
 * this paper's turn; where it throws nothing is printed.
 */
export function printPaper(
  paper: Paper,
  json: Uint8Array,
  begins: () => void = () => {}
): Promise<Buffer> {
  const printed = last.then(() => {
    begins()
    return inProcess({ paper, json })
  })
  last = printed.catch(() => {})
  return printed
}

/** A process takes its memory with it: after a thread the service keeps a hundred megabytes for good. */
function inProcess(job: PrintJob): Promise<Buffer> {
  const child = fork(PRINTER, [], {
    serialization: 'advanced',
    execArgv: [`--max-old-space-size=${MOST_MEGABYTES}`],
    // No secret of the service: nothing of it is needed there.
    env: {},
    timeout: MOST_MS,
    killSignal: 'SIGKILL',
    stdio: ['ignore', 'ignore', 'pipe', 'ipc']
  })
  let complaint = ''
  child.stderr?.on('data', (text: Buffer) => {
    complaint += text
  })
  return new Promise((resolve, reject) => {
    child.once('message', (bytes) => resolve(Buffer.from(bytes as Uint8Array)))
    child.once('error', reject)
    child.once('close', (code, signal) =>
      reject(new Error(`The printer ended with ${code ?? signal}: ${complaint}`))
    )
    child.send(job, (error) => error && reject(error))
  })
}
