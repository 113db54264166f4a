/** What is guarded is on disk before anybody hears of it: a machine that loses power must not forget a head. */
import { existsSync, fstatSync } from 'node:fs'
import { type FileHandle, open } from 'node:fs/promises'
import { join } from 'node:path'
import t from 'tap'
import { directoryGuard } from '../../../src/storage/journal/guard.ts'

type Syncing = Pick<FileHandle, 'sync' | 'fd'>

t.test('accepts a head when its bytes, and then its name, are on disk', async (t) => {
  const place = t.testdir({ guard: {} })
  const guard = directoryGuard(join(place, 'guard'))
  const first = await guard.swap(null, 'first')
  t.match(first, { generation: 1, note: 'first' })
  const named = join(place, 'guard', 'checkpoint.0000000000000002')
  const synced = await watchSyncs(t, (handle) => {
    const file = fstatSync(handle.fd)
    return { bytes: file.isDirectory() ? null : file.size, named: existsSync(named) }
  })
  t.match(await guard.swap(first, 'second'), { generation: 2, note: 'second' })
  t.strictSame(synced, [
    { bytes: 'second'.length, named: false },
    { bytes: null, named: true }
  ])
})

/** What `look` sees each time that something is put on disk, just before. */
async function watchSyncs<Seen>(
  t: { teardown(end: () => void): void },
  look: (handle: Syncing) => Seen
): Promise<Seen[]> {
  const seen: Seen[] = []
  const some = await open('.', 'r')
  const handles = Object.getPrototypeOf(some) as Syncing
  await some.close()
  const { sync } = handles
  handles.sync = function watched(this: Syncing) {
    seen.push(look(this))
    return sync.call(this)
  }
  t.teardown(() => {
    handles.sync = sync
  })
  return seen
}
