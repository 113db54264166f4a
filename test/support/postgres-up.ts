/**
 * Run by tap before the tests: a throw-away cluster of this run's own. The work is done in a process
 * without tap's loader, which would measure the coverage of the supervisor on every run.
 */
import { execFileSync } from 'node:child_process'
import { join } from 'node:path'

const args = [join(import.meta.dirname, 'start-cluster.ts'), String(process.ppid)]
const env = { ...process.env, _TAPJS_PROCESSINFO_COVERAGE_: '0', NODE_OPTIONS: '' }
execFileSync(process.execPath, args, { env, stdio: 'inherit' })
