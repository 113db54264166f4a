import type { ReevaluationDeps } from './reevaluate.ts'
import { reevaluateStep } from './reevaluate.ts'

/** Looks for suspects that another process left behind. */
const PATROL_MS = 5_000

/** Evaluates suspects again in the background. Any number of processes may run one. */
export interface CorrectionJob {
  /** Something was marked suspect: start now. */
  wake(): void
  /** Resolves when nothing is suspect any more as far as this process knows. */
  idle(): Promise<void>
  close(): Promise<void>
}

/** `onFailure` is told when a step failed; the next patrol tries again. */
export function startCorrectionJob(
  deps: ReevaluationDeps,
  onFailure: (error: unknown) => void
): CorrectionJob {
  let running: Promise<void> | null = null
  let closed = false
  const patrol = setInterval(wake, PATROL_MS)
  patrol.unref()

  function wake(): void {
    if (closed) return
    running ??= run().finally(() => {
      running = null
    })
  }

  async function run(): Promise<void> {
    try {
      while (!closed && (await reevaluateStep(deps)) > 0);
    } catch (error) {
      onFailure(error)
    }
  }

  return {
    wake,
    async idle() {
      wake()
      await running
    },
    async close() {
      closed = true
      clearInterval(patrol)
      await running
    }
  }
}
