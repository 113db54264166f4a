import type { ReevaluationDeps } from './reevaluate.ts'
import { reevaluateStep } from './reevaluate.ts'
import { remindOfCampaigns } from './remind-of-campaigns.ts'

/** Looks for suspects that another process left behind. */
const PATROL_MS = 5_000
/** Looks for campaigns that nobody closed. */
const REMIND_MS = 60_000

/**
 * Evaluates suspects again in the background, and tells of campaigns that were never closed. Any number
 * of processes may run one.
 */
export interface CorrectionJob {
  /** Begins to work; `onFailure` is told when a step failed, the next patrol tries again. */
  start(onFailure: (error: unknown) => void): void
  /** Something was marked suspect: begin now rather than at the next patrol. */
  wake(): void
  close(): Promise<void>
}

/**
 * A job that does nothing until it is started: a service starts it, a test need not; and nothing while
 * `mayWrite` says no, since it would take the places of entries that were signed.
 */
export function createCorrectionJob(
  deps: ReevaluationDeps & { readonly mayWrite: () => boolean }
): CorrectionJob {
  let running: Promise<void> | null = null
  let reminded = Number.NEGATIVE_INFINITY
  let patrol: NodeJS.Timeout | null = null
  let failed: (error: unknown) => void = () => {}

  function wake(): void {
    if (patrol === null) return
    running ??= run().finally(() => {
      running = null
    })
  }

  const mayGoOn = () => patrol !== null && deps.mayWrite()

  async function run(): Promise<void> {
    try {
      while (mayGoOn() && (await reevaluateStep(deps)) > 0);
      if (!mayGoOn() || performance.now() - reminded < REMIND_MS) return
      reminded = performance.now()
      while (mayGoOn() && (await remindOfCampaigns(deps)) > 0);
    } catch (error) {
      failed(error)
    }
  }

  return {
    wake,
    start(onFailure) {
      failed = onFailure
      patrol = setInterval(wake, PATROL_MS)
      patrol.unref()
      wake()
    },
    async close() {
      if (patrol !== null) clearInterval(patrol)
      patrol = null
      await running
    }
  }
}
