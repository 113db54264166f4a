/**
 * Starts the cluster of one run of tap, with a migrated template. The cluster is made once for each
 * schema and then copied, so a single test file does not wait for it. A shell that watches tap throws
 * it away, also when tap is killed. Argument: the process id of tap.
 */
import { execFileSync, spawn } from 'node:child_process'
import { existsSync, rmSync, utimesSync } from 'node:fs'
import { join } from 'node:path'
import { type Place, preparePlace } from '../../src/storage/embedded/place.ts'
import { launch } from '../../src/storage/embedded/postmaster.ts'
import {
  cacheDirectory,
  runDirectory,
  SETTINGS,
  scratchDirectory,
  testBinaries
} from './test-cluster.ts'

const tap = Number(process.argv[2])
const scratch = scratchDirectory()
const directory = runDirectory(tap, scratch)
rmSync(directory, { recursive: true, force: true })
const log = { info: () => {}, warn: console.warn, error: console.error }
const place = await preparePlace(directory, log)
throwAwayWith(tap, place)
const binaries = await testBinaries(place.identity)
const cache = await cacheDirectory(binaries, scratch)
if (!existsSync(cache)) await (await import('./fill-cache.ts')).fillCache(cache, binaries)
utimesSync(cache, new Date(), new Date())
execFileSync('cp', ['-a', join(cache, 'data'), place.data])
await launch(binaries, place, SETTINGS)

function throwAwayWith(pid: number, { data }: Place): void {
  const script = `
    while kill -0 "$1" 2>/dev/null && test -d "$2"; do sleep 1; done
    test -e "$3/postmaster.pid" && kill -QUIT "$(head -n 1 "$3/postmaster.pid")"
    while test -e "$3/postmaster.pid"; do sleep 0.1; done
    rm -rf "$2"`
  const args = ['-c', script, 'lodestone-test-watch', String(pid), directory, data]
  spawn('/bin/sh', args, { cwd: '/', detached: true, stdio: 'ignore' }).unref()
}
