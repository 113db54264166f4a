/** Each alert of docs/monitoring fires on the fault that it names, and none while all is well. */
import { execFileSync, spawnSync } from 'node:child_process'
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import t from 'tap'
import { root } from '../support/source-tree.ts'

const RULES = join(root, 'docs/monitoring/alerts.yml')
const isThere = spawnSync('promtool', ['--version']).status === 0
const skip = isThere ? false : 'promtool is not installed (Debian: prometheus): no alert is tried'

/** Of one process that is well, a minute each. */
const WELL: Readonly<Record<string, string>> = {
  'up{job="lodestone"}': '1x60',
  lodestone_database_up: '1x60',
  lodestone_database_takes_writes: '1x60',
  lodestone_clock_ahead_seconds: '0x60',
  lodestone_log_guard_refuses: '0x60',
  'lodestone_log_role{role="leading"}': '1x60',
  lodestone_log_lag_entries: '0x60',
  lodestone_log_head_age_seconds: '0+60x60',
  lodestone_http_failures_total: '0x60',
  'lodestone_http_turned_away_total{reason="events"}': '0x60',
  'lodestone_http_request_duration_seconds_bucket{route="/v1/events",le="2.5"}': '0+600x60',
  'lodestone_http_request_duration_seconds_bucket{route="/v1/events",le="1"}': '0+600x60',
  'lodestone_http_request_duration_seconds_bucket{route="/v1/events",le="+Inf"}': '0+600x60',
  lodestone_books_queue_events: '100x60',
  'lodestone_database_connections{state="waiting"}': '0x60',
  'lodestone_http_rate_limited_total{policy="secret"}': '0x60',
  lodestone_corrections_pending: '0x60',
  lodestone_event_loop_delay_seconds: '0.01x60'
}

/** What is different where something is wrong. */
const FAULTS: Readonly<Record<string, Readonly<Record<string, string>>>> = {
  LodestoneDown: { 'up{job="lodestone"}': '0x60' },
  LodestoneDatabaseAway: { lodestone_database_up: '0x60' },
  LodestoneDatabaseTakesNoWrites: { lodestone_database_takes_writes: '0x60' },
  LodestoneClockWrong: { lodestone_clock_ahead_seconds: '-3600x60' },
  LodestoneGuardRefuses: { lodestone_log_guard_refuses: '1x60' },
  LodestoneNobodySigns: { 'lodestone_log_role{role="leading"}': '0x60' },
  LodestoneLogLags: { lodestone_log_lag_entries: '5x60' },
  LodestoneFailures: { lodestone_http_failures_total: '0x50 1x9' },
  LodestoneTurnsAway: { 'lodestone_http_turned_away_total{reason="events"}': '0+60x60' },
  LodestoneSlow: {
    'lodestone_http_request_duration_seconds_bucket{route="/v1/events",le="1"}': '0x60'
  },
  LodestoneQueueGrows: { lodestone_books_queue_events: '6000x60' },
  LodestoneWaitsForConnections: { 'lodestone_database_connections{state="waiting"}': '60x60' },
  LodestoneSecretsGuessed: { 'lodestone_http_rate_limited_total{policy="secret"}': '0+5x60' },
  LodestoneCorrectionsStuck: { lodestone_corrections_pending: '3x60' },
  LodestoneBehind: { lodestone_event_loop_delay_seconds: '0.5x60' }
}

t.test('every alert has a fault here', async (t) => {
  const names = readFileSync(RULES, 'utf8').match(/(?<=alert: )\w+/g) ?? []
  t.strictSame(Object.keys(FAULTS).sort(), [...names].sort())
})

t.test('alerts', { skip }, async (t) => {
  execFileSync('promtool', ['check', 'rules', RULES], { stdio: 'pipe' })
  const directory = mkdtempSync(join(tmpdir(), 'lodestone-alerts-'))
  t.teardown(() => rmSync(directory, { recursive: true, force: true }))
  const trials: (readonly [name: string | null, series: Readonly<Record<string, string>>])[] = [
    [null, WELL],
    ...Object.entries(FAULTS).map(([name, fault]) => [name, { ...WELL, ...fault }] as const)
  ]
  const tests = trials.map(([name, series]) => ({
    name: name ?? 'all is well',
    interval: '1m',
    input_series: Object.entries(series).map(([series, values]) => ({ series, values })),
    promql_expr_test: [
      {
        expr: 'count by (alertname) (ALERTS{alertstate="firing"})',
        eval_time: '55m',
        exp_samples: name === null ? [] : [{ labels: `{alertname="${name}"}`, value: 1 }]
      }
    ]
  }))
  const file = join(directory, 'alerts-test.yml')
  writeFileSync(file, JSON.stringify({ rule_files: [RULES], evaluation_interval: '1m', tests }))
  const { status, stdout, stderr } = spawnSync('promtool', ['test', 'rules', file], {
    encoding: 'utf8'
  })
  t.equal(status, 0, `${stdout}${stderr}`)
})
