import { monitorEventLoopDelay } from 'node:perf_hooks'

const RESOLUTION_MS = 20
const LOOK_MS = 1_000

/** How far the process is behind its work: the mean over the last second. */
export class EventLoopWatch {
  readonly #delay = monitorEventLoopDelay({ resolution: RESOLUTION_MS })
  #timer: NodeJS.Timeout | undefined
  #meanMs = 0

  start(): void {
    this.#delay.enable()
    this.#timer = setInterval(() => this.#look(), LOOK_MS).unref()
  }

  stop(): void {
    clearInterval(this.#timer)
    this.#delay.disable()
  }

  get meanMs(): number {
    return this.#meanMs
  }

  /** The histogram holds the time from tick to tick, so the time between them is not a delay. */
  #look(): void {
    if (this.#delay.count === 0) return
    this.#meanMs = Math.max(0, this.#delay.mean / 1e6 - RESOLUTION_MS)
    this.#delay.reset()
  }
}
