import type { ApiClient } from '../client.ts'
import { CommandError, exitCodes } from '../exit.ts'
import type { Progress, Terminal } from '../terminal.ts'
import { type Job, readJob } from './job.ts'

const ASK_AGAIN_MS = 500
/** A service that is being restarted is asked again so often before the command gives up. */
const PATIENCE = 60

/**
 * Watches an import until it ends, or until the user interrupts: then the import goes on without, and
 * null is the answer. A service that cannot be reached for a while does not end the watch.
 */
export async function followImport(
  client: ApiClient,
  first: Job,
  terminal: Terminal
): Promise<Job | null> {
  const interrupted = interruption()
  let progress: Shown | null = null
  let job = first
  try {
    while (job.finishedAt === undefined) {
      progress = show(progress, job, terminal)
      if (await interrupted.within(ASK_AGAIN_MS)) return null
      job = await patiently(() => readJob(client, job.id), interrupted)
    }
    progress?.advanceTo(job)
    return job
  } catch (error) {
    if (interrupted.happened()) return null
    throw error
  } finally {
    progress?.bar.done()
    interrupted.ignore()
  }
}

interface Shown {
  readonly bar: Progress
  readonly byItems: boolean
  readonly advanceTo: (job: Job) => void
}

/** A bar over items once somebody knows how many there are, over bytes before. */
function show(shown: Shown | null, job: Job, terminal: Terminal): Shown {
  const byItems = job.progress.total !== undefined
  if (shown?.byItems === byItems) {
    shown.advanceTo(job)
    return shown
  }
  shown?.bar.done()
  const total = job.progress.total ?? job.size
  const bar = terminal.progress(byItems ? 'importing' : 'importing (bytes)', total)
  // Where nothing has happened yet, plain lines say so as well.
  bar.advance(0)
  let now = 0
  const advanceTo = ({ progress }: Job) => {
    const reached = byItems ? progress.items : progress.bytesRead
    if (reached > now) bar.advance(reached - now)
    now = Math.max(now, reached)
  }
  advanceTo(job)
  return { bar, byItems, advanceTo }
}

interface Interruption {
  /** True as soon as the user interrupts, false when the time is up. */
  readonly within: (ms: number) => Promise<boolean>
  readonly happened: () => boolean
  readonly ignore: () => void
}

function interruption(): Interruption {
  let happened = false
  let tell: (() => void) | null = null
  const onSignal = () => {
    happened = true
    tell?.()
  }
  process.once('SIGINT', onSignal)
  return {
    within: (ms) =>
      new Promise((resolve) => {
        const done = () => {
          clearTimeout(timer)
          tell = null
          resolve(happened)
        }
        const timer = setTimeout(done, happened ? 0 : ms)
        tell = done
      }),
    happened: () => happened,
    ignore: () => process.removeListener('SIGINT', onSignal)
  }
}

async function patiently(ask: () => Promise<Job>, interrupted: Interruption): Promise<Job> {
  for (let attempt = 1; ; attempt += 1) {
    try {
      return await ask()
    } catch (error) {
      const passing =
        error instanceof CommandError &&
        (error.exitCode === exitCodes.unreachable || error.exitCode === exitCodes.failed)
      if (!passing || attempt === PATIENCE || (await interrupted.within(1_000))) throw error
    }
  }
}
