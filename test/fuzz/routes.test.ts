/**
 * Asks every route of the OpenAPI document what nobody foresaw, in a process of its own over real
 * sockets. `npm run test:fuzz` asks more and others; TEST_SEED repeats a run, FUZZ_REQUESTS sets its length,
 * FUZZ_ROUTE keeps to the routes whose name contains it.
 */
import fc from 'fast-check'
import t from 'tap'
import { testDatabaseUrl } from '../support/database.ts'
import { type Api, routesOf } from '../support/fuzz/api.ts'
import { Asker, type Sent } from '../support/fuzz/ask.ts'
import { castOf } from '../support/fuzz/cast.ts'
import { AnswerChecker } from '../support/fuzz/check-answer.ts'
import { requestOf } from '../support/fuzz/request-arbitrary.ts'
import { SEED } from '../support/seed.ts'
import { dataDirectory, startServiceProcess } from '../support/service-process.ts'

const requests = Number(process.env['FUZZ_REQUESTS'] ?? 10_000)
const only = process.env['FUZZ_ROUTE'] ?? ''
const CHUNK = 250
const AT_ONCE = 4
const METRICS_TOKEN = 'fuzzing-the-routes-0123456789'
/** Beyond this the process stood still, however busy the machine is. */
const LONGEST_DELAY_S = 1

/** A run takes as long as it takes on a busy machine; the runner of tap reads the comment. */
const LONGEST_RUN_MS = 3_600_000
t.setTimeout(LONGEST_RUN_MS)
t.comment(`timeout=${LONGEST_RUN_MS}`)

t.test(
  `answers ${requests} hostile requests, seed ${SEED}`,
  { timeout: LONGEST_RUN_MS },
  async (t) => {
    const service = await startServiceProcess(t, {
      LODESTONE_DATABASE_URL: await testDatabaseUrl(),
      LODESTONE_DATA_DIR: dataDirectory(t),
      LODESTONE_METRICS_TOKEN: METRICS_TOKEN,
      LODESTONE_RATE_CLIENT: '0',
      LODESTONE_RATE_ADDRESS: '0',
      LODESTONE_RATE_TOKEN: '0',
      // How long the process stands still is judged below; a busy machine turns nothing away here.
      LODESTONE_EVENT_LOOP_LIMIT_MS: '60000',
      LODESTONE_LOG_LEVEL: 'info'
    })
    const whole = (await (await fetch(`${service.url}/openapi.json`)).json()) as Api
    const api = { ...whole, paths: pathsWith(whole, only) }
    const cast = await castOf(service)
    t.strictSame(cast.missing, [], 'one of everything is there')
    const asker = new Asker(service.url, cast)
    t.teardown(() => asker.close())
    const run = new Run(asker, new AnswerChecker(whole), requestOf(api, cast.samples))
    await lag(asker)
    for (let from = 0; from < requests; from += CHUNK) await run.chunk(from)
    const delay = await lag(asker)
    run.tell((line) => t.comment(line))
    t.comment(`event loop of the service: p99 ${(delay * 1000).toFixed(1)} ms over the run`)
    const faults = [...run.faults].map(
      ([name, { count, sent }]) => `${count} × ${name}\n${shown(sent)}`
    )
    t.strictSame(faults, [], `no fault (again with TEST_SEED=${SEED})`)
    const missed = routesOf(api).filter(({ operation }) => !run.reached.has(operation.operationId))
    if (requests >= 10_000)
      t.strictSame(
        missed.map(({ path }) => path),
        [],
        'every route was asked'
      )
    t.ok(delay < LONGEST_DELAY_S, 'the process never stood still')
    const ready = { method: 'GET', target: '/health/ready', headers: {}, body: null }
    t.equal((await asker.ask(ready)).status, 200, 'it is ready for more')
  }
)

class Run {
  readonly #asker: Asker
  readonly #checker: AnswerChecker
  readonly #plans: ReturnType<typeof requestOf>
  readonly #statuses = new Map<number, number>()
  readonly #slowest: { ms: number; name: string }[] = []
  readonly faults = new Map<string, { count: number; sent: Sent }>()
  readonly reached = new Set<string>()

  constructor(asker: Asker, checker: AnswerChecker, plans: ReturnType<typeof requestOf>) {
    this.#asker = asker
    this.#checker = checker
    this.#plans = plans
  }

  /** Each chunk has its own seed, so that a run may be as long as anybody likes. */
  async chunk(from: number): Promise<void> {
    const plans = fc.sample(this.#plans, { seed: SEED + from, numRuns: CHUNK })
    const left = plans.values()
    const work = async () => {
      for (const plan of left) await this.#one(plan)
    }
    await Promise.all(Array.from({ length: AT_ONCE }, work))
  }

  async #one(plan: Parameters<AnswerChecker['fault']>[0]): Promise<void> {
    const sent = this.#asker.filled(plan)
    const name = `${plan.method} ${plan.route.path}`
    const started = performance.now()
    let fault: string | null
    try {
      const answer = await this.#asker.ask(sent)
      this.#statuses.set(answer.status, (this.#statuses.get(answer.status) ?? 0) + 1)
      this.reached.add(plan.route.operation.operationId)
      fault = this.#checker.fault(plan, answer)
    } catch (error) {
      fault = `no answer: ${error instanceof Error ? error.message : error}`
    }
    this.#slowest.push({ ms: performance.now() - started, name })
    this.#slowest.sort((one, other) => other.ms - one.ms).splice(5)
    if (fault === null) return
    const kind = `${name}: ${fault.replaceAll(/[0-9a-f]{8}-[0-9a-f-]{27}/g, '<id>')}`
    const known = this.faults.get(kind)
    if (known) known.count += 1
    else this.faults.set(kind, { count: 1, sent })
  }

  tell(say: (line: string) => void): void {
    const counts = [...this.#statuses].sort(([one], [other]) => one - other)
    say(`answers: ${counts.map(([status, count]) => `${count} × ${status}`).join(', ')}`)
    for (const { ms, name } of this.#slowest) say(`slowest: ${ms.toFixed(0)} ms ${name}`)
  }
}

function pathsWith({ paths }: Api, part: string): Api['paths'] {
  return Object.fromEntries(
    Object.entries(paths).filter(([path, operations]) =>
      Object.keys(operations).some((method) => `${method.toUpperCase()} ${path}`.includes(part))
    )
  )
}

/** The 99th percentile of the delay since the last question, in seconds. */
async function lag(asker: Asker): Promise<number> {
  const headers = { authorization: `Bearer ${METRICS_TOKEN}` }
  const { body } = await asker.ask({ method: 'GET', target: '/metrics', headers, body: null })
  const text = body.toString('utf8')
  return Number(/^nodejs_eventloop_lag_p99_seconds (\S+)$/m.exec(text)?.[1] ?? Number.NaN)
}

function shown({ method, target, headers, body }: Sent): string {
  const { authorization: _, ...rest } = headers
  const text = body === null ? '' : ` ${JSON.stringify(body.slice(0, 1500))}`
  return `  ${method} ${target.slice(0, 500)} ${JSON.stringify(rest)}${text}`
}
